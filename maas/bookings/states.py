"""The states of a booking and the moves between them: decided here, guarded by the database too.

    quoted -> held -> confirmed -> boarded -> completed
                \\          \\          \\-> interrupted
                 \\          \\-> cancelled, no_show
                  \\-> refused, cancelled

A quoted booking is an offer: signed, and no row. Its row begins as held, or as refused where nobody
waits for the answer (a ride of a series that could not be had). Every move is told as the event
``booking_<state>``, in the transaction in which it happens.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from maas.database import Session
from maas.errors import BookingMoveError
from maas.tables import Booking, Ride
from maas.tables.outbox import record


class State(StrEnum):
    """Where a booking stands."""

    QUOTED = "quoted"
    HELD = "held"
    CONFIRMED = "confirmed"
    BOARDED = "boarded"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


class By(StrEnum):
    """Who moves a booking: the rider or staff for the rider, the driver, or the service itself."""

    RIDER = "rider"
    DRIVER = "driver"
    SERVICE = "service"


_ANYBODY = frozenset(By)
_ON_THE_ROAD = frozenset({By.DRIVER, By.SERVICE})

MOVES: Mapping[tuple[State, State], frozenset[By]] = {
    (State.QUOTED, State.HELD): frozenset({By.RIDER, By.SERVICE}),
    (State.QUOTED, State.REFUSED): frozenset({By.SERVICE}),
    (State.HELD, State.CONFIRMED): frozenset({By.RIDER, By.SERVICE}),
    (State.HELD, State.REFUSED): frozenset({By.SERVICE}),
    (State.HELD, State.CANCELLED): _ANYBODY,
    (State.CONFIRMED, State.BOARDED): _ON_THE_ROAD,
    (State.CONFIRMED, State.CANCELLED): _ANYBODY,
    (State.CONFIRMED, State.NO_SHOW): _ON_THE_ROAD,
    (State.BOARDED, State.COMPLETED): _ON_THE_ROAD,
    (State.BOARDED, State.INTERRUPTED): _ON_THE_ROAD,
}
"""Which moves there are, and who may make them; the database refuses all others."""

FIRST = frozenset({State.HELD, State.REFUSED})
"""States in which a row may begin."""

OVER = frozenset(State) - {before for before, _ in MOVES}
"""States nothing leads out of."""

_GONE = frozenset({"cancelled", "replaced"})
_STANDING = frozenset({"planned", "on_board"})
_DRIVEN = frozenset({"on_board", "completed", "interrupted"})


def begin(session: Session, booking: Booking, to: State, by: By, now_s: int) -> None:
    """Write a booking that was an offer until now.

    Parameters
    ----------
    session : Session
        A writing session.
    booking : Booking
        Not yet in any session; its state is set.
    to : State
        Held or refused.
    by : By
        Who begins it.
    now_s : int
        The instant, UTC epoch seconds.

    Raises
    ------
    BookingMoveError
        A booking does not begin like that.
    """
    _check(State.QUOTED, to, by)
    booking.state = to
    session.add(booking)
    session.flush()
    record(session, f"booking:{booking.id}", f"booking_{to}", now_s)


def move(session: Session, booking: Booking, to: State, by: By, now_s: int) -> None:
    """Move a booking on, and tell everybody.

    Parameters
    ----------
    session : Session
        A writing session that holds the booking's row.
    booking : Booking
        The booking.
    to : State
        Where to.
    by : By
        Who moves it.
    now_s : int
        The instant, UTC epoch seconds.

    Raises
    ------
    BookingMoveError
        There is no such move, or it is not this one's to make.
    """
    _check(State(booking.state), to, by)
    session.flush()  # two moves in one transaction are two to the database as well
    booking.state = to
    record(session, f"booking:{booking.id}", f"booking_{to}", now_s)


def follow_rides(
    session: Session, booking: Booking, rides: Iterable[Ride], by: By, now_s: int
) -> None:
    """Move a booking to where its rides are; nothing where it is there already.

    Parameters
    ----------
    session : Session
        A writing session that holds the booking's row.
    booking : Booking
        The booking.
    rides : Iterable[Ride]
        All its rides, as they are now.
    by : By
        Who reported.
    now_s : int
        The instant, UTC epoch seconds.
    """
    standing = [ride for ride in rides if ride.state not in _GONE]
    states = {ride.state for ride in standing}
    if booking.state == State.CONFIRMED and states & _DRIVEN:
        move(session, booking, State.BOARDED, by, now_s)
    if booking.state in OVER or states & _STANDING:
        return
    to = _outcome(states)
    if (State(booking.state), to) in MOVES:
        move(session, booking, to, by, now_s)


def _outcome(states: set[str]) -> State:
    """Tell how a booking ends whose rides have all ended.

    Parameters
    ----------
    states : set[str]
        The states of its rides.

    Returns
    -------
    State
        Completed where the last vehicle brought the riders, or brought them after another broke
        down; interrupted where they were left on the way.
    """
    if "dropped" in states and states & _DRIVEN:
        return State.INTERRUPTED
    if "completed" in states:
        return State.COMPLETED
    if "interrupted" in states:
        return State.INTERRUPTED
    return State.NO_SHOW if "no_show" in states else State.CANCELLED


def _check(before: State, to: State, by: By) -> None:
    """Refuse a move that is none.

    Parameters
    ----------
    before, to : State
        From where to where.
    by : By
        Who makes it.

    Raises
    ------
    BookingMoveError
        There is no such move, or it is not this one's to make.
    """
    who = MOVES.get((before, to))
    if who is None or by not in who:
        raise BookingMoveError(
            f"A {before} booking cannot become {to} by the {by}; reload it and look again.",
            state=str(before),
            to=str(to),
        )
