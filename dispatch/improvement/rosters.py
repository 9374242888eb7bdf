"""Who works when, with which vehicle: shifts, breaks and charges that cover expected demand best.

Time is cut into intervals of equal length, and CP-SAT decides for each driver, vehicle and interval
(the classical shift scheduling by time slots: Dantzig, "A comment on Edie's 'Traffic delays at toll
booths'", Operations Research 2, 1954, with breaks placed inside as Bechtold and Jacobs, "Implicit
modeling of flexible break assignments in optimal shift scheduling", Management Science 36, 1990).
First as little demand as possible stays uncovered, then as little time as possible is paid, then
there are as few breaks and charges as possible.

Durations are rounded to whole intervals so that nobody is worse off: breaks, charges and shortest
shifts up, longest shifts, work without a break and ranges down; of the hours a driver may work,
whole intervals count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ortools.sat.python import cp_model

from dispatch.errors import InvalidProblemError
from dispatch.validation import INSTANTS, by_id, require_id, require_ints

NO_DRIVER: Final = "no_driver"
NO_VEHICLE: Final = "no_vehicle"
LIMITS: Final = "limits"

Span = tuple[int, int]
"""Begin and end, instants."""


@dataclass(frozen=True)
class Driver:
    """Somebody who works at most one shift.

    Parameters
    ----------
    id : str
        Unique over the drivers.
    hours : tuple of (int, int)
        Begin and end of times in which a shift may lie; those that touch are one.
    shortest_s, longest_s : int
        How long a shift is, with breaks.
    work_s : int
        Longest time without a break.
    break_s : int
        How long a break is. It lies inside the shift, not at its begin or end.
    """

    id: str
    hours: tuple[Span, ...]
    shortest_s: int
    longest_s: int
    work_s: int
    break_s: int

    def __post_init__(self) -> None:
        """Refuse fields that cannot be true."""
        require_id("driver", self.id)
        require_ints("driver", self, ("shortest_s",), 0, INSTANTS[1])
        require_ints("driver", self, ("longest_s", "work_s", "break_s"), 1, INSTANTS[1])
        if self.shortest_s > self.longest_s:
            raise _error("driver", self.id, "shortest_s", "is longer than the longest shift")
        if any(end_s <= begin_s for begin_s, end_s in self.hours):
            raise _error("driver", self.id, "hours", "end before they begin")


@dataclass(frozen=True)
class RosterVehicle:
    """A vehicle that one driver at a time can take out.

    Parameters
    ----------
    id : str
        Unique over the vehicles.
    range_s : int or None
        How long it can be in service before it must charge. None: for ever.
    full_range_s : int or None
        The same after a charge. None: as ``range_s``.
    charge_s : int
        How long a charge takes; it is full afterwards. It stands at a charger meanwhile, with its
        driver, on a break or not, or without one.
    """

    id: str
    range_s: int | None = None
    full_range_s: int | None = None
    charge_s: int = 3600

    def __post_init__(self) -> None:
        """Refuse fields that cannot be true."""
        require_id("vehicle", self.id)
        ranges = ("range_s", "full_range_s")
        require_ints("vehicle", self, ranges, 0, INSTANTS[1], optional=True)
        require_ints("vehicle", self, ("charge_s",), 1, INSTANTS[1])


@dataclass(frozen=True)
class Shift:
    """What one driver does.

    Parameters
    ----------
    driver_id, vehicle_id : str
        Who, and with which vehicle.
    begin_s, end_s : int
        The shift.
    breaks : tuple of (int, int)
        Begin and end of each break.
    """

    driver_id: str
    vehicle_id: str
    begin_s: int
    end_s: int
    breaks: tuple[Span, ...]


@dataclass(frozen=True)
class Shortage:
    """An interval in which fewer vehicles are in service than are needed.

    Parameters
    ----------
    begin_s : int
        Begin of the interval.
    missing : int
        So many vehicles are missing.
    reason : str
        ``no_driver`` (fewer drivers may work then), ``no_vehicle`` (there are fewer vehicles), or
        ``limits`` (shifts, breaks and charges do not allow more without lacking more elsewhere).
    """

    begin_s: int
    missing: int
    reason: str


@dataclass(frozen=True)
class Roster:
    """Shifts, breaks and charges.

    Parameters
    ----------
    shifts : tuple of Shift
        In the order of the drivers; who does not work has none.
    charges : tuple of (str, int, int)
        Vehicle, begin and end of each charge.
    shortages : tuple of Shortage
        What stays uncovered, and why; empty when all is covered.
    is_best : bool
        Whether nothing better exists; else the search ended before it could tell.
    """

    shifts: tuple[Shift, ...]
    charges: tuple[tuple[str, int, int], ...]
    shortages: tuple[Shortage, ...]
    is_best: bool


def make_roster(
    demand: Sequence[int],
    drivers: Sequence[Driver],
    vehicles: Sequence[RosterVehicle],
    *,
    begin_s: int,
    interval_s: int,
    chargers: int = 0,
    effort: float = 20.0,
    seed: int = 0,
) -> Roster:
    """Find the roster that covers demand best.

    Parameters
    ----------
    demand : sequence of int
        Vehicles needed in each interval.
    drivers : sequence of Driver
        Who may work.
    vehicles : sequence of RosterVehicle
        With what.
    begin_s, interval_s : int
        Begin of the first interval, and the length of each.
    chargers : int
        So many vehicles can charge at a time.
    effort : float
        Longest search, in the solver's own seconds, which do not depend on the machine: the same
        input gives the same roster every time.
    seed : int
        Of the search.

    Returns
    -------
    Roster
        The best, or the best found. What cannot be covered is named in ``shortages``.

    Raises
    ------
    InvalidProblemError
        When a number cannot be true, or two have one id.
    """
    by_id("driver", drivers)
    by_id("vehicle", vehicles)
    if interval_s <= 0 or chargers < 0 or any(needed < 0 for needed in demand):
        raise _error("roster", "", "demand", "interval_s, chargers or demand is negative or zero")
    grid = _Grid(begin_s, interval_s, len(demand))
    model = _Model(grid, demand, drivers, vehicles, chargers)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model.cp)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        # Nobody working is always a roster; the hint says so, and only the effort can prevent it.
        return Roster((), (), _shortages(grid, demand, [0] * len(demand), drivers, vehicles), False)
    return model.read(solver, is_best=status == cp_model.OPTIMAL)


@dataclass(frozen=True)
class _Grid:
    begin_s: int
    interval_s: int
    count: int

    def up(self, seconds: int) -> int:
        return -(-seconds // self.interval_s)

    def down(self, seconds: int) -> int:
        return seconds // self.interval_s

    def at(self, t: int) -> int:
        return self.begin_s + t * self.interval_s

    def allowed(self, driver: Driver) -> set[int]:
        """The intervals that lie wholly in a driver's hours."""
        joined: list[list[int]] = []
        for begin_s, end_s in sorted(driver.hours):
            if joined and begin_s <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end_s)
            else:
                joined.append([begin_s, end_s])
        return {
            t for t in range(self.count) for a, b in joined if a <= self.at(t) < self.at(t + 1) <= b
        }

    def runs(self, values: Sequence[bool]) -> tuple[Span, ...]:
        """Begin and end of the stretches in which something is so."""
        padded = [False, *values, False]
        edges = [t for t in range(self.count + 1) if padded[t] != padded[t + 1]]
        return tuple((self.at(a), self.at(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


class _Model:
    """The variables, by number of driver, vehicle and interval, and what binds them."""

    def __init__(
        self,
        grid: _Grid,
        demand: Sequence[int],
        drivers: Sequence[Driver],
        vehicles: Sequence[RosterVehicle],
        chargers: int,
    ) -> None:
        self.cp = cp_model.CpModel()
        self._grid, self._demand = grid, demand
        self._drivers, self._vehicles = drivers, vehicles
        self._small: list[Any] = []
        self._on = [self._shift(driver) for driver in drivers]
        self._resting = [
            self._breaks(driver, on) for driver, on in zip(drivers, self._on, strict=True)
        ]
        self._busy = self._pairs()
        self._charging = [self._charges(vehicle, chargers) for vehicle in vehicles]
        for t in range(grid.count):
            self.cp.add(sum(charging[t] for charging in self._charging) <= chargers)
        self._serving = [self._service(v) for v in range(len(vehicles))]
        self._minimize()

    def _flags(self, name: str) -> list[Any]:
        return [self.cp.new_bool_var(f"{name} {t}") for t in range(self._grid.count)]

    def _shift(self, driver: Driver) -> list[Any]:
        """One stretch of intervals, or none, as long as a shift may be."""
        on, begins = self._flags(f"on {driver.id}"), self._flags(f"begin {driver.id}")
        allowed = self._grid.allowed(driver)
        for t, flag in enumerate(on):
            before = on[t - 1] if t else 0
            self.cp.add(begins[t] >= flag - before)
            if t not in allowed:
                self.cp.add(flag == 0)
        self.cp.add(sum(begins) <= 1)
        self.cp.add(sum(on) <= self._grid.down(driver.longest_s))
        self.cp.add(sum(on) >= self._grid.up(driver.shortest_s) * sum(begins))
        self.cp.add(sum(on) >= sum(begins))
        return on

    def _breaks(self, driver: Driver, on: list[Any]) -> list[Any]:
        """Breaks inside the shift, so that no stretch of work is too long."""
        resting, begins = self._flags(f"rest {driver.id}"), self._flags(f"pause {driver.id}")
        length, count = self._grid.up(driver.break_s), self._grid.count
        for t in range(count):
            self.cp.add(resting[t] == sum(begins[max(0, t - length + 1) : t + 1]))
            self.cp.add(resting[t] <= on[t])
            if t == 0 or t + length >= count:
                self.cp.add(begins[t] == 0)
            else:
                self.cp.add_implication(begins[t], on[t - 1])
                self.cp.add_implication(begins[t], on[t + length])
        most = self._grid.down(driver.work_s)
        for t in range(count - most):
            stretch = range(t, t + most + 1)
            self.cp.add(sum(on[s] - resting[s] for s in stretch) <= most)
        self._small += begins
        return resting

    def _pairs(self) -> list[list[list[Any]]]:
        """Whether a driver is on shift with a vehicle: one vehicle each, one driver at a time."""
        pairs: list[list[list[Any]]] = []
        for d, driver in enumerate(self._drivers):
            takes = [self.cp.new_bool_var(f"{driver.id} {v.id}") for v in self._vehicles]
            self.cp.add(sum(takes) <= 1)
            rows = [self._flags(f"on {driver.id} {v.id}") for v in self._vehicles]
            for t in range(self._grid.count):
                self.cp.add(sum(row[t] for row in rows) == self._on[d][t])
                for take, row in zip(takes, rows, strict=True):
                    self.cp.add_implication(row[t], take)
            pairs.append(rows)
        for v in range(len(self._vehicles)):
            for t in range(self._grid.count):
                self.cp.add(sum(rows[v][t] for rows in pairs) <= 1)
        return pairs

    def _charges(self, vehicle: RosterVehicle, chargers: int) -> list[Any]:
        charging, begins = self._flags(f"charge {vehicle.id}"), self._flags(f"plug {vehicle.id}")
        length = self._grid.up(vehicle.charge_s)
        for t in range(self._grid.count):
            self.cp.add(charging[t] == sum(begins[max(0, t - length + 1) : t + 1]))
            if t + length > self._grid.count or chargers == 0:
                self.cp.add(begins[t] == 0)
        self._small += begins
        return charging

    def _service(self, v: int) -> list[Any]:
        """When a vehicle is in service: with a driver at work, not charging, and in range."""
        vehicle, charging = self._vehicles[v], self._charging[v]
        serving = self._flags(f"serve {vehicle.id}")
        for t, flag in enumerate(serving):
            self.cp.add(flag <= sum(rows[v][t] for rows in self._busy))
            self.cp.add(flag + charging[t] <= 1)
            for d, rows in enumerate(self._busy):
                self.cp.add(flag + rows[v][t] + self._resting[d][t] <= 2)
        if vehicle.range_s is None:
            return serving
        first = self._grid.down(vehicle.range_s)
        full = vehicle.range_s if vehicle.full_range_s is None else vehicle.full_range_s
        most = max(first, self._grid.down(full))
        left: Any = first
        for t, flag in enumerate(serving):
            after = self.cp.new_int_var(0, most, f"left {vehicle.id} {t}")
            # A vehicle has its full range from the end of a charge on, not before.
            ends = charging[t] if t + 1 == self._grid.count else None
            if ends is None:
                ends = self.cp.new_bool_var(f"unplug {vehicle.id} {t}")
                self.cp.add(ends >= charging[t] - charging[t + 1])
                self.cp.add(ends <= charging[t])
                self.cp.add(ends + charging[t + 1] <= 1)
            self.cp.add(after == self._grid.down(full)).only_enforce_if(ends)
            self.cp.add(after == left - flag).only_enforce_if(~ends)
            left = after
        return serving

    def _minimize(self) -> None:
        missing = []
        for t, needed in enumerate(self._demand):
            short = self.cp.new_int_var(0, needed, f"missing {t}")
            self.cp.add(short >= needed - sum(serving[t] for serving in self._serving))
            missing.append(short)
        paid = [flag for on in self._on for flag in on]
        pay = len(self._small) + 1
        lack = pay * (len(paid) + 1)
        self.cp.minimize(lack * sum(missing) + pay * sum(paid) + sum(self._small))
        for flag in [*paid, *self._small]:
            self.cp.add_hint(flag, 0)

    def read(self, solver: cp_model.CpSolver, *, is_best: bool) -> Roster:
        """Turn the solver's values into a roster."""
        grid = self._grid

        def values(flags: Sequence[Any]) -> list[bool]:
            return [bool(solver.value(flag)) for flag in flags]

        shifts: list[Shift] = []
        for d, driver in enumerate(self._drivers):
            for (begin_s, end_s), vehicle in (
                (span, vehicle)
                for v, vehicle in enumerate(self._vehicles)
                for span in grid.runs(values(self._busy[d][v]))
            ):
                breaks = grid.runs(values(self._resting[d]))
                shifts.append(Shift(driver.id, vehicle.id, begin_s, end_s, breaks))
        charges = [
            (vehicle.id, *span)
            for v, vehicle in enumerate(self._vehicles)
            for span in grid.runs(values(self._charging[v]))
        ]
        served = [sum(values([s[t] for s in self._serving])) for t in range(grid.count)]
        short = _shortages(grid, self._demand, served, self._drivers, self._vehicles)
        return Roster(tuple(shifts), tuple(charges), short, is_best)


def _shortages(
    grid: _Grid,
    demand: Sequence[int],
    served: Sequence[int],
    drivers: Sequence[Driver],
    vehicles: Sequence[RosterVehicle],
) -> tuple[Shortage, ...]:
    allowed = [grid.allowed(driver) for driver in drivers]
    found: list[Shortage] = []
    for t, needed in enumerate(demand):
        if served[t] >= needed:
            continue
        reason = LIMITS
        if len(vehicles) < needed:
            reason = NO_VEHICLE
        if sum(t in hours for hours in allowed) < min(needed, len(vehicles)):
            reason = NO_DRIVER
        found.append(Shortage(grid.at(t), needed - served[t], reason))
    return tuple(found)


def _error(kind: str, item_id: str, name: str, what: str) -> InvalidProblemError:
    return InvalidProblemError(
        f"{kind.capitalize()} {item_id}: {name} {what}; correct it.".replace("  ", " "),
        kind=kind,
        id=item_id,
        field=name,
    )
