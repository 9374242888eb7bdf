"""What a rider wishes: from where to where, when, with whom, and how far and fast to walk."""

import math
from dataclasses import dataclass

from maas.errors import InvalidRequestError
from routing.journeys import Place
from routing.on_demand import Party
from routing.query import Page, Via

MAX_WALK_M = 20_000
"""Longest walk that may be asked for, metres."""

MOST_LUGGAGE = 20
"""Most large pieces of luggage that may be brought."""

WALK_SPEEDS_M_S = (0.1, 5.0)
"""Slowest and fastest walk that may be asked for, metres a second."""


@dataclass(frozen=True)
class Heads:
    """Who travels.

    Parameters
    ----------
    adults, children, infants : int
        Heads; infants travel free.
    wheelchairs : int
        How many of them travel in their wheelchair.
    child_seats : int
        How many of the children and infants need a child seat.
    luggage : int
        Large pieces of luggage.
    """

    adults: int = 1
    children: int = 0
    infants: int = 0
    wheelchairs: int = 0
    child_seats: int = 0
    luggage: int = 0

    @property
    def party(self) -> Party:
        """Give them as load on a vehicle.

        Returns
        -------
        Party
            Seats, wheelchair places, child seats and luggage.

        Raises
        ------
        InvalidRequestError
            Nobody travels, or there are more wheelchairs than people, or more child seats than
            children.
        """
        people = self.adults + self.children + self.infants
        if people < 1 or min(self.adults, self.children, self.infants, self.wheelchairs) < 0:
            raise InvalidRequestError("At least one person must travel; say how many.")
        if self.wheelchairs > people:
            raise InvalidRequestError("There are more wheelchairs than people; correct the party.")
        if (
            not 0
            <= self.child_seats
            <= min(self.children + self.infants, people - self.wheelchairs)
        ):
            raise InvalidRequestError(
                "There are more child seats than children who could sit in them; correct the "
                "party.",
                field="child_seats",
            )
        if not 0 <= self.luggage <= MOST_LUGGAGE:
            raise InvalidRequestError(
                f"Luggage counts large pieces, 0 to {MOST_LUGGAGE}; correct the party.",
                field="luggage",
            )
        return Party(
            seats=people - self.wheelchairs - self.child_seats,
            wheelchairs=self.wheelchairs,
            child_seats=self.child_seats,
            luggage=self.luggage,
        )


@dataclass(frozen=True)
class Walking:
    """How far and how fast somebody walks.

    Parameters
    ----------
    max_m : int
        Longest walk to a first stop, from a last one, or all the way, metres.
    speed_mm_s : int
        Millimetres a second.
    """

    max_m: int = 1500
    speed_mm_s: int = 1200

    @classmethod
    def of(cls, max_m: int | None, speed_m_s: float | None) -> "Walking":
        """Take what somebody wishes, and the usual for the rest.

        Parameters
        ----------
        max_m : int or None
            Longest walk, metres.
        speed_m_s : float or None
            Metres a second.

        Returns
        -------
        Walking
            Within what the planner takes.

        Raises
        ------
        InvalidRequestError
            The walk or the speed is out of reason.
        """
        longest_m, speed = cls.max_m if max_m is None else max_m, speed_m_s
        if not 0 <= longest_m <= MAX_WALK_M:
            raise InvalidRequestError(
                f"The longest walk is {longest_m} m; give 0 to {MAX_WALK_M} m.", field="max_walk_m"
            )
        if speed is None:
            return cls(longest_m)
        low, high = WALK_SPEEDS_M_S
        if not (math.isfinite(speed) and low <= speed <= high):
            raise InvalidRequestError(
                f"A walking speed of {speed} m/s is out of reason; give {low} to {high} m/s "
                "(1.2 is usual).",
                field="walk_speed_m_s",
            )
        return cls(longest_m, round(speed * 1000))


def page_of(cursor: str | None) -> Page | None:
    """Take a cursor back.

    Parameters
    ----------
    cursor : str or None
        As `cursor_of` wrote it; None for the first page.

    Returns
    -------
    Page or None
        The page.

    Raises
    ------
    InvalidRequestError
        No answer ever named it.
    """
    if cursor is None:
        return None
    side, _, at = cursor.partition("-")
    is_whole = at.isascii() and at.isdigit() and len(at) <= 11
    if side not in ("earlier", "later") or not is_whole:
        raise InvalidRequestError(
            "This is no page of journeys; take `earlier` or `later` from the last answer.",
            field="page",
        )
    return Page(int(at), later=side == "later")


def cursor_of(page: Page | None) -> str | None:
    """Write a page as a short text.

    Parameters
    ----------
    page : Page or None
        The page, where there is one.

    Returns
    -------
    str or None
        For the next request, with the same wish.
    """
    return None if page is None else f"{'later' if page.later else 'earlier'}-{page.at_s}"


@dataclass(frozen=True)
class PlanRequest:
    """A wish to travel.

    Parameters
    ----------
    origin, destination : Place
        From where to where.
    time_s : int
        Departure, or arrival with `arrive_by`; UTC epoch seconds.
    arrive_by : bool
        Whether `time_s` is the arrival.
    heads : Heads
        Who travels.
    language : str
        ``ja`` or ``en``.
    walking : Walking
        How far and how fast they walk.
    page : Page or None
        Journeys before or after those of an earlier answer.
    passes : tuple[str, ...]
        Ids of passes and bundles that all of them have.
    via : tuple[Via, ...]
        Places to pass on the way, in order.
    """

    origin: Place
    destination: Place
    time_s: int
    arrive_by: bool
    heads: Heads
    language: str = "ja"
    walking: Walking = Walking()
    page: Page | None = None
    passes: tuple[str, ...] = ()
    via: tuple[Via, ...] = ()
