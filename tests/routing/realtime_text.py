"""GTFS-Realtime as text: one line an update, so that tests show timetable and update together.

``late 20261124 | B +5 | D 09:30`` - trip, service day (``-`` for none), what is said of stops: a
stop (or ``#3`` for a stop_sequence), then a delay in minutes, or a clock time, each for arrival
and departure; ``arrival/departure`` where they differ, ``*`` where one is not said, ``skip`` for
SKIPPED, ``?`` for NO_DATA. A word before the trip is its relationship: ``CANCELED late -``;
``@08:00`` after the day a start_time.
"""

import datetime as dt

from gtfs.messages import (
    NO_DATA,
    SKIPPED,
    Alert,
    RealtimeMessage,
    StopTimeUpdate,
    TripDescriptor,
    TripUpdate,
)
from routing.delays import with_realtime
from routing.live import LiveTimetable
from tests.routing.towns import Town, instant

LINE = """
    A 36.00 136.00
    B 36.05 136.00
    C 36.10 136.00
    D 36.15 136.00
    E 36.20 136.00
    t1 red daily | A 08:00 B 08:10/08:12 C 08:20 D 08:30
    t2 red daily | A 09:00 B 09:10/09:12 C 09:20 D 09:30
    n1 red daily | A 24:50 B 25:00 C 25:10 D 25:20
    u1 blue daily | D 08:35 E 08:45
    u2 blue daily | D 09:05 E 09:15
"""


def live(town: Town, text: str, made: str = "05:00", **more: object) -> LiveTimetable:
    """Lay a message over the timetable of a town and let its planner use it."""
    timetable = with_realtime(
        town.timetable,
        [("", message(text, made))],
        instant(made),
        **more,  # type: ignore[arg-type]
    )
    town.planner.live = timetable
    return timetable


def message(text: str, made: str = "05:00", alerts: tuple[Alert, ...] = ()) -> RealtimeMessage:
    """A message from text."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    updates = tuple(update(line, number) for number, line in enumerate(lines))
    return RealtimeMessage(instant(made), updates, alerts)


def update(line: str, number: int = 0) -> TripUpdate:
    """An update from a line."""
    head, *stops = (part.strip() for part in line.split("|"))
    words = head.split()
    relationship = words.pop(0) if words[0].isupper() and len(words[0]) > 2 else "SCHEDULED"
    trip_id, date = words[0], words[1]
    more = dict(word.split("=") for word in words[2:] if "=" in word)
    start = next((word[1:] for word in words[2:] if word.startswith("@")), "")
    return TripUpdate(
        f"e{number}",
        TripDescriptor(
            trip_id="" if trip_id == "-" else trip_id,
            route_id=more.get("route", ""),
            start_time=f"{start}:00" if start else "",
            start_date="" if date == "-" else date,
            relationship=relationship,
        ),
        tuple(stop(words) for words in stops),
        delay_s=int(more["delay"]) * 60 if "delay" in more else None,
        new_trip_id=more.get("new", ""),
        new_start_time=f"{more['at']}:00" if "at" in more else "",
        new_start_date=more.get("on", ""),
    )


def stop(text: str) -> StopTimeUpdate:
    """What is said of a stop."""
    name, said, *more = text.split()
    place = {"stop_sequence": int(name[1:])} if name.startswith("#") else {"stop_id": name}
    day = more[0] if more else ""
    if said in ("skip", "?"):
        return StopTimeUpdate(**place, relationship=SKIPPED if said == "skip" else NO_DATA)  # type: ignore[arg-type]
    if said.startswith("to="):
        return StopTimeUpdate(**place, assigned_stop_id=said[3:])  # type: ignore[arg-type]
    parts = said.split("/") if "/" in said else [said, said]
    values: dict[str, int] = {}
    for event, part in zip(("arrival", "departure"), parts, strict=True):
        if ":" in part:
            values[f"{event}_s"] = _clock(part, day)
        elif part != "*":
            values[f"{event}_delay_s"] = round(float(part) * 60)
    return StopTimeUpdate(**place, **values)  # type: ignore[arg-type]


def _clock(text: str, day: str) -> int:
    """Epoch seconds; hours may pass 24."""
    hours, minutes = (int(part) for part in text.split(":"))
    own = instant("00:00", dt.date.fromisoformat(day).isoformat()) if day else instant("00:00")
    return own + hours * 3600 + minutes * 60
