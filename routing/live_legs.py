"""What is known live about a leg: its timetable, its delay, its alerts."""

from dataclasses import replace

from routing import alerts
from routing.days import Runs
from routing.journeys import TransitLeg
from routing.live import LiveTimetable
from routing.raptor import Ride


def with_live(leg: TransitLeg, live: LiveTimetable, runs: Runs, ride: Ride) -> TransitLeg:
    """Say what is known live about a leg.

    Parameters
    ----------
    leg
        With the times of the live timetable.
    live, runs, ride
        What it was made from.

    Returns
    -------
    TransitLeg
        The leg itself where nothing is known.
    """
    number = ride.run_list
    zero_s = runs.origin_s + int(runs.offsets_s[number])
    row = int(runs.rows[ride.run])
    first, last = live.call_times(row + ride.board), live.call_times(row + ride.alight)
    route = int(live.pattern_routes[int(runs.patterns[number])])
    places = int(runs.stop_starts[number])
    stops = live.pattern_stops[[places + ride.board, places + ride.alight]].tolist()
    times = (leg.departure_s, leg.arrival_s)
    known = live.alerts.of(alerts.Ride(route, leg.trip_id, leg.service_day, tuple(stops), *times))
    if first is None or last is None:
        return replace(leg, alerts=known) if known else leg
    is_known = first.departure_known or last.arrival_known
    leaves_s = first.departure_s if is_known else None
    arrives_s = last.arrival_s if is_known else None
    return replace(
        leg,
        realtime=is_known,
        scheduled_departure_s=None if leaves_s is None else leaves_s + zero_s,
        scheduled_arrival_s=None if arrives_s is None else arrives_s + zero_s,
        alerts=known,
    )
