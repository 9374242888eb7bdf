"""A vehicle with a lunch break is never booked over it; a charge takes it to the charger.

On the road: west, school, hall, station (depot), bath, east; 160 s apart. One van of four seats.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from maas.checkout import BookingWriter
from maas.errors import CityInvalidError, RideGoneError
from maas.operations import find_vehicle, halts, load_fleet
from maas.operations.halts import ShiftHalt, weave
from maas.operations.rosters import read_halts
from maas.tables import PlanStop, Shift
from routing.on_demand import RidePromise, RideRefusal
from tests.builders import at, vehicle
from tests.maas.conftest import Open
from tests.maas.riders import TUESDAY
from tests.maas.town_day import AREA, DAY, TownDay, driving

LUNCH = 'breaks = [{ start = "12:00", end = "13:00" }]'
LATE_LUNCH = 'breaks = [{ start = "12:00", end = "14:00", minutes = 60 }]'
CHARGE = 'charges = [{ start = "11:00", end = "14:00", minutes = 60, stop_id = "f-east" }]'


def van(halts: str, vehicle_id: str = "1") -> str:
    return vehicle(vehicle_id, seats=4).replace('days = "daily" }', f'days = "daily", {halts} }}')


def opened(open_town: Open, *vans: str, now: str = "09:00") -> TownDay:
    return TownDay(open_town("".join(vans)), at(f"{TUESDAY} {now}"))


def clock(time: str) -> int:
    return at(f"{TUESDAY} {time}")


def occupied(day: TownDay) -> list[tuple[int, int, str, str]]:
    """Every stop and halt of the shift as begin, end, place and kind, in order of the plan."""
    travel_s = driving(day)
    (shift,) = day.rows("SELECT * FROM shift")
    stops = day.rows("SELECT * FROM plan_stop ORDER BY sequence")
    named = [
        (s["sequence"], s["planned_s"], s["departs_s"], s["stop_id"], s["kind"]) for s in stops
    ]

    halts = shift["halts"] if isinstance(shift["halts"], list) else json.loads(shift["halts"])
    named += [(h["sequence"], h["planned_s"], h["departs_s"], "", "halt") for h in halts]
    named.sort()
    assert [row[0] for row in named] == list(range(len(named)))
    here, rows = "f-station", []
    for _, begin_s, end_s, stop_id, kind in named:
        rows.append((begin_s, end_s, stop_id or here, kind))
        here = stop_id or here
    for (_, free_s, one, _), (begin_s, _, other, _) in pairwise(rows):
        assert begin_s >= free_s + travel_s[one, other]
    return rows


def halts_of(day: TownDay) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end, _, kind in occupied(day) if kind == "halt"]


@pytest.mark.parametrize("lunch", [LUNCH, LATE_LUNCH])
def test_the_day_is_filled_and_lunch_stays(open_town: Open, lunch: str) -> None:
    day = opened(open_town, van(lunch))
    booked = 0
    for minute in range(600, 900, 10):
        promise = day.ask(
            "station", "east" if minute % 20 else "west", clock("00:00") + minute * 60
        )
        if isinstance(promise, RidePromise):
            day.take(day.offer(promise))
            booked += 1
    assert booked > 10
    ((begin_s, end_s),) = halts_of(day)
    assert end_s - begin_s == 3600
    assert clock("12:00") <= begin_s <= (clock("12:00") if lunch is LUNCH else clock("13:00"))
    aboard = 0
    for _, _, _, kind in occupied(day):
        aboard += {"pickup": 1, "dropoff": -1, "halt": 0}[kind]
        assert kind != "halt" or aboard == 0


def test_nobody_is_promised_a_ride_in_the_break(open_town: Open) -> None:
    day = opened(open_town, van(LUNCH))
    assert isinstance(day.ask("station", "east", "12:05"), RideRefusal)
    before = day.ask("station", "east", "11:40")
    assert isinstance(before, RidePromise)
    assert before.arrival_latest_s <= clock("12:00")


def test_the_other_van_takes_who_wants_to_ride_at_noon(open_town: Open) -> None:
    day = opened(open_town, van(LUNCH, "1"), vehicle("2", seats=4))
    booking = day.book("station", "east", "12:05")
    assert day.ride(booking)["shift_id"].startswith("2/")


def test_an_offer_from_before_the_break_was_written_is_not_held_over_it(open_town: Open) -> None:
    free = opened(open_town, vehicle("1", seats=4))
    promise = free.ask("station", "east", "12:05")
    assert isinstance(promise, RidePromise)
    day = opened(open_town, van(LUNCH))
    with pytest.raises(RideGoneError):
        day.take(day.offer(promise))


def test_who_was_promised_a_ride_before_the_break_was_written_is_driven(open_town: Open) -> None:
    free = opened(open_town, vehicle("1", seats=4))
    booking = free.book("station", "east", "12:05")
    day = opened(open_town, van(LUNCH))
    later = day.book("station", "west", "15:00")
    assert day.ride(booking)["state"] == day.ride(later)["state"] == "planned"
    assert halts_of(day) == [], "the promise was there first: this break is given up"


def test_a_flexible_break_moves_for_a_promise_that_was_there_first(open_town: Open) -> None:
    free = opened(open_town, vehicle("1", seats=4))
    free.book("station", "east", "12:05")
    day = opened(open_town, van(LATE_LUNCH))
    day.book("station", "west", "15:00")
    ((begin_s, _),) = halts_of(day)
    assert clock("12:05") < begin_s <= clock("13:00")


def test_the_vehicle_charges_at_the_charger(open_town: Open) -> None:
    day = opened(open_town, van(CHARGE))
    day.book("station", "west", "11:30")
    assert len(halts_of(day)) == 1
    rows = occupied(day)
    assert [kind for *_, kind in rows].count("halt") == 1


def test_time_passes_over_a_break(open_town: Open) -> None:
    day = opened(open_town, van(LUNCH))
    morning = day.book("station", "west", "11:00")
    day.book("station", "east", "14:00")
    day.to("11:20")
    day.report(day.stop(morning, "pickup"))
    day.report(day.stop(morning, "dropoff"))
    for time in ("11:59", "12:00", "12:30", "13:00"):
        day.to(time)
        asked = day.ask("west", "hall", "13:05")
        assert isinstance(asked, RidePromise), time
        assert halts_of(day) == [(clock("12:00"), clock("13:00"))], time
    day.book("west", "hall", "13:40")
    assert halts_of(day) == [(clock("12:00"), clock("13:00"))]
    assert isinstance(day.ask("hall", "east", "13:50"), RidePromise)


def test_the_driver_reads_the_break_in_the_list(open_town: Open) -> None:
    day = opened(open_town, van(LUNCH))
    town = day.town

    def listed() -> list[tuple[str, int, int, str]]:
        with town.database.reading() as session:
            found = halts(session, town.fleet.areas[AREA], "1", DAY, day.now_s, town.city.timezone)
            document = BookingWriter(town.city, "en").driver_list(
                session, find_vehicle(session, "1"), DAY, None, found
            )
        assert [halt["begins"][11:16] for halt in document["halts"]] == ["12:00"]
        return [(halt.kind, halt.begins_s, halt.ends_s, halt.stop_id) for halt in found]

    assert listed() == [("break", clock("12:00"), clock("13:00"), "f-station")]
    day.book("station", "west", "11:30")
    assert listed() == [("break", clock("12:00"), clock("13:00"), "f-west")]


def test_a_late_vehicle_breaks_later_and_no_promise(open_town: Open) -> None:
    day = opened(open_town, van(LUNCH))
    booking = day.book("station", "west", "11:30")
    day.book("station", "east", "15:00")
    day.to("11:25")
    with day.town.database.transaction() as session:
        day.town.checkout.report_delay(session, "1", 40 * 60, day.now_s)
    ((begin_s, end_s),) = halts_of(day)
    assert begin_s > clock("12:00")
    assert end_s - begin_s == 3600
    assert "promise_changed" in day.told(booking)
    day.to("12:30")
    assert isinstance(day.ask("station", "east", "14:30"), RidePromise)


def test_the_worker_improves_around_a_break(open_town: Open) -> None:
    day = opened(open_town, van(LUNCH, "1"), van(LUNCH, "2"))
    for wish in (("bath", "west", "10:35"), ("hall", "west", "10:00"), ("school", "bath", "10:35")):
        day.book(*wish)
    before = day.rows("SELECT id, halts FROM shift ORDER BY id")
    day.improver().run()
    assert day.rows("SELECT id, halts FROM shift ORDER BY id") == before


def read(shift: dict[str, Any]) -> list[dict[str, Any]]:
    return read_halts("1", shift, (8 * 3600, 17 * 3600))


def test_breaks_are_read_as_windows_of_their_begin() -> None:
    found = read({"breaks": [{"start": "12:00", "end": "14:00", "minutes": 45}]})
    assert [(h["earliest_s"], h["latest_s"], h["duration_s"]) for h in found] == [
        (43_200, 47_700, 2_700)
    ]
    assert read({}) == []


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        ({"breaks": [{"start": "12:00"}]}, "start and end such as 12:00"),
        ({"breaks": [{"start": "noon", "end": "13:00"}]}, "start and end such as 12:00"),
        ({"breaks": [{"start": "07:00", "end": "09:00"}]}, "within its shift"),
        ({"breaks": [{"start": "12:00", "end": "12:30", "minutes": 45}]}, "long enough"),
        ({"breaks": [{"start": "12:00", "end": "12:30", "minutes": 0}]}, "long enough"),
        ({"charges": [{"start": "12:00", "end": "13:00"}]}, "needs stop_id"),
        (
            {
                "breaks": [
                    {"start": "12:00", "end": "13:00"},
                    {"start": "12:15", "end": "13:15", "minutes": 30},
                ]
            },
            "no time for each other",
        ),
    ],
)
def test_what_cannot_be_a_break_is_said(shift: dict[str, Any], said: str) -> None:
    with pytest.raises(CityInvalidError, match=said):
        read(shift)


def test_a_charger_nobody_can_drive_to_is_said(open_town: Open, tmp_path: Path) -> None:
    town = opened(open_town, van(CHARGE)).town
    assert "f-east" in load_fleet(town.city, None).areas["yoyaku"].nodes
    with pytest.raises(CityInvalidError, match="in no stops"):
        opened(open_town, van(CHARGE.replace("f-east", "nowhere")))


def test_a_break_that_was_overtaken_by_a_report_is_over() -> None:
    shift = Shift(id="s", vehicle_id="1", starts_s=0, ends_s=9_000, halts=[])
    stop = PlanStop(
        id="a",
        shift_id="s",
        ride_id="r",
        kind="pickup",
        sequence=0,
        stop_id="x",
        planned_s=5_000,
        departs_s=5_060,
        done_s=900,
    )
    halt = ShiftHalt("s/halt-0", 0, 1_000, 2_000, 600, None, charges=False)
    rows = weave(shift, [halt], [stop], "depot", lambda a, b: 0)
    assert [(row.id, row.stop_id, row.done_s) for row in rows] == [
        ("s/halt-0", "depot", 900),
        ("a", "x", 900),
    ]
