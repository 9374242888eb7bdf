"""A storm: people book, cancel and board while every part of the service is killed in turn.

``python -m tests.storms.storm --seconds 60 --riders 24 --kills 20``; exit code 1 where anything is
not as it was promised.
"""

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, Engine, create_engine, text

from apps.runtime import open_runtime
from maas.config import Settings
from tests.builders import toytown, vehicle
from tests.maas.row_checker import Read, check_rows
from tests.storms.parts import PATIENCE_S, Part, Postgres, Redis, Service, StormClock
from tests.storms.riders import DAY, STAFF_KEY, Driver, Memory, Person, Rider, wish

_DEPOTS = ("station", "west", "bath")
_AREA = "yoyaku"
_WAITING = "SELECT count(*) FROM outbox_event WHERE relayed_s IS NULL"


@dataclass(frozen=True)
class Town:
    """A service in its parts."""

    postgres: Postgres
    redis: Redis
    apis: tuple[Service, ...]
    workers: tuple[Service, ...]
    travel_s: dict[tuple[str, str], int]
    vans: int

    @property
    def parts(self) -> tuple[Part, ...]:
        """What can be killed."""
        first, second = zip(self.apis, self.workers, strict=True)
        return (*first, self.postgres, *second, self.redis)


@contextmanager
def running_town(folder: Path, vans: int = 6) -> Iterator[Town]:
    """Run a town on PostgreSQL and Redis: two API processes, two workers."""
    fleet = "".join(
        vehicle(str(number), seats=4, depot=_DEPOTS[number % len(_DEPOTS)])
        for number in range(1, vans + 1)
    )
    city = toytown(folder / "town", fleet)
    with ExitStack() as stack:
        postgres = Postgres()
        stack.callback(postgres.server.stop)
        redis = Redis()
        stack.callback(redis.remove)
        redis.start()
        chosen = Settings(
            city=city,
            data_dir=folder / "var",
            database_url=postgres.url,
            redis_url=redis.url,
            staff_key=STAFF_KEY,
            now="2026-11-24T09:00:00+09:00",
        )
        with open_runtime(chosen) as first:  # makes the database and what is kept beside it
            area = first.fleet.areas[_AREA]
            travel_s = {(a, b): area.direct_s(a, b) for a in area.nodes for b in area.nodes}
        environment = {
            "MAAS_CITY": str(city),
            "MAAS_DATA_DIR": str(folder / "var"),
            "MAAS_DATABASE_URL": postgres.url,
            "MAAS_REDIS_URL": redis.url,
            "MAAS_STAFF_KEY": STAFF_KEY,
        }
        clock = StormClock()
        apis = tuple(Service(f"API {n}", clock, environment, folder) for n in (1, 2))
        workers = tuple(Service(f"worker {n}", clock, environment, folder) for n in (1, 2))
        for service in (*apis, *workers):
            stack.callback(service.end)
            service.start()
        for api in apis:  # the first plan of a machine compiles the kernels
            httpx.post(
                f"{api.url}/v1/plans", json=wish("west", "east", f"{DAY}T10:00"), timeout=PATIENCE_S
            )
        yield Town(postgres, redis, apis, workers, travel_s, vans)


def blow(town: Town, seconds: float, riders: int, kills: int, seed: int) -> Memory:
    """Let the storm blow, and wait until everybody has been answered."""
    memory, stop = Memory(), threading.Event()
    urls = [api.url for api in town.apis]
    people: list[Person] = [Rider(urls, memory, seed + n, stop) for n in range(riders)]
    people += [
        Driver(str(number), urls, memory, seed + riders + number, stop)
        for number in range(1, town.vans + 1)
    ]
    for person in people:
        person.start()
    _kill_in_turn(town, seconds, kills, random.Random(seed))
    stop.set()
    for person in people:
        person.join(timeout=2 * PATIENCE_S)
    return memory


def _kill_in_turn(town: Town, seconds: float, kills: int, dice: random.Random) -> None:
    """Kill one part after the other over the length of the storm; each is started again."""
    end_s = time.monotonic() + seconds
    for number in range(kills):
        left_s = end_s - time.monotonic()
        time.sleep(max(0.2, left_s / (kills - number) * dice.uniform(0.5, 1.0)))
        part = town.parts[number % len(town.parts)]
        part.kill()
        time.sleep(dice.uniform(0.0, 0.5))
        part.start()
    time.sleep(max(0.0, end_s - time.monotonic()))


def judge(town: Town, memory: Memory) -> dict[str, Any]:
    """Compare what people were told with what the database says at one moment."""
    engine = create_engine(town.postgres.url, isolation_level="REPEATABLE READ")
    try:
        with _settled_moment(engine) as read:
            wrong = check_rows(read, town.travel_s, jumbled=_overtaken(read))
            known = {row["id"]: row["state"] for row in read("SELECT id, state FROM booking")}
            keys = {row["key"]: row["subject"] for row in read("SELECT * FROM idempotency_key")}
            unsent = read(_WAITING)[0]["count"]
            rides = read("SELECT id, booking_id FROM ride WHERE state <> 'replaced'")
    finally:
        engine.dispose()
    lost = [key for key, booking_id in memory.booked.items() if keys.get(key) != booking_id]
    undone = [one for one in memory.cancelled if known.get(one) != "cancelled"]
    standing: dict[str, set[str]] = {}
    for ride in rides:
        standing.setdefault(ride["booking_id"], set()).add(ride["id"])
    unchanged = [one for one, told in memory.changed.items() if standing.get(one) != set(told)]
    thrown = [line for service in (*town.apis, *town.workers) for line in service.thrown()]
    return {
        "bookings acknowledged": len(memory.booked),
        "cancellations acknowledged": len(memory.cancelled),
        "bookings changed": len(memory.changed),
        "boardings acknowledged": memory.boarded,
        "rides gone to others": memory.refused,
        "asked again": memory.retries,
        **{f"kills of {part.name}": part.kills for part in town.parts},
        "LOST": len(lost) + len([one for one in memory.booked.values() if one not in known]),
        "UNDONE": len(undone) + len(unchanged),
        "DOUBLED": len(known) - len(set(keys.values())),
        "WRONG ROWS, PROMISES, EVENTS": len(wrong),
        "EVENTS NOT SENT": unsent,
        "NEVER ANSWERED": memory.unanswered,
        "SERVER FAULTS": len(memory.faults),
        "findings": [*wrong, *memory.faults, *thrown][:20],
    }


def _overtaken(read: Read) -> set[str]:
    """Name the shifts whose driver reported a stop before its turn: he overtook the others.

    A driver reads his list, somebody books a ride that comes sooner, and then the driver says that
    he was where he was going: he may have more people with him than anybody planned for.
    """
    found = set()
    stops = read("SELECT shift_id, state, planned_s FROM plan_stop ORDER BY shift_id, sequence")
    for before, after in combinations(stops, 2):
        alike = before["shift_id"] == after["shift_id"] and before["state"] == "done"
        if alike and after["planned_s"] < before["planned_s"]:
            found.add(before["shift_id"])
    return found


@contextmanager
def _settled_moment(engine: Engine) -> Iterator[Read]:
    """Look at one moment: the first at which no event waits, or the last that patience allows.

    The worker goes on improving plans while the judge looks. Read one after the other, rows of two
    moments would seem to contradict each other.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        with engine.connect() as connection:
            read = partial(_rows, connection)
            if read(_WAITING)[0]["count"] == 0 or time.monotonic() > deadline_s:
                yield read
                return
        time.sleep(0.2)


def _rows(connection: Connection, query: str, **params: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), params).mappings()]


def faults(verdict: dict[str, Any]) -> list[str]:
    """Tell what is not as promised, the counts first; empty where all is well."""
    counts = [
        f"{name}: {value}"
        for name, value in verdict.items()
        if name.isupper() and value  # what must be 0 is written large
    ]
    return [*counts, *verdict["findings"]] if counts else []


def main() -> int:
    """Run a storm from a terminal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--riders", type=int, default=24)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what was started, as Ctrl-C
    with tempfile.TemporaryDirectory() as folder, running_town(Path(folder)) as town:
        memory = blow(town, chosen.seconds, chosen.riders, chosen.kills, chosen.seed)
        verdict = judge(town, memory)
    for name, value in verdict.items():
        if name != "findings":
            sys.stdout.write(f"{name:32} {value:>8}\n")
    for finding in verdict["findings"]:
        sys.stdout.write(f"  {finding}\n")
    return 1 if faults(verdict) else 0


if __name__ == "__main__":
    sys.exit(main())
