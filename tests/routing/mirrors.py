"""Cases in which time runs backwards: what arrives in the one leaves in the other.

Every run of every service day becomes a trip of one long day, its calls in reverse order, boarding
where riders alighted. So frequencies, calendars and changes of clocks need no mirror images.
"""

from collections.abc import Iterable
from dataclasses import replace

from tests.oracles.time_expanded import Call, Journey, Run, WayIn, WayOut, Wish, day_start
from tests.routing.feed_strategies import Case
from tests.routing.three_ways import runs_around

WHOLE_S = 120 * 3600
"""Longer after the beginning of its service day than anything happens."""


def mirrored_s(case: Case, instant_s: int) -> int:
    """An instant seen in the mirror."""
    return 2 * day_start(case.day, case.timezone) + WHOLE_S - instant_s


def mirrored_case(case: Case) -> Case:
    """The feed the other way round."""
    rows = [_row(case, f"m{number}", run) for number, run in enumerate(runs_around(case))]
    date = f"{case.day:%Y%m%d}"
    tables = {
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
        f"start_date,end_date\nlong,0,0,0,0,0,0,0,{date},{date}",
        "calendar_dates": f"service_id,date,exception_type\nlong,{date},1",
    }
    if "transfers" in case.tables:
        turned = case.tables["transfers"].replace(
            "from_stop_id,to_stop_id", "to_stop_id,from_stop_id"
        )
        tables["transfers"] = turned
    return replace(case, rows="\n".join(rows), tables=tables)


def _row(case: Case, name: str, run: Run) -> str:
    words = [f"{call.stop} {_times(case, call)}" for call in reversed(run.calls)]
    return f"{name} X long | {' '.join(words)}"


def _times(case: Case, call: Call) -> str:
    zero_s = day_start(case.day, case.timezone)
    arrival, departure = (
        _clock(mirrored_s(case, instant_s) - zero_s) for instant_s in (call.departure, call.arrival)
    )
    return f"{'' if call.board else '-'}{arrival}/{departure}{'' if call.alight else '-'}"


def _clock(time_s: int) -> str:
    return f"{time_s // 3600:02d}:{time_s // 60 % 60:02d}:{time_s % 60:02d}"


def mirrored_wish(case: Case, wish: Wish) -> Wish:
    """The wish to arrive between `soonest` and `latest`, as one to leave between their images."""
    ins = [
        WayIn(
            way.stop,
            way.before + way.seconds,
            mirrored_s(case, way.closes + way.seconds),
            mirrored_s(case, way.opens + way.seconds),
        )
        for way in wish.ways_out
    ]
    outs = [
        WayOut(way.stop, 0, way.seconds, mirrored_s(case, way.closes), mirrored_s(case, way.opens))
        for way in wish.ways_in
    ]
    first_s, last_s, latest_s = (
        mirrored_s(case, instant_s) for instant_s in (wish.latest, wish.soonest, wish.first)
    )
    return Wish(ins, outs, first_s, last_s, wish.vehicles, latest_s)


def mirrored_journeys(case: Case, journeys: Iterable[Journey]) -> set[Journey]:
    """Journeys seen in the mirror."""
    return {
        (mirrored_s(case, arrival_s), mirrored_s(case, departure_s), vehicles)
        for departure_s, arrival_s, vehicles in journeys
    }
