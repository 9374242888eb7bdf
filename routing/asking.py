"""What a plan asks the dispatcher, and what it heard.

Whatever is refused is closed for the searches that follow; hours, service days and booking rules
that leave no ride at all are told as refusals, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from routing.flexible import FlexService, bookable_from_s, hours_between
from routing.ground import Ground, Spot
from routing.legs import walking_s
from routing.on_demand import OnDemandPort, RidePromise, RideRefusal, RideRequest
from routing.query import PlanQuery

MAX_CHECKS: Final = 32
"""Exact checks a plan may ask for."""


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
    def planned_s(self) -> int:
        """From the start of the pickup window to an arrival that a line can be caught with.

        Half of the detour that the dispatcher may make is allowed for.
        """
        return self.window_s + (self.ride_s + self.longest_s) // 2


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
        Every check and its answer.
    closed
        Starts of pickup windows that are refused, by trip, pickup and drop-off; epoch seconds.
    refusals
        In the order heard.
    """

    ground: Ground
    port: OnDemandPort
    query: PlanQuery
    origin: Spot
    destination: Spot
    answers: dict[RideRequest, RidePromise | RideRefusal] = field(default_factory=dict)
    closed: dict[tuple[str, int, int], list[tuple[int, int]]] = field(default_factory=dict)
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

    def check(self, option: Option, earliest_s: int, latest_s: int | None) -> RidePromise | None:
        """Ask the port for one ride, once.

        Parameters
        ----------
        option
            The ride.
        earliest_s, latest_s
            Earliest pickup and latest arrival, epoch seconds.

        Returns
        -------
        RidePromise | None
            None when it is refused, or when the plan has asked enough; a refused ride is closed
            until the pickup that the refusal names, or for the width of its window.
        """
        request = self.request(option, earliest_s, latest_s)
        known = self.answers.get(request)
        if known is None:
            if len(self.answers) >= MAX_CHECKS:
                return None
            known = self.port.check(request)
            if isinstance(known, RidePromise) and _breaks(option, known, request):
                known = RideRefusal(request, "window_too_tight")
            self.answers[request] = known
            if isinstance(known, RideRefusal):
                self._close(option, known)
        return known if isinstance(known, RidePromise) else None

    def _close(self, option: Option, refusal: RideRefusal) -> None:
        self.refusals.append(refusal)
        begin_s = refusal.request.earliest_pickup_s
        end_s = begin_s + max(option.window_s, 60)
        if refusal.next_pickup_s is not None and refusal.next_pickup_s > begin_s:
            end_s = refusal.next_pickup_s - 1
        key = (option.service.trip.trip_id, option.pickup, option.dropoff)
        self.closed.setdefault(key, []).append((begin_s - 59, end_s))

    def openings(self, option: Option) -> list[tuple[int, int]]:
        """Starts of pickup windows of an option that nobody has refused.

        Parameters
        ----------
        option
            The ride.

        Returns
        -------
        list of tuple
            First and last start, epoch seconds, in order.
        """
        key = (option.service.trip.trip_id, option.pickup, option.dropoff)
        spans = []
        begin_s = option.opens_s
        for low_s, high_s in sorted(self.closed.get(key, ())):
            if begin_s < low_s:
                spans.append((begin_s, min(low_s - 1, option.closes_s)))
            begin_s = max(begin_s, high_s + 1)
        if begin_s <= option.closes_s:
            spans.append((begin_s, option.closes_s))
        return [(low_s, high_s) for low_s, high_s in spans if low_s <= high_s]


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
        For each line none of whose trips runs then: no_service_today, outside_service_hours or
        booking_closed.
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
        if known is None or known.code == "no_service_today":
            refusals[route_id] = RideRefusal(request, code, params)
    told = [refusal for refusal in refusals.values() if refusal is not None]
    # The nearest miss says most: what could have been booked, then what runs at other hours.
    for code in ("booking_closed", "outside_service_hours"):
        nearest = [refusal for refusal in told if refusal.code == code]
        if nearest:
            return nearest
    return told


def _closed_reason(
    asking: Asking, service: FlexService, span: tuple[int, int]
) -> tuple[str, dict[str, object]]:
    timetable, now_s = asking.ground.timetable, asking.query.now_s
    hours = hours_between(service, timetable, *span)
    rule = service.trip.booking_rule
    if hours:
        for some in hours:
            from_s = bookable_from_s(service, some, timetable, now_s)
            if from_s is not None and from_s <= span[1]:
                return "", {}
        minutes = 0 if rule is None else rule.prior_notice_min_s // 60
        return "booking_closed", {"minutes": minutes}
    day_s = 86_400
    if not hours_between(service, timetable, span[0] - day_s // 2, span[1] + day_s // 2):
        return "no_service_today", {}
    trip = service.trip
    clock = {"start": _clock(trip.pickup_start_s), "end": _clock(trip.pickup_end_s)}
    return "outside_service_hours", dict(clock)


def _clock(time_s: int) -> str:
    return f"{time_s // 3600:02d}:{time_s % 3600 // 60:02d}"
