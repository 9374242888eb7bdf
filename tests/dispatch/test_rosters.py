"""Rosters against every roster there is, in days of a few hours."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import InvalidProblemError
from dispatch.improvement.rosters import Driver, Roster, RosterVehicle, Shortage, make_roster

HOUR = 3600
ANN = Driver("ann", ((0, 24 * HOUR),), 2 * HOUR, 8 * HOUR, 4 * HOUR, HOUR)
VAN = RosterVehicle("van")


def made(
    demand: list[int],
    drivers: list[Driver],
    vehicles: list[RosterVehicle],
    chargers: int = 0,
    seed: int = 0,
) -> Roster:
    roster = make_roster(
        demand, drivers, vehicles, begin_s=0, interval_s=HOUR, chargers=chargers, seed=seed
    )
    assert roster.is_best
    return roster


def test_a_break_lies_where_nobody_is_needed() -> None:
    roster = made([1, 1, 1, 0, 1, 1], [ANN], [VAN])
    (shift,) = roster.shifts
    assert (shift.begin_s, shift.end_s) == (0, 6 * HOUR)
    assert shift.breaks == ((3 * HOUR, 4 * HOUR),)
    assert roster.shortages == ()


def test_a_vehicle_charges_during_the_break() -> None:
    van = RosterVehicle("van", range_s=3 * HOUR, charge_s=HOUR)
    roster = made([1, 1, 1, 0, 1, 1], [ANN], [van], chargers=1)
    assert roster.charges == (("van", 3 * HOUR, 4 * HOUR),)
    assert roster.shortages == ()
    without = made([1, 1, 1, 0, 1, 1], [ANN], [van], chargers=0)
    assert sum(one.missing for one in without.shortages) == 2


def test_one_charger_serves_one_vehicle_at_a_time() -> None:
    vans = [RosterVehicle(f"v{i}", range_s=HOUR, charge_s=HOUR) for i in range(2)]
    drivers = [replace(ANN, id=name, work_s=9 * HOUR) for name in ("ann", "ben")]
    assert made([2, 0, 2], drivers, vans, chargers=2).shortages == ()
    assert sum(s.missing for s in made([2, 0, 2], drivers, vans, chargers=1).shortages) == 1
    assert made([2, 0, 0, 2], drivers, vans, chargers=1).shortages == ()


def test_what_cannot_be_covered_says_why() -> None:
    early = replace(ANN, hours=((0, 2 * HOUR),))
    assert made([1, 1, 1], [early], [VAN]).shortages == (Shortage(2 * HOUR, 1, "no_driver"),)
    both = [ANN, replace(ANN, id="ben")]
    assert made([2, 1], both, [VAN]).shortages == (Shortage(0, 1, "no_vehicle"),)
    tired = replace(ANN, work_s=2 * HOUR)
    assert made([1, 1, 1], [tired], [VAN]).shortages == (Shortage(2 * HOUR, 1, "limits"),)
    assert made([1], [], []).shortages == (Shortage(0, 1, "no_vehicle"),)
    assert made([0, 0], [ANN], [VAN]) == Roster((), (), (), True)


def test_hours_that_do_not_fill_an_interval_do_not_count() -> None:
    late = replace(ANN, hours=((1800, 2 * HOUR), (2 * HOUR, 3 * HOUR)))
    assert made([1, 1, 1], [late], [VAN]).shortages == (Shortage(0, 1, "no_driver"),)


def test_the_same_input_gives_the_same_roster() -> None:
    drivers = [replace(ANN, id=f"d{i}") for i in range(3)]
    vans = [RosterVehicle(f"v{i}", 4 * HOUR) for i in range(2)]
    rosters = {made([1, 2, 2, 1, 2, 1], drivers, vans, 1, seed=3) for _ in range(2)}
    assert len(rosters) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"shortest_s": 9 * HOUR}, {"hours": ((5, 5),)}, {"break_s": 0}, {"id": ""}, {"work_s": -1}],
)
def test_drivers_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidProblemError):
        replace(ANN, **wrong)
    with pytest.raises(InvalidProblemError, match="Two drivers"):
        made([1], [ANN, ANN], [VAN])


def shifts_of(driver: Driver, count: int) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Every shift of a driver: the hours on shift, and those of them on a break."""
    found = [(frozenset(), frozenset())]
    hours = {t for t in range(count) for a, b in driver.hours if a <= t * HOUR < b}
    length, work = driver.break_s // HOUR, driver.work_s // HOUR
    for begin, end in itertools.combinations(range(count + 1), 2):
        on = frozenset(range(begin, end))
        if not on <= hours or not driver.shortest_s <= len(on) * HOUR <= driver.longest_s:
            continue
        for n in range(len(on)):
            for starts in itertools.combinations(range(begin + 1, end - length), n):
                rest = [t for s in starts for t in range(s, s + length)]
                works = "".join(".w"[t not in rest] for t in range(begin, end))
                if len(set(rest)) == len(rest) and "w" * (work + 1) not in works:
                    found.append((on, frozenset(rest)))
    return found


def best_by_hand(
    demand: list[int], drivers: list[Driver], vehicles: list[RosterVehicle], chargers: int
) -> tuple[int, int]:
    """Least uncovered demand, then least time on shift, over every roster."""
    count, best = len(demand), (sum(demand), 0)
    plugs = [()] if not chargers else [
        c for n in range(3) for c in itertools.combinations(range(count), n)
    ]  # fmt: skip
    for shifts in itertools.product(*(shifts_of(d, count) for d in drivers)):
        for cars in itertools.product(range(len(vehicles)), repeat=len(drivers)):
            clash = any(
                cars[a] == cars[b] and shifts[a][0] & shifts[b][0]
                for a, b in itertools.combinations(range(len(drivers)), 2)
            )
            paid = sum(len(on) for on, _ in shifts)
            if clash or (0, paid) >= best:
                continue
            for chosen in itertools.product(plugs, repeat=len(vehicles)):
                covered = _covered(demand, shifts, cars, chosen, vehicles, chargers)
                if covered is not None:
                    lacking = sum(max(0, n - c) for n, c in zip(demand, covered, strict=True))
                    best = min(best, (lacking, paid))
    return best


def _covered(demand, shifts, cars, chosen, vehicles, chargers) -> list[int] | None:  # type: ignore[no-untyped-def]
    """The most that vehicles serve: each serves where it is needed, while its range lasts."""
    count = len(demand)
    charging = [
        {t for s in starts for t in range(s, s + v.charge_s // HOUR)}
        for starts, v in zip(chosen, vehicles, strict=True)
    ]
    sizes = [len(s) * v.charge_s // HOUR for s, v in zip(chosen, vehicles, strict=True)]
    if any(len(c) != n or (c and max(c) >= count) for c, n in zip(charging, sizes, strict=True)):
        return None
    if any(sum(t in c for c in charging) > chargers for t in range(count)):
        return None
    covered = [0] * count
    for v, vehicle in enumerate(vehicles):
        left = count if vehicle.range_s is None else vehicle.range_s // HOUR
        for t in range(count):
            works = any(
                cars[d] == v and t in on and t not in rest for d, (on, rest) in enumerate(shifts)
            )
            if t in charging[v]:
                if t + 1 not in charging[v] and vehicle.range_s is not None:
                    left = vehicle.range_s // HOUR
            elif works and left > 0 and covered[t] < demand[t]:
                covered[t] += 1
                left -= 1
    return covered


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_roster_is_better(data: st.DataObject) -> None:
    count = data.draw(st.integers(3, 5))
    demand = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    drivers = []
    for i in range(data.draw(st.integers(1, 2))):
        begin = data.draw(st.integers(0, 2))
        drivers.append(
            Driver(
                f"d{i}",
                ((begin * HOUR, data.draw(st.integers(begin + 1, count)) * HOUR),),
                data.draw(st.integers(0, 2)) * HOUR,
                data.draw(st.integers(2, 5)) * HOUR,
                data.draw(st.integers(1, 3)) * HOUR,
                HOUR,
            )
        )
    vehicles = [RosterVehicle(f"v{i}") for i in range(data.draw(st.integers(1, 2)))]
    roster = made(demand, drivers, vehicles)
    paid = sum(shift.end_s - shift.begin_s for shift in roster.shifts) // HOUR
    missing = sum(one.missing for one in roster.shortages)
    assert (missing, paid) == best_by_hand(demand, drivers, vehicles, 0)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 1), min_size=5, max_size=6),
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(1, 4),
)
def test_no_roster_with_charges_is_better(
    demand: list[int], reach: int, charge: int, work: int
) -> None:
    driver = replace(ANN, shortest_s=0, work_s=work * HOUR)
    van = RosterVehicle("van", reach * HOUR, charge_s=charge * HOUR)
    roster = made(demand, [driver], [van], chargers=1)
    paid = sum(shift.end_s - shift.begin_s for shift in roster.shifts) // HOUR
    missing = sum(one.missing for one in roster.shortages)
    assert (missing, paid) == best_by_hand(demand, [driver], [van], 1)
