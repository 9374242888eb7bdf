"""Twenty riders want one seat: one gets it, nineteen are told clearly."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import select

from apps.runtime import Runtime
from maas.errors import RideGoneError
from maas.tables import Booking, IdempotencyKey, OutboxEvent, PlanStop, Ride
from tests.maas.riders import ask, book, ride_offer

RIDERS = 20


def test_one_booking_and_nineteen_clear_refusals(town: Runtime) -> None:
    offers = [ride_offer(ask(town, "station", "east", "10:00")) for _ in range(RIDERS)]
    start = Barrier(RIDERS)

    def attempt(number: int) -> Booking | RideGoneError:
        start.wait()
        try:
            return book(town, offers[number], f"attempt-{number}")
        except RideGoneError as error:
            return error

    with ThreadPoolExecutor(RIDERS) as pool:
        results = list(pool.map(attempt, range(RIDERS)))

    booked = [result for result in results if isinstance(result, Booking)]
    refused = [result for result in results if isinstance(result, RideGoneError)]
    assert (len(booked), len(refused)) == (1, RIDERS - 1)
    assert all("Search again" in refusal.message for refusal in refused)
    assert {refusal.params["reason"] for refusal in refused} <= {"no_capacity", "window_too_tight"}
    for refusal in refused:
        assert "next_pickup_s" not in refusal.params
        assert refusal.params["next_pickup"] > "2026-11-24T10:00:00+09:00"
    with town.database.reading() as session:
        counts = {
            table.__tablename__: len(session.exec(select(table)).all())
            for table in (Booking, Ride, PlanStop, IdempotencyKey)
        }
        events = [event.kind for event in session.exec(select(OutboxEvent))]
    assert counts == {"booking": 1, "ride": 1, "plan_stop": 2, "idempotency_key": 1}
    assert sorted(events) == ["booking_confirmed", "booking_held", "plan_changed", "ride_planned"]


def test_a_plan_made_after_the_seat_went_offers_a_later_ride_or_says_why(town: Runtime) -> None:
    first = ask(town, "station", "east", "10:00")
    book(town, ride_offer(first), "first")
    second = ask(town, "station", "east", "10:00")
    rides = [journey for journey in second["journeys"] if journey["bookable"]]
    windows = [
        leg["pickup_window"]["earliest"]
        for journey in rides
        for leg in journey["legs"]
        if leg["mode"] == "ON_DEMAND"
    ]
    assert all(window > "2026-11-24T10:00" for window in windows)
    assert rides or second["refusals"]
