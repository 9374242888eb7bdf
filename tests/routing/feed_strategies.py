"""Small feeds made by hypothesis, as text: loops, overtaking, nights, frequencies, rules, days."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from hypothesis import strategies as st

from gtfs.feed import Feed
from tests.routing.feeds import line_feed

MINUTE = 60
STOPS = {"A": 36.300, "B": 36.304, "C": 36.340, "D": 36.3435, "E": 36.400}
"""Latitudes along one meridian: A and B are a walk of 482 s apart, C and D one of 422 s."""

DAYS = (
    ("Asia/Tokyo", dt.date(2026, 11, 24)),
    ("Asia/Tokyo", dt.date(2028, 2, 29)),
    ("Asia/Tokyo", dt.date(2026, 12, 31)),
    ("Europe/Berlin", dt.date(2026, 3, 29)),
    ("Europe/Berlin", dt.date(2026, 10, 25)),
    ("Europe/Berlin", dt.date(2026, 10, 26)),
    ("America/New_York", dt.date(2026, 3, 8)),
    ("America/New_York", dt.date(2026, 3, 9)),
    ("America/New_York", dt.date(2026, 11, 1)),
)
"""A common day, a leap day, the end of a year, and days when clocks change or have just changed."""

_WEEK = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"


def walk_s(one: str, other: str) -> int:
    """Seconds on foot between two stops, 1.3 times the straight line at 1.2 m/s."""
    degrees = abs(STOPS[one] - STOPS[other])
    metres = round(degrees * 3.141592653589793 / 180 * 6_371_009 * 1.3)
    return -(-metres * 10 // 12)


WALKS = {(one, other): walk_s(one, other) for one, other in permutations(STOPS, 2)}


@dataclass(frozen=True)
class Case:
    """A feed and a day to look at it.

    Parameters
    ----------
    rows
        Trips as `line_feed` reads them, between the stops of `STOPS`.
    tables
        Further tables of the feed, as text.
    timezone, day
        Where and when.
    minute
        About the time of day at which things happen, minutes.
    """

    rows: str
    tables: Mapping[str, str]
    timezone: str
    day: dt.date
    minute: int = 0

    @cached_property
    def feed(self) -> Feed:
        """The feed."""
        places = [f"{name} {latitude} 136.4" for name, latitude in STOPS.items()]
        return line_feed("\n".join([*places, self.rows]), **self.tables)


def clock(minute: int) -> str:
    """Minutes as a time of day."""
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


_CALLS = (
    *[(0, 5, ""), (0, 10, ""), (2, 10, ""), (0, 30, "")] * 3,
    *[(0, 0, ""), (2, 0, ""), (0, 5, "-"), (0, 5, "!"), (2, 10, "!")],
)
"""Minutes at a stop, minutes to the next one, and ``-`` for no alighting, ``!`` for no boarding."""

_LINES = (["A", "C"], ["C", "E", "A"], ["B", "D", "E"], ["D", "A", "D", "B"])
_SERVICES = (*["daily"] * 8, "weekend", "special")
_SHIFTS = (*[0] * 8, 1440, 2880)


@st.composite
def cases(draw: st.DrawFn, blocks: tuple[str, ...] = ("", "", "k", "l")) -> Case:
    """A feed of few stops, lines and trips around one time of day; trips draw from the blocks."""
    timezone, day = draw(st.sampled_from(DAYS))
    minute = draw(st.sampled_from([9 * 60, 0, 60, 22 * 60, 23 * 60, 24 * 60, 26 * 60]))
    drawn = st.lists(st.lists(st.sampled_from([*STOPS]), min_size=2, max_size=5), max_size=4)
    lines = [*_LINES, *draw(drawn)]
    trips = [draw(_trip(f"t{n}", lines, minute, blocks)) for n in range(draw(st.integers(4, 16)))]
    tables = {
        "calendar": draw(_calendar(day)),
        "calendar_dates": draw(_exceptions(day)),
        "frequencies": draw(_frequencies(minute)),
        "transfers": draw(_rules()),
    }
    filled = {name: rows for name, rows in tables.items() if "\n" in rows}
    return Case("\n".join(trips), filled, timezone, day, minute)


@st.composite
def _trip(
    draw: st.DrawFn, name: str, lines: list[list[str]], minute: int, blocks: tuple[str, ...]
) -> str:
    """A row of `line_feed`; sometimes a run of the day before, or of the one before that."""
    stops = draw(st.sampled_from(lines))
    now = minute + 5 * draw(st.integers(0, 30)) + draw(st.sampled_from(_SHIFTS))
    words = []
    for stop in stops:
        dwell, ride, rule = draw(st.sampled_from(_CALLS))
        times = f"{clock(now)}/{clock(now + dwell)}"
        words += [stop, f"{'-' * (rule == '-')}{times}{'-' * (rule == '!')}"]
        now += dwell + ride
    service = draw(st.sampled_from(_SERVICES))
    block = draw(st.sampled_from(blocks))
    return f"{name} {'XY'[now % 2]} {service} {block} | {' '.join(words)}"


@st.composite
def _calendar(draw: st.DrawFn, day: dt.date) -> str:
    start = day - dt.timedelta(draw(st.sampled_from([20, 20, 2, 1])))
    end = day + dt.timedelta(draw(st.sampled_from([20, 20, 1, 0])))
    span = f"{start:%Y%m%d},{end:%Y%m%d}"
    return (
        f"service_id,{_WEEK},start_date,end_date\n"
        f"daily,1,1,1,1,1,1,1,{span}\nweekend,0,0,0,0,0,1,1,{span}\nspecial,0,0,0,0,0,0,0,{span}"
    )


@st.composite
def _exceptions(draw: st.DrawFn, day: dt.date) -> str:
    """Days added and taken away around the day; on the day the special service always runs."""
    keys = draw(
        st.sets(
            st.tuples(st.sampled_from(["daily", "weekend", "special"]), st.integers(-2, 1)),
            max_size=3,
        )
    )
    dates = {key: draw(st.sampled_from("12")) for key in sorted(keys)} | {("special", 0): "1"}
    rows = [f"{name},{day + dt.timedelta(n):%Y%m%d},{kind}" for (name, n), kind in dates.items()]
    return "\n".join(["service_id,date,exception_type", *rows])


@st.composite
def _frequencies(draw: st.DrawFn, minute: int) -> str:
    """Sometimes the first trip runs again and again, with two headways one after the other."""
    start = minute + draw(st.integers(0, 90))
    spans = [(start, start + 60), (start + 60, start + 120)]
    chosen = spans[: draw(st.sampled_from([0, 0, 1, 2]))]
    rows = [
        f"t0,{clock(first)},{clock(last)},{draw(st.sampled_from([900, 420, 3600]))},"
        f"{draw(st.sampled_from(['', '0', '1']))}"
        for first, last in chosen
    ]
    return "\n".join(["trip_id,start_time,end_time,headway_secs,exact_times", *rows])


@st.composite
def _rules(draw: st.DrawFn) -> str:
    """Rows of transfers.txt between any two stops, of every kind that speaks of stops."""
    pairs = draw(
        st.lists(
            st.tuples(
                st.sampled_from([*STOPS]),
                st.sampled_from([*STOPS]),
                st.sampled_from(["2,600", "2,0", "3,", "1,", "0,", ",", "2,", "2,120"]),
            ),
            max_size=4,
        )
    )
    rows = [f"{one},{other},{rule}" for one, other, rule in pairs]
    return "\n".join(["from_stop_id,to_stop_id,transfer_type,min_transfer_time", *rows])
