"""What a party could take instead of a ride that is refused: sooner, later, or from another stop.

The dispatcher names the nearest requests that fit; each is then planned as a whole journey, so that
what is told has a price and an offer that books it.
"""

import math
from dataclasses import dataclass, replace

from dispatch.alternatives import Alternative as Other
from maas.city import City
from maas.database import Session
from maas.errors import MaasError
from maas.offers.choosing import Priced
from maas.offers.request import PlanRequest
from maas.offers.search import JourneySearch
from maas.operations import Dispatcher, Fleet, NearbyStop
from routing.errors import RoutingError
from routing.journeys import Place
from routing.on_demand import RidePromise, RideRequest

EARLIER, LATER, OTHER_STOP = "earlier", "later", "other_stop"

NO_SEAT = frozenset(
    {
        "no_capacity",
        "no_wheelchair_place",
        "no_child_seat",
        "no_vehicle_in_shift",
        "window_too_tight",
        "max_ride_exceeded",
        "out_of_range",
        "plan_infeasible",
    }
)
"""Refusals after which another time or another stop may do."""

NEAR_S = 3600
"""A ride that is no farther off than this is an answer to what was asked."""

_MOST_NEARBY = 3
"""Other stops looked at, at each end."""

_DETOUR = 1.3
_EARTH_M = 6_371_000.0
_MILLI = 1000


@dataclass(frozen=True)
class Alternative:
    """A journey with another ride.

    Parameters
    ----------
    kind : str
        ``earlier``, ``later`` or ``other_stop``.
    walk_m : int
        Estimated walk between the stops asked for and those of this ride, metres.
    ride : RidePromise
        The ride.
    request : PlanRequest
        The wish it answers.
    priced : tuple[Journey, Price | None]
        The journey.
    """

    kind: str
    walk_m: int
    ride: RidePromise
    request: PlanRequest
    priced: Priced


class Alternatives:
    """Looks for what could be had instead.

    Parameters
    ----------
    city : City
        The city.
    fleet : Fleet
        Its on-demand areas.
    search : JourneySearch
        Finds journeys in it.
    """

    def __init__(self, city: City, fleet: Fleet, search: JourneySearch) -> None:
        self._city = city
        self._fleet = fleet
        self._search = search

    def find(
        self, session: Session, request: PlanRequest, ride: RideRequest, now_s: int
    ) -> list[Alternative]:
        """Find the nearest bookable journeys instead of one whose ride was refused.

        Parameters
        ----------
        session : Session
            A reading session: the live plans of the fleet.
        request : PlanRequest
            The wish.
        ride : RideRequest
            The ride that was refused.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        list[Alternative]
            At most one of each kind, each another ride; empty where none can be booked.
        """
        dispatcher = Dispatcher(session, self._fleet, now_s, self._city.timezone)
        pickups = self._nearby(ride, ride.from_stop_id, request)
        dropoffs = self._nearby(ride, ride.to_stop_id, request)
        found: list[Alternative] = []
        for other in dispatcher.alternatives(ride, pickups, dropoffs):
            kind = _kind(other)
            wish = self._wish(request, ride, dispatcher.stops_of(ride, other), other)
            booked = self._planned(session, wish, ride, kind, now_s)
            rides = {one.ride.request for one in found}
            if booked is not None and booked[0].request not in rides:
                walk_m = other.walk_s * request.walking.speed_mm_s // _MILLI
                found.append(Alternative(kind, walk_m, *booked))
        return found

    def _wish(
        self, request: PlanRequest, ride: RideRequest, stops: tuple[str, str], other: Other
    ) -> PlanRequest:
        """Word the wish that another ride answers.

        Parameters
        ----------
        request : PlanRequest
            The wish whose ride was refused.
        ride : RideRequest
            That ride.
        stops : tuple[str, str]
            Where the other ride begins and ends.
        other : dispatch.alternatives.Alternative
            The other ride.

        Returns
        -------
        PlanRequest
            At another time; or from the other stop on, after the walk there.
        """
        pickup, dropoff = stops
        wish = replace(request, time_s=request.time_s + other.moved_s, page=None)
        if pickup != ride.from_stop_id:
            ready_s = ride.earliest_pickup_s + other.walk_s
            wish = replace(wish, origin=self._place(pickup, request), via=())
            if not request.arrive_by:
                wish = replace(wish, time_s=ready_s)
        if dropoff != ride.to_stop_id:
            wish = replace(wish, destination=self._place(dropoff, request), via=())
        return wish

    def _planned(
        self, session: Session, wish: PlanRequest, ride: RideRequest, kind: str, now_s: int
    ) -> tuple[RidePromise, PlanRequest, Priced] | None:
        """Plan a wish, and take the journey with the ride nearest to the one that was refused.

        Parameters
        ----------
        session : Session
            A reading session.
        wish : PlanRequest
            The wish.
        ride : RideRequest
            The ride that was refused.
        kind : str
            In which way another one is looked for.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        tuple[RidePromise, PlanRequest, tuple[Journey, Price | None]] or None
            The ride, the wish and the journey; None where there is no such ride.
        """
        if wish.time_s < now_s:
            return None
        try:
            answer = self._search.find(session, wish, now_s)
        except (MaasError, RoutingError):  # the day before the timetable, a stop outside, ...
            return None
        asked_s = ride.earliest_pickup_s
        fitting = [
            (leg.promise, priced)
            for priced in answer.kept
            for leg in priced[0].rides
            if priced[1] is not None
            and leg.promise.request.trip_id == ride.trip_id
            and is_near(leg.promise, ride)
            and (kind != EARLIER or leg.promise.pickup_earliest_s < asked_s)
            and (kind != LATER or leg.promise.pickup_earliest_s > asked_s)
        ]
        if not fitting:
            return None
        promise, priced = min(fitting, key=lambda one: abs(one[0].pickup_earliest_s - asked_s))
        return promise, wish, priced

    def _nearby(self, ride: RideRequest, stop_id: str, request: PlanRequest) -> list[NearbyStop]:
        """List the stops of a ride's service that lie within the walk a party takes upon itself.

        Parameters
        ----------
        ride : RideRequest
            The ride.
        stop_id : str
            The stop it would begin or end at.
        request : PlanRequest
            The wish: how far and how fast they walk.

        Returns
        -------
        list[NearbyStop]
            The nearest ones. None for who travels in a wheelchair: that the way there has no
            steps is not known.
        """
        trip = next((t for t in self._city.flex_trips if t.trip_id == ride.trip_id), None)
        if trip is None or request.heads.wheelchairs:
            return []
        here = self._place(stop_id, request)
        far_m = {
            other: round(_metres(here, self._place(other, request)) * _DETOUR)
            for other in trip.stop_ids
            if other not in {ride.from_stop_id, ride.to_stop_id}
        }
        near = sorted((m, other) for other, m in far_m.items() if m <= request.walking.max_m)
        speed = request.walking.speed_mm_s
        return [NearbyStop(other, -(-m * _MILLI // speed)) for m, other in near[:_MOST_NEARBY]]

    def _place(self, stop_id: str, request: PlanRequest) -> Place:
        """Find a stop.

        Parameters
        ----------
        stop_id : str
            The stop.
        request : PlanRequest
            The wish: its language.

        Returns
        -------
        Place
            The stop.
        """
        return self._city.gazetteer.resolve(stop_id, request.language)


def is_near(promise: RidePromise, asked: RideRequest) -> bool:
    """Tell whether a ride answers what was asked: not one of the next morning for this evening.

    Parameters
    ----------
    promise : RidePromise
        The ride.
    asked : RideRequest
        What was asked.

    Returns
    -------
    bool
        True when it begins at most an hour before or after.
    """
    return abs(promise.pickup_earliest_s - asked.earliest_pickup_s) <= NEAR_S


def _kind(other: Other) -> str:
    """Name in which way another ride differs.

    Parameters
    ----------
    other : dispatch.alternatives.Alternative
        The ride.

    Returns
    -------
    str
        ``earlier``, ``later`` or ``other_stop``.
    """
    if other.moved_s:
        return EARLIER if other.moved_s < 0 else LATER
    return OTHER_STOP


def _metres(one: Place, other: Place) -> float:
    """Measure how far two places are apart, as the crow flies.

    Parameters
    ----------
    one, other : Place
        The places.

    Returns
    -------
    float
        Metres (equirectangular: exact enough within a walk).
    """
    north = math.radians(other.lat - one.lat)
    east = math.radians(other.lon - one.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
    return _EARTH_M * math.hypot(north, east)
