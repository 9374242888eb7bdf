"""Connections of rides to buses and trains: remembered when booked, looked after by the worker."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from maas.clock import Clock
from maas.database import Database, Session
from maas.ids import new_id
from maas.operations import FEEDS, ONWARD, Area, lock_area, lose, move_with, open_connections
from maas.tables import Ride, RideConnection
from routing.live import LiveTimetable
from routing.live_calls import expected_call_s

_STEP_S = 60
"""A bus that is later by less than this than the promise takes it to be is left at that."""

_AHEAD_S = 6 * 3600
_BEHIND_S = 2 * 3600

_ON_FOOT = ("WALK", "ON_DEMAND")


def connect(session: Session, ride: Ride, legs: Sequence[Mapping[str, Any]]) -> None:
    """Remember the bus a ride waits for, and the one it must make.

    Parameters
    ----------
    session : Session
        A writing session.
    ride : Ride
        The ride.
    legs : Sequence[Mapping[str, Any]]
        The legs of its journey, as offered.
    """
    before = next((leg for leg in reversed(legs[: ride.leg]) if leg["mode"] != "WALK"), None)
    after = next((leg for leg in legs[ride.leg + 1 :] if leg["mode"] != "WALK"), None)
    for kind, leg, end, instant in (
        (FEEDS, before, "to", "arrival"),
        (ONWARD, after, "from", "departure"),
    ):
        if leg is None or leg["mode"] in _ON_FOOT or not leg[end].get("stop_id"):
            continue
        session.add(
            RideConnection(
                id=new_id("con"),
                ride_id=ride.id,
                kind=kind,
                trip_id=leg["trip_id"],
                service_day=date.fromisoformat(leg["service_day"]),
                stop_id=leg[end]["stop_id"],
                planned_s=int(datetime.fromisoformat(leg[instant]).timestamp()),
            )
        )


@dataclass
class Follower:
    """Lets the rides of an area follow the buses and trains they are tied to.

    Parameters
    ----------
    database : Database
        The service's truth.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    live : Callable
        Gives the timetable with what happens on the road; None where nothing is known.
    clock : Clock
        The present instant.
    """

    database: Database
    area: Area
    zone: ZoneInfo
    live: Callable[[], LiveTimetable | None]
    clock: Clock

    def run(self) -> int:
        """Look once; locks nothing where all buses are as the promises take them to be.

        Returns
        -------
        int
            Connections that changed.
        """
        live = self.live()
        if live is None:
            return 0
        with self.database.reading() as session:
            due = [connection.id for connection, _, _ in self._changed(session, live)]
        if not due:
            return 0
        with self.database.transaction() as session:
            lock_area(session, self.area.id)
            now_s, count = self.clock(), 0
            for connection, ride, late_s in self._changed(session, live):
                count += 1
                if late_s is None:
                    lose(session, connection, ride, now_s)
                else:
                    move_with(session, self.area, self.zone, connection, ride, late_s, now_s)
        return count

    def _changed(
        self, session: Session, live: LiveTimetable
    ) -> list[tuple[RideConnection, Ride, int | None]]:
        """List the connections whose bus is not as their promise takes it to be.

        Parameters
        ----------
        session : Session
            Any session.
        live : LiveTimetable
            What happens.

        Returns
        -------
        list[tuple[RideConnection, Ride, int or None]]
            Connection, ride, and how late the bus is; None where it does not come.
        """
        now_s = self.clock()
        changed: list[tuple[RideConnection, Ride, int | None]] = []
        for one, ride in open_connections(
            session, self.area.id, now_s - _BEHIND_S, now_s + _AHEAD_S
        ):
            expected_s = expected_call_s(
                live,
                one.trip_id,
                one.service_day,
                one.stop_id,
                one.planned_s,
                leaves=one.kind == ONWARD,
            )
            late_s = None if expected_s is None else max(0, expected_s - one.planned_s)
            if late_s is None or abs(late_s - one.late_s) >= _STEP_S:
                changed.append((one, ride, late_s))
        return changed
