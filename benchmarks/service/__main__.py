"""How fast the service is: ``python -m benchmarks.service --json OUT``.

The embedded city with 20 vans, on a PostgreSQL that brings every commit to the disk and a Redis,
both started here. In one run, in turns: rides booked at ``maas serve`` (one process) and rows
inserted by a bare FastAPI endpoint into the same database; plans answered by two and by four
processes at one port; and, in this process, what an offer takes and what of it is planning, quoting
and pricing. Besides wall time the CPU time of the serving processes is told: other work on the
machine does not change it.
"""

from __future__ import annotations

import argparse
import gc
import json
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from apps.runtime import Runtime, open_runtime
from benchmarks.door_to_door import DAY, TRIP, ZONE, book_rides, busy_city, measure, questions
from benchmarks.door_to_door import offer_of as offer
from benchmarks.service.processes import Load, Request, backing, request_of, running, send
from maas.clock import local_instant
from maas.config import Settings
from maas.offers import PlanRequest
from maas.operations import Dispatcher
from routing.on_demand import Party, RidePromise, RideRequest

_NOW = f"{DAY}T07:00:00+09:00"
_DAYS = 6
_SERVE = ("apps.cli.main", "serve", "--no-worker", "--json")
_BARE = ("uvicorn", "benchmarks.service.bare:app", "--log-level", "warning", "--no-access-log")


@contextmanager
def opened(city: Path, environment: dict[str, str]) -> Iterator[Runtime]:
    """Open the city on the servers that the measured processes use."""
    settings = Settings(
        city=city,
        data_dir=city.parent / "var",
        database_url=environment["MAAS_DATABASE_URL"],
        redis_url=environment["MAAS_REDIS_URL"],
        now=_NOW,
    )
    with open_runtime(settings) as town:
        yield town


def bookings(town: Runtime, count: int, seed: int) -> list[Request]:
    """Make offers of rides over the coming days, each with a journey as riders get it."""
    draw = np.random.default_rng(seed)
    stops = sorted(town.fleet.areas["noriai"].nodes)
    now_s = local_instant(f"{DAY} 07:00", ZONE)
    journey = a_journey(town, now_s)
    first_s, last_s = (local_instant(f"{DAY} {time}", ZONE) for time in ("09:00", "15:00"))
    found: list[Request] = []
    with town.database.reading() as session:
        while len(found) < count:
            pair = [stops[n] for n in draw.choice(len(stops), 2, replace=False)]
            time_s = int(draw.integers(first_s, last_s)) + 86_400 * int(draw.integers(0, _DAYS))
            wish = RideRequest(TRIP, pair[0], pair[1], time_s, None, Party(1))
            answer = Dispatcher(session, town.fleet, now_s, ZONE).check(wish)
            if isinstance(answer, RidePromise):
                body = {
                    "offer": offer(town, answer, journey),
                    "rider": {"name": "Rider", "phone": "0761-72-0000"},
                }
                key = {"Idempotency-Key": secrets.token_hex(8)}
                found.append(request_of("/v1/bookings", body, **key))
    return found


def a_journey(town: Runtime, now_s: int) -> dict[str, Any]:
    """Give the document of a journey with a ride, as an offer carries it."""
    for wish in questions(town, 1, 50):
        with town.database.reading() as session:
            answer = town.desk.plan(session, wish, now_s)
        for journey in answer["journeys"]:
            if journey["bookable"]:
                return {name: value for name, value in journey.items() if name != "offer"}
    raise RuntimeError("no journey with a ride was found")


def plans(town: Runtime, count: int) -> list[Request]:
    """Write wishes as riders send them."""

    def point(wish: PlanRequest, *, origin: bool) -> dict[str, Any]:
        place = wish.origin if origin else wish.destination
        return {"lat": place.lat, "lon": place.lon, "name": place.name}

    return [
        request_of(
            "/v1/plans",
            {
                "from": point(wish, origin=True),
                "to": point(wish, origin=False),
                "depart": f"{DAY}T12:00",
            },
        )
        for wish in questions(town, 7, count)
    ]


def row(load: Load) -> dict[str, Any]:
    """Tell a load in figures."""
    done = max(load.answered, 1)
    return {
        "answered": load.answered,
        "refused": load.refused,
        "per_second": round(load.answered / load.wall_s, 1),
        "server_cpu_ms": round(1000 * load.cpu_s / done, 2),
        "p50_ms": round(statistics.median(load.took_ms), 1),
        "p95_ms": round(float(np.percentile(load.took_ms, 95)), 1),
    }


def booking_beside_bare(
    town: Runtime, environment: dict[str, str], rounds: int, count: int, riders: int
) -> dict[str, Any]:
    """Book and insert in turns, each process warm."""
    sent = [bookings(town, count, seed) for seed in range(rounds + 1)]
    ours: list[Load] = []
    bare: list[Load] = []
    with (
        running(_SERVE, environment) as (port, pid),
        running(_BARE, environment) as (bare_port, bare_pid),
    ):
        for number, requests in enumerate(sent):
            once = send(port, pid, requests, riders)
            plain = send(bare_port, bare_pid, requests, riders)
            if number:  # the first round warms up
                ours.append(once)
                bare.append(plain)
    pairs = list(zip(ours, bare, strict=True))
    rates = [(o.answered / o.wall_s) / (b.answered / b.wall_s) for o, b in pairs]
    cpu = [(b.cpu_s / b.answered) / (o.cpu_s / o.answered) for o, b in pairs]
    return {
        "booking": [row(load) for load in ours],
        "bare_insert": [row(load) for load in bare],
        "throughput_ratio": [round(rate, 3) for rate in rates],
        "throughput_ratio_median": round(statistics.median(rates), 3),
        "cpu_ratio_median": round(statistics.median(cpu), 3),
    }


def four_beside_two(
    town: Runtime, environment: dict[str, str], count: int, riders: int
) -> dict[str, Any]:
    """Answer the same wishes by two and by four processes."""
    found = {}
    requests = plans(town, count)
    for workers in (2, 4):
        words = (*_SERVE, "--workers", str(workers))
        with running(words, environment) as (port, pid):
            send(port, pid, requests[: count // 4], riders)
            found[workers] = send(port, pid, requests, riders)
    rate = {workers: load.answered / load.wall_s for workers, load in found.items()}
    return {
        **{f"{workers}_processes": row(load) for workers, load in found.items()},
        "throughput_ratio": round(rate[4] / rate[2], 3),
    }


def parts_of_an_offer(town: Runtime, count: int) -> dict[str, Any]:
    """Measure an answer, and what of it is planning, quoting rides, pricing and signing."""
    wishes = questions(town, 3, count)
    measure(town, wishes[:10])  # loads kernels, keeps the runs of the day
    gc.collect()
    gc.freeze()  # as `maas serve` does
    found = measure(town, wishes)
    planning, quoted, whole = (np.array(found[name]) for name in ("without", "with", "answer"))
    parts = {
        "planning": planning,
        "quoting": quoted - planning,
        "pricing_and_signing": whole - quoted,
        "whole": whole,
    }
    return {
        name: {
            "median_cpu_ms": round(float(np.median(values)), 2),
            "p95_cpu_ms": round(float(np.percentile(values, 95)), 2),
        }
        for name, values in parts.items()
    }


def main() -> int:
    """Measure and print.

    Returns
    -------
    int
        Exit code 0.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="turns (default 3)")
    parser.add_argument("--bookings", type=int, default=100, help="a round (default 100)")
    parser.add_argument("--plans", type=int, default=100, help="wishes (default 100)")
    parser.add_argument("--riders", type=int, default=8, help="at once (default 8)")
    parser.add_argument("--only", choices=("booking", "processes", "offer"), help="one part")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    chosen = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, backing() as servers:
        city = busy_city(Path(folder) / "city", 20)
        data = {"MAAS_CITY": str(city), "MAAS_DATA_DIR": str(city.parent / "var")}
        environment = {**servers, **data, "MAAS_NOW": _NOW}
        with opened(city, environment) as town:
            if chosen.only in {None, "booking"}:
                found["booking"] = booking_beside_bare(
                    town, environment, chosen.rounds, chosen.bookings, chosen.riders
                )
            if chosen.only in {None, "offer"}:
                book_rides(town, 1, 80)
                found["offer"] = parts_of_an_offer(town, chosen.plans)
            if chosen.only in {None, "processes"}:
                found["processes"] = four_beside_two(town, environment, chosen.plans, chosen.riders)
    text = json.dumps(found, indent=2)
    print(text)
    if chosen.json is not None:
        chosen.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
