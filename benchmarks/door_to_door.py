"""Plans in Kaga on a busy day: ``python -m benchmarks.door_to_door --json OUT``.

The embedded city with 20 vans and its real dispatcher, plans in SQLite. For each seed some rides
are booked through the checkout, spread over the day; then random pairs of places are planned at
mid-day, each with a session of its own, as the API does. What is measured is CPU time of
`Planner.plan` with the dispatcher (reading the plans included), without it, and of the whole
answer: prices, signed offers, documents.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import gc
import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from apps.runtime import Runtime, open_runtime
from maas.checkout import BookingRequest
from maas.clock import local_instant
from maas.config import Settings
from maas.offers import Heads, OfferContent, PlanRequest
from maas.offers.tokens import seal
from maas.operations import Dispatcher, RideOrder
from routing.errors import RoutingError
from routing.journeys import Place
from routing.on_demand import Party, RidePromise, RideRequest
from routing.query import PlanQuery

KAGA = Path(__file__).resolve().parents[1] / "data" / "kaga"
ZONE = ZoneInfo("Asia/Tokyo")
DAY = "2026-11-24"
TRIP = "noriai-daily"
DEPOTS = (
    "nr-kaga-onsen-station",
    "nr-daishoji-station",
    "nr-yamanaka-onsen-bus-terminal",
    "nr-kaga-medical-center",
    "nr-yamashiro-onsen",
)


def busy_city(folder: Path, vehicles: int) -> Path:
    """Copy the embedded city, with another fleet.

    Parameters
    ----------
    folder : Path
        Where to copy to; must not exist.
    vehicles : int
        Vans of nine seats on shift from 8 to 16 o'clock.

    Returns
    -------
    Path
        The folder.
    """
    shutil.copytree(KAGA, folder, ignore=shutil.ignore_patterns("build", "facts"))
    fleet = (folder / "fleet.toml").read_text(encoding="utf-8")
    areas = re.split(r"^\[\[vehicles\]\]", fleet, maxsplit=1, flags=re.MULTILINE)[0]
    vans = [
        f'[[vehicles]]\nid = "van-{n}"\narea = "noriai"\nseats = 9\nkind = "van"\n'
        f'depot_stop_id = "{DEPOTS[n % len(DEPOTS)]}"\n'
        'shifts = [{ start = "08:00", end = "16:00", days = "daily" }]\n'
        for n in range(vehicles)
    ]
    (folder / "fleet.toml").write_text(areas + "".join(vans), encoding="utf-8")
    return folder


@contextlib.contextmanager
def open_city(city: Path, seed: int) -> Iterator[Runtime]:
    """Open the busy city with nothing booked yet.

    Parameters
    ----------
    city : Path
        Its folder; beside it the service keeps what it writes.
    seed : int
        Each day has a database of its own.

    Yields
    ------
    Runtime
        The service at seven in the morning.
    """
    settings = Settings(
        city=city,
        data_dir=city.parent / "var",
        database_url=f"sqlite:///{city.parent / f'day-{seed}.db'}",
        redis_url="",
        now=f"{DAY}T07:00:00+09:00",
    )
    with open_runtime(settings) as town:
        yield town


def book_rides(town: Runtime, seed: int, rides: int) -> int:
    """Book random rides over the day through the checkout.

    Parameters
    ----------
    town : Runtime
        The service.
    seed : int
        Of the random numbers.
    rides : int
        Wishes.

    Returns
    -------
    int
        How many were promised and booked.
    """
    draw = np.random.default_rng(seed)
    area = town.fleet.areas["noriai"]
    stops = sorted(area.nodes)
    now_s = local_instant(f"{DAY} 07:00", ZONE)
    first_s, last_s = (local_instant(f"{DAY} {time}", ZONE) for time in ("08:00", "15:00"))
    booked = 0
    for _ in range(rides):
        pair = [stops[n] for n in draw.choice(len(stops), 2, replace=False)]
        time_s, party = int(draw.integers(first_s, last_s)), Party(int(draw.integers(1, 4)))
        wish = RideRequest(TRIP, pair[0], pair[1], time_s, None, party)
        with town.database.transaction() as session:
            answer = Dispatcher(session, town.fleet, now_s, ZONE).check(wish)
            if isinstance(answer, RidePromise):
                offer = offer_of(town, answer, {"price": {"lines": []}})
                town.checkout.book(session, BookingRequest(offer, "Rider", ""), now_s)
                booked += 1
    return booked


def offer_of(town: Runtime, promise: RidePromise, journey: dict[str, Any]) -> str:
    """Make an offer of a promised ride.

    Parameters
    ----------
    town : Runtime
        The service.
    promise : RidePromise
        The ride.
    journey : dict[str, Any]
        The journey's document.

    Returns
    -------
    str
        What can be booked.
    """
    wish = promise.request
    order = RideOrder(
        leg=0,
        trip_id=wish.trip_id,
        from_stop_id=wish.from_stop_id,
        to_stop_id=wish.to_stop_id,
        seats=wish.party.seats,
        wheelchairs=wish.party.wheelchairs,
        pickup_earliest_s=promise.pickup_earliest_s,
        pickup_latest_s=promise.pickup_latest_s,
        arrival_latest_s=promise.arrival_latest_s,
        booking_deadline_s=promise.pickup_earliest_s,
    )
    content = OfferContent(
        city=town.city.id,
        expires_s=promise.pickup_earliest_s,
        journey=journey,
        rides=(order,),
        heads=dataclasses.asdict(Heads(adults=wish.party.seats)),
        price_minor=500,
        currency="JPY",
    )
    return seal(content, town.keys.offer)


def questions(town: Runtime, seed: int, count: int) -> list[PlanRequest]:
    """Draw wishes between places of the city, at mid-day.

    Parameters
    ----------
    town : Runtime
        The service.
    seed : int
        Of the random numbers.
    count : int
        How many.

    Returns
    -------
    list of PlanRequest
        Places up to some 300 m beside stops of the on-demand service, leaving from 11:30 to 13:30.
    """
    draw = np.random.default_rng(1000 + seed)
    stops = sorted(town.fleet.areas["noriai"].nodes)
    first_s = local_instant(f"{DAY} 11:30", ZONE)
    found = []
    for _ in range(count):
        ends = []
        for n in draw.choice(len(stops), 2, replace=False):
            stop = town.city.stop(stops[n])
            assert stop is not None, "every stop of an area is in the feeds"
            lat, lon = draw.uniform(-0.002, 0.002, 2)
            ends.append(Place(stop.name, stop.lat + lat, stop.lon + lon))
        time_s = first_s + int(draw.integers(0, 7200))
        found.append(PlanRequest(ends[0], ends[1], time_s, False, Heads()))
    return found


def measure(town: Runtime, wishes: list[PlanRequest]) -> dict[str, Any]:
    """Answer wishes and measure.

    Parameters
    ----------
    town : Runtime
        The busy city.
    wishes : list of PlanRequest
        What is asked, at 11:00.

    Returns
    -------
    dict
        CPU milliseconds of each plan with rides, without, and of each whole answer; how many
        journeys have how many rides.
    """
    now_s = local_instant(f"{DAY} 11:00", ZONE)
    with_ms, without_ms, answer_ms, rides = [], [], [], Counter[int]()
    for wish in wishes:
        query = PlanQuery(wish.origin, wish.destination, wish.time_s, now_s=now_s)
        try:
            without_ms.append(_plan(town, query, with_rides=False)[0])
        except RoutingError:
            continue
        took_ms, counts = _plan(town, query, with_rides=True)
        with_ms.append(took_ms)
        rides.update(counts)
        start_s = time.process_time()
        with town.database.reading() as session:
            town.desk.plan(session, wish, now_s)
        answer_ms.append(1000 * (time.process_time() - start_s))
    return {"with": with_ms, "without": without_ms, "answer": answer_ms, "rides": rides}


def _plan(town: Runtime, query: PlanQuery, *, with_rides: bool) -> tuple[float, list[int]]:
    start_s = time.process_time()
    if with_rides:
        with town.database.reading() as session:
            port = Dispatcher(session, town.fleet, query.now_s, ZONE)
            result = town.city.planner.plan(query, port)
    else:
        result = town.city.planner.plan(query, None)
    took_ms = 1000 * (time.process_time() - start_s)
    return took_ms, [len(journey.rides) for journey in result.journeys]


def _figures(values: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 2),
        "p95": round(float(np.percentile(values, 95)), 2),
        "most": round(max(values), 2),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.door_to_door", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="busy days (default 3)")
    parser.add_argument("--random", type=int, default=200, help="plans a day (default 200)")
    parser.add_argument("--vehicles", type=int, default=20, help="vans (default 20)")
    parser.add_argument("--rides", type=int, default=80, help="wishes a day (default 80)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser.parse_args()


def main() -> int:
    """Measure and print.

    Returns
    -------
    int
        Exit code 0.
    """
    arguments = _arguments()
    days = []
    with tempfile.TemporaryDirectory() as folder:
        city = busy_city(Path(folder) / "city", arguments.vehicles)
        for seed in range(1, arguments.seeds + 1):
            with open_city(city, seed) as town:
                booked = book_rides(town, seed, arguments.rides)
                wishes = questions(town, seed, arguments.random)
                measure(town, wishes[:10])  # loads kernels, keeps the runs of the day
                gc.collect()
                gc.freeze()  # as `maas serve` does
                found = measure(town, wishes)
            day = {"seed": seed, "vehicles": arguments.vehicles, "booked": booked}
            day |= {f"{name}_ms": _figures(found[name]) for name in ("with", "without", "answer")}
            day["journeys_by_rides"] = dict(sorted(found["rides"].items()))
            days.append(day)
            print(json.dumps(day))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps({"days": days}, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
