"""Whatever was decided about plans is decided again the same way, from the log alone.

On the road: west, school, hall, station, bath, east; 160 s apart. Three vans, one of them
with a lunch break.
"""

import json
import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from maas.checkout import Mender
from maas.errors import InvalidRequestError, MaasError
from maas.operations.replaying import Log, Replay, is_log, parse_log, read_log, replay, write_log
from maas.tables import Booking, DispatchDecision
from routing.on_demand import RidePromise
from tests.builders import STOPS, at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.town_day import AREA, TownDay

LUNCH = vehicle("2", seats=2, depot="west").replace(
    'days = "daily" }',
    'days = "daily", breaks = [{ start = "12:00", end = "14:00", minutes = 45 }] }',
)
VANS = vehicle("1", seats=1) + LUNCH + vehicle("3", seats=2, wheelchair_places=1)


def opened(open_town: Open, vans: str = VANS) -> TownDay:
    return TownDay(open_town(vans), at(f"{TUESDAY} 09:00"))


def again(day: TownDay) -> Replay:
    with day.town.database.reading() as session:
        return replay(read_log(session))


def kinds(day: TownDay) -> list[str]:
    return [row["kind"] for row in day.rows("SELECT kind FROM dispatch_decision ORDER BY id")]


def lived(day: TownDay, seed: int, steps: int = 60) -> None:
    """Live through a day of bookings, cancellations, reports, delays, breakdowns, improvements."""
    dice, bookings = random.Random(seed), list[Booking]()
    incidents = day.town.operations.incidents
    mender = Mender(day.town.database, day.town.fleet.areas[AREA], incidents, lambda: day.now_s)
    improver = day.improver(0.05)
    for _ in range(steps):
        what = dice.choices(
            ["book", "cancel", "report", "late", "improve", "breakdown", "back"],
            [50, 8, 14, 6, 10, 1, 3],
        )[0]
        try:
            if what == "book":
                origin, to = dice.sample(STOPS, 2)
                load = {"wheelchairs": 1} if dice.random() < 0.2 else {}
                promise = day.ask(origin, to, day.now_s + dice.randrange(600, 7200), **load)
                if isinstance(promise, RidePromise):
                    bookings.append(day.take(day.offer(promise)))
            elif what == "cancel" and bookings:
                day.cancel(bookings.pop(dice.randrange(len(bookings))).id)
            elif what == "report":
                report(day, dice)
            elif what == "improve":
                improver.run()
            elif what in {"late", "breakdown", "back"}:
                van = dice.choice("123")
                with day.town.database.transaction() as session:
                    if what == "late":
                        day.town.checkout.report_delay(
                            session, van, dice.randrange(60, 1500), day.now_s
                        )
                    elif what == "breakdown":
                        day.town.checkout.report_breakdown(session, van, None, day.now_s)
                    else:
                        incidents.is_back(session, van, day.now_s)
        except MaasError:
            continue
        mender.run()
        day.now_s += dice.randrange(20, 400)


def report(day: TownDay, dice: random.Random) -> None:
    ahead = day.rows(
        "SELECT * FROM plan_stop WHERE state = 'planned' ORDER BY planned_s, sequence, id LIMIT 1"
    )
    if ahead:
        day.now_s = max(day.now_s, ahead[0]["departs_s"] + dice.randrange(0, 200))
        no_show = ahead[0]["kind"] == "pickup" and dice.random() < 0.1
        day.report(ahead[0], "no_show" if no_show else "done")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_of_everything_is_decided_again_byte_for_byte(open_town: Open, seed: int) -> None:
    day = opened(open_town)
    lived(day, seed)
    found = again(day)
    assert found.difference is None
    made = kinds(day)
    assert found.states == made.count("state") == 1
    assert found.decisions == len(made) - 1 > 25
    assert found.given == made.count("given")
    assert {"hold", "release", "report", "late"} <= set(made)


def test_riders_who_made_way_make_way_again(open_town: Open) -> None:
    vans = vehicle("1", depot="hall") + vehicle("2", wheelchair_places=1)
    day = opened(open_town, vans)
    day.book("station", "east", "10:00")
    wide = day.book("station", "west", "10:00", seats=1, wheelchairs=1)
    assert len(day.one("SELECT plans FROM dispatch_decision ORDER BY id DESC LIMIT 1")) == 1
    assert day.ride(wide)["shift_id"].startswith("2/")
    assert again(day) == Replay(decisions=2, given=0, states=1)


def test_a_state_is_written_each_day_and_when_the_fleet_changes(open_town: Open) -> None:
    day = opened(open_town)
    day.book("station", "east", "10:00")
    day.book("station", "east", "14:00")
    assert kinds(day) == ["state", "hold", "hold"]
    day.now_s += 86_400
    day.book("station", "east", at("2026-11-25 10:00"))
    assert kinds(day) == ["state", "hold", "hold", "state", "hold"]
    day.change("UPDATE vehicle SET seats = 4 WHERE id = '3'")
    day.book("station", "east", at("2026-11-25 14:00"))
    assert kinds(day)[5:] == ["state", "hold"]
    assert again(day).difference is None
    with day.town.database.reading() as session:
        later = replay(read_log(session, AREA, date(2026, 11, 25)))
    assert (later.decisions, later.states, later.difference) == (2, 2, None)


def test_a_plan_changed_behind_the_service_is_noticed(open_town: Open) -> None:
    day = opened(open_town)
    booking = day.book("station", "east", "10:00")
    day.change(
        "UPDATE plan_stop SET planned_s = planned_s + 60 WHERE id = :id",
        id=day.stop(booking, "pickup")["id"],
    )
    day.change("UPDATE vehicle SET seats = 4 WHERE id = '3'")
    day.book("station", "west", "15:00")
    found = again(day)
    assert found.difference is not None
    assert (found.decisions, found.difference.name) == (1, "state")


def test_a_log_that_was_tampered_with_does_not_replay(open_town: Open) -> None:
    day = opened(open_town)
    day.book("station", "east", "10:00")
    with day.town.database.reading() as session:
        log = read_log(session)
        lines = list(write_log(Log(list(log.rows), log.table)))
    assert is_log(lines[0])
    assert replay(parse_log(lines)).difference is None
    last = json.loads(lines[-1])
    (shift_id,) = last["plans"]
    last["plans"][shift_id]["stops"][0][3] += 60
    changed = replay(parse_log([*lines[:-1], json.dumps(last)])).difference
    assert changed is not None
    assert changed.name == "hold"
    with pytest.raises(InvalidRequestError, match="no state before it"):
        replay(parse_log([lines[0], lines[-1]]))
    with pytest.raises(InvalidRequestError, match="no line of a log"):
        replay(parse_log([*lines, "not a line"]))


@pytest.mark.parametrize("table", ["dispatch_decision", "driving_table"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_log(open_town: Open, table: str, change: str) -> None:
    day = opened(open_town)
    day.book("station", "east", "10:00")
    column = "kind" if table == "dispatch_decision" else "content"
    with pytest.raises(DBAPIError, match="never changed"):
        day.change(change.format(table, column))


def test_nothing_of_a_person_is_in_the_log(open_town: Open) -> None:
    day = opened(open_town)
    booking = day.book("station", "east", "10:00")
    text = json.dumps([dict(row) for row in day.rows("SELECT * FROM dispatch_decision")])
    assert "Rider A" not in text
    assert booking.id not in text
    assert day.ride(booking)["id"] in text


def test_a_refused_booking_leaves_no_row(open_town: Open) -> None:
    day = opened(open_town, vehicle("1"))
    promise = day.ask("station", "east", "10:00")
    assert isinstance(promise, RidePromise)
    day.take(day.offer(promise))
    before = day.rows("SELECT id FROM dispatch_decision")
    with pytest.raises(MaasError):
        day.take(day.offer(replace(promise, pickup_expected_s=0)))
    assert day.rows("SELECT id FROM dispatch_decision") == before


def read_rows(day: TownDay) -> list[DispatchDecision]:
    with day.town.database.reading() as session:
        return list(read_log(session).rows)


def test_a_decision_of_another_version_is_said(open_town: Open) -> None:
    day = opened(open_town)
    day.book("station", "east", "10:00")
    with day.town.database.reading() as session:
        log = read_log(session)
        rows: list[Any] = list(log.rows)
        rows[-1] = DispatchDecision(**{**rows[-1].model_dump(), "kind": "foresight"})
        with pytest.raises(InvalidRequestError, match="update Meguri"):
            replay(Log(rows, log.table))
