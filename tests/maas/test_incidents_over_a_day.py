"""Random days on which drivers are late and vans break down; the worker mends after each step.

Read from the rows alone: what riders were promised changes only with an entry in the ledger, every
entry says what fell, every rider was told, and every plan keeps the promises as they are now.
"""

import json
import random
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest

from maas.checkout import Mender
from maas.errors import RideGoneError
from routing.on_demand import RidePromise
from tests.builders import STOPS, at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.row_checker import check_way_ahead
from tests.maas.town_day import AREA, TownDay, driving

VANS = vehicle("1", seats=3) + vehicle("2", seats=2, depot="west") + vehicle("3", seats=4)
BOUNDS = {"pickup": "pickup_latest_s", "arrival": "arrival_latest_s", "ride": "ride_limit_s"}


def book(day: TownDay, dice: random.Random) -> None:
    origin, to = dice.sample(STOPS, 2)
    promise = day.ask(origin, to, day.now_s + dice.randrange(0, 4000))
    if isinstance(promise, RidePromise):
        try:
            day.take(day.offer(promise))
        except RideGoneError:
            return


def report(day: TownDay, dice: random.Random, late_s: int) -> None:
    """Report the next stop of some van, perhaps late."""
    ahead = day.rows("SELECT * FROM plan_stop WHERE state = 'planned' ORDER BY planned_s, sequence")
    first: dict[str, dict[str, Any]] = {}
    for stop in ahead:
        first.setdefault(stop["shift_id"], stop)
    if first:
        stop = first[dice.choice(sorted(first))]
        day.now_s = max(day.now_s, stop["departs_s"]) + late_s
        day.report(stop)


def delay(day: TownDay, dice: random.Random) -> None:
    ahead = day.rows("SELECT shift_id FROM plan_stop WHERE planned_s > :now", now=day.now_s)
    if ahead:
        van = dice.choice(sorted(row["shift_id"] for row in ahead)).split("/")[0]
        with day.town.database.transaction() as session:
            day.town.checkout.report_delay(session, van, dice.randrange(120, 1800), day.now_s)


def break_down(day: TownDay, dice: random.Random) -> None:
    stop = f"f-{dice.choice(STOPS)}"
    with day.town.database.transaction() as session:
        day.town.checkout.report_breakdown(session, dice.choice("123"), stop, day.now_s)


def wrong_with_promises(day: TownDay) -> list[str]:
    """Compare rides, ledger and events."""
    wrong: list[str] = []
    entries: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in day.rows("SELECT * FROM promise_entry ORDER BY id"):
        entries[entry["ride_id"]].append(entry)
    told = day.rows("SELECT * FROM outbox_event WHERE kind = 'promise_changed'")
    changes = 0
    for ride in day.rows("SELECT * FROM ride"):
        own = entries[ride["id"]]
        changes += sum(entry["cause"] != "booked" and bool(entry["served"]) for entry in own)
        if not own or (own[0]["cause"] == "booked") == bool(ride["continues"]):
            wrong.append(f"{ride['id']} begins with {own[:1]}")
            continue
        if any(own[-1][name] != ride[name] for name in BOUNDS.values()):
            wrong.append(f"{ride['id']} is promised what no entry says")
        for before, after in pairwise(own):
            fell = {BOUNDS[bound]: new_s for bound, new_s in _fell(after)}
            wrong += [
                f"{ride['id']}: {name} changed and nobody was told"
                for name in BOUNDS.values()
                if after[name] != fell.get(name, before[name])
            ]
    if len(told) != changes:
        wrong.append(f"{changes} changes, {len(told)} told")
    return wrong


def _fell(entry: dict[str, Any]) -> list[tuple[str, int]]:
    fell = entry["fell"]
    rows = json.loads(fell) if isinstance(fell, str) else fell
    return [(row["bound"], row["new_s"]) for row in rows]


def wrong_with_plans(day: TownDay) -> list[str]:
    """Every stop ahead keeps the promise as it is now, and can be driven."""
    stops = day.rows(
        "SELECT plan_stop.*, pickup_latest_s, arrival_latest_s, ride.state AS ride_state"
        " FROM plan_stop JOIN ride ON ride.id = ride_id WHERE plan_stop.state = 'planned'"
    )
    wrong = [
        f"{stop['id']} is planned for later than promised"
        for stop in stops
        if stop["planned_s"]
        > stop["pickup_latest_s" if stop["kind"] == "pickup" else "arrival_latest_s"]
    ]
    wrong += [f"{s['id']} of a ride that is over" for s in stops if s["ride_state"] in
              ("interrupted", "dropped", "cancelled", "completed")]  # fmt: skip
    for shift in {stop["shift_id"] for stop in stops}:
        wrong += check_way_ahead(day.rows, driving(day), shift, day.now_s)
    return wrong


@pytest.mark.parametrize("seed", range(3))
def test_promises_fall_only_by_incidents_and_in_writing(open_town: Open, seed: int) -> None:
    day, dice = TownDay(open_town(VANS), at(f"{TUESDAY} 08:30")), random.Random(seed)
    area, incidents = day.town.fleet.areas[AREA], day.town.operations.incidents
    mender = Mender(day.town.database, area, incidents, lambda: day.now_s)
    for step in range(45):
        what = dice.choices(("book", "report", "late", "delay", "time"), (6, 4, 2, 1, 2))[0]
        if step in (25, 38):
            break_down(day, dice)
        elif what == "book":
            book(day, dice)
        elif what in ("report", "late"):
            report(day, dice, dice.randrange(300, 1200) if what == "late" else 0)
        elif what == "delay":
            delay(day, dice)
        else:
            day.now_s += dice.choice((60, 240, 600))
        mender.run()
        with day.town.database.reading() as session:
            assert incidents.late_days(session, area, day.now_s) == []
        assert wrong_with_promises(day) == []
        assert wrong_with_plans(day) == []
    causes = {row["cause"] for row in day.rows("SELECT cause FROM promise_entry")}
    assert "late_vehicle" in causes
