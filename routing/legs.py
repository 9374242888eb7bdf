"""Journeys from what the search found: legs with places, times and lines on the map."""

from itertools import pairwise

import numpy as np

from routing.days import Runs
from routing.flexible import FlexService, booking_deadline_s
from routing.ground import Ground, Spot
from routing.journeys import CallingPoint, Geometry, Leg, Place, RideLeg, TransitLeg, WalkLeg
from routing.live import LiveTimetable
from routing.live_legs import with_live
from routing.on_demand import RidePromise
from routing.raptor import Boarding, Found, Ride
from routing.shapes import LineCutter


class LegMaker:
    """Makes legs.

    Parameters
    ----------
    ground
        The city.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._cutter = LineCutter(ground.timetable)

    def over(self, ground: Ground) -> "LegMaker":
        """The same for a city with what happens live; lines on the map are shared.

        Parameters
        ----------
        ground
            See `Ground.over`.

        Returns
        -------
        LegMaker
            For its timetable.
        """
        maker = LegMaker(ground)
        maker._cutter = self._cutter.over(ground.timetable)
        return maker

    def transit(self, runs: Runs, found: Found, walk_speed_mm_s: int) -> list[Leg]:
        """All vehicles of a journey and the walks between them.

        Parameters
        ----------
        runs
            What was searched.
        found
            The journey.
        walk_speed_mm_s
            For the walks of changes, millimetres a second.

        Returns
        -------
        list of Leg
            From the first boarding to the last alighting.
        """
        legs: list[Leg] = self._vehicle(runs, found.boardings[0])
        for before, boarding in pairwise(found.boardings):
            here = self.stop_of(runs, before, last=True)
            there = self.stop_of(runs, boarding, last=False)
            legs += self._change(here, there, legs[-1].arrival_s, walk_speed_mm_s)
            legs += self._vehicle(runs, boarding)
        return legs

    def stop_of(self, runs: Runs, boarding: Boarding, last: bool) -> int:
        """Where a vehicle is boarded or left.

        Parameters
        ----------
        runs
            What was searched.
        boarding
            The vehicle.
        last
            Whether to give the stop of alighting.

        Returns
        -------
        int
            Stop number.
        """
        if last:
            at = runs.stop_starts[boarding.last_list] + boarding.alight
        else:
            at = runs.stop_starts[boarding.run_list] + boarding.board
        return int(self._ground.timetable.pattern_stops[at])

    def _vehicle(self, runs: Runs, boarding: Boarding) -> list[Leg]:
        """A leg for each trip that is ridden without leaving the seat."""
        first, *others = boarding.rides(runs.layout)
        return [
            self._ride(runs, first),
            *(self._ride(runs, ride, stays_seated=True) for ride in others),
        ]

    def _ride(self, runs: Runs, ride: Ride, stays_seated: bool = False) -> TransitLeg:
        t = self._ground.timetable
        pattern = int(runs.patterns[ride.run_list])
        zero = runs.origin_s + int(runs.offsets_s[ride.run_list])
        row, trip = int(runs.rows[ride.run]), int(runs.trips[ride.run])
        first_stop = int(runs.stop_starts[ride.run_list])
        ridden = np.arange(ride.board, ride.alight + 1)
        stops = t.pattern_stops[first_stop + ridden]
        columns = (stops, t.arrivals[row + ridden], t.departures[row + ridden])
        board, *between, alight = (
            CallingPoint(t.place(stop), zero + arrival, zero + departure)
            for stop, arrival, departure in zip(*(c.tolist() for c in columns), strict=True)
        )
        leg = TransitLeg(
            origin=board.place,
            destination=alight.place,
            departure_s=board.departure_s,
            arrival_s=alight.arrival_s,
            route=t.routes[int(t.pattern_routes[pattern])],
            trip_id=t.trip_ids[trip],
            headsign=t.trip_headsigns[trip],
            service_day=runs.days[int(runs.day_numbers[ride.run_list])],
            intermediate=tuple(between),
            geometry=self._cutter.between(pattern, ride.board, ride.alight),
            wheelchair=t.takes_wheelchairs(
                trip,
                int(t.pattern_stops[first_stop + ride.board]),
                int(t.pattern_stops[first_stop + ride.alight]),
            ),
            stays_seated=stays_seated,
        )
        return with_live(leg, t, runs, ride) if isinstance(t, LiveTimetable) else leg

    def _change(self, here: int, there: int, at_s: int, walk_speed_mm_s: int) -> list[Leg]:
        if here == there:
            return []
        walk_m = self._ground.changes.walk_between_m(here, there)
        return self.walk(here, there, walk_m, at_s, walk_speed_mm_s)

    def walk(
        self,
        origin: Spot | int,
        target: Spot | int,
        walk_m: int,
        departure_s: int,
        walk_speed_mm_s: int,
    ) -> list[Leg]:
        """A walk, or nothing when it takes no time.

        Parameters
        ----------
        origin, target
            From where to where: places, or stops by number.
        walk_m
            Metres to the search.
        departure_s
            Epoch seconds.
        walk_speed_mm_s
            Millimetres a second.

        Returns
        -------
        list of Leg
            One leg or none.
        """
        if walk_m == 0:
            return []
        arrival_s = departure_s + walking_s(walk_m, walk_speed_mm_s)
        way = self._ground.walks.way(origin, target, walk_m)
        ends = (self._place(origin), self._place(target))
        return [WalkLeg(*ends, departure_s, arrival_s, way.distance_m, way.line)]

    def _place(self, where: Spot | int) -> Place:
        return where.place if isinstance(where, Spot) else self._ground.timetable.place(where)

    def flexible(
        self, service: FlexService, stops: tuple[int, int], promise: RidePromise
    ) -> RideLeg:
        """A ride on demand.

        Parameters
        ----------
        service
            The service.
        stops
            Pickup and drop-off.
        promise
            What the dispatcher promised.

        Returns
        -------
        RideLeg
            From the start of the pickup window to the latest arrival.
        """
        t = self._ground.timetable
        return RideLeg(
            origin=t.place(stops[0]),
            destination=t.place(stops[1]),
            departure_s=promise.pickup_earliest_s,
            arrival_s=promise.arrival_latest_s,
            route=service.route,
            promise=promise,
            booking_deadline_s=booking_deadline_s(service, promise.pickup_earliest_s, t),
            geometry=self._drive_line(*stops),
        )

    def _drive_line(self, origin: int, target: int) -> Geometry:
        t, streets = self._ground.timetable, self._ground.streets
        stops = [origin, target]
        lat, lon = t.stop_lat[stops], t.stop_lon[stops]
        nodes = streets.snap(lat, lon)
        line = streets.drive_path(int(nodes[0]), int(nodes[1]))
        ends = list(zip(lon.tolist(), lat.tolist(), strict=True))
        return (ends[0], *(point for point in line if point not in ends), ends[1])


def walking_s(walk_m: int, walk_speed_mm_s: int) -> int:
    """Time of one walk.

    Parameters
    ----------
    walk_m
        Metres.
    walk_speed_mm_s
        Millimetres a second.

    Returns
    -------
    int
        Seconds, rounded up.
    """
    return -(-walk_m * 1000 // walk_speed_mm_s)
