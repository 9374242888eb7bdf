"""A feed as gtfs-kit's Feed, for its statistics, maps and drawings.

Text is read by our own reader (``reading``), not by ``gtfs_kit.read_feed``: that one gives up on
the first malformed number, takes names like ``NA`` for missing, knows no encoding but UTF-8, and
keeps no row numbers, so that a refusal could not say where the fault stands.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from gtfs.feed import Feed
from gtfs.times import parse_time

if TYPE_CHECKING:
    import gtfs_kit


def to_gtfs_kit(feed: Feed, dist_units: str = "km") -> "gtfs_kit.Feed":
    """Return a feed as a gtfs-kit Feed.

    Parameters
    ----------
    feed : Feed
        A checked feed.
    dist_units : str, default "km"
        Unit of ``shape_dist_traveled``: km, m, mi or ft.

    Returns
    -------
    gtfs_kit.Feed
        Tables and columns that gtfs-kit knows, with its types; empty values are missing.
    """
    import gtfs_kit  # brings maps and geometry along, which planning does without

    tables: dict[str, pd.DataFrame | None] = {}
    for name, dtypes in gtfs_kit.constants.DTYPES.items():
        if not feed.has(name):
            tables[name] = None
            continue
        frame = feed.tables[name]
        typed = {}
        for column in frame.columns:
            values = frame[column].mask(frame[column] == "")
            kind = dtypes.get(column, "string")
            typed[column] = _typed(values, kind)
        tables[name] = pd.DataFrame(typed)
    return gtfs_kit.Feed(dist_units=dist_units, **tables)


def _typed(values: "pd.Series[str]", kind: str) -> "pd.Series[Any]":
    if kind == "string":
        return values.astype("string")
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.astype("Float64") if kind == "float" else numbers.astype(kind)  # type: ignore[call-overload]


@dataclass(frozen=True)
class LineDay:
    """What one line does on one service day.

    Parameters
    ----------
    route_id : str
        The line.
    name : str
        Its short name, else its long one.
    trips : int
        Runs that start on the day.
    first_departure_s, last_arrival_s : int
        Seconds since noon minus 12 h.
    mean_headway_s : int or None
        Mean gap between departures from 07:00 to 19:00; None with fewer than two.
    mean_trip_s : int
        Mean length of a run.
    """

    route_id: str
    name: str
    trips: int
    first_departure_s: int
    last_arrival_s: int
    mean_headway_s: int | None
    mean_trip_s: int


def line_days(feed: Feed, day: date) -> tuple[LineDay, ...]:
    """Tell what every line of a feed does on a service day, by gtfs-kit's statistics.

    Parameters
    ----------
    feed : Feed
        A checked feed.
    day : datetime.date
        The service day.

    Returns
    -------
    tuple of LineDay
        Lines that run, busiest first; on-demand trips have no timetable and are left out.
    """
    import gtfs_kit

    timed = feed.table("stop_times")
    timed = timed[timed["arrival_time"] != ""]
    if timed.empty:
        return ()
    kit = to_gtfs_kit(replace(feed, tables={**feed.tables, "stop_times": timed}))
    stats = gtfs_kit.compute_route_stats(kit, [day.strftime("%Y%m%d")])
    if stats.empty:
        return ()
    routes = feed.table("routes").set_index("route_id")
    names = routes["route_short_name"].where(
        routes["route_short_name"] != "", routes["route_long_name"]
    )
    rows = stats[stats["num_trips"] > 0].sort_values(["num_trips", "route_id"], ascending=[0, 1])
    return tuple(
        LineDay(
            route_id=row.route_id,
            name=str(names.get(row.route_id, row.route_id)),
            trips=int(row.num_trips),
            first_departure_s=parse_time(row.start_time),
            last_arrival_s=parse_time(row.end_time),
            mean_headway_s=None if pd.isna(row.mean_headway) else round(row.mean_headway * 60),
            mean_trip_s=round(row.mean_trip_duration * 3600),
        )
        for row in rows.itertuples()
    )
