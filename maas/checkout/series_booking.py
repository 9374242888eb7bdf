"""The worker's part of series: days the booking horizon has reached are planned and booked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from maas.bookings.weekly import active_series, days_of, find_series, settled_days
from maas.checkout.series import settle_day
from maas.checkout.service import BookingRequest, Checkout
from maas.city import City
from maas.clock import Clock, local_date, local_instant
from maas.database import Database
from maas.errors import MaasError, OfferExpiredError, RideGoneError
from maas.offers import Heads, OfferDesk, PlanRequest
from maas.operations import Fleet, Policy
from maas.tables import Series
from routing.journeys import Place

_NOT_YET = frozenset({"booking_not_open"})
_NEAR_S = 3600
"""A ride that leaves further than this from the usual time is none of the series."""


@dataclass
class SeriesBooker:
    """Books what series have due.

    Parameters
    ----------
    database : Database
        The service's truth.
    city : City
        The city.
    fleet : Fleet
        Knows how long before a day is booked.
    desk : OfferDesk
        Makes offers.
    checkout : Checkout
        Books.
    clock : Clock
        The present instant.
    """

    database: Database
    city: City
    fleet: Fleet
    desk: OfferDesk
    checkout: Checkout
    clock: Clock

    def run(self) -> int:
        """Book what is due, each day in a transaction of its own.

        Returns
        -------
        int
            Days booked or refused.
        """
        return sum(self._settle(series_id, day) for series_id, day in self._due())

    def _due(self) -> list[tuple[str, date]]:
        """List the days that are to be booked now.

        Returns
        -------
        list[tuple[str, date]]
            Series and day, the soonest first.
        """
        today = local_date(self.clock(), self.city.timezone)
        due = []
        with self.database.reading() as session:
            for series in active_series(session):
                area = self.fleet.area_of_trip(series.trip_id)
                policy = Policy() if area is None else area.policy
                last = today + timedelta(days=policy.book_ahead_days)
                settled = settled_days(session, series.id)
                days = days_of(series, self.city.holidays)
                due += [(d, series.id) for d in days if today <= d <= last and d not in settled]
        return [(series_id, day) for day, series_id in sorted(due)]

    def _settle(self, series_id: str, day: date) -> int:
        """Book a day, or write down why it cannot be had.

        Parameters
        ----------
        series_id : str
            The series.
        day : date
            The day.

        Returns
        -------
        int
            1 where the day is settled, 0 where it is to be tried again.
        """
        now_s = self.clock()
        with self.database.reading() as session:
            series = find_series(session, series_id)
            wish = self._wish(series, day)
            try:
                plan = self.desk.plan(session, wish, now_s)
                offer, code = _chosen(plan, wish.time_s)
            except MaasError as error:
                offer, code = None, error.code
        if offer is None and code in _NOT_YET:
            return 0
        try:
            return self._write(series_id, day, offer, code, now_s)
        except (RideGoneError, OfferExpiredError):  # somebody was faster: look again next time
            return 0

    def _write(self, series_id: str, day: date, offer: str | None, code: str, now_s: int) -> int:
        """Book a day's offer, or write down that there is none.

        Parameters
        ----------
        series_id : str
            The series.
        day : date
            The day.
        offer : str or None
            The offer.
        code : str
            Why there is none.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        int
            1, or 0 where the day was settled meanwhile.
        """
        with self.database.transaction() as session:
            series = find_series(session, series_id, lock=True)
            if series.state != "active" or day in settled_days(session, series_id):
                return 0
            if offer is None:
                settle_day(session, series, day, "refused", now_s, code=code)
                return 1
            request = BookingRequest(
                offer=offer,
                rider_name=series.rider_name,
                rider_phone=series.rider_phone,
                language=series.language,
                payment=series.payment,
                account_id=series.account_id or "",
                booked_by=series.booked_by,
                note=series.driver_note or "",
            )
            booking = self.checkout.book(session, request, now_s)
            settle_day(session, series, day, "booked", now_s, booking=booking)
        return 1

    def _wish(self, series: Series, day: date) -> PlanRequest:
        """Say what a series wishes on a day.

        Parameters
        ----------
        series : Series
            The series.
        day : date
            The day.

        Returns
        -------
        PlanRequest
            The same ways and party at the same time on the clock.
        """
        wish = series.wish
        there, back = (
            Place(place["name"], place["lat"], place["lon"], place.get("stop_id"))
            for place in (wish["from"], wish["to"])
        )
        return PlanRequest(
            origin=there,
            destination=back,
            time_s=local_instant(f"{day.isoformat()}T{wish['time']}", self.city.timezone),
            arrive_by=False,
            heads=Heads(**wish["party"]),
            language=series.language,
        )


def _chosen(plan: dict[str, Any], time_s: int) -> tuple[str | None, str]:
    """Choose the journey that leaves nearest to the usual time.

    Parameters
    ----------
    plan : dict[str, Any]
        The document of POST /v1/plans.
    time_s : int
        The usual time, UTC epoch seconds.

    Returns
    -------
    tuple[str or None, str]
        Its offer; without one, the code of the reason.
    """

    def apart_s(journey: dict[str, Any]) -> float:
        return abs(datetime.fromisoformat(journey["departure"]).timestamp() - time_s)

    near = [j for j in plan["journeys"] if j["bookable"] and apart_s(j) <= _NEAR_S]
    if near:
        return str(min(near, key=apart_s)["offer"]), ""
    return None, next((refusal["code"] for refusal in plan["refusals"]), "no_ride")
