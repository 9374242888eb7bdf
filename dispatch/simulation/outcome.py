"""What became of a simulated day: every request, every stop, every drive, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch.plan import StopKind
from dispatch.problem import Request


class RideState(StrEnum):
    """How a request ended."""

    SERVED = "served"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    STRANDED = "stranded"


@dataclass(frozen=True)
class Ride:
    """One request, from asking to arriving.

    Parameters
    ----------
    request : Request
        As it was asked for.
    state : RideState
        How it ended; ``STRANDED``: accepted, but after a breakdown nobody could take it on.
    released_s, answered_s : int or None
        Instants of asking and of the answer; no answer when it was taken back before.
    promise : Request or None
        As it was accepted: its bounds are the promise. None when it was not.
    refusal : str
        Why it was refused, a code of ``insertion``; else empty.
    vehicle_id : str
        Who brought the party to its stop, or drove to a party that was not there; else empty.
    expected_pickup_s, expected_dropoff_s : int or None
        What was expected when it was accepted.
    pickup_s, dropoff_s : int or None
        Begin of boarding and of alighting, as driven.
    direct_s : int
        The direct drive.
    """

    request: Request
    state: RideState
    released_s: int
    answered_s: int | None
    promise: Request | None
    refusal: str
    vehicle_id: str
    expected_pickup_s: int | None
    expected_dropoff_s: int | None
    pickup_s: int | None
    dropoff_s: int | None
    direct_s: int


@dataclass(frozen=True)
class Visit:
    """One party boards or alights.

    Parameters
    ----------
    vehicle_id, request_id : str
        Who and whom.
    kind : StopKind
        Boarding or alighting.
    node : int
        Where.
    arrival_s, begin_s, departure_s : int
        The vehicle stands there; service begins; service ends.
    boarded : bool
        False when the party was not there.
    """

    vehicle_id: str
    request_id: str
    kind: StopKind
    node: int
    arrival_s: int
    begin_s: int
    departure_s: int
    boarded: bool = True


@dataclass(frozen=True)
class Drive:
    """A vehicle goes from one node to another.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    from_node, to_node : int
        From where to where.
    left_s, arrival_s : int
        When.
    planned_s : int
        How long it should have taken.
    seats : int
        Seats that are taken on the way.
    riders : int
        Parties on board.
    is_rebalancing : bool
        Whether it goes there for nobody, expecting demand.
    """

    vehicle_id: str
    from_node: int
    to_node: int
    left_s: int
    arrival_s: int
    planned_s: int
    seats: int
    riders: int
    is_rebalancing: bool = False


@dataclass(frozen=True)
class Incident:
    """Reality made a promise impossible; the plan was changed as little as it takes.

    Parameters
    ----------
    at_s : int
        When it showed.
    vehicle_id : str
        Whose plan it is.
    request_id : str
        Whose promise falls; empty when a shift becomes longer.
    cause : str
        ``late`` (a drive took longer) or ``breakdown``.
    bound : str
        ``late_pickup``, ``late_dropoff``, ``max_ride_exceeded``, ``shift_end``, or ``stranded``.
    by_s : int
        How much later than promised, or longer.
    """

    at_s: int
    vehicle_id: str
    request_id: str
    cause: str
    bound: str
    by_s: int


@dataclass(frozen=True)
class Outcome:
    """A day as it was driven.

    Parameters
    ----------
    rides : tuple of Ride
        One for each request, in the order of their release.
    visits : tuple of Visit
        In the order of their begin.
    drives : tuple of Drive
        In the order of leaving.
    incidents : tuple of Incident
        Promises that reality broke, in order.
    ended_s : int
        Instant of the last event.
    answering_cpu_s : float
        CPU seconds for finding places, answering and keeping the plans moving.
    improving_cpu_s : float
        CPU seconds for improvement and rebalancing, and for following the vehicles until then.
    """

    rides: tuple[Ride, ...]
    visits: tuple[Visit, ...]
    drives: tuple[Drive, ...]
    incidents: tuple[Incident, ...]
    ended_s: int
    answering_cpu_s: float
    improving_cpu_s: float

    def summary(self) -> Summary:
        """Compute the figures a day is judged by.

        Returns
        -------
        Summary
            The figures.
        """
        served = [ride for ride in self.rides if ride.state is RideState.SERVED]
        waits = [(ride.pickup_s or 0) - ride.request.earliest_pickup_s for ride in served]
        rides_s = [(r.dropoff_s or 0) - (r.pickup_s or 0) - r.request.boarding_s for r in served]
        direct_s = [ride.direct_s for ride in served]
        driving_s = sum(drive.arrival_s - drive.left_s for drive in self.drives)
        seat_s = sum(d.seats * (d.arrival_s - d.left_s) for d in self.drives)
        return Summary(
            requests=len(self.rides),
            counts={state: sum(r.state is state for r in self.rides) for state in RideState},
            mean_wait_s=_mean(waits),
            mean_ride_s=_mean(rides_s),
            mean_direct_s=_mean(direct_s),
            driving_s=driving_s,
            occupancy=seat_s / driving_s if driving_s else 0.0,
            broken_by_reality=len({i.request_id for i in self.incidents if i.request_id}),
            broken_by_planning=len(self.broken_by_planning()),
            answering_cpu_s=self.answering_cpu_s,
            improving_cpu_s=self.improving_cpu_s,
        )

    def broken_by_planning(self) -> tuple[str, ...]:
        """List requests that were driven worse than promised with no incident to explain it.

        Returns
        -------
        tuple of str
            Their ids; empty, or the dispatcher is at fault.
        """
        excused = {incident.request_id for incident in self.incidents}
        return tuple(
            ride.request.id
            for ride in self.rides
            if ride.promise is not None
            and ride.request.id not in excused
            and _is_broken(ride, ride.promise)
        )


@dataclass(frozen=True)
class Summary:
    """The figures a day is judged by.

    Parameters
    ----------
    requests : int
        All that were asked.
    counts : dict of RideState to int
        How they ended.
    mean_wait_s, mean_ride_s, mean_direct_s : float
        Of the served: from the earliest pickup to boarding, on board, and by the direct way.
    driving_s : int
        Seconds on the road, of all vehicles.
    occupancy : float
        Seats taken in the mean over all driving.
    broken_by_reality, broken_by_planning : int
        Requests whose promise was broken, with an incident and without.
    answering_cpu_s, improving_cpu_s : float
        As in ``Outcome``.
    """

    requests: int
    counts: dict[RideState, int]
    mean_wait_s: float
    mean_ride_s: float
    mean_direct_s: float
    driving_s: int
    occupancy: float
    broken_by_reality: int
    broken_by_planning: int
    answering_cpu_s: float
    improving_cpu_s: float

    @property
    def served_share(self) -> float:
        """Served of all that were asked, 0 to 1."""
        return self.counts[RideState.SERVED] / self.requests if self.requests else 0.0

    @property
    def detour(self) -> float:
        """Time on board over the direct drive, less one."""
        return self.mean_ride_s / self.mean_direct_s - 1 if self.mean_direct_s else 0.0

    @property
    def requests_per_cpu_s(self) -> float:
        """Requests answered in a CPU second, improvement apart."""
        return self.requests / self.answering_cpu_s if self.answering_cpu_s else 0.0


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _is_broken(ride: Ride, promise: Request) -> bool:
    if ride.state is RideState.STRANDED:
        return True
    if ride.state is not RideState.SERVED or ride.pickup_s is None or ride.dropoff_s is None:
        return False
    ride_s = ride.dropoff_s - ride.pickup_s - promise.boarding_s
    return (
        ride.pickup_s > promise.latest_pickup_s
        or ride.dropoff_s > promise.latest_dropoff_s
        or ride_s > promise.max_ride_s
    )
