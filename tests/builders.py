"""A toy town, small enough to see whole: one bus line, one van, six stops on a line.

::

    west   school   hall   station   bath    east        all on one road, 1 km apart
     o--------o-------o--------o-------o-------o

The bus runs station - hall - school - west on weekdays at 10:20 and 12:20 (30 minutes); the van
"yoyaku" (1 seat unless asked otherwise) serves all six stops from 08:00 to 17:00, to be booked 30
minutes ahead. Streets are absent: straight lines, driving at 30 km/h, so 1 km takes about 160 s.
"""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from maas.clock import local_instant

ZONE = ZoneInfo("Asia/Tokyo")
STOPS = ("west", "school", "hall", "station", "bath", "east")
LAT = 36.3
FIRST_LON, STEP_LON = 136.30, 0.01115  # 0.01115 degrees of longitude are 1 km here

CITY = """
id = "toytown"
timezone = "Asia/Tokyo"
currency = "JPY"
country = "JP"
languages = ["ja", "en"]
feeds = ["gtfs"]
[name]
ja = "おもちゃ町"
en = "Toytown"
[map]
center = [136.33, 36.3]
bounds = [136.25, 36.2, 136.45, 36.4]
"""

FLEET = """
[[areas]]
id = "yoyaku"
route_ids = ["yoyaku"]
pickup_window_s = 600
max_ride_factor_percent = 150
max_ride_extra_s = 600
arrival_buffer_s = 600
boarding_s = 60
batch_window_s = 1
ejection_ms = 10000
[areas.name]
ja = "よやく号"
en = "Yoyaku"
{vehicles}
"""

VEHICLE = """
[[vehicles]]
id = "{id}"
area = "yoyaku"
seats = {seats}
wheelchair_places = {wheelchair_places}
kind = "van"
depot_stop_id = "f-{depot}"
shifts = [{{ start = "08:00", end = "17:30", days = "daily" }}]
[vehicles.name]
ja = "{id}号車"
en = "Van {id}"
"""

PRODUCTS = """
[[fares]]
id = "yoyaku-single"
route_ids = ["yoyaku"]
price_minor = 500
[fares.name]
ja = "よやく号"
en = "Yoyaku single"
"""

FEED: dict[str, str] = {
    "agency": """
agency_id,agency_name,agency_url,agency_timezone,agency_lang
town,Toytown,https://example.org,Asia/Tokyo,ja
""",
    "routes": """
route_id,agency_id,route_short_name,route_long_name,route_type
red,town,Red,,3
yoyaku,town,よやく号,,3
""",
    "calendar": """
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
weekday,1,1,1,1,1,0,0,20260401,20290331
daily,1,1,1,1,1,1,1,20260401,20290331
""",
    "trips": """
route_id,service_id,trip_id,trip_headsign
red,weekday,red-1,west
red,weekday,red-2,west
yoyaku,daily,yoyaku-day,
""",
    "stop_times": """
trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_group_id,start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,pickup_booking_rule_id,drop_off_booking_rule_id
red-1,10:20:00,10:20:00,station,1,,,,0,0,,
red-1,10:30:00,10:30:00,hall,2,,,,0,0,,
red-1,10:40:00,10:40:00,school,3,,,,0,0,,
red-1,10:50:00,10:50:00,west,4,,,,0,0,,
red-2,12:20:00,12:20:00,station,1,,,,0,0,,
red-2,12:30:00,12:30:00,hall,2,,,,0,0,,
red-2,12:40:00,12:40:00,school,3,,,,0,0,,
red-2,12:50:00,12:50:00,west,4,,,,0,0,,
yoyaku-day,,,,1,all,08:00:00,16:00:00,2,1,half-hour,
yoyaku-day,,,,2,all,08:00:00,17:00:00,1,2,,half-hour
""",
    "booking_rules": """
booking_rule_id,booking_type,prior_notice_duration_min
half-hour,1,30
""",
    "location_groups": """
location_group_id,location_group_name
all,Everywhere
""",
    "location_group_stops": "location_group_id,stop_id\n"
    + "\n".join(f"all,f-{stop}" for stop in STOPS),
    "fare_attributes": """
fare_id,price,currency_type,payment_method,transfers
red,200,JPY,0,0
""",
    "fare_rules": """
fare_id,route_id
red,red
""",
    "feed_info": """
feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date
Toytown,https://example.org,ja,20260401,20290331
""",
}


def vehicle(
    vehicle_id: str = "1", *, seats: int = 1, wheelchair_places: int = 0, depot: str = "station"
) -> str:
    """Write a vehicle of the toy town's fleet.toml.

    Parameters
    ----------
    vehicle_id : str
        Its id.
    seats, wheelchair_places : int
        Its places.
    depot : str
        The stop it starts at.

    Returns
    -------
    str
        An entry of ``[[vehicles]]``.
    """
    return VEHICLE.format(
        id=vehicle_id, seats=seats, wheelchair_places=wheelchair_places, depot=depot
    )


def toytown(folder: Path, vehicles: str | None = None, **files: str) -> Path:
    """Write the toy town as a city directory.

    Parameters
    ----------
    folder : Path
        Where; made if need be.
    vehicles : str or None
        Its vehicles; one van of one seat where none are given.
    **files : str
        Feed tables to write instead of those above, by name.

    Returns
    -------
    Path
        The city directory.
    """
    feed = folder / "gtfs"
    feed.mkdir(parents=True, exist_ok=True)
    tables: Mapping[str, str] = {"stops": _stops(), **FEED, **files}
    for name, text in tables.items():
        (feed / f"{name}.txt").write_text(text.lstrip() + "\n", encoding="utf-8")
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    (folder / "products.toml").write_text(PRODUCTS, encoding="utf-8")
    fleet = FLEET.format(vehicles=vehicle() if vehicles is None else vehicles)
    (folder / "fleet.toml").write_text(fleet, encoding="utf-8")
    (folder / "places.csv").write_text(_places(), encoding="utf-8")
    return folder


def at(text: str) -> int:
    """Read an instant of the toy town.

    Parameters
    ----------
    text : str
        Such as ``2026-11-24 10:00``.

    Returns
    -------
    int
        UTC epoch seconds.
    """
    return local_instant(text, ZONE)


def _stops() -> str:
    rows = ["stop_id,stop_name,stop_lat,stop_lon"]
    for prefix in ("", "f-"):
        rows += [
            f"{prefix}{stop},{stop},{LAT},{FIRST_LON + number * STEP_LON:.5f}"
            for number, stop in enumerate(STOPS)
        ]
    return "\n".join(rows)


def _places() -> str:
    rows = ["id,name,reading,name_en,kind,lat,lon,stop_id,aliases"]
    rows += [
        f"p-{stop},{stop},,{stop.title()},stop,{LAT},{FIRST_LON + number * STEP_LON:.5f},{stop},"
        for number, stop in enumerate(STOPS)
    ]
    return "\n".join(rows) + "\n"
