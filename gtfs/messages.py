"""What happens on the road, as GTFS-Realtime says it: updates of trips, alerts, positions.

Instants are UTC epoch seconds. Nothing here is matched with a timetable: trips and stops are ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeVar

SCHEDULED: Final = "SCHEDULED"
SKIPPED: Final = "SKIPPED"
NO_DATA: Final = "NO_DATA"
NO_SERVICE: Final = "NO_SERVICE"


@dataclass(frozen=True)
class TripDescriptor:
    """Which run is meant.

    Parameters
    ----------
    trip_id, route_id
        Ids in the feed; empty where not said.
    start_time
        Clock time of the first departure, as in stop_times.txt; needed for trips of
        frequencies.txt. Empty where not said.
    start_date
        Service day as ``YYYYMMDD``; empty where not said.
    relationship
        SCHEDULED, ADDED, NEW, UNSCHEDULED, CANCELED, DELETED, REPLACEMENT or DUPLICATED.
    direction_id
        Direction of the line, where said.
    """

    trip_id: str = ""
    route_id: str = ""
    start_time: str = ""
    start_date: str = ""
    relationship: str = SCHEDULED
    direction_id: int | None = None


class StopTimeUpdate(NamedTuple):
    """What is expected at one stop; a tuple, as a city's message holds tens of thousands.

    Parameters
    ----------
    stop_sequence
        As in stop_times.txt; None where not said.
    stop_id
        The stop; empty where not said.
    arrival_s, departure_s
        Expected instants, None where not said.
    arrival_delay_s, departure_delay_s
        Seconds after the timetable, None where not said. An instant counts more than a delay.
    relationship
        SCHEDULED, SKIPPED, NO_DATA or UNSCHEDULED.
    assigned_stop_id
        Platform that is used instead, empty for none.
    """

    stop_sequence: int | None = None
    stop_id: str = ""
    arrival_s: int | None = None
    departure_s: int | None = None
    arrival_delay_s: int | None = None
    departure_delay_s: int | None = None
    relationship: str = SCHEDULED
    assigned_stop_id: str = ""


@dataclass(frozen=True)
class TripUpdate:
    """How a run differs from its timetable.

    Parameters
    ----------
    entity_id
        Id in the message.
    trip
        The run.
    stops
        What is expected, in the order of travel; an update holds until the next one.
    delay_s
        Delay until the first update, seconds; None where not said.
    timestamp_s
        When this was measured; None where not said.
    vehicle_id
        The vehicle, empty where not said.
    new_trip_id, new_start_date, new_start_time, new_headsign
        Of a run that is made by this update; empty where not said.
    """

    entity_id: str
    trip: TripDescriptor
    stops: tuple[StopTimeUpdate, ...] = ()
    delay_s: int | None = None
    timestamp_s: int | None = None
    vehicle_id: str = ""
    new_trip_id: str = ""
    new_start_date: str = ""
    new_start_time: str = ""
    new_headsign: str = ""


@dataclass(frozen=True)
class Touched:
    """What an alert is about; every field that is said must hold.

    Parameters
    ----------
    agency_id, route_id, stop_id
        Ids in the feed; empty where not said.
    route_type
        Kind of line, as in routes.txt; None where not said.
    trip
        A run; None where not said.
    """

    agency_id: str = ""
    route_id: str = ""
    stop_id: str = ""
    route_type: int | None = None
    trip: TripDescriptor | None = None


@dataclass(frozen=True)
class Alert:
    """Something riders should know.

    Parameters
    ----------
    entity_id
        Id in the message.
    touched
        What it is about.
    periods
        From when until when it holds, epoch seconds; 0 for an open end. Empty for always.
    header, description, url
        Texts by language; the language is empty where not said.
    cause, effect, severity
        As GTFS-Realtime names them.
    """

    entity_id: str
    touched: tuple[Touched, ...]
    periods: tuple[tuple[int, int], ...] = ()
    header: tuple[tuple[str, str], ...] = ()
    description: tuple[tuple[str, str], ...] = ()
    url: tuple[tuple[str, str], ...] = ()
    cause: str = "UNKNOWN_CAUSE"
    effect: str = "UNKNOWN_EFFECT"
    severity: str = "UNKNOWN_SEVERITY"

    def holds(self, from_s: int, to_s: int) -> bool:
        """Whether it holds at some moment of a span.

        Parameters
        ----------
        from_s, to_s
            Epoch seconds, both ends included.

        Returns
        -------
        bool
            True without periods.
        """
        spans = self.periods or ((0, 0),)
        return any(start <= to_s and (end == 0 or end > from_s) for start, end in spans)


@dataclass(frozen=True)
class VehiclePosition:
    """Where a vehicle is.

    Parameters
    ----------
    entity_id
        Id in the message.
    vehicle_id
        The vehicle.
    lat, lon
        Degrees, WGS 84.
    timestamp_s
        When it was there; None where not said.
    label
        What is written on it.
    trip
        What it runs; None where not said.
    bearing
        Degrees clockwise from north; None where not said.
    speed_m_s
        Metres a second; None where not said.
    stop_id
        The stop that `status` is about; empty where not said.
    status
        INCOMING_AT, STOPPED_AT or IN_TRANSIT_TO.
    """

    entity_id: str
    vehicle_id: str
    lat: float
    lon: float
    timestamp_s: int | None = None
    label: str = ""
    trip: TripDescriptor | None = None
    bearing: float | None = None
    speed_m_s: float | None = None
    stop_id: str = ""
    status: str = "IN_TRANSIT_TO"


_Entity = TypeVar("_Entity", TripUpdate, Alert, VehiclePosition)


@dataclass(frozen=True)
class RealtimeMessage:
    """One message of a feed.

    Parameters
    ----------
    timestamp_s
        When it was made; 0 where not said.
    updates, alerts, vehicles
        Its content.
    is_differential
        Whether it only says what changed since the message before.
    deleted
        Entities that a differential message withdraws.
    version
        Of GTFS-Realtime.
    """

    timestamp_s: int
    updates: tuple[TripUpdate, ...] = ()
    alerts: tuple[Alert, ...] = ()
    vehicles: tuple[VehiclePosition, ...] = ()
    is_differential: bool = False
    deleted: frozenset[str] = frozenset()
    version: str = "2.0"

    def after(self, before: "RealtimeMessage | None") -> "RealtimeMessage":
        """The whole state once this message has come.

        Parameters
        ----------
        before
            The whole state until then; None for none.

        Returns
        -------
        RealtimeMessage
            This message itself, or for a differential one the state with its changes.
        """
        if not self.is_differential:
            return self
        old = before or RealtimeMessage(0)
        return replace(
            self,
            updates=self._joined(old.updates, self.updates),
            alerts=self._joined(old.alerts, self.alerts),
            vehicles=self._joined(old.vehicles, self.vehicles),
            is_differential=False,
            deleted=frozenset(),
        )

    def _joined(self, old: Iterable[_Entity], new: Iterable[_Entity]) -> tuple[_Entity, ...]:
        found = {entity.entity_id: entity for entity in old}
        found |= {entity.entity_id: entity for entity in new}
        return tuple(entity for key, entity in found.items() if key not in self.deleted)
