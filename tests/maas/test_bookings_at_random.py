"""Bookings at random, with what networks and impatient riders do: requests repeated, keys used
again, two requests in one moment, a rider who cancels while the driver reports.

It goes on from the random days of `test_plans_keep_promises`: plans are improved and drivers report
meanwhile, and after every step `row_checker` reads all rows.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from maas.bookings import find_booking
from maas.errors import (
    IdempotencyKeyReusedError,
    MaasError,
    NotCancellableError,
    NotChangeableError,
    NotFoundError,
    RideGoneError,
    StopAlreadySettledError,
)
from maas.tables import Booking
from routing.on_demand import RidePromise
from tests.backings import Backing
from tests.maas.test_plans_keep_promises import RandomDay, numbers, running_town, stops, walk

BOOKING_MAY_BECOME = {
    "confirmed": {"boarded", "cancelled", "no_show", "completed"},  # a drop-off says it all
    "boarded": {"completed", "no_show"},
}
RIDE_MAY_BECOME = {
    "planned": {"on_board", "completed", "no_show", "cancelled", "replaced"},
    "on_board": {"completed"},
}

Outcome = Booking | str | MaasError


def at_once(*tasks: Callable[[], Outcome]) -> list[Outcome]:
    """Do several things in one moment; tell what came of each."""
    start = Barrier(len(tasks))

    def begin(task: Callable[[], Outcome]) -> Outcome:
        start.wait()
        try:
            return task()
        except MaasError as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(begin, tasks))


class RandomBookings(RandomDay):
    """A random day of riders who send everything twice."""

    seen: set[str] = set()  # noqa: RUF012 - what all days together met, for the last test

    @initialize()
    def nobody_has_booked(self) -> None:
        self.sent: dict[str, tuple[str, str]] = {}  # key: offer, booking
        self.lives: dict[str, str] = {}

    @rule(origin=stops, destination=stops, ahead_s=st.integers(0, 5400), number=numbers)
    def book_with_a_key(self, origin: str, destination: str, ahead_s: int, number: int) -> None:
        offer = self._offer(origin, destination, ahead_s)
        key = f"{self.day.now_s}-{number}"
        if offer and key not in self.sent:
            self._note(key, offer, self.day.take_once(offer, key))

    @precondition(lambda self: self.sent)
    @rule(number=numbers)
    def send_again(self, number: int) -> None:
        key, (offer, booking_id) = self._sent(number)
        before = self._counts()
        assert self.day.take_once(offer, key) == booking_id
        assert self._counts() == before
        self.seen.add("replayed")

    @precondition(lambda self: self.sent)
    @rule(number=numbers)
    def use_a_key_for_something_else(self, number: int) -> None:
        key, (offer, _) = self._sent(number)
        before = self._counts()
        (refused,) = at_once(lambda: self.day.take_once(offer, key, "Rider B"))
        assert isinstance(refused, IdempotencyKeyReusedError)
        assert self._counts() == before

    @rule(origin=stops, destination=stops, ahead_s=st.integers(0, 5400), number=numbers)
    def send_twice_at_once(self, origin: str, destination: str, ahead_s: int, number: int) -> None:
        offer = self._offer(origin, destination, ahead_s)
        key = f"twice-{self.day.now_s}-{number}"
        if not offer or key in self.sent:
            return
        first, second = at_once(*[lambda: self.day.take_once(offer, key)] * 2)
        assert isinstance(first, str), first
        assert first == second
        self._note(key, offer, first)
        self.seen.add("sent twice at once")

    @rule(origin=stops, destination=stops, ahead_s=st.integers(0, 5400))
    def four_want_the_same(self, origin: str, destination: str, ahead_s: int) -> None:
        offer = self._offer(origin, destination, ahead_s, seats=2)
        if not offer:
            return
        outcomes = at_once(*[lambda: self.day.take(offer)] * 4)
        booked = [one for one in outcomes if isinstance(one, Booking)]
        assert booked, outcomes  # it was free: one of them gets it
        assert all(isinstance(one, Booking | RideGoneError) for one in outcomes), outcomes
        self.bookings += booked
        self.seen.add("some of four" if len(booked) < 4 else "all four")

    @precondition(lambda self: self.bookings)
    @rule(number=numbers, origin=stops, destination=stops, ahead_s=st.integers(0, 5400))
    def change(self, number: int, origin: str, destination: str, ahead_s: int) -> None:
        """To another ride; where that is gone by then, the old one stands as it was."""
        booking_id = self.bookings[number % len(self.bookings)].id
        promise = self._promise(origin, destination, ahead_s)
        if promise is None:
            return
        before = self.day.rows("SELECT * FROM ride WHERE booking_id = :b ORDER BY id", b=booking_id)
        (outcome,) = at_once(lambda: self.day.move(booking_id, promise))
        after = self.day.rows("SELECT * FROM ride WHERE booking_id = :b ORDER BY id", b=booking_id)
        if isinstance(outcome, Booking):
            (new,) = [ride for ride in after if ride["id"] not in {old["id"] for old in before}]
            assert (new["state"], new["from_stop_id"]) == ("planned", f"f-{origin}")
            assert {r["state"] for r in after if r is not new} <= {"replaced", "dropped"}
            self.seen.add("changed")
        else:
            assert isinstance(outcome, NotChangeableError | RideGoneError), outcome
            assert after == before

    @precondition(lambda self: self.bookings)
    @rule(number=numbers)
    def cancel_twice_at_once(self, number: int) -> None:
        booking_id = self.bookings[number % len(self.bookings)].id
        outcomes = at_once(*[lambda: self.day.cancel(booking_id)] * 2)
        kinds = {type(one) for one in outcomes}
        assert kinds in ({Booking}, {NotCancellableError}), outcomes
        told = self._told(booking_id)
        assert told.count("booking_cancelled") == (1 if kinds == {Booking} else 0)

    @precondition(lambda self: self.bookings)
    @rule(number=numbers, came=st.booleans())
    def cancel_while_the_driver_reports(self, number: int, came: bool) -> None:
        stop = self._next_stop(number)
        if stop is None or stop["kind"] != "pickup" or self.day.now_s > stop["departs_s"]:
            return
        self.day.now_s = stop["planned_s"]
        self.late.add(stop["shift_id"])  # a moment early or late: the instants are not at issue
        ride = self.day.one("SELECT * FROM ride WHERE id = :id", id=stop["ride_id"])
        cancelled, reported = at_once(
            lambda: self.day.cancel(ride["booking_id"]),
            lambda: self.day.report(stop, "done" if came else "no_show"),
        )
        state = self.day.one("SELECT state FROM ride WHERE id = :id", id=ride["id"])["state"]
        if isinstance(reported, str):
            assert isinstance(cancelled, NotCancellableError), cancelled
            assert state == reported == ("on_board" if came else "no_show")
        else:
            assert isinstance(reported, NotFoundError | StopAlreadySettledError), reported
            assert isinstance(cancelled, Booking), cancelled
            assert state == "cancelled"
        self.seen.add("cancelled first" if state == "cancelled" else "reported first")

    # What they use

    def _offer(self, origin: str, destination: str, ahead_s: int, seats: int = 1) -> str:
        promise = self._promise(origin, destination, ahead_s, seats)
        return "" if promise is None else self.day.offer(promise)

    def _promise(
        self, origin: str, destination: str, ahead_s: int, seats: int = 1
    ) -> RidePromise | None:
        if origin == destination:
            return None
        found = self.day.ask(origin, destination, self.day.now_s + ahead_s, seats=seats)
        return found if isinstance(found, RidePromise) else None

    def _note(self, key: str, offer: str, booking_id: str) -> None:
        self.sent[key] = (offer, booking_id)
        self.bookings.append(self._booking(booking_id))

    def _booking(self, booking_id: str) -> Booking:
        with self.day.town.database.reading() as session:
            booking = find_booking(session, booking_id)
            session.expunge(booking)
            return booking

    def _sent(self, number: int) -> tuple[str, tuple[str, str]]:
        return list(self.sent.items())[number % len(self.sent)]

    def _counts(self) -> dict[str, Any]:
        return self.day.one(
            "SELECT (SELECT count(*) FROM booking) AS bookings, (SELECT count(*) FROM ride) AS"
            " rides, (SELECT count(*) FROM plan_stop) AS stops,"
            " (SELECT count(*) FROM outbox_event) AS events"
        )

    def _told(self, booking_id: str) -> list[str]:
        found = self.day.rows(
            "SELECT kind FROM outbox_event WHERE stream = :s ORDER BY id", s=f"booking:{booking_id}"
        )
        return [row["kind"] for row in found]

    # What always holds

    @invariant()
    def lives_go_forward(self) -> None:
        for table, may in (("booking", BOOKING_MAY_BECOME), ("ride", RIDE_MAY_BECOME)):
            for row in self.day.rows(f"SELECT id, state FROM {table}"):
                before = self.lives.get(row["id"], row["state"])
                assert row["state"] in {before, *may.get(before, ())}, (before, row)
                self.lives[row["id"]] = row["state"]

    @invariant()
    def a_booking_is_as_its_rides_are(self) -> None:
        for booking in self.day.rows("SELECT id, state FROM booking"):
            rides = self.day.rows("SELECT state FROM ride WHERE booking_id = :b", b=booking["id"])
            states = {ride["state"] for ride in rides} - {"replaced"}
            if states == {"cancelled"}:
                right = "cancelled"
            elif "planned" in states or "on_board" in states:
                right = "boarded" if states & {"on_board", "completed"} else "confirmed"
            else:
                right = "completed" if "completed" in states else "no_show"
            assert booking["state"] == right, (booking, states)

    @invariant()
    def a_key_made_one_booking(self) -> None:
        rows = self.day.rows("SELECT key, subject FROM idempotency_key")
        made = {key: booking_id for key, (_, booking_id) in self.sent.items()}
        assert {row["key"]: row["subject"] for row in rows} == made
        assert len(set(made.values())) == len(made)


def test_bookings_at_random(tmp_path: Path, backing: Backing) -> None:
    RandomBookings.seen.clear()
    with running_town(tmp_path, backing):
        walk(days=10 if backing.database_url else 20, steps=40, machine=RandomBookings)
    assert RandomBookings.seen >= {"replayed", "sent twice at once", "some of four", "changed"}
    assert RandomBookings.seen & {"cancelled first", "reported first"}
