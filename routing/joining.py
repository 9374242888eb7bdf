"""Rides joined to lines: what is asked of the port for a journey, and the journey with its answer.

A connection holds by what is promised: a ride to a line arrives at the latest `MARGIN_S` and the
walk before it leaves, a ride from a line is not asked for before the walk and `MARGIN_S` after it.
"""

from dataclasses import dataclass

from routing.asking import Asking, Option
from routing.ground import Ground
from routing.journeys import Journey, Leg
from routing.legs import LegMaker
from routing.lines import MAX_WAIT_S, Span
from routing.on_demand import RidePromise
from routing.pareto import Criteria
from routing.raptor import Found
from routing.rides import MARGIN_S


@dataclass(frozen=True, eq=False)
class Candidate:
    """A journey with rides that the port has not promised yet.

    Parameters
    ----------
    criteria
        As hoped for.
    found
        Its lines; with a middle ride those up to it.
    before, after
        Rides to the first line and from the last one; None for a walk.
    middle, onward
        The ride between two lines, and the lines behind it; None without one.
    """

    criteria: Criteria
    found: Found
    before: Option | None = None
    after: Option | None = None
    middle: Option | None = None
    onward: Found | None = None


class Joiner:
    """Asks for the rides of a candidate, and makes its journey.

    Parameters
    ----------
    ground
        The city.
    legs
        Makes legs.
    """

    def __init__(self, ground: Ground, legs: LegMaker) -> None:
        self._ground = ground
        self._legs = legs

    def journeys(self, asking: Asking, span: Span, candidate: Candidate) -> list[Journey]:
        """The candidate with the promises of its rides.

        Parameters
        ----------
        asking
            The plan.
        span
            What was searched.
        candidate
            The journey as hoped for.

        Returns
        -------
        list of Journey
            One; none when a ride is refused.
        """
        query = asking.query
        lines = self._legs.transit(span.runs, candidate.found, query.walk_speed_mm_s)
        head = self._walk_to(asking, span, candidate.found, lines)
        promises: tuple[RidePromise, ...] = ()
        if candidate.before is not None:
            leave_s = candidate.found.departure_s + span.runs.origin_s
            promise = self._ask_before(asking, candidate.before, leave_s, lines)
            if promise is None:
                return []
            head, promises = self._ride_to(asking, candidate.before, promise), (promise,)
        if candidate.middle is not None and candidate.onward is not None:
            onward = self._legs.transit(span.runs, candidate.onward, query.walk_speed_mm_s)
            between = self._middle(asking, candidate.middle, lines, onward)
            tail = self._walk_from(asking, span, candidate.onward, onward)
            return [Journey((*head, *lines, *between, *onward, *tail))] if between else []
        tail = self._walk_from(asking, span, candidate.found, lines)
        if candidate.after is not None:
            promise = self._ask_after(asking, candidate.after, lines, promises)
            if promise is None:
                return []
            tail = self._ride_from(asking, candidate.after, promise, lines)
        return [Journey((*head, *lines, *tail))]

    def all_the_way(
        self, asking: Asking, option: Option, promise: RidePromise, walks_s: tuple[int, int]
    ) -> Journey:
        """A ride from around the origin to around the destination.

        Parameters
        ----------
        asking
            The plan.
        option
            The ride.
        promise
            Its promise.
        walks_s
            Walks to the pickup and from the drop-off, seconds.

        Returns
        -------
        Journey
            From door to door.
        """
        speed = asking.query.walk_speed_mm_s
        ride = self._legs.flexible(option.service, (option.pickup, option.dropoff), promise)
        start_s = ride.departure_s - walks_s[0]
        before = self._legs.walk(asking.origin, option.pickup, option.walk_to_m, start_s, speed)
        after = self._legs.walk(
            option.dropoff, asking.destination, option.walk_from_m, ride.arrival_s, speed
        )
        return Journey((*before, ride, *after))

    def _walk_to(self, asking: Asking, span: Span, found: Found, lines: list[Leg]) -> list[Leg]:
        stop = self._legs.stop_of(span.runs, found.boardings[0], last=False)
        walk_m = int(asking.origin.walk_m[stop])
        start_s = lines[0].departure_s - asking.walking_s(walk_m)
        speed = asking.query.walk_speed_mm_s
        return self._legs.walk(asking.origin, stop, walk_m, start_s, speed)

    def _walk_from(self, asking: Asking, span: Span, found: Found, lines: list[Leg]) -> list[Leg]:
        stop = self._legs.stop_of(span.runs, found.boardings[-1], last=True)
        walk_m = int(asking.destination.walk_m[stop])
        speed = asking.query.walk_speed_mm_s
        return self._legs.walk(stop, asking.destination, walk_m, lines[-1].arrival_s, speed)

    def _ask_before(
        self, asking: Asking, option: Option, leave_s: int, lines: list[Leg]
    ) -> RidePromise | None:
        latest_s = lines[0].departure_s - MARGIN_S - asking.walking_s(option.walk_from_m)
        if leave_s + MAX_WAIT_S < latest_s:  # the service ends long before the line begins
            return None
        pickup_s = leave_s + asking.walking_s(option.walk_to_m)
        # People remember whole minutes; the window may begin a little earlier, never too early.
        earliest_s = max(option.opens_s, pickup_s - pickup_s % 60)
        return asking.check(option, earliest_s, latest_s)

    def _ask_after(
        self,
        asking: Asking,
        option: Option,
        lines: list[Leg],
        promises: tuple[RidePromise, ...],
    ) -> RidePromise | None:
        query = asking.query
        ready_s = lines[-1].arrival_s + MARGIN_S + asking.walking_s(option.walk_to_m)
        latest_s = query.time_s - asking.walking_s(option.walk_from_m) if query.arrive_by else None
        earliest_s = asking.first_opening(option, ready_s, MAX_WAIT_S, bool(promises))
        if earliest_s is None:
            return None
        promise = asking.check(option, earliest_s, latest_s)
        if promise is None or not promises:
            return promise
        return asking.check(option, earliest_s, latest_s, promises)

    def _middle(
        self, asking: Asking, option: Option, lines: list[Leg], onward: list[Leg]
    ) -> list[Leg]:
        ready_s = lines[-1].arrival_s + MARGIN_S + asking.walking_s(option.walk_to_m)
        latest_s = onward[0].departure_s - MARGIN_S - asking.walking_s(option.walk_from_m)
        earliest_s = asking.first_opening(option, ready_s, MAX_WAIT_S)
        promise = None
        if earliest_s is not None and latest_s - earliest_s <= MAX_WAIT_S:
            promise = asking.check(option, earliest_s, latest_s)
        if promise is None:
            return []
        to_ride = self._to_pickup(asking, option, lines[-1])
        return [*to_ride, *self._ride_and_walk(asking, option, promise)]

    def _ride_to(self, asking: Asking, option: Option, promise: RidePromise) -> list[Leg]:
        start_s = promise.pickup_earliest_s - asking.walking_s(option.walk_to_m)
        speed = asking.query.walk_speed_mm_s
        walk = self._legs.walk(asking.origin, option.pickup, option.walk_to_m, start_s, speed)
        return [*walk, *self._ride_and_walk(asking, option, promise)]

    def _ride_from(
        self, asking: Asking, option: Option, promise: RidePromise, lines: list[Leg]
    ) -> list[Leg]:
        speed = asking.query.walk_speed_mm_s
        ride = self._legs.flexible(option.service, (option.pickup, option.dropoff), promise)
        walk = self._legs.walk(
            option.dropoff, asking.destination, option.walk_from_m, ride.arrival_s, speed
        )
        return [*self._to_pickup(asking, option, lines[-1]), ride, *walk]

    def _to_pickup(self, asking: Asking, option: Option, line: Leg) -> list[Leg]:
        """The walk from a line to a ride."""
        stop = line.destination.stop_id
        assert stop is not None, "lines end at stops"
        here = self._ground.timetable.stop_index(stop)
        speed = asking.query.walk_speed_mm_s
        return self._legs.walk(here, option.pickup, option.walk_to_m, line.arrival_s, speed)

    def _ride_and_walk(self, asking: Asking, option: Option, promise: RidePromise) -> list[Leg]:
        """A ride, and the walk from it to a line."""
        ride = self._legs.flexible(option.service, (option.pickup, option.dropoff), promise)
        speed = asking.query.walk_speed_mm_s
        walk = self._legs.walk(
            option.dropoff, option.line_stop, option.walk_from_m, ride.arrival_s, speed
        )
        return [ride, *walk]
