"""Journeys in a time-expanded graph of networkx, straight from the tables of a feed.

A node is an event: standing at home at an instant, sitting in a run behind one of its calls with
so many vehicles used, having got off at one of its calls, being there. An edge is what a rider does
between two events: go to the first stop and board, ride on, stay seated, get off, change and wait
and board, go to the target. Whatever can be reached in the graph is a journey.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import networkx as nx

from gtfs.feed import Feed

FOREVER = 10**12

Journey = tuple[int, int, int]
"""Departure and arrival in epoch seconds, and vehicles used."""

Change = tuple[str, str]
Node = tuple[str | int, ...]
_Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Call:
    """A run at a stop; instants in epoch seconds."""

    stop: str
    arrival: int
    departure: int
    board: bool
    alight: bool


@dataclass(frozen=True)
class Run:
    """A trip on a service day; the runs of a block on one day are those of one vehicle."""

    trip_id: str
    calls: tuple[Call, ...]
    block: str
    day: dt.date


@dataclass(frozen=True)
class WayIn:
    """From home to a stop in so many seconds, for those who leave between two instants."""

    stop: str
    seconds: int = 0
    opens: int = -FOREVER
    closes: int = FOREVER

    def leave(self, departure: int) -> int | None:
        """Latest instant to leave home for a departure; None when the way is closed by then."""
        latest = min(departure - self.seconds, self.closes)
        return latest if latest >= self.opens else None


@dataclass(frozen=True)
class WayOut:
    """From a stop to the target; it is started so long after an arrival, between two instants."""

    stop: str
    seconds: int = 0
    before: int = 0
    opens: int = -FOREVER
    closes: int = FOREVER

    def arrive(self, arrival: int) -> int | None:
        """Arrival at the target; None when the way is closed by then."""
        begin = max(arrival + self.before, self.opens)
        return begin + self.seconds if begin <= self.closes else None


@dataclass(frozen=True)
class Wish:
    """Ways in and out, first and last departure, most vehicles, latest arrival, longest wait.

    Journeys that arrive before `soonest` are left out, and beat nothing.
    """

    ways_in: Sequence[WayIn]
    ways_out: Sequence[WayOut]
    first: int
    last: int
    vehicles: int
    latest: int = FOREVER
    patience: int = FOREVER
    soonest: int = -FOREVER


def best_journeys(runs: Sequence[Run], changes: Mapping[Change, int], wish: Wish) -> set[Journey]:
    """Pareto set of all journeys that leave home in the window.

    Departures are taken from the last to the first. What a later departure has reached is taken
    out of the graph: an earlier departure gains nothing by reaching it again.
    """
    graph = nx.DiGraph()
    in_time = [run for run in runs if run.calls[-1].arrival >= wish.first]
    graph.add_edges_from(_edges(in_time, changes, wish))
    found = set()
    homes = [node for node in graph if node[0] == "home"]
    for home in sorted(homes, reverse=True):
        reached = nx.descendants(graph, home)
        found |= {(home[1], node[1], node[2]) for node in reached if node[0] == "there"}
        graph.remove_nodes_from(reached)
    return {one for one in found if not any(beats(other, one) for other in found)}


def beats(one: Journey, other: Journey) -> bool:
    """Whether a journey is nowhere worse than another, and better somewhere."""
    return one != other and one[0] >= other[0] and one[1] <= other[1] and one[2] <= other[2]


def _edges(
    runs: Sequence[Run], changes: Mapping[Change, int], wish: Wish
) -> Iterator[tuple[Node, Node]]:
    stops = _boardings(runs)
    for stop, boardings in stops.items():
        for departure, number, at in boardings:
            for way in wish.ways_in:
                leave = way.leave(departure) if way.stop == stop else None
                if leave is not None and wish.first <= leave <= wish.last:
                    yield ("home", leave), ("seat", number, at, 1)
    for used in range(1, wish.vehicles + 1):
        for number, following in _stays(runs):
            yield ("seat", number, len(runs[number].calls) - 1, used), ("seat", following, 0, used)
        for number, run in enumerate(runs):
            for at, call in enumerate(run.calls[1:]):
                seat, off = ("seat", number, at, used), ("off", number, at + 1, used)
                yield seat, ("seat", number, at + 1, used)
                if call.alight:
                    yield seat, off
                    yield from ((off, there) for there in _ends(call, used, wish))
                    following = _next_vehicles(call, stops, changes, wish.patience)
                    if used < wish.vehicles:
                        yield from ((off, ("seat", *next_one, used + 1)) for next_one in following)


def _boardings(runs: Sequence[Run]) -> dict[str, list[tuple[int, int, int]]]:
    """Departure, run and call of every boarding, by stop and in order of time."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for number, run in enumerate(runs):
        for at, call in enumerate(run.calls[:-1]):
            if call.board:
                found.setdefault(call.stop, []).append((call.departure, number, at))
    return {stop: sorted(boardings) for stop, boardings in found.items()}


def _stays(runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    """Runs of one vehicle: the next one after each, if it begins where that one ends."""
    for number, run in enumerate(runs):
        following = [
            (other.calls[0].departure, at)
            for at, other in enumerate(runs)
            if run.block and (run.block, run.day) == (other.block, other.day)
            if other.calls[0].departure >= run.calls[-1].arrival
            if other.calls[0].departure > run.calls[0].departure
        ]
        for departure, at in following:
            if departure == min(following)[0] and runs[at].calls[0].stop == run.calls[-1].stop:
                yield number, at


def _next_vehicles(
    call: Call,
    stops: Mapping[str, Sequence[tuple[int, int, int]]],
    changes: Mapping[Change, int],
    patience: int,
) -> Iterator[tuple[int, int]]:
    """Run and call of all that can be boarded after getting off."""
    for (origin, target), seconds in changes.items():
        if origin == call.stop:
            boardings = stops.get(target, [])
            for at in range(bisect_left(boardings, (call.arrival + seconds,)), len(boardings)):
                departure, number, place = boardings[at]
                if departure - call.arrival > patience:
                    break
                yield number, place


def _ends(call: Call, used: int, wish: Wish) -> Iterator[Node]:
    """Being there, by every way from a stop to the target."""
    for way in wish.ways_out:
        there = way.arrive(call.arrival) if way.stop == call.stop else None
        if there is not None and wish.soonest <= there <= wish.latest:
            yield "there", there, used


def runs_of(feed: Feed, timezone: str, days: Iterable[dt.date]) -> list[Run]:
    """All runs of some service days, frequencies laid out."""
    frequencies = feed.records("frequencies")
    calls: dict[str, list[dict[str, str]]] = {}
    for row in feed.records("stop_times"):
        calls.setdefault(row["trip_id"], []).append(row)
    week, exceptions = feed.records("calendar"), feed.records("calendar_dates")
    active = {day: _services_on(week, exceptions, day) for day in days}
    runs = []
    for trip in feed.records("trips"):
        rows = sorted(calls[trip["trip_id"]], key=lambda row: int(row["stop_sequence"]))
        repeats = [row for row in frequencies if row["trip_id"] == trip["trip_id"]]
        begins = list(_repeated(repeats)) if repeats else [clock_s(rows[0]["departure_time"])]
        for day, services in active.items():
            if trip["service_id"] in services:
                for begin in begins:
                    shift = begin - clock_s(rows[0]["departure_time"])
                    start = day_start(day, timezone) + shift
                    timed = tuple(_call(row, start) for row in rows)
                    runs.append(Run(trip["trip_id"], timed, trip["block_id"], day))
    return runs


def _repeated(rows: Iterable[Mapping[str, str]]) -> Iterator[int]:
    """Departures of a repeated trip; those without exact times are taken as exact."""
    for row in rows:
        yield from range(
            clock_s(row["start_time"]), clock_s(row["end_time"]), int(row["headway_secs"])
        )


def _call(row: Mapping[str, str], start: int) -> Call:
    return Call(
        row["stop_id"],
        start + clock_s(row["arrival_time"]),
        start + clock_s(row["departure_time"]),
        row["pickup_type"] != "1",
        row["drop_off_type"] != "1",
    )


def clock_s(text: str) -> int:
    """Seconds of a time of day, which may lie beyond 24:00:00."""
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def day_start(day: dt.date, timezone: str) -> int:
    """Noon minus 12 h: midnight, but for the days on which clocks change."""
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(timezone))
    return int(noon.timestamp()) - 12 * 3600


def _services_on(week: _Rows, exceptions: _Rows, day: dt.date) -> set[str]:
    """Services that run on a day."""
    text = f"{day:%Y%m%d}"
    running = {
        row["service_id"]
        for row in week
        if row["start_date"] <= text <= row["end_date"] and row[f"{day:%A}".lower()] == "1"
    }
    for row in exceptions:
        if row["date"] == text and row["exception_type"] == "1":
            running.add(row["service_id"])
        elif row["date"] == text:
            running.discard(row["service_id"])
    return running


def changes_of(feed: Feed, walks: Mapping[Change, int], near: int, slack: int) -> dict[Change, int]:
    """Seconds from stop to stop: walks, then what transfers.txt says.

    `walks` holds the seconds on foot between all stops; those of `near` seconds or less are
    changes of their own, with the slack. Rows of transfers.txt count one after the other.
    """
    stops = set(feed.table("stop_times")["stop_id"])
    found = {pair: seconds + slack for pair, seconds in walks.items() if seconds <= near}
    found |= {(stop, stop): slack for stop in stops}
    for row in feed.records("transfers"):
        pair = (row["from_stop_id"], row["to_stop_id"])
        walk = 0 if pair[0] == pair[1] else walks[pair]
        match row["transfer_type"]:
            case "3":
                found.pop(pair, None)
            case "2" if row["min_transfer_time"]:
                found[pair] = max(walk, int(row["min_transfer_time"]))
            case "1":
                found[pair] = walk
            case _:
                found[pair] = walk + slack
    return {pair: seconds for pair, seconds in found.items() if set(pair) <= stops}
