"""Rides that come back every week: begun from a booking, skipped for a day, ended for good.

A series promises nothing by itself. When the booking horizon of its area reaches a day, the worker
plans and books it like any rider (`maas.checkout.series_booking`); that booking has a promise of
its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maas.bookings import State, find_booking
from maas.bookings.weekly import check_pattern, days_of, find_series, settled_days
from maas.checkout.changes import Changes, standing
from maas.checkout.costs import Cost
from maas.city import City
from maas.clock import local_date
from maas.database import Session
from maas.errors import (
    InvalidRequestError,
    NotBookableError,
    NotCancellableError,
    NotFoundError,
    SeriesEndedError,
)
from maas.ids import new_id
from maas.tables import Booking, Series, SeriesDay
from maas.tables.outbox import record


@dataclass(frozen=True)
class Pattern:
    """On which days a ride comes back.

    Parameters
    ----------
    weekdays : tuple[int, ...]
        0 for Monday to 6 for Sunday.
    until : date
        Last day.
    except_on : tuple[date, ...]
        Days without a ride.
    on_holidays : bool
        Whether it takes place on public holidays too.
    """

    weekdays: tuple[int, ...]
    until: date
    except_on: tuple[date, ...] = ()
    on_holidays: bool = False


@dataclass(frozen=True)
class SeriesDesk:
    """Begins and ends series.

    Parameters
    ----------
    city : City
        Knows the public holidays.
    changes : Changes
        Cancels bookings.
    """

    city: City
    changes: Changes

    def begin(self, session: Session, booking_id: str, pattern: Pattern, now_s: int) -> Series:
        """Let a booked ride come back.

        Parameters
        ----------
        session : Session
            A writing session.
        booking_id : str
            The booking, which is the first of the series.
        pattern : Pattern
            On which days.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Series
            Active.

        Raises
        ------
        NotFoundError
            There is no such booking.
        NotBookableError
            The booking does not stand.
        InvalidRequestError
            The pattern makes no sense.
        """
        booking = find_booking(session, booking_id, lock=True)
        rides = [ride for ride in standing(session, booking_id) if ride.state == "planned"]
        if booking.state != State.CONFIRMED or not rides:
            raise NotBookableError("Only a ride that is booked and still to come can come back.")
        first = date.fromisoformat(booking.journey["departure"][:10])
        check_pattern(pattern.weekdays, first, pattern.until)
        legs = booking.journey["legs"]
        series = Series(
            id=new_id("ser"),
            created_s=now_s,
            trip_id=rides[0].trip_id,
            wish={
                "from": legs[0]["from"],
                "to": legs[-1]["to"],
                "time": booking.journey["departure"][11:16],
                "party": booking.party,
            },
            rider_name=booking.rider_name,
            rider_phone=booking.rider_phone,
            driver_note=booking.driver_note,
            language=booking.language,
            payment=booking.payment,
            account_id=booking.account_id,
            booked_by=booking.booked_by,
            weekdays=sorted(set(pattern.weekdays)),
            first=first,
            until=pattern.until,
            except_on=sorted({day.isoformat() for day in pattern.except_on}),
            on_holidays=pattern.on_holidays,
        )
        session.add(series)
        session.flush()
        settle_day(session, series, first, "booked", now_s, booking=booking)
        return series

    def skip(
        self, session: Session, series_id: str, day: date, now_s: int, fee_minor: int | None = None
    ) -> Series:
        """Leave a day out; where it is booked already, the booking is cancelled.

        Parameters
        ----------
        session : Session
            A writing session.
        series_id : str
            The series.
        day : date
            The day.
        now_s : int
            The instant, UTC epoch seconds.
        fee_minor : int or None
            The fee for cancelling that was shown, minor units; None where nobody was shown any.

        Returns
        -------
        Series
            Without that day.

        Raises
        ------
        NotFoundError
            There is no such series.
        SeriesEndedError
            It has ended.
        InvalidRequestError
            No ride is due on that day.
        NotCancellableError
            The ride of that day has begun.
        """
        series = self._going_on(session, series_id)
        settled = settled_days(session, series_id).get(day)
        if settled is None and day not in days_of(series, self.city.holidays):
            raise InvalidRequestError(
                f"There is no ride of this series on {day}; choose one of its days.", field="day"
            )
        if settled is None:
            settle_day(session, series, day, "skipped", now_s)
        elif settled.state != "skipped":
            if settled.booking_id is not None:
                self.changes.cancel(session, settled.booking_id, now_s, fee_minor)
            settled.state = "skipped"
            record(session, f"series:{series_id}", "series_day_skipped", now_s, day=day.isoformat())
        return series

    def cost_of_ending(self, session: Session, series_id: str, now_s: int) -> Cost:
        """Tell what cancelling all the rest costs now.

        Parameters
        ----------
        session : Session
            Any session.
        series_id : str
            The series.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Cost
            The costs of all bookings that would be cancelled.
        """
        series = find_series(session, series_id)
        costs = [cost for _, cost in self._ahead(session, series_id, now_s)]
        codes = dict.fromkeys(code for cost in costs for code in cost.consequences)
        if any(cost.fee_minor for cost in costs):
            codes.pop("free_of_charge", None)
        return Cost(
            sum(cost.fee_minor for cost in costs),
            self.city.currency,
            min((cost.free_until_s for cost in costs), default=now_s),
            ("series_ends", *codes) if series.state == "active" else tuple(codes),
        )

    def end(
        self, session: Session, series_id: str, now_s: int, fee_minor: int | None = None
    ) -> Series:
        """Cancel all the rest: the series, and its bookings still to come.

        Parameters
        ----------
        session : Session
            A writing session.
        series_id : str
            The series.
        now_s : int
            The instant, UTC epoch seconds.
        fee_minor : int or None
            The fee that was shown, minor units; None where nobody was shown any.

        Returns
        -------
        Series
            Ended; rides that have begun go on.

        Raises
        ------
        NotFoundError
            There is no such series.
        CostChangedError
            It costs something else than was shown.
        """
        series = find_series(session, series_id, lock=True)
        if series.state == "ended":
            return series
        self.cost_of_ending(session, series_id, now_s).accept(fee_minor)
        series.state = "ended"
        for booking_id, _ in self._ahead(session, series_id, now_s):
            self.changes.cancel(session, booking_id, now_s)
        record(session, f"series:{series_id}", "series_ended", now_s)
        return series

    def document(self, session: Session, series: Series, now_s: int) -> dict[str, Any]:
        """Write a series with all its days.

        Parameters
        ----------
        session : Session
            Any session.
        series : Series
            The series.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            The document of GET /v1/series/{id}.
        """
        settled = settled_days(session, series.id)
        today = local_date(now_s, self.city.timezone)
        ahead = [day for day in days_of(series, self.city.holidays) if day >= today]
        days = sorted(settled.keys() | (set(ahead) if series.state == "active" else set()))
        return {
            "id": series.id,
            "state": series.state,
            "weekdays": series.weekdays,
            "first": series.first.isoformat(),
            "until": series.until.isoformat(),
            "time": series.wish["time"],
            "on_holidays": series.on_holidays,
            "days": [_day(day, settled.get(day)) for day in days],
        }

    def _going_on(self, session: Session, series_id: str) -> Series:
        """Read a series that has not ended, and lock it.

        Parameters
        ----------
        session : Session
            A writing session.
        series_id : str
            The series.

        Returns
        -------
        Series
            The series.
        """
        series = find_series(session, series_id, lock=True)
        if series.state != "active":
            raise SeriesEndedError("These rides have been cancelled; book anew to begin again.")
        return series

    def _ahead(self, session: Session, series_id: str, now_s: int) -> Sequence[tuple[str, Cost]]:
        """List the bookings of a series that can still be cancelled, with the cost.

        Parameters
        ----------
        session : Session
            Any session.
        series_id : str
            The series.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Sequence[tuple[str, Cost]]
            Booking and cost, the soonest first.
        """
        found = []
        for _, row in sorted(settled_days(session, series_id).items()):
            if row.state == "booked" and row.booking_id is not None:
                try:
                    cost = self.changes.cost_of_cancelling(session, row.booking_id, now_s)
                except (NotCancellableError, NotFoundError):
                    continue
                found.append((row.booking_id, cost))
        return found


def settle_day(
    session: Session,
    series: Series,
    day: date,
    state: str,
    now_s: int,
    *,
    booking: Booking | None = None,
    code: str = "",
) -> None:
    """Write down what became of a day, and tell the rider.

    Parameters
    ----------
    session : Session
        A writing session that holds the series' row.
    series : Series
        The series.
    day : date
        The day.
    state : str
        ``booked``, ``refused`` or ``skipped``.
    now_s : int
        The instant, UTC epoch seconds.
    booking : Booking or None
        The booking of the day.
    code : str
        Why it is refused.
    """
    booking_id = booking.id if booking else None
    session.add(
        SeriesDay(
            id=new_id("sday"),
            series_id=series.id,
            day=day,
            state=state,
            booking_id=booking_id,
            code=code,
        )
    )
    record(
        session,
        f"series:{series.id}",
        f"series_day_{state}",
        now_s,
        day=day.isoformat(),
        booking_id=booking_id,
        code=code,
    )


def _day(day: date, row: SeriesDay | None) -> dict[str, Any]:
    """Write a day of a series.

    Parameters
    ----------
    day : date
        The day.
    row : SeriesDay or None
        What became of it; None while it is to come.

    Returns
    -------
    dict[str, Any]
        Day, state, booking and reason.
    """
    return {
        "day": day.isoformat(),
        "state": "planned" if row is None else row.state,
        "booking_id": None if row is None else row.booking_id,
        "code": (row.code or None) if row else None,
    }
