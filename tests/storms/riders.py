"""Riders and drivers in a storm: they ask until they are answered, and remember the answers."""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.builders import STOPS

DAY = "2026-11-24"
STAFF_KEY = "storm-staff-key"
_STUBBORN_S = 150.0  # a process that starts on a busy machine takes its time


def wish(origin: str, destination: str, depart: str) -> dict[str, str]:
    """Write a wish as the API takes it."""
    return {"from": origin, "to": destination, "depart": depart}


@dataclass
class Memory:
    """What people were told: of this nothing may be lost."""

    booked: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    changed: dict[str, list[str]] = field(default_factory=dict)
    boarded: int = 0
    refused: int = 0
    retries: int = 0
    unanswered: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Person(threading.Thread, ABC):
    """Somebody with a telephone that finds any API process that lives.

    Parameters
    ----------
    urls : Sequence[str]
        The API processes.
    memory : Memory
        What all together remember.
    seed : int
        Of what this one does.
    stop : threading.Event
        Set when the storm is over.
    """

    def __init__(
        self, urls: Sequence[str], memory: Memory, seed: int, stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.memory = memory
        self.random = random.Random(seed)
        self.stop = stop
        self._clients = [httpx.Client(base_url=url, timeout=15) for url in urls]

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """Ask until somebody answers; None where nobody does for minutes."""
        deadline_s = time.monotonic() + _STUBBORN_S
        number = self.random.randrange(len(self._clients))
        while time.monotonic() < deadline_s:
            number = (number + 1) % len(self._clients)  # who gets no answer asks the next one
            try:
                answer = self._clients[number].request(method, path, **more)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            if answer is not None and answer.status_code != 503:
                with self.memory.lock:
                    self.memory.faults.append(f"{method} {path}: {answer.status_code}")
            with self.memory.lock:
                self.memory.retries += 1
            time.sleep(0.1 + 0.3 * self.random.random())
        with self.memory.lock:
            self.memory.unanswered += 1
        return None

    def run(self) -> None:
        """Live until the storm is over."""
        while not self.stop.is_set():
            self.act()
        for client in self._clients:
            client.close()

    @abstractmethod
    def act(self) -> None:
        """Do one thing."""


class Rider(Person):
    """Plans, books, and now and then changes a booking, or cancels and books anew."""

    mine: list[str]

    def act(self) -> None:
        """Book, change or cancel."""
        self.mine = getattr(self, "mine", [])
        dice = self.random.random()
        if self.mine and dice < 0.3:
            self._cancel(self.mine.pop(self.random.randrange(len(self.mine))))
        elif self.mine and dice < 0.5:
            self._change(self.random.choice(self.mine))
        else:
            self._book()

    def _book(self) -> None:
        origin, destination = self.random.sample(STOPS, 2)
        minute = self.random.randrange(0, 300, 5)
        time_text = f"{DAY}T{10 + minute // 60:02d}:{minute % 60:02d}"
        answer = self.ask("POST", "/v1/plans", json=wish(origin, destination, time_text))
        if answer is None or answer.status_code != 200:
            return
        offers = [one["offer"] for one in answer.json()["journeys"] if one["bookable"]]
        if not offers:
            return
        key = f"storm-{self.random.getrandbits(64):x}"
        body = {"offer": offers[0], "rider": {"name": f"Rider {key[-4:]}"}}
        answer = self.ask("POST", "/v1/bookings", json=body, headers={"Idempotency-Key": key})
        if answer is None:
            return
        with self.memory.lock:
            if answer.status_code == 201:
                booking_id = answer.json()["id"]
                self.memory.booked[key] = booking_id
                self.mine.append(booking_id)
            else:
                self.memory.refused += 1

    def _change(self, booking_id: str) -> None:
        path, minute = f"/v1/bookings/{booking_id}", self.random.randrange(0, 300, 5)
        time_text = f"{DAY}T{10 + minute // 60:02d}:{minute % 60:02d}"
        shown = self.ask("POST", f"{path}/change-offers", json={"depart": time_text})
        if shown is None or shown.status_code != 200:
            return
        offers = [one["offer"] for one in shown.json()["journeys"] if one["bookable"]]
        if not offers:
            return
        key = {"Idempotency-Key": f"change-{self.random.getrandbits(64):x}"}
        answer = self.ask("POST", f"{path}/change", json={"offer": offers[0]}, headers=key)
        if answer is None:
            return
        with self.memory.lock:
            if answer.status_code == 200:
                rides = answer.json()["rides"]
                self.memory.changed[booking_id] = [ride["id"] for ride in rides]
            else:
                self.memory.refused += 1

    def _cancel(self, booking_id: str) -> None:
        answer = self.ask("POST", f"/v1/bookings/{booking_id}/cancel")
        if answer is not None and answer.status_code == 200:
            with self.memory.lock:
                self.memory.cancelled.add(booking_id)


class Driver(Person):
    """Reports the next stop of a vehicle every few seconds.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    *of_person : Any
        As for `Person`.
    """

    def __init__(self, vehicle_id: str, *of_person: Any) -> None:
        super().__init__(*of_person)
        self._path = f"/v1/vehicles/{vehicle_id}/stops"

    def act(self) -> None:
        """Wait a while, then report."""
        if self.stop.wait(4.0 + 4.0 * self.random.random()):
            return
        staff = {"Authorization": f"Bearer {STAFF_KEY}"}
        answer = self.ask("GET", f"{self._path}?date={DAY}", headers=staff)
        if answer is None or answer.status_code != 200:
            return
        waiting = [one for one in answer.json()["stops"] if one["state"] == "planned"]
        if waiting:
            done = self.ask("POST", f"{self._path}/{waiting[0]['id']}/done", headers=staff)
            if done is not None and done.status_code == 200 and waiting[0]["kind"] == "pickup":
                with self.memory.lock:
                    self.memory.boarded += 1
