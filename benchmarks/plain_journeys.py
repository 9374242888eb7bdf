"""The peer of the range search: a time-expanded graph of networkx, swept once from the target.

It shares no code with the search; it is given the same feed, ways and changes. Nodes are
departures from stops and arrivals of runs; an edge is waiting, riding on, boarding or changing. One
pass against the direction of time gives the earliest arrival behind every departure.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from zoneinfo import ZoneInfo

import networkx as nx

from gtfs.feed import Feed

Node = tuple[str, str, int]  # ("at", stop, instant) or ("on", run, position)
Call = tuple[str, int, int, bool, bool]  # stop, arrival, departure, may board, may alight

NEVER_S = 2**40


class TimeExpandedGraph:
    """Everything that runs on some days, as a graph.

    Parameters
    ----------
    feed : Feed
        The timetable.
    zone : ZoneInfo
        Where its service days begin.
    days : sequence of date
        Service days.
    changes : mapping of str to list of (str, int)
        From each stop, the stops one can change to and the seconds it takes.
    """

    def __init__(
        self,
        feed: Feed,
        zone: ZoneInfo,
        days: Sequence[dt.date],
        changes: Mapping[str, list[tuple[str, int]]],
    ) -> None:
        runs = _runs(feed, zone, days)
        self.departures: dict[str, list[int]] = _departures(runs)
        self.alight: dict[Node, tuple[str, int]] = {}
        self.graph: nx.DiGraph[Node] = nx.DiGraph()
        for stop, times in self.departures.items():
            nx.add_path(self.graph, [("at", stop, time) for time in times])
        for run_id, calls in runs.items():
            self._add_run(run_id, calls, changes)
        self.order: list[Node] = list(nx.topological_sort(self.graph))[::-1]

    def _add_run(
        self, run_id: str, calls: list[Call], changes: Mapping[str, list[tuple[str, int]]]
    ) -> None:
        for position, (stop, arrival_s, departure_s, may_board, may_alight) in enumerate(calls):
            here: Node = ("on", run_id, position)
            following: Node = ("on", run_id, position + 1)
            last = position + 1 == len(calls)
            if may_board and not last:
                self.graph.add_edge(("at", stop, departure_s), following)
            if position == 0:
                continue
            if not last:
                self.graph.add_edge(here, following)
            if may_alight:
                self.graph.add_node(here)
                self.alight[here] = (stop, arrival_s)
                for other, change_s in changes.get(stop, ()):
                    times = self.departures.get(other, [])
                    next_one = bisect_left(times, arrival_s + change_s)
                    if next_one < len(times):
                        self.graph.add_edge(here, ("at", other, times[next_one]))

    def journeys(
        self,
        access: Mapping[str, int],
        egress: Mapping[str, int],
        first_s: int,
        last_s: int,
    ) -> list[tuple[int, int]]:
        """Find the best departures and arrivals of a window.

        Parameters
        ----------
        access, egress : mapping of str to int
            Seconds between the origin and stops, and between stops and the target.
        first_s, last_s : int
            Departures from the origin, both included, epoch seconds.

        Returns
        -------
        list of (int, int)
            Departure and arrival, none dominated, the latest departure first.
        """
        best: dict[Node, int] = {}
        successors = self.graph.adj
        for node in self.order:
            arrival_s = min((best[after] for after in successors[node]), default=NEVER_S)
            if node in self.alight:
                stop, at_s = self.alight[node]
                if stop in egress:
                    arrival_s = min(arrival_s, at_s + egress[stop])
            best[node] = arrival_s
        found = []
        for stop, duration_s in access.items():
            times = self.departures.get(stop, [])
            begin = bisect_left(times, first_s + duration_s)
            for time in times[begin : bisect_left(times, last_s + duration_s + 1)]:
                # Boarding now: who waits for the next vehicle has left home too early.
                boarded = (node for node in successors[("at", stop, time)] if node[0] == "on")
                arrival_s = min((best[node] for node in boarded), default=NEVER_S)
                found.append((time - duration_s, arrival_s))
        return undominated(found)


def undominated(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep what no later or equal departure beats.

    Parameters
    ----------
    pairs : sequence of (int, int)
        Departures and arrivals.

    Returns
    -------
    list of (int, int)
        Those that count, the latest departure first.
    """
    kept: list[tuple[int, int]] = []
    earliest_s = NEVER_S
    for departure_s, arrival_s in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if arrival_s < earliest_s:
            kept.append((departure_s, arrival_s))
            earliest_s = arrival_s
    return kept


def _runs(feed: Feed, zone: ZoneInfo, days: Sequence[dt.date]) -> dict[str, list[Call]]:
    rows = defaultdict(list)
    for row in feed.table("stop_times").to_dict("records"):
        rows[row["trip_id"]].append(row)
    runs = {}
    for day in days:
        noon = dt.datetime.combine(day, dt.time(12), tzinfo=zone)
        origin_s = int(noon.timestamp()) - 12 * 3600
        active = _active_services(feed, day)
        for trip in feed.table("trips").to_dict("records"):
            if trip["service_id"] in active and rows[trip["trip_id"]]:
                calls = sorted(rows[trip["trip_id"]], key=lambda row: int(row["stop_sequence"]))
                runs[f"{trip['trip_id']} {day}"] = [_call(row, origin_s) for row in calls]
    return runs


def _call(row: Mapping[Hashable, str], origin_s: int) -> Call:
    return (
        row["stop_id"],
        origin_s + _clock_s(row["arrival_time"]),
        origin_s + _clock_s(row["departure_time"]),
        row.get("pickup_type", "") != "1",
        row.get("drop_off_type", "") != "1",
    )


def _clock_s(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _active_services(feed: Feed, day: dt.date) -> set[str]:
    text, weekday = day.strftime("%Y%m%d"), day.strftime("%A").lower()
    active = {
        row["service_id"]
        for row in feed.table("calendar").to_dict("records")
        if row["start_date"] <= text <= row["end_date"] and row[weekday] == "1"
    }
    for row in feed.table("calendar_dates").to_dict("records"):
        if row["date"] == text:
            (active.add if row["exception_type"] == "1" else active.discard)(row["service_id"])
    return active


def _departures(runs: Mapping[str, list[Call]]) -> dict[str, list[int]]:
    times: dict[str, set[int]] = defaultdict(set)
    for calls in runs.values():
        for stop, _, departure_s, may_board, _ in calls[:-1]:
            if may_board:
                times[stop].add(departure_s)
    return {stop: sorted(found) for stop, found in times.items()}
