"""``python -m benchmarks.realtime --feed F --date D [--trips N] [--stops M] --json OUT``."""

import argparse
import datetime as dt
import gc
import json
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.measuring import cpu_seconds
from gtfs.feed import load_feed
from gtfs.messages import RealtimeMessage, StopTimeUpdate, TripDescriptor, TripUpdate
from gtfs.realtime import read_realtime, write_realtime
from routing.build import build_timetable
from routing.delays import with_realtime
from routing.live import LiveTimetable
from routing.planner import Planner, PlanQuery
from routing.straight import StraightStreets
from routing.timetable import Timetable

_MORNING_S = 8 * 3600
_ROUNDS = 9
_PLANS = 20


def random_message(
    timetable: Timetable, day: dt.date, trips: int, stops: int, random: Random
) -> bytes:
    """Make a message about trips that run between 7:00 and 11:00.

    Parameters
    ----------
    timetable
        The trips.
    day
        Service day.
    trips
        How many.
    stops
        Most stops of each, from a third of its way on; 0 for all of them.
    random
        Source of chance.

    Returns
    -------
    bytes
        Protobuf; delays of up to 15 minutes that grow and shrink on the way.
    """
    t = timetable
    zero_s = t.origin_s(day)
    runs = t.trips_on(day) & (t.trip_ends_s > 7 * 3600) & (t.departures[t.trip_rows] < 11 * 3600)
    running = np.flatnonzero(runs).tolist()
    updates = []
    for trip in sorted(random.sample(running, min(trips, len(running)))):
        first, end = t.pattern_stop_starts[t.trip_patterns[trip] :][:2].tolist()
        row, delay_s, said = int(t.trip_rows[trip]), random.randrange(-60, 900), []
        begin = (end - first) // 3 if stops else 0
        for at in range(begin, min(end - first, begin + stops) if stops else end - first):
            delay_s += random.randrange(-20, 40)
            said.append(
                StopTimeUpdate(
                    int(t.stop_sequences[row + at]),
                    t.stop_ids[t.pattern_stops[first + at]],
                    zero_s + int(t.arrivals[row + at]) + delay_s,
                    zero_s + int(t.departures[row + at]) + delay_s,
                )
            )
        descriptor = TripDescriptor(t.trip_ids[trip], start_date=day.strftime("%Y%m%d"))
        updates.append(TripUpdate(str(trip), descriptor, tuple(said)))
    return write_realtime(RealtimeMessage(zero_s + _MORNING_S, tuple(updates)))


def measure(timetable: Timetable, day: dt.date, data: bytes, random: Random) -> dict[str, Any]:
    """Measure one message, again and again.

    Parameters
    ----------
    timetable
        The fixed timetable.
    day
        Service day.
    data
        The message.
    random
        Source of chance for the plans.

    Returns
    -------
    dict
        Medians in milliseconds of CPU.
    """
    planner = Planner(timetable, StraightStreets(), [], timetable.timezone)
    now_s = timetable.origin_s(day) + _MORNING_S
    places = [timetable.place(stop) for stop in timetable.served_stops.tolist()]
    pairs = [random.sample(places, 2) for _ in range(_PLANS)]
    queries = [PlanQuery(start, target, now_s, now_s=now_s) for start, target in pairs]

    def plans() -> float:
        taken_s = [cpu_seconds(partial(planner.plan, q, None), 1)[1] for q in queries]
        return 1000 * float(np.median(taken_s))

    plans()
    gc.collect()
    gc.freeze()  # as `maas serve` does once the city is loaded
    before = plans()
    rounds = []
    for number in range(_ROUNDS):
        message, read_s = cpu_seconds(partial(read_realtime, data), 1)
        live, lay_s = cpu_seconds(partial(with_realtime, timetable, [("", message)], now_s), 1)
        _, first_s = cpu_seconds(partial(_first, planner, live, queries[number]), 1)
        rounds.append((read_s + lay_s + first_s, read_s, lay_s, first_s))
    names = ("total_ms", "read_ms", "lay_ms", "first_plan_ms")
    medians = dict(zip(names, (1000 * np.median(rounds, axis=0)).tolist(), strict=True))
    return medians | {"plan_before_ms": before, "plan_after_ms": plans()}


def _first(planner: Planner, live: LiveTimetable, query: PlanQuery) -> None:
    planner.live = live
    planner.plan(query, None)


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.realtime", description=__doc__)
    parser.add_argument("--feed", type=Path, required=True)
    parser.add_argument("--date", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--trips", type=int, default=500)
    parser.add_argument("--stops", type=int, default=0, help="stops of each trip; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, required=True)
    asked = parser.parse_args()
    feed = load_feed(asked.feed)
    timetable = build_timetable([feed], ZoneInfo(feed.table("agency")["agency_timezone"].iloc[0]))
    random = Random(asked.seed)
    data = random_message(timetable, asked.date, asked.trips, asked.stops, random)
    said = sum(len(update.stops) for update in read_realtime(data).updates)
    found = measure(timetable, asked.date, data, random)
    document = {"feed": asked.feed.name, "bytes": len(data), "stop_times": said, **found}
    asked.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
