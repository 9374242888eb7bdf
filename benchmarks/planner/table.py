"""The table of the planner: five cities, peers beside us, several seeds; ``make bench-planner``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planner.comparing import Result, Task, compare
from benchmarks.planner.network import Network
from benchmarks.planner.peers import NAMES, PeerError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
WINDOW_S = 7200
MAX_TRANSFERS = 5


@dataclass(frozen=True)
class City:
    """A feed, a working day, and how many times faster than the peer we want to be.

    Parameters
    ----------
    name
        Of the city.
    feeds
        Paths below the data folder.
    day
        The service day.
    wanted
        Ratios: earliest arrival, range (median), range (95th percentile).
    """

    name: str
    feeds: tuple[str, ...]
    day: dt.date
    wanted: tuple[int, int, int]


CITIES = (
    City("Muroran", ("gtfs-jp/muroran_donan_2020",), dt.date(2020, 10, 14), (17, 12, 12)),
    City("Yamanashi", ("gtfs/yamanashi_2017",), dt.date(2017, 8, 16), (30, 8, 6)),
    City(
        "Porto Alegre",
        ("pairs/porto_alegre/poa_eptc.zip", "pairs/porto_alegre/poa_trensurb.zip"),
        dt.date(2019, 5, 15),
        (16, 40, 40),
    ),
    City("Tampa", ("gtfs/tampa_2020/hart_tampa_2020.zip",), dt.date(2020, 12, 9), (15, 12, 10)),
    City(
        "New York subway",
        ("gtfs/nyc_subway_2018/nyc_subway_2018.zip",),
        dt.date(2018, 8, 15),
        (12, 8, 6),
    ),
)


def measure(city: City, seeds: int, count: int, walk_m: int) -> list[Result]:
    """Measure a city, seed by seed.

    Parameters
    ----------
    city
        The city.
    seeds
        How many sets of queries.
    count
        Queries of a set.
    walk_m
        Changes on foot beside transfers.txt, metres.

    Returns
    -------
    list of Result
        One for each seed.
    """
    network = Network.load([DATA / feed for feed in city.feeds], city.day, walk_m)
    task = Task(city.day.isoformat(), WINDOW_S, MAX_TRANSFERS, with_peers=True)
    return [compare(network, network.draw(count, seed), task) for seed in range(1, seeds + 1)]


def row_of(city: City, results: list[Result]) -> dict[str, object]:
    """Sum a city up.

    Parameters
    ----------
    city
        The city.
    results
        One for each seed.

    Returns
    -------
    dict
        Medians over the seeds, in CPU milliseconds and as ratios.
    """
    documents = [result.document() for result in results]
    of_seeds = [result.ratios(NAMES[0]) for result in results]
    ratios = [statistics.median(one) for one in zip(*of_seeds, strict=True)]
    agreement = {
        name: dict(sum((result.agreement[name] for result in results), Counter())) for name in NAMES
    }
    return {
        "city": city.name,
        "ratios": [round(ratio, 1) for ratio in ratios],
        "wanted": list(city.wanted),
        "agreement": agreement,
        "seeds": documents,
    }


def line_of(row: dict[str, object]) -> str:
    """A row of the table as text.

    Parameters
    ----------
    row
        As `row_of` gives it.

    Returns
    -------
    str
        Markdown.
    """
    pairs = zip(row["ratios"], row["wanted"], strict=True)  # type: ignore[call-overload]
    cells = [f"{ratio} (≥ {wanted})" for ratio, wanted in pairs]
    engine = [seed["engine"] for seed in row["seeds"]]  # type: ignore[attr-defined]
    ea = statistics.median(one["ea_ms"]["median"] for one in engine)
    median = statistics.median(one["range_ms"]["median"] for one in engine)
    p95 = statistics.median(one["range_ms"]["p95"] for one in engine)
    return f"| {row['city']} | {' | '.join(cells)} | {ea:.2f} | {median:.2f} | {p95:.2f} |"


def main() -> int:
    """Measure all cities and print the table.

    Returns
    -------
    int
        Exit code: 0, or 1 when the data or a peer is missing.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planner.table", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="sets of queries (3)")
    parser.add_argument("--random", type=int, default=200, help="queries of a set (200)")
    parser.add_argument("--walk-m", type=int, default=300, help="changes on foot, metres (300)")
    parser.add_argument("--json", type=Path, help="where all figures go")
    parser.add_argument("--city", action="append", help="only this one; may be repeated")
    given = parser.parse_args()
    if not DATA.is_dir():
        print(f"the feeds are not there: {DATA}", file=sys.stderr)
        return 1
    print(
        "| × faster than raptor-journey-planner | earliest arrival | range, median | range, p95 "
        "| our ea ms | our range ms | our p95 ms |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    rows = []
    for city in CITIES:
        if given.city and city.name not in given.city:
            continue
        try:
            rows.append(row_of(city, measure(city, given.seeds, given.random, given.walk_m)))
        except PeerError as error:
            print(error, file=sys.stderr)
            return 1
        print(line_of(rows[-1]), flush=True)
    for row in rows:
        print(f"{row['city']}: earliest arrivals {row['agreement']}")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
