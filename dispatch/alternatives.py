"""What a party could take instead when its request is refused: sooner, later, or a stop nearby."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from dispatch.answers import Insertion
from dispatch.fleet import Fleet
from dispatch.problem import Request


@dataclass(frozen=True)
class Nearby:
    """A stop to which the party could walk, or from which it could walk on.

    Parameters
    ----------
    node : int
        The stop.
    walk_s : int
        Seconds on foot, between it and the one that was asked for.
    """

    node: int
    walk_s: int


@dataclass(frozen=True)
class Alternative:
    """Another request of the same party that can be accepted now.

    Parameters
    ----------
    request : Request
        What would be asked for, with the same id.
    insertion : Insertion
        Where it fits.
    moved_s : int
        By how much all its bounds are later than was asked for; negative for sooner.
    walk_s : int
        How long the party walks, before and after the ride.
    """

    request: Request
    insertion: Insertion
    moved_s: int = 0
    walk_s: int = 0


def alternatives(
    fleet: Fleet,
    request: Request,
    pickups: Sequence[Nearby] = (),
    dropoffs: Sequence[Nearby] = (),
    *,
    most_s: int = 3600,
    step_s: int = 60,
) -> tuple[Alternative, ...]:
    """Find what is nearest to a request that fits nowhere.

    Parameters
    ----------
    fleet : Fleet
        The vehicles.
    request : Request
        The request.
    pickups, dropoffs : sequence of Nearby
        Stops instead of the one where it boards or alights, within walking distance.
    most_s : int
        No bound is moved by more than this.
    step_s : int
        Sooner is tried in steps of so many seconds; later is exact.

    Returns
    -------
    tuple of Alternative
        At most one sooner, one later and one with other stops, in this order: the nearest of each.
        Sooner is the least number of steps at which the request fits; later the one of
        ``Refusal.next_pickup_s``; of other stops those with the shortest walk, then the cheapest,
        then those named first. Who walks to another pickup is there later by the walk, and who
        walks on must alight sooner by it; the latest pickup stays. Empty when the request fits.

    Raises
    ------
    InvalidProblemError
        As ``Fleet.insert``, for the stops nearby too.
    """
    answer = fleet.insert(request)
    if isinstance(answer, Insertion):
        return ()
    found = []
    sooner = (moved(request, -by_s) for by_s in range(step_s, most_s + 1, step_s))
    found += _first(fleet, request, sooner)
    if answer.next_pickup_s is not None:
        by_s = answer.next_pickup_s - request.earliest_pickup_s
        if by_s <= most_s:
            found += _first(fleet, request, iter([moved(request, by_s)]))
    return (*found, *_elsewhere(fleet, request, pickups, dropoffs))


def moved(request: Request, by_s: int) -> Request:
    """Return a request with every bound moved by the same time.

    Parameters
    ----------
    request : Request
        The request.
    by_s : int
        How much later; negative for sooner.

    Returns
    -------
    Request
        The same party on the same way.
    """
    earliest_s = request.earliest_dropoff_s
    return replace(
        request,
        earliest_pickup_s=request.earliest_pickup_s + by_s,
        latest_pickup_s=request.latest_pickup_s + by_s,
        latest_dropoff_s=request.latest_dropoff_s + by_s,
        earliest_dropoff_s=None if earliest_s is None else earliest_s + by_s,
    )


def _first(fleet: Fleet, asked: Request, others: Iterator[Request]) -> list[Alternative]:
    for other in others:
        place = fleet.find(other)
        if place is not None:
            moved_s = other.earliest_pickup_s - asked.earliest_pickup_s
            return [Alternative(other, place, moved_s=moved_s)]
    return []


def _elsewhere(
    fleet: Fleet, request: Request, pickups: Sequence[Nearby], dropoffs: Sequence[Nearby]
) -> list[Alternative]:
    """Find the pair of stops with the shortest walk, and of those the cheapest."""
    ups = (Nearby(request.pickup_node, 0), *pickups)
    downs = (Nearby(request.dropoff_node, 0), *dropoffs)
    pairs = sorted(product(ups, downs), key=lambda pair: pair[0].walk_s + pair[1].walk_s)
    best: Alternative | None = None
    for up, down in pairs:
        walk_s = up.walk_s + down.walk_s
        if best is not None and walk_s > best.walk_s:
            break
        other = _walking(request, up, down)
        place = None if other is None else fleet.find(other)
        if other is None or place is None:
            continue
        if best is None or place.cost_s < best.insertion.cost_s:
            best = Alternative(other, place, walk_s=walk_s)
    return [] if best is None else [best]


def _walking(request: Request, up: Nearby, down: Nearby) -> Request | None:
    """Return the request between other stops; None when the walks leave no time for a ride."""
    earliest_s = request.earliest_pickup_s + up.walk_s
    due_s = request.latest_dropoff_s - down.walk_s
    opens_s = request.earliest_dropoff_s
    if earliest_s > request.latest_pickup_s or due_s < earliest_s:
        return None
    if opens_s is not None and due_s < opens_s:
        return None
    return replace(
        request,
        pickup_node=up.node,
        dropoff_node=down.node,
        earliest_pickup_s=earliest_s,
        latest_dropoff_s=due_s,
    )
