"""Where idle vehicles should wait, by what riders asked for at this hour in the weeks before."""

from collections import Counter
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from dispatch.rebalancing import rebalance
from maas.database import Session
from maas.operations.fleet import Area
from maas.operations.state import days_around, load_state
from maas.tables import Ride

_WEEKS = 8
_WEEK_S = 7 * 24 * 3600
_AHEAD_S = 3600
"""Demand of the coming hour; a vehicle with a stop in that time is not idle."""


def expected_riders(session: Session, area: Area, now_s: int) -> dict[int, float]:
    """Estimate how many rides begin at each stop within the coming hour.

    Parameters
    ----------
    session : Session
        Any session.
    area : Area
        The area.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    dict[int, float]
        By node: the mean of the same hour of the last eight weeks. Where clocks have changed
        meanwhile, weeks before are an hour off.
    """
    counts: Counter[int] = Counter()
    for week in range(1, _WEEKS + 1):
        from_s = now_s - week * _WEEK_S
        stops = session.exec(
            select(Ride.from_stop_id).where(
                col(Ride.trip_id).in_(list(area.trips)),
                col(Ride.pickup_earliest_s) >= from_s,
                col(Ride.pickup_earliest_s) < from_s + _AHEAD_S,
                Ride.state != "cancelled",
                col(Ride.continues).is_(None),
            )
        )
        counts.update(area.nodes[stop_id] for stop_id in stops if stop_id in area.nodes)
    return {node: count / _WEEKS for node, count in counts.items()}


def waiting_places(session: Session, area: Area, zone: ZoneInfo, now_s: int) -> dict[str, str]:
    """Suggest to the drivers of idle vehicles where to wait.

    A suggestion only: the dispatcher takes a vehicle to be where its last stop was.

    Parameters
    ----------
    session : Session
        Any session.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    dict[str, str]
        Stop by vehicle id, for vehicles on shift that have nothing to do for an hour and had better
        stand elsewhere.
    """
    expected = expected_riders(session, area, now_s)
    if not expected:
        return {}
    state = load_state(session, area, days_around(now_s, zone), now_s, zone)
    idle = []
    for shift_id, shift in state.shifts.items():
        starts_s, ends_s = shift.known.hours
        ahead = shift.way.ahead
        busy = bool(ahead) and ahead[0].planned_s < now_s + _AHEAD_S
        if shift.plannable and shift.known.is_open and starts_s <= now_s < ends_s and not busy:
            idle.append((shift.known.vehicle.id, state.problem.vehicle(shift_id).start_node))
    names = {node: stop_id for stop_id, node in area.nodes.items()}
    moves = rebalance(idle, expected, area.travel_s)
    return {move.vehicle_id: names[move.node] for move in moves}
