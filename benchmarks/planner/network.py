"""One day of some feeds, made ready for all planners: changes, queries, and the day as a feed."""

from __future__ import annotations

import csv
import datetime as dt
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gtfs.feed import load_feed
from gtfs.times import format_time
from routing.build import build_timetable
from routing.days import Runs, runs_around
from routing.raptor import ChangeTimes
from routing.straight import StraightStreets
from routing.timetable import Timetable
from routing.transfers import find_changes
from routing.walks import Walks

WALK_SPEED_MM_S = 1200
FIRST_S, LAST_S = 6 * 3600, 20 * 3600


@dataclass(frozen=True)
class Query:
    """A stop, another one, and when to leave, in seconds of the service day."""

    from_stop: str
    to_stop: str
    departure_s: int


@dataclass(frozen=True, eq=False)
class Network:
    """One day of some feeds.

    Parameters
    ----------
    timetable, runs, changes
        What the search reads.
    load_s
        CPU seconds from the feeds to there.
    """

    timetable: Timetable
    runs: Runs
    changes: ChangeTimes
    load_s: float

    @classmethod
    def load(cls, feeds: list[Path], day: dt.date, walk_m: int) -> Network:
        """Read feeds for a day.

        Parameters
        ----------
        feeds
            Zip files or folders.
        day
            The service day.
        walk_m
            Changes on foot in a straight line x 1.3 up to so many metres, besides transfers.txt;
            0 for none. Changes at one stop take no time.

        Returns
        -------
        Network
            The day.
        """
        start_s = time.process_time()
        tables = [load_feed(path) for path in feeds]
        zone = ZoneInfo(str(tables[0].table("agency")["agency_timezone"].iloc[0]))
        timetable = build_timetable(tables, zone)
        runs = runs_around(timetable, day, with_next=False)
        walks = Walks(timetable, StraightStreets(), "walk")
        found = find_changes(timetable, walks, limit_m=walk_m, change_s=0)
        seconds = found.seconds(WALK_SPEED_MM_S)
        tails = np.repeat(np.arange(len(timetable.stop_ids)), np.diff(found.starts))
        seconds[tails == found.heads] = 0
        changes = ChangeTimes(found.starts, found.heads, seconds)
        return cls(timetable, runs, changes, time.process_time() - start_s)

    @property
    def array_bytes(self) -> int:
        """Bytes of all arrays that the search reads."""
        parts = [self.timetable, self.runs, self.runs.layout, self.changes]
        arrays = {
            id(value): value.nbytes
            for part in parts
            for value in vars(part).values()
            if isinstance(value, np.ndarray)
        }
        return sum(arrays.values())

    def ways(self, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Stops that are reached from a stop by one change, and the seconds.

        Parameters
        ----------
        stop
            Its number.

        Returns
        -------
        tuple
            Stop numbers, the stop itself among them, and seconds.
        """
        part = slice(int(self.changes.starts[stop]), int(self.changes.starts[stop + 1]))
        heads, seconds = self.changes.heads[part], self.changes.seconds[part]
        return heads.astype(np.int64), seconds.astype(np.int64)

    def draw(self, count: int, seed: int) -> list[Query]:
        """Draw queries between stops that no single walk joins.

        Parameters
        ----------
        count
            How many.
        seed
            Of the random numbers.

        Returns
        -------
        list of Query
            Between stops where something calls on the day, leaving between 6 and 20 h.
        """
        random = np.random.default_rng(seed)
        stops = np.unique(self.runs.layout.alights)
        stops = stops[stops >= 0]
        drawn: list[Query] = []
        while len(drawn) < count:
            a, b = random.choice(stops, 2, replace=False).tolist()
            departure_s = int(random.integers(FIRST_S, LAST_S))
            if b not in self.ways(a)[0]:
                ids = self.timetable.stop_ids
                drawn.append(Query(ids[a], ids[b], departure_s))
        return drawn


def read_queries(path: Path) -> list[Query]:
    """Read queries.

    Parameters
    ----------
    path
        CSV with the columns from_stop, to_stop, departure_s.

    Returns
    -------
    list of Query
        In the order of the file.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Query(row["from_stop"], row["to_stop"], int(row["departure_s"]))
            for row in csv.DictReader(file)
        ]


def export(network: Network, queries: list[Query], folder: Path) -> Path:
    """Write the day as a feed of its own, and the queries.

    Stops and trips are named by number behind a letter: minotor takes bare digits for numbers.

    Parameters
    ----------
    network
        The day.
    queries
        What will be asked.
    folder
        Where `queries.csv`, `stays.csv` (trips between which riders may stay seated, of which the
        peers know nothing) and the tables go.

    Returns
    -------
    Path
        The same tables as a zip file.
    """
    t, index = network.timetable, network.timetable.stop_index
    asked = [f"s{index(q.from_stop)},s{index(q.to_stop)},{q.departure_s}" for q in queries]
    _write(folder / "queries.csv", "from_stop,to_stop,departure_s", asked)
    pairs = zip(*(run.tolist() for run in network.runs.layout.pairs()), strict=True)
    _write(folder / "stays.csv", "trip_id,goes_on_as", [f"t{run},t{other}" for run, other in pairs])
    tables = {
        "agency": ("agency_id,agency_name,agency_url,agency_timezone", ["1,day,http://x,UTC"]),
        "calendar": (
            (
                "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
                "start_date,end_date"
            ),
            ["day,1,1,1,1,1,1,1,20000101,20991231"],
        ),
        "routes": ("route_id,agency_id,route_short_name,route_type", ["r,1,line,3"]),
        "stops": (
            "stop_id,stop_name,stop_lat,stop_lon",
            [
                f"s{n},stop {n},{t.stop_lat[n]:.6f},{t.stop_lon[n]:.6f}"
                for n in t.served_stops.tolist()
            ],
        ),
        "trips": (
            "route_id,service_id,trip_id",
            [f"r,day,t{run}" for run in range(len(network.runs.trips))],
        ),
        "stop_times": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type",
            _stop_times(network),
        ),
        "transfers": ("from_stop_id,to_stop_id,transfer_type,min_transfer_time", _walks(network)),
    }
    archive = folder / "day.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, (header, lines) in tables.items():
            _write(folder / f"{name}.txt", header, lines)
            packed.write(folder / f"{name}.txt", f"{name}.txt")
    return archive


def _write(path: Path, header: str, lines: list[str]) -> None:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def _walks(network: Network) -> list[str]:
    """Changes between different stops."""
    changes = network.changes
    tails = np.repeat(np.arange(len(changes.starts) - 1), np.diff(changes.starts)).tolist()
    pairs = zip(tails, changes.heads.tolist(), changes.seconds.tolist(), strict=True)
    return [f"s{tail},s{head},2,{seconds}" for tail, head, seconds in pairs if tail != head]


def _stop_times(network: Network) -> list[str]:
    """Stop times of all runs in seconds of the day, without what happened the day before."""
    t, runs = network.timetable, network.runs
    lines = []
    for number in range(len(runs.patterns)):
        first, length = int(runs.stop_starts[number]), int(runs.lengths[number])
        places = slice(first, first + length)
        stops = t.pattern_stops[places].tolist()
        rules = zip((~t.can_board[places]).tolist(), (~t.can_alight[places]).tolist(), strict=True)
        kinds = [f"{int(no_board)},{int(no_alight)}" for no_board, no_alight in rules]
        offset_s = int(runs.offsets_s[number])
        for run in range(int(runs.trip_starts[number]), int(runs.trip_starts[number + 1])):
            row = int(runs.rows[run])
            arrivals = (t.arrivals[row : row + length] + offset_s).tolist()
            departures = (t.departures[row : row + length] + offset_s).tolist()
            lines += [
                f"t{run},{format_time(arrivals[i])},{format_time(departures[i])},s{stops[i]},{i},"
                f"{kinds[i]}"
                for i in range(length)
                if arrivals[i] >= 0
            ]
    return lines
