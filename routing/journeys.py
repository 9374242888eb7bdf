"""Journeys as people read them: places, legs, times. All instants are UTC epoch seconds."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from gtfs.messages import Alert
from routing.on_demand import RidePromise

ON_DEMAND: Final = "ON_DEMAND"
WALK: Final = "WALK"
"""Mode of a `WalkLeg`; every other leg carries its mode in `RouteInfo.mode`."""

Geometry = tuple[tuple[float, float], ...]
"""A line as (longitude, latitude) pairs in degrees, WGS 84."""


@dataclass(frozen=True)
class Place:
    """A point of the city.

    Parameters
    ----------
    name
        Name to show; empty for a bare coordinate.
    lat, lon
        Degrees, WGS 84.
    stop_id
        The stop or station this place is, when it is one.
    platform
        Its platform or bay, as signs say it; empty when it has none.
    """

    name: str
    lat: float
    lon: float
    stop_id: str | None = None
    platform: str = ""


@dataclass(frozen=True)
class RouteInfo:
    """A line, as riders know it.

    Parameters
    ----------
    route_id
        Id in the feed.
    short_name, long_name
        Names; one of them may be empty.
    color, text_color
        Six hexadecimal digits without #; empty when the feed gives none.
    agency_name
        Who runs it.
    mode
        BUS, RAIL, TRAM, SUBWAY, FERRY, ... or ON_DEMAND.
    agency_id
        Its agency's id in the feed.
    """

    route_id: str
    short_name: str
    long_name: str
    color: str
    text_color: str
    agency_name: str
    mode: str
    agency_id: str = ""


@dataclass(frozen=True)
class WalkLeg:
    """A walk along the streets.

    Parameters
    ----------
    origin, destination
        Where it starts and ends.
    departure_s, arrival_s
        Epoch seconds.
    distance_m
        Length, metres.
    geometry
        The path.
    """

    origin: Place
    destination: Place
    departure_s: int
    arrival_s: int
    distance_m: int
    geometry: Geometry

    @property
    def mode(self) -> str:
        """WALK."""
        return WALK


@dataclass(frozen=True)
class CallingPoint:
    """A stop that a vehicle calls at on the way.

    Parameters
    ----------
    place
        The stop.
    arrival_s, departure_s
        Epoch seconds.
    """

    place: Place
    arrival_s: int
    departure_s: int


@dataclass(frozen=True)
class TransitLeg:
    """A ride on a bus, train or ferry with a timetable.

    Parameters
    ----------
    origin, destination
        Stops of boarding and alighting.
    departure_s, arrival_s
        Epoch seconds.
    route
        The line.
    trip_id
        The run.
    headsign
        Where the vehicle says it goes.
    service_day
        The service day of the run, which may be the day before the departure's.
    intermediate
        Stops called at between origin and destination.
    geometry
        The path of the vehicle.
    wheelchair
        Whether vehicle and both stops take wheelchairs; None when one of them does not say.
    scheduled_departure_s, scheduled_arrival_s
        By the fixed timetable, epoch seconds; None where nothing live is known, or where a run
        stands in no timetable.
    realtime
        Whether departure or arrival is what is expected on the road.
    alerts
        What riders should know about the line, the run or one of both stops.
    stays_seated
        Whether riders come with the vehicle from the leg before, without leaving their seats.
    """

    origin: Place
    destination: Place
    departure_s: int
    arrival_s: int
    route: RouteInfo
    trip_id: str
    headsign: str
    service_day: date
    intermediate: tuple[CallingPoint, ...]
    geometry: Geometry
    wheelchair: bool | None = None
    scheduled_departure_s: int | None = None
    scheduled_arrival_s: int | None = None
    realtime: bool = False
    alerts: tuple[Alert, ...] = ()
    stays_seated: bool = False

    @property
    def mode(self) -> str:
        """Mode of the line."""
        return self.route.mode

    @property
    def delay_s(self) -> int | None:
        """Seconds by which it leaves late, negative when early; None where nothing is known."""
        if not self.realtime or self.scheduled_departure_s is None:
            return None
        return self.departure_s - self.scheduled_departure_s


@dataclass(frozen=True)
class RideLeg:
    """A shared ride on demand, with the dispatcher's promise.

    Parameters
    ----------
    origin, destination
        Stops of pickup and drop-off.
    departure_s
        Start of the promised pickup window, epoch seconds.
    arrival_s
        Latest promised arrival, epoch seconds.
    route
        The service; its mode is ON_DEMAND.
    promise
        What the dispatcher promised, with the request it answered.
    booking_deadline_s
        Latest instant to book, epoch seconds.
    geometry
        The direct way; the vehicle may take another.
    """

    origin: Place
    destination: Place
    departure_s: int
    arrival_s: int
    route: RouteInfo
    promise: RidePromise
    booking_deadline_s: int
    geometry: Geometry

    @property
    def mode(self) -> str:
        """ON_DEMAND."""
        return ON_DEMAND


Leg = WalkLeg | TransitLeg | RideLeg


@dataclass(frozen=True)
class Connection:
    """A change from one vehicle to the next.

    Parameters
    ----------
    at
        Where the next vehicle is boarded.
    margin_s
        Seconds between standing there and its departure. Of a ride on demand the promise counts:
        its latest arrival before, the start of its pickup window after.
    """

    at: Place
    margin_s: int


@dataclass(frozen=True)
class Journey:
    """A way from door to door.

    Parameters
    ----------
    legs
        At least one, in order of travel.
    """

    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError("a journey needs at least one leg")

    @property
    def departure_s(self) -> int:
        """Epoch seconds at which the journey starts."""
        return self.legs[0].departure_s

    @property
    def arrival_s(self) -> int:
        """Epoch seconds at which the journey is over at the latest."""
        return self.legs[-1].arrival_s

    @property
    def transfers(self) -> int:
        """Changes between vehicles; 0 for a walk."""
        return max(0, len(self._boarded) - 1)

    @property
    def _boarded(self) -> list[int]:
        """Places of the legs that begin with getting on a vehicle."""
        return [
            place
            for place, leg in enumerate(self.legs)
            if not (isinstance(leg, WalkLeg) or (isinstance(leg, TransitLeg) and leg.stays_seated))
        ]

    @property
    def walk_m(self) -> int:
        """Metres walked."""
        return sum(leg.distance_m for leg in self.legs if isinstance(leg, WalkLeg))

    @property
    def rides(self) -> tuple[RideLeg, ...]:
        """The legs on demand, in order of travel."""
        return tuple(leg for leg in self.legs if isinstance(leg, RideLeg))

    @property
    def weakest_connection(self) -> Connection | None:
        """The change with the least margin, the first of equals; None without a change."""
        changes = []
        for after in self._boarded[1:]:
            # The leg before is the vehicle, or the walk that starts when it is left.
            leg, ready_s = self.legs[after], self.legs[after - 1].arrival_s
            changes.append(Connection(leg.origin, leg.departure_s - ready_s))
        return min(changes, key=lambda change: change.margin_s, default=None)
