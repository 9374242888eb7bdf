"""What a plan asks the dispatcher, and what it heard.

Whatever is refused is closed for the searches that follow; hours, service days and booking rules
that leave no ride at all are told as refusals, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from routing.flexible import (
    FlexService,
    booking_deadline_s,
    booking_opens_s,
    hours_between,
    open_times,
)
from routing.ground import Ground, Spot
from routing.legs import walking_s
from routing.on_demand import OnDemandPort, RidePromise, RideRefusal, RideRequest
from routing.query import PlanQuery

MAX_CHECKS: Final = 32
"""Exact checks a plan may ask for."""


_NEARNESS: Final = (
    "booking_closed",
    "booking_not_open",
    "outside_service_hours",
    "no_service_today",
)
"""The nearest miss says most: what could have been booked, then what runs at other hours."""

_Asked = tuple[RideRequest, tuple[RidePromise, ...]]
_Pair = tuple[str, int, int]


@dataclass(frozen=True)
class Option:
    """A ride between two stops, with the walks around it, on one service day.

    Parameters
    ----------
    service
        The flexible trip.
    pickup, dropoff
        Stop numbers.
    line_stop
        The stop of a line that it feeds or is fed by; -1 for a ride all the way.
    walk_to_m, walk_from_m
        To the pickup and from the drop-off, metres.
    ride_s, longest_s, window_s
        Direct ride, longest ride promised, width of the pickup window, seconds.
    opens_s, closes_s
        Starts of a pickup window that the rules allow, epoch seconds.
    """

    service: FlexService
    pickup: int
    dropoff: int
    line_stop: int
    walk_to_m: int
    walk_from_m: int
    ride_s: int
    longest_s: int
    window_s: int
    opens_s: int
    closes_s: int

    @property
    def pair(self) -> tuple[str, int, int]:
        """Trip, pickup and drop-off: what a refusal closes."""
        return self.service.trip.trip_id, self.pickup, self.dropoff

    @property
    def planned_s(self) -> int:
        """From the start of the pickup window to an arrival that a line can be caught with.

        Half of the detour that the dispatcher may make is allowed for.
        """
        return self.window_s + (self.ride_s + self.longest_s) // 2

    def walked_to(self, walk_to_m: int) -> "Option":
        """The same ride with another walk to the pickup.

        Parameters
        ----------
        walk_to_m
            Metres.

        Returns
        -------
        Option
            A copy.
        """
        return replace(self, walk_to_m=walk_to_m)


@dataclass(eq=False)
class Asking:
    """What one plan has asked the port, and what it heard.

    Parameters
    ----------
    ground
        The city.
    port
        The dispatcher.
    query
        The wish.
    origin, destination
        Its places.
    answers
        Every check and its answer, by the request and the promises beside it.
    closed
        Starts of pickup windows that are refused, by trip, pickup and drop-off; epoch seconds.
    closed_beside
        Those that are refused beside another ride of the same journey only.
    refusals
        In the order heard; of rides that cannot be had alone.
    """

    ground: Ground
    port: OnDemandPort
    query: PlanQuery
    origin: Spot
    destination: Spot
    answers: dict[_Asked, RidePromise | RideRefusal] = field(default_factory=dict)
    closed: dict[_Pair, list[tuple[int, int]]] = field(default_factory=dict)
    closed_beside: dict[_Pair, list[tuple[int, int]]] = field(default_factory=dict)
    refusals: list[RideRefusal] = field(default_factory=list)

    def walking_s(self, walk_m: int) -> int:
        """Time of a walk at the speed asked for.

        Parameters
        ----------
        walk_m
            Metres.

        Returns
        -------
        int
            Seconds.
        """
        return walking_s(walk_m, self.query.walk_speed_mm_s)

    def request(self, option: Option, earliest_s: int, latest_s: int | None) -> RideRequest:
        """A request for an option.

        Parameters
        ----------
        option
            The ride.
        earliest_s, latest_s
            Earliest pickup and latest arrival, epoch seconds.

        Returns
        -------
        RideRequest
            For the party of the query.
        """
        ids = self.ground.timetable.stop_ids
        return RideRequest(
            option.service.trip.trip_id,
            ids[option.pickup],
            ids[option.dropoff],
            earliest_s,
            latest_s,
            self.query.party,
        )

    @property
    def refused(self) -> int:
        """How many rides were refused; while it grows, another search finds something else."""
        return sum(isinstance(answer, RideRefusal) for answer in self.answers.values())

    def check(
        self,
        option: Option,
        earliest_s: int,
        latest_s: int | None,
        beside: tuple[RidePromise, ...] = (),
    ) -> RidePromise | None:
        """Ask the port for one ride, once.

        Parameters
        ----------
        option
            The ride.
        earliest_s, latest_s
            Earliest pickup and latest arrival, epoch seconds.
        beside
            What is promised for other rides of the journey.

        Returns
        -------
        RidePromise | None
            None when it is refused, or when the plan has asked enough; a refused ride is closed
            until the pickup that the refusal names, or for the width of its window.
        """
        request = self.request(option, earliest_s, latest_s)
        known = self.answers.get((request, beside))
        if known is None:
            if len(self.answers) >= MAX_CHECKS:
                return None
            # A dispatcher that knows one ride a journey need not know the second argument.
            known = self.port.check(request, beside) if beside else self.port.check(request)
            if isinstance(known, RidePromise) and _breaks(option, known, request):
                known = RideRefusal(request, "window_too_tight")
            self.answers[request, beside] = known
            if isinstance(known, RideRefusal):
                self._close(option, known, self.closed_beside if beside else self.closed)
                self.refusals += [] if beside else [known]
        return known if isinstance(known, RidePromise) else None

    def _close(
        self, option: Option, refusal: RideRefusal, closed: dict[_Pair, list[tuple[int, int]]]
    ) -> None:
        begin_s = refusal.request.earliest_pickup_s
        end_s = begin_s + max(option.window_s, 60)
        if refusal.next_pickup_s is not None and refusal.next_pickup_s > begin_s:
            end_s = refusal.next_pickup_s - 1
        closed.setdefault(option.pair, []).append((begin_s - 59, end_s))

    def openings(self, option: Option, beside: bool = False) -> list[tuple[int, int]]:
        """Starts of pickup windows of an option that nobody has refused.

        Parameters
        ----------
        option
            The ride.
        beside
            Whether it follows another ride of the same journey.

        Returns
        -------
        list of tuple
            First and last start, epoch seconds, in order.
        """
        closed = self.closed.get(option.pair, [])
        if beside:
            closed = closed + self.closed_beside.get(option.pair, [])
        if not closed:
            return [(option.opens_s, option.closes_s)]
        spans = []
        begin_s = option.opens_s
        for low_s, high_s in sorted(closed):
            if begin_s < low_s:
                spans.append((begin_s, min(low_s - 1, option.closes_s)))
            begin_s = max(begin_s, high_s + 1)
        if begin_s <= option.closes_s:
            spans.append((begin_s, option.closes_s))
        return [(low_s, high_s) for low_s, high_s in spans if low_s <= high_s]

    def first_opening(
        self, option: Option, ready_s: int, wait_s: int, beside: bool = False
    ) -> int | None:
        """Earliest start of a pickup window for who is ready at an instant.

        Parameters
        ----------
        option
            The ride.
        ready_s
            Epoch seconds.
        wait_s
            Longest wait, seconds.
        beside
            As in `openings`.

        Returns
        -------
        int | None
            Epoch seconds; None when there is none or the wait is too long.
        """
        openings = self.openings(option, beside)
        starts = [max(ready_s, low_s) for low_s, high_s in openings if high_s >= ready_s]
        earliest_s = min(starts, default=None)
        return None if earliest_s is None or earliest_s > ready_s + wait_s else earliest_s


def _breaks(option: Option, promise: RidePromise, request: RideRequest) -> bool:
    """Whether a promise misses its connection or leaves the hours of its service."""
    late = (
        request.latest_arrival_s is not None and promise.arrival_latest_s > request.latest_arrival_s
    )
    slack_s = 300  # a dispatcher may round a pickup up to minutes people remember
    return late or promise.pickup_earliest_s > option.closes_s + slack_s


def why_closed(
    asking: Asking, services: Sequence[FlexService], span: tuple[int, int]
) -> list[RideRefusal]:
    """Why services that stop near both ends cannot be ridden in a span of time.

    Parameters
    ----------
    asking
        The plan.
    services
        All services.
    span
        First and last pickup of interest, epoch seconds.

    Returns
    -------
    list of RideRefusal
        For each line none of whose trips runs then: no_service_today, outside_service_hours,
        booking_closed (`minutes` of notice, or `deadline_s`), or booking_not_open (`opens_s`).
    """
    refusals: dict[str, RideRefusal | None] = {}
    for service in services:
        route_id = service.trip.route_id
        pickups = asking.origin.near(service.pickups)
        dropoffs = asking.destination.near(service.dropoffs)
        if len(pickups) == 0 or len(dropoffs) == 0 or refusals.get(route_id, service) is None:
            continue
        code, params = _closed_reason(asking, service, span)
        if code == "":
            refusals[route_id] = None
            continue
        best = (int(pickups[0]), int(dropoffs[0]))
        walks = (int(asking.origin.walk_m[best[0]]), int(asking.destination.walk_m[best[1]]))
        option = Option(service, *best, -1, *walks, 0, 0, 0, *span)
        request = asking.request(option, span[0], None)
        known = refusals.get(route_id)
        if known is None or _NEARNESS.index(code) < _NEARNESS.index(known.code):
            refusals[route_id] = RideRefusal(request, code, params)
    told = [refusal for refusal in refusals.values() if refusal is not None]
    least = min((_NEARNESS.index(refusal.code) for refusal in told), default=0)
    return [refusal for refusal in told if refusal.code == _NEARNESS[least]]


def _closed_reason(
    asking: Asking, service: FlexService, span: tuple[int, int]
) -> tuple[str, dict[str, object]]:
    timetable, now_s = asking.ground.timetable, asking.query.now_s
    hours = hours_between(service, timetable, *span)
    if hours:
        bookable = open_times(service, timetable, span, now_s)
        if any(part.from_s <= span[1] and part.to_s >= span[0] for part in bookable):
            return "", {}
        pickup_s = max(hours[0].pickup_from_s, span[0])
        opens_s = booking_opens_s(service, pickup_s, timetable)
        if opens_s is not None and opens_s > now_s:
            return "booking_not_open", {"opens_s": opens_s}
        rule = service.trip.booking_rule
        if rule is not None and rule.prior_notice_min_s > 0:
            return "booking_closed", {"minutes": rule.prior_notice_min_s // 60}
        return "booking_closed", {"deadline_s": booking_deadline_s(service, pickup_s, timetable)}
    day_s = 86_400
    if not hours_between(service, timetable, span[0] - day_s // 2, span[1] + day_s // 2):
        return "no_service_today", {}
    trip = service.trip
    clock = {"start": _clock(trip.pickup_start_s), "end": _clock(trip.pickup_end_s)}
    return "outside_service_hours", dict(clock)


def _clock(time_s: int) -> str:
    return f"{time_s // 3600:02d}:{time_s % 3600 // 60:02d}"
