"""Why a line that a rider expected is not among the journeys."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from routing.days import Runs
from routing.ground import Ground, Spot
from routing.journeys import Journey, Place, TransitLeg
from routing.legs import walking_s
from routing.live import LiveTimetable
from routing.query import PlanQuery
from routing.run_matching import Run
from routing.streets import UNREACHABLE

_LOOK_AHEAD_DAYS: Final = 14
_MISSED_S: Final = 3600
"""A run missed by less is what the rider means, when no other can be caught soon."""

_METRES_PER_DEGREE: Final = 111_195


@dataclass(frozen=True)
class WhyNot:
    """The reason, with what a sentence about it needs.

    Parameters
    ----------
    code
        ``offered``, ``cancelled``, ``stop_closed``, ``does_not_run``, ``stop_not_on_line``,
        ``stop_too_far``, ``not_near_start``, ``not_near_destination``, ``other_direction``,
        ``too_many_changes``, ``not_accessible``, ``leaves_too_early``, ``arrives_too_late``,
        ``leaves_later`` or ``beaten``.
    params
        ``journey`` (number from 1), ``stop``, ``stop_id``, ``distance_m``, ``max_walk_m``,
        ``departure_s``, ``arrival_s``, ``ready_s``, ``short_s``, ``by_arrival_s`` and
        ``by_departure_s`` (how much better another journey is), ``changes``, ``most_changes``,
        ``day``, ``next_day``, ``next_departure_s``;
        which of them depends on the code. Instants are epoch seconds.
    """

    code: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """The line that was expected, and the stop it was expected at."""

    route_id: str
    stop_id: str | None


@dataclass(frozen=True)
class _Chance:
    """A run of the line that goes from near the start to near the destination."""

    trip_id: str
    stop: Place
    ready_s: int
    departure_s: int
    leave_s: int
    arrive_s: int
    run: Run
    """Trip of the fixed timetable, and service day."""
    last_stop: Place

    @property
    def slack_s(self) -> int:
        """Seconds to spare at the stop; negative when it has left."""
        return self.departure_s - self.ready_s


def why_not_line(
    ground: Ground,
    query: PlanQuery,
    route_id: str,
    journeys: Sequence[Journey],
    expected_s: int | None = None,
    on_foot: Ground | None = None,
    stop_id: str | None = None,
) -> WhyNot:
    """Say why a line is not offered, looking at rides on it without a change.

    Parameters
    ----------
    ground
        The city.
    query
        The wish that was planned.
    route_id
        The line.
    journeys
        What was answered.
    expected_s
        Epoch seconds of a departure the rider had in mind; the run nearest to it is explained.
        None for the best run.
    on_foot
        The city as it is without a wheelchair, where `ground` is the city with one.
    stop_id
        A stop or station where the rider expected to get on or off.

    Returns
    -------
    WhyNot
        The first reason that holds, in the order of the codes of `WhyNot`.
    """
    line = _Line(route_id, stop_id)
    found = _chances_of(ground, query, line)
    usable = [] if isinstance(found, WhyNot) else found
    judged = found if isinstance(found, WhyNot) else _explained(query, found, expected_s, journeys)
    if ground.fixed is not ground and (judged.code != "offered" or expected_s is not None):
        judged = _told(ground, query, line, (usable, expected_s, journeys)) or judged
    if on_foot is None or (judged.code == "offered" and expected_s is None):
        return judged
    wider = _chances_of(on_foot, query, line)
    if isinstance(wider, WhyNot):
        return judged
    chance = _chosen(query, wider, expected_s)
    if any(other.trip_id == chance.trip_id for other in usable):
        return judged
    later = [c.departure_s for c in usable if c.departure_s > chance.departure_s]
    next_s = min(later, default=None)
    return WhyNot("not_accessible", _params_of(chance) | {"next_departure_s": next_s})


def _chances_of(ground: Ground, query: PlanQuery, line: _Line) -> WhyNot | list[_Chance]:
    """Every run of a line that goes the right way, or why there is none."""
    t = ground.timetable
    number = t.route_numbers[line.route_id]
    day = dt.datetime.fromtimestamp(query.time_s, t.timezone).date()
    runs = ground.runs(day, True)
    lists = np.flatnonzero(t.pattern_routes[runs.patterns] == number).tolist()
    own = [r for r in lists if runs.days[int(runs.day_numbers[r])] <= day]
    if not own:
        return WhyNot("does_not_run", {"day": day, "next_day": _next_day(ground, number, day)})
    origin = ground.spot(query.origin, query.max_walk_m)
    destination = ground.spot(query.destination, query.max_walk_m, arriving=True)
    stops = np.unique(np.concatenate([_stops(ground, runs, r) for r in lists]))
    if line.stop_id is not None:
        here = np.intersect1d(stops, t.platforms(t.stop_index(line.stop_id)))
        reason = _stop_fails(ground, query, line.stop_id, here, (origin, destination))
        if reason is not None:
            return reason
        if (origin.walk_m[here] != UNREACHABLE).any():
            origin = _only_at(origin, here)
        else:
            destination = _only_at(destination, here)
    for spot, code in ((origin, "not_near_start"), (destination, "not_near_destination")):
        if (spot.walk_m[stops] == UNREACHABLE).all():
            return WhyNot(code, _nearest(ground, spot.place, stops))
    chances = [c for r in lists for c in _chances(ground, runs, r, query, (origin, destination))]
    if not chances:
        return WhyNot("other_direction")
    return chances


def _stop_fails(
    ground: Ground,
    query: PlanQuery,
    stop_id: str,
    here: np.ndarray,
    spots: tuple[Spot, Spot],
) -> WhyNot | None:
    """Why nobody gets on or off a line at a stop on this way; None when somebody may."""
    t = ground.timetable
    stop = t.place(t.stop_index(stop_id))
    params: dict[str, object] = {"stop": stop.name, "stop_id": stop.stop_id}
    if len(here) == 0:
        return WhyNot("stop_not_on_line", params)
    if all((spot.walk_m[here] == UNREACHABLE).all() for spot in spots):
        ends = (spots[0].place, spots[1].place)
        near = min((_nearest(ground, place, here) for place in ends), key=_distance_m)
        return WhyNot("stop_too_far", near | params | {"max_walk_m": query.max_walk_m})
    return None


def _distance_m(params: dict[str, object]) -> int:
    return int(str(params["distance_m"]))


def _only_at(spot: Spot, stops: np.ndarray) -> Spot:
    """A place from which one walks to some stops only."""
    walk_m = np.full_like(spot.walk_m, UNREACHABLE)
    walk_m[stops] = spot.walk_m[stops]
    return replace(spot, walk_m=walk_m)


def lines_at(ground: Ground, stops: Iterable[int]) -> list[str]:
    """Lines that call at some stops, on whatever days.

    Parameters
    ----------
    ground
        The city.
    stops
        Stop numbers.

    Returns
    -------
    list of str
        Route ids, in order of the feeds.
    """
    t = ground.timetable
    lengths = np.diff(t.pattern_stop_starts)
    pattern = np.repeat(np.arange(len(lengths)), lengths)
    calling = pattern[np.isin(t.pattern_stops, list(stops))]
    return [t.routes[number].route_id for number in np.unique(t.pattern_routes[calling]).tolist()]


def _told(
    ground: Ground,
    query: PlanQuery,
    line: _Line,
    known: tuple[Sequence[_Chance], int | None, Sequence[Journey]],
) -> WhyNot | None:
    """What became of the run that the fixed timetable promised; None when it runs as it says."""
    usable, expected_s, journeys = known
    promised = _chances_of(ground.fixed, query, line)
    live = ground.timetable
    if isinstance(promised, WhyNot) or not isinstance(live, LiveTimetable):
        return None
    chance = _chosen(query, promised, expected_s)
    same = next((c for c in usable if c.run == chance.run), None)
    if same is not None:
        return None if expected_s is None else _judge(query, same, usable, journeys)
    later = [c.departure_s for c in usable if c.slack_s >= 0]
    params = _params_of(chance) | {"next_departure_s": min(later, default=None)}
    if live.is_cancelled(chance.run.trip, chance.run.day):
        return WhyNot("cancelled", params)
    skipped = {live.base.stop_ids[stop] for stop in _skipped(live, chance.run)}
    for place in (chance.stop, chance.last_stop):
        if place.stop_id in skipped:
            return WhyNot("stop_closed", params | {"stop": place.name, "stop_id": place.stop_id})
    return None


def _skipped(live: LiveTimetable, run: Run) -> Iterator[int]:
    """Stops of the fixed timetable at which a run does not call."""
    base = live.base
    first = int(base.pattern_stop_starts[base.trip_patterns[run.trip]])
    for trip, position in live.withdrawn_on(run.day):
        if trip == run.trip:
            yield int(base.pattern_stops[first + position])


def _explained(
    query: PlanQuery,
    chances: Sequence[_Chance],
    expected_s: int | None,
    journeys: Sequence[Journey],
) -> WhyNot:
    return _judge(query, _chosen(query, chances, expected_s), chances, journeys)


def _params_of(chance: _Chance) -> dict[str, object]:
    """The stop and the times of a run."""
    here = {"stop": chance.stop.name, "stop_id": chance.stop.stop_id}
    return {**here, "departure_s": chance.departure_s, "arrival_s": chance.arrive_s}


def _judge(
    query: PlanQuery, chance: _Chance, chances: Sequence[_Chance], journeys: Sequence[Journey]
) -> WhyNot:
    """Say what speaks against one run."""
    params = _params_of(chance)
    for place, journey in enumerate(journeys, start=1):
        legs = [leg for leg in journey.legs if isinstance(leg, TransitLeg)]
        if any((x.trip_id, x.departure_s) == (chance.trip_id, chance.departure_s) for x in legs):
            return WhyNot("offered", {"journey": place, **params})
    if not query.arrive_by and chance.slack_s < 0:
        later = [c.departure_s for c in chances if c.slack_s >= 0]
        params |= {"ready_s": chance.ready_s, "short_s": -chance.slack_s}
        return WhyNot("leaves_too_early", params | {"next_departure_s": min(later, default=None)})
    if query.arrive_by and chance.arrive_s > query.time_s:
        return WhyNot("arrives_too_late", params | {"short_s": chance.arrive_s - query.time_s})
    for place, journey in enumerate(journeys, start=1):
        if journey.departure_s >= chance.leave_s and journey.arrival_s <= chance.arrive_s:
            better = {
                "journey": place,
                "by_arrival_s": chance.arrive_s - journey.arrival_s,
                "by_departure_s": journey.departure_s - chance.leave_s,
            }
            return WhyNot("beaten", params | better | {"leave_s": chance.leave_s})
    return WhyNot("leaves_later", params)


def _chosen(query: PlanQuery, chances: Sequence[_Chance], expected_s: int | None) -> _Chance:
    """The run to explain: the expected one, else the best caught soon, else one just missed."""
    if expected_s is not None:
        return min(chances, key=lambda c: (abs(c.departure_s - expected_s), -c.slack_s))
    if query.arrive_by:
        in_time = [c for c in chances if c.arrive_s <= query.time_s]
        if in_time:
            return max(in_time, key=lambda c: (c.leave_s, -c.arrive_s))
        return min(chances, key=lambda c: c.arrive_s)
    caught = [c for c in chances if c.slack_s >= 0]
    soon = [c for c in caught if c.leave_s <= query.time_s + query.window_s]
    missed = [c for c in chances if -_MISSED_S <= c.slack_s < 0]
    if soon or (caught and not missed):
        return min(soon or caught, key=lambda c: (c.arrive_s, -c.leave_s))
    return max(missed or chances, key=lambda c: c.slack_s)


def _stops(ground: Ground, runs: Runs, number: int) -> np.ndarray:
    start = int(runs.stop_starts[number])
    return ground.timetable.pattern_stops[start : start + int(runs.lengths[number])]


def _chances(
    ground: Ground, runs: Runs, number: int, query: PlanQuery, spots: tuple[Spot, Spot]
) -> Iterator[_Chance]:
    """Every run of a list, boarded and left where that walks least in time."""
    t, (origin, destination) = ground.timetable, spots
    stops = _stops(ground, runs, number)
    start = int(runs.stop_starts[number])
    speed = query.walk_speed_mm_s
    part = slice(int(runs.trip_starts[number]), int(runs.trip_starts[number + 1]))
    zero_s = runs.origin_s + int(runs.offsets_s[number])
    live, day = ground.timetable, runs.days[int(runs.day_numbers[number])]
    ins = [
        i
        for i, stop in enumerate(stops.tolist())
        if t.can_board[start + i] and origin.walk_m[stop] != UNREACHABLE
    ]
    outs = [
        j
        for j, stop in enumerate(stops.tolist())
        if t.can_alight[start + j] and destination.walk_m[stop] != UNREACHABLE
    ]
    for trip, row in zip(runs.trips[part].tolist(), runs.rows[part].tolist(), strict=True):
        best: _Chance | None = None
        for i in ins:
            to_s = walking_s(int(origin.walk_m[stops[i]]), speed)
            leaves_s = int(t.departures[row + i]) + zero_s
            ends = [
                (int(t.arrivals[row + j]) + zero_s
                 + walking_s(int(destination.walk_m[stops[j]]), speed), int(stops[j]))
                for j in outs
                if j > i
            ]  # fmt: skip
            if not ends:
                continue
            chance = _Chance(
                t.trip_ids[trip],
                t.place(int(stops[i])),
                query.time_s + to_s,
                leaves_s,
                leaves_s - to_s,
                min(ends)[0],
                Run(day, live.source_of(trip) if isinstance(live, LiveTimetable) else trip),
                t.place(min(ends)[1]),
            )
            if best is None or chance.slack_s > best.slack_s:
                best = chance
        if best is not None:
            yield best


def _next_day(ground: Ground, number: int, day: dt.date) -> dt.date | None:
    """The next day on which a line runs, within two weeks."""
    t = ground.timetable
    trips = t.pattern_routes[t.trip_patterns] == number
    for ahead in range(1, _LOOK_AHEAD_DAYS + 1):
        if t.trips_on(day + dt.timedelta(ahead))[trips].any():
            return day + dt.timedelta(ahead)
    return None


def _nearest(ground: Ground, place: Place, stops: np.ndarray) -> dict[str, object]:
    """Name the stop of a line that is nearest to a place, as the crow flies."""
    t = ground.timetable
    shrink = float(np.cos(np.radians(place.lat)))
    north_m = (t.stop_lat[stops] - place.lat) * _METRES_PER_DEGREE
    east_m = (t.stop_lon[stops] - place.lon) * _METRES_PER_DEGREE * shrink
    distance_m = np.hypot(north_m, east_m)
    nearest = int(np.argmin(distance_m))
    stop = t.place(int(stops[nearest]))
    away_m = round(float(distance_m[nearest]))
    return {"stop": stop.name, "stop_id": stop.stop_id, "distance_m": away_m}
