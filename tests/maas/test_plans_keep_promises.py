"""Whole days at random: riders book and cancel, drivers report or do not, the worker improves.

After every step the rows are read by `row_checker`, which shares no code with the service: no seat
is sold twice, every promise stands in the plan, every instant can be driven, and everybody has been
told. Falsifying days are shrunk by hypothesis to a few steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.runtime import open_runtime
from maas.config import Settings
from maas.errors import NotCancellableError, RideGoneError
from maas.tables import Booking
from routing.on_demand import RidePromise
from tests.backings import Backing
from tests.builders import STOPS, at, toytown, vehicle
from tests.maas.conftest import MORNING
from tests.maas.riders import TUESDAY
from tests.maas.row_checker import check_rows, check_way_ahead
from tests.maas.town_day import TownDay, driving

VANS = (
    vehicle("1", seats=3, wheelchair_places=1)
    + vehicle("2", seats=2, depot="west")
    + vehicle("3", seats=4, depot="bath")
)
START_S, END_S = at(f"{TUESDAY} 08:30"), at(f"{TUESDAY} 16:30")
SURE_S = 1800
"""A pickup this far ahead lies behind nothing that is frozen: its seat can be sold again."""

_TABLES = ("outbox_event", "idempotency_key", "plan_stop", "ride", "booking", "shift")
_TOWN: list[TownDay] = []

numbers = st.integers(0, 10**6)
parties = st.sampled_from(((1, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1)))
stops = st.sampled_from(STOPS)


@contextmanager
def running_town(folder: Path, backing: Backing) -> Iterator[TownDay]:
    """Run the toy town for a whole test; each example empties it."""
    chosen = Settings(
        city=toytown(folder / "town", VANS),
        data_dir=folder / "var",
        database_url=backing.database_url,
        redis_url=backing.redis_url,
        now=MORNING,
        staff_key="toy-staff-key",
    )
    with open_runtime(chosen) as town:
        _TOWN.append(TownDay(town, START_S))
        try:
            yield _TOWN[-1]
        finally:
            _TOWN.pop()


class RandomDay(RuleBasedStateMachine):
    """One day: steps at random, the rows checked after each."""

    @initialize()
    def morning(self) -> None:
        self.day = _TOWN[-1]
        self.day.now_s = START_S
        for table in _TABLES:
            self.day.change(f"DELETE FROM {table}")
        self.travel_s = driving(self.day)
        self.bookings: list[Booking] = []
        self.late: set[str] = set()
        self.jumbled: set[str] = set()
        self.promised: dict[str, tuple[Any, ...]] = {}
        self.reported: dict[str, tuple[str, int, str]] = {}
        self.plans: dict[str, tuple[int, list[tuple[Any, ...]]]] = {}

    # What happens

    @rule(origin=stops, destination=stops, ahead_s=st.integers(0, 5400), party=parties)
    def book(self, origin: str, destination: str, ahead_s: int, party: tuple[int, int]) -> None:
        if origin == destination:
            return
        seats, chairs = party
        when_s = self.day.now_s + ahead_s
        promise = self.day.ask(origin, destination, when_s, seats=seats, wheelchairs=chairs)
        if isinstance(promise, RidePromise):
            self._take(self.day.offer(promise))

    @rule(outward=stops, away=stops, ahead_s=st.integers(0, 3600))
    def book_there_and_back(self, outward: str, away: str, ahead_s: int) -> None:
        if outward == away:
            return
        there = self.day.ask(outward, away, self.day.now_s + ahead_s)
        if not isinstance(there, RidePromise):
            return
        back = self.day.ask(away, outward, there.arrival_latest_s)
        if isinstance(back, RidePromise):
            before = self.day.rows("SELECT id FROM plan_stop ORDER BY id")
            try:
                self.bookings.append(self.day.take(self.day.offer(there, back)))
            except RideGoneError:  # the way there took the seat back: neither may be left behind
                assert self.day.rows("SELECT id FROM plan_stop ORDER BY id") == before

    @precondition(lambda self: self.bookings)
    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        booking = self.bookings[number % len(self.bookings)]
        rides = self.day.rows("SELECT * FROM ride WHERE booking_id = :id", id=booking.id)
        may = all(
            ride["state"] == "planned" and ride["pickup_latest_s"] >= self.day.now_s
            for ride in rides
        )
        stood = self.day.rows("SELECT * FROM plan_stop WHERE kind = 'pickup'")
        try:
            was = self.day.one("SELECT state FROM booking WHERE id = :id", id=booking.id)["state"]
            self.day.cancel(booking.id)
        except NotCancellableError:
            assert not may
            return
        assert may or was == "cancelled"
        self._sell_again(rides, {row["ride_id"]: row["planned_s"] for row in stood})

    def _sell_again(self, rides: list[dict[str, Any]], planned_s: dict[str, int]) -> None:
        """Book what was given back, where nothing but another rider could have taken it."""
        (ride, *more) = rides
        far = planned_s.get(ride["id"], 0) > self.day.now_s + SURE_S
        if more or not far or ride["shift_id"] in self.late | self.jumbled:
            return
        self._take(self.day.offer_again(ride))

    @rule(minutes=st.sampled_from((1, 2, 4, 8, 15, 40)))
    def time_passes(self, minutes: int) -> None:
        self.day.now_s = min(self.day.now_s + 60 * minutes, END_S)

    @rule(number=numbers, early_s=st.integers(0, 90), came=st.booleans())
    def report_next_on_time(self, number: int, early_s: int, came: bool) -> None:
        stop = self._next_stop(number)
        if stop is not None and not self._overdue(stop):
            done_s = stop["departs_s"] - early_s
            if self.day.now_s <= done_s <= END_S:
                self.day.now_s = done_s
                self._report(stop, came)

    @rule(number=numbers, late_s=st.integers(60, 1500), came=st.booleans())
    def report_next_late(self, number: int, late_s: int, came: bool) -> None:
        stop = self._next_stop(number)
        if stop is not None:
            self.late.add(stop["shift_id"])
            self.day.now_s = min(max(self.day.now_s, stop["departs_s"] + late_s), END_S)
            self._report(stop, came)

    @precondition(lambda self: self.bookings)
    @rule(number=numbers, came=st.booleans())
    def report_any(self, number: int, came: bool) -> None:
        stops = self._open_stops()
        if stops:
            stop = stops[number % len(stops)]
            self.jumbled.add(stop["shift_id"])
            self._report(stop, came)

    @precondition(lambda self: len(self.bookings) > 1)
    @rule()
    def improve(self) -> None:
        under_way = self._under_way()
        self.day.improver(0.03).run()
        assert under_way.items() <= self._under_way().items()

    # What they use

    def _take(self, offer: str) -> None:
        """Book; whatever the van's driver reported before, it can be where it must be."""
        under_way = self._under_way()
        booking = self.day.take(offer)
        self.bookings.append(booking)
        assert under_way.items() <= self._under_way().items()
        shift_id = self.day.ride(booking)["shift_id"]
        assert check_way_ahead(self.day.rows, self.travel_s, shift_id, self.day.now_s) == []

    def _under_way(self) -> dict[str, tuple[str, int]]:
        """Name the stop each vehicle is driving to, and when it is due there."""
        found = {}
        for shift in self.day.rows("SELECT * FROM shift"):
            route = self.day.rows(
                "SELECT * FROM plan_stop WHERE shift_id = :id ORDER BY sequence", id=shift["id"]
            )
            for before, stop in pairwise([None, *route]):
                if stop["state"] == "planned" and stop["planned_s"] > self.day.now_s:
                    depot = {"1": "f-station", "2": "f-west", "3": "f-bath"}[shift["vehicle_id"]]
                    origin = depot if before is None else before["stop_id"]
                    leaves_s = stop["planned_s"] - self.travel_s[origin, stop["stop_id"]]
                    if leaves_s <= self.day.now_s and shift["id"] not in self.late | self.jumbled:
                        found[shift["id"]] = (stop["id"], stop["planned_s"])
                    break
        return found

    def _open_stops(self) -> list[dict[str, Any]]:
        return self.day.rows(
            "SELECT * FROM plan_stop WHERE state = 'planned' ORDER BY shift_id, sequence"
        )

    def _next_stop(self, number: int) -> dict[str, Any] | None:
        """Find the first stop of some shift that nobody reported."""
        first: dict[str, dict[str, Any]] = {}
        for stop in self._open_stops():
            first.setdefault(stop["shift_id"], stop)
        return list(first.values())[number % len(first)] if first else None

    def _overdue(self, stop: dict[str, Any]) -> bool:
        """Tell whether a stop's report would be later than its plan."""
        return bool(self.day.now_s > stop["departs_s"])

    def _report(self, stop: dict[str, Any], came: bool) -> None:
        outcome = "done" if came or stop["kind"] == "dropoff" else "no_show"
        assert self.day.report(stop, outcome) in {"on_board", "completed", "no_show"}

    # What always holds

    @invariant()
    def rows_are_right(self) -> None:
        assert check_rows(self.day.rows, self.travel_s, self.late, self.jumbled) == []

    @invariant()
    def a_promise_never_changes(self) -> None:
        names = "seats wheelchairs from_stop_id to_stop_id pickup_earliest_s pickup_latest_s"
        names += " arrival_latest_s ride_limit_s"
        for ride in self.day.rows("SELECT * FROM ride"):
            said = tuple(
                ride[name] for name in (*names.split(), "arrival_latest_s", "ride_limit_s")
            )
            assert self.promised.setdefault(ride["id"], said) == said

    @invariant()
    def what_was_reported_stays_reported(self) -> None:
        for stop in self.day.rows("SELECT * FROM plan_stop WHERE done_s IS NOT NULL"):
            said = (stop["state"], stop["done_s"], stop["shift_id"])
            assert self.reported.setdefault(stop["id"], said) == said
        there = {stop["id"] for stop in self.day.rows("SELECT id FROM plan_stop")}
        assert self.reported.keys() <= there

    @invariant()
    def a_change_raises_the_version(self) -> None:
        for shift in self.day.rows("SELECT id, version FROM shift"):
            found = self.day.rows(
                "SELECT id, sequence, planned_s, departs_s, state, done_s FROM plan_stop"
                " WHERE shift_id = :id ORDER BY sequence",
                id=shift["id"],
            )
            plan = [tuple(row.values()) for row in found]
            version, before = self.plans.get(shift["id"], (0, []))
            assert shift["version"] > version or plan == before, shift["id"]
            self.plans[shift["id"]] = (shift["version"], plan)

    @invariant()
    def who_is_on_board_is_not_exchanged(self) -> None:
        for row in self.day.rows(
            "SELECT ride.id, stream, kind FROM ride JOIN outbox_event ON stream ="
            " 'booking:' || booking_id WHERE ride.state = 'on_board' ORDER BY outbox_event.id DESC"
        ):
            if row["kind"] == "ride_on_board":
                break
            assert row["kind"] != "vehicle_changed" or self._two_rides(row["stream"])

    def _two_rides(self, stream: str) -> bool:
        query = "SELECT id FROM ride WHERE booking_id = :id"
        return len(self.day.rows(query, id=stream.removeprefix("booking:"))) > 1


def walk(days: int, steps: int, machine: type[RandomDay] = RandomDay) -> None:
    """Live through some days."""
    chosen = settings(
        max_examples=days,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),  # a day is short enough to read; shrinking one takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_random_days(tmp_path: Path, backing: Backing) -> None:
    with running_town(tmp_path, backing):
        walk(days=8 if backing.database_url else 40, steps=40)


def test_the_walk_meets_what_it_is_meant_to_meet() -> None:
    """Shared vans, no-shows, late vans: a walk of refusals alone would prove nothing."""
    with TemporaryDirectory() as folder, running_town(Path(folder), Backing()) as day:
        seen: set[str] = set()

        class Watched(RandomDay):
            def teardown(self) -> None:
                seen.update(row["kind"] for row in day.rows("SELECT kind FROM outbox_event"))
                pooled = day.rows("SELECT shift_id FROM ride GROUP BY shift_id HAVING count(*) > 3")
                seen.update("pooled" for _ in pooled)

        walk(12, 40, Watched)
    assert seen >= {
        *("ride_planned", "booking_confirmed", "booking_cancelled", "plan_changed"),
        *("ride_on_board", "ride_completed", "ride_no_show", "vehicle_changed", "pooled"),
    }
