"""Our answers: the search with its ways, and the journeys rebuilt call by call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.planner.network import Network, Query
from benchmarks.planner.tracing import Step
from routing.raptor import Access, Egress, Found, Window, search, search_earliest

Answer = tuple[int, int, int]  # departure, arrival, transfers
WARM_UP = 20


class Leg(NamedTuple):
    """A trip of a journey, call by call: stops, and times in seconds of the day."""

    trip_id: str
    stops: list[int]
    arrivals_s: list[int]
    departures_s: list[int]


@dataclass(frozen=True)
class Measured:
    """What one query took and gave."""

    ms: float
    answers: list[Answer]


class Ours:
    """Our search over one day.

    Parameters
    ----------
    network
        The day.
    window_s
        Width of a range query.
    max_transfers
        Most changes of a journey.
    """

    def __init__(self, network: Network, window_s: int, max_transfers: int) -> None:
        self._network = network
        self._window_s = window_s
        self._vehicles = max_transfers + 1

    def earliest(self, query: Query) -> list[Found]:
        """Earliest arrivals by number of vehicles.

        Parameters
        ----------
        query
            What is asked.

        Returns
        -------
        list of Found
            Rebuilt, too.
        """
        return self._answer(query, search_earliest, 0)

    def range(self, query: Query) -> list[Found]:
        """All best journeys of the window.

        Parameters
        ----------
        query
            What is asked.

        Returns
        -------
        list of Found
            Rebuilt, too.
        """
        return self._answer(query, search, self._window_s)

    def _answer(
        self, query: Query, method: Callable[..., list[Found]], window_s: int
    ) -> list[Found]:
        network = self._network
        index = network.timetable.stop_index
        access = Access.walks(*network.ways(index(query.from_stop)))
        egress = Egress.walks(*network.ways(index(query.to_stop)))
        first_s = query.departure_s
        window = Window(first_s, first_s + window_s, vehicles=self._vehicles)
        founds = method(network.timetable, network.runs, network.changes, access, egress, window)
        for found in founds:
            for boarding in found.boardings:
                run_list, run, board, _, last_run, alight = boarding
                if run == last_run:
                    self.leg(run_list, run, board, alight)
                    continue
                for ride in boarding.rides(network.runs.layout):
                    self.leg(*ride)
        return founds

    def leg(self, number: int, run: int, board: int, alight: int) -> Leg:
        """Rebuild a trip of a journey.

        Parameters
        ----------
        number, run, board, alight
            As in `routing.raptor.Ride`.

        Returns
        -------
        Leg
            With every call.
        """
        t, runs = self._network.timetable, self._network.runs
        row, offset_s = runs.rows.item(run), runs.offsets_s.item(number)
        first = runs.stop_starts.item(number)
        stops = t.pattern_stops[first + board : first + alight + 1].tolist()
        times = slice(row + board, row + alight + 1)
        arrivals, departures = t.arrivals[times].tolist(), t.departures[times].tolist()
        if offset_s:
            arrivals = [time_s + offset_s for time_s in arrivals]
            departures = [time_s + offset_s for time_s in departures]
        return Leg(t.trip_ids[runs.trips.item(run)], stops, arrivals, departures)

    def steps(self, query: Query) -> list[Step] | None:
        """The earliest arrival, ride by ride and walk by walk.

        Parameters
        ----------
        query
            What is asked.

        Returns
        -------
        list of Step | None
            In the names of the exported day; None when there is no journey.
        """
        founds = self.earliest(query)
        if not founds:
            return None
        best = min(founds, key=lambda found: found.arrival_s)
        index = self._network.timetable.stop_index
        steps, at = [], index(query.from_stop)
        layout = self._network.runs.layout
        for boarding in best.boardings:
            for number, ride in enumerate(boarding.rides(layout)):
                _, stops, arrivals_s, departures_s = self.leg(*ride)
                has_stayed = number > 0
                if not has_stayed:
                    steps += self._walk(at, stops[0])
                at = stops[-1]
                ends = f"s{stops[0]}", departures_s[0], f"s{at}", arrivals_s[-1]
                steps.append(Step(f"t{ride.run}", *ends, has_stayed))
        return [*steps, *self._walk(at, index(query.to_stop))]

    def _walk(self, stop: int, other: int) -> list[Step]:
        if stop == other:
            return []
        heads, seconds = self._network.ways(stop)
        walk_s = int(seconds[heads == other][0])
        return [Step("", f"s{stop}", 0, f"s{other}", walk_s)]

    def measure(
        self, method: Callable[[Query], list[Found]], queries: list[Query]
    ) -> list[Measured]:
        """Answer queries one by one.

        Parameters
        ----------
        method
            `earliest` or `range`.
        queries
            What is asked.

        Returns
        -------
        list of Measured
            CPU milliseconds, and journeys.
        """
        for query in queries[:WARM_UP]:
            method(query)
        measured = []
        for query in queries:
            start_s = time.process_time()
            founds = method(query)
            ms = 1000 * (time.process_time() - start_s)
            answers = [(f.departure_s, f.arrival_s, len(f.boardings) - 1) for f in founds]
            measured.append(Measured(ms, answers))
        return measured
