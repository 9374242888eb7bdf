"""Small feeds written as text, so that a test shows the timetable it speaks of."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

# Line 1: Station 08:00 - Bridge 08:05 - Bath 08:12, weekdays of one week; and one trip later.
ONE_LINE: dict[str, str] = {
    "agency.txt": """
        agency_id,agency_name,agency_url,agency_timezone,agency_lang
        A,Hill Bus,https://example.org,Asia/Tokyo,ja
    """,
    "stops.txt": """
        stop_id,stop_name,stop_lat,stop_lon,zone_id
        S,Station,36.3200,136.3500,ZS
        B,Bridge,36.3100,136.3600,ZB
        H,Bath,36.3000,136.3700,ZH
    """,
    "routes.txt": """
        route_id,agency_id,route_short_name,route_type
        L1,A,1,3
    """,
    "trips.txt": """
        route_id,service_id,trip_id
        L1,weekday,T1
        L1,weekday,T2
    """,
    "stop_times.txt": """
        trip_id,arrival_time,departure_time,stop_id,stop_sequence
        T1,08:00:00,08:00:00,S,1
        T1,08:05:00,08:05:00,B,2
        T1,08:12:00,08:12:00,H,3
        T2,09:00:00,09:00:00,S,1
        T2,09:12:00,09:12:00,H,2
    """,
    "calendar.txt": """
        service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
        weekday,1,1,1,1,1,0,0,20261123,20261127
    """,
}


def texts(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Return the files of the one-line feed with some of them replaced, added or left out."""
    files = {**ONE_LINE, **(changes or {})}
    return {name: dedent(text).lstrip("\n") for name, text in files.items() if text is not None}


def write_folder(folder: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the one-line feed, with changes, as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts(changes).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_zip(
    path: Path, changes: Mapping[str, str | None] | None = None, inside: str = ""
) -> Path:
    """Write the one-line feed, with changes, as a zip archive; ``inside`` is a folder in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts(changes).items():
            archive.writestr(inside + name, text)
    return path
