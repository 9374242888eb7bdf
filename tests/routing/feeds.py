"""Feeds written as text, so that a test shows its timetable."""

import pandas as pd

from gtfs.feed import Feed
from gtfs.tables import TABLES

AGENCY = (
    "agency_id,agency_name,agency_url,agency_timezone\nA,Test Lines,https://example.org,Asia/Tokyo"
)
ALL_WEEK = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20261101,20261231"
)


def table(text: str) -> pd.DataFrame:
    """A table from lines of comma-separated text."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    header = [name.strip() for name in lines[0].split(",")]
    rows = [[value.strip() for value in line.split(",")] for line in lines[1:]]
    return pd.DataFrame(rows, columns=header, dtype=str)


def feed(name: str = "test", **tables: str) -> Feed:
    """A feed from texts; agency and calendar have defaults."""
    texts = {"agency": AGENCY, "calendar": ALL_WEEK, **tables}
    frames = {}
    for key, text in texts.items():
        frame = table(text)
        missing = [c for c in TABLES[key].column_names if c not in frame.columns]
        frames[key] = frame.reindex(columns=[*frame.columns, *missing], fill_value="")
    return Feed(name, frames)


def line_feed(timetable: str, **tables: str) -> Feed:
    """A feed from one text: a line of stops ``stop lat lon``, then rows of trips.

    A row reads ``trip_id route_id service_id | stop time stop time ...``, with a block_id after the
    service_id where the trip has one; a time is ``HH:MM`` or
    ``HH:MM:SS`` or ``arrival/departure``, and may carry ``-`` before it (no alighting) or after
    it (no boarding). A table given as text takes the place of the one made here.
    """
    stops, trips, times, routes = [], [], [], {}
    for raw in timetable.strip().splitlines():
        text = raw.strip()
        if "|" not in text:
            if text:
                stop_id, lat, lon = text.split()
                stops.append(f"{stop_id},{stop_id},{lat},{lon}")
            continue
        head, calls = text.split("|")
        trip_id, route_id, service_id, *block = head.split()
        routes[route_id] = f"{route_id},A,{route_id},,3"
        trips.append(f"{route_id},{service_id},{trip_id},{''.join(block)}")
        words = calls.split()
        for sequence, (stop_id, clock) in enumerate(zip(words[::2], words[1::2], strict=True)):
            bare = clock.strip("-")
            arrival, _, departure = bare.partition("/")
            no_alight, no_board = clock.startswith("-"), clock.endswith("-")
            times.append(
                f"{trip_id},{_full(arrival)},{_full(departure or arrival)},{stop_id},{sequence},"
                f"{int(no_board)},{int(no_alight)}"
            )
    texts = {
        "stops": "stop_id,stop_name,stop_lat,stop_lon\n" + "\n".join(stops),
        "routes": "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        + "\n".join(routes.values()),
        "trips": "route_id,service_id,trip_id,block_id\n" + "\n".join(trips),
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,"
        "drop_off_type\n" + "\n".join(times),
    }
    return feed(**{**texts, **tables})


def _full(clock: str) -> str:
    if clock == "*":
        return ""
    return clock if clock.count(":") == 2 else f"{clock}:00"
