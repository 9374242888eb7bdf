"""However a feed is damaged, it is read or refused with a reason; nothing else ever happens."""

import random
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gtfs.calendar import ServiceCalendar
from gtfs.errors import GtfsError
from gtfs.fares import FareTable
from gtfs.feed import load_feed, write_feed
from gtfs.flex import flex_trips
from gtfs.translations import Translations
from tests.gtfs.text_feeds import texts

# 600 of each kind were run when this was written (three minutes); a few stand guard.
EXAMPLES = 30

FULL: dict[str, str | None] = {
    "calendar_dates.txt": "service_id,date,exception_type\nweekday,20261124,2\n",
    "fare_attributes.txt": "fare_id,price,currency_type\na,170,JPY\n",
    "fare_rules.txt": "fare_id,route_id,origin_id,destination_id\na,L1,ZS,ZH\n",
    "translations.txt": "trans_id,lang,translation\nStation,en,Main Station\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT2,09:00:00,12:00:00,1800\n",
    "booking_rules.txt": "booking_rule_id,booking_type,prior_notice_duration_min\nr,1,30\n",
    "location_groups.txt": "location_group_id,location_group_name\ng,Towns\n",
    "location_group_stops.txt": "location_group_id,stop_id\ng,S\ng,B\n",
    "locations.geojson": (
        '{"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{},'
        '"geometry":{"type":"Polygon","coordinates":[[[136.3,36.3],[136.4,36.3],[136.4,36.4],'
        "[136.3,36.3]]]}}]}"
    ),
    "trips.txt": "route_id,service_id,trip_id\nL1,weekday,T1\nL1,weekday,T2\nL1,weekday,T3\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_group_id,location_id,"
        "start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_booking_rule_id\n"
        "T1,08:00:00,08:00:00,S,1,,,,,\nT1,08:12:00,08:12:00,H,3,,,,,\n"
        "T2,09:00:00,09:00:00,S,1,,,,,\nT2,09:12:00,09:12:00,H,2,,,,,\n"
        "T3,,,,1,g,,08:00:00,16:00:00,r\nT3,,,,2,,z,08:00:00,16:00:00,r\n"
    ),
}
ODD_VALUES = (
    "",
    "-1",
    "999999999999",
    "25:61:00",
    "x",
    "0",
    "あ",
    '"',
    "1e400",
    "nan",
    "1,2",
    "  ",
)


def use(folder: Path) -> None:
    """Do with a feed what the other packages do with it."""
    feed = load_feed(folder)
    calendar = ServiceCalendar.of(feed)
    calendar.active(calendar.first_day)
    FareTable.of(feed).price_minor("L1", "S", "H")
    Translations.of(feed).text("stops", "stop_name", "S", "Station", "en")
    flex_trips(feed)
    write_feed(feed, folder / "written")
    load_feed(folder / "written")


def survive(files: dict[str, bytes]) -> None:
    """Any error but the package's own fails the test."""
    with tempfile.TemporaryDirectory() as name:
        for file, data in files.items():
            (Path(name) / file).write_bytes(data)
        with suppress(GtfsError):
            use(Path(name))


def full() -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts(FULL).items()}


def test_the_undamaged_feed_is_sound() -> None:
    with tempfile.TemporaryDirectory() as name:
        for file, data in full().items():
            (Path(name) / file).write_bytes(data)
        use(Path(name))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**32))
@example(0)
def test_odd_values_in_any_field(seed: int) -> None:
    chance = random.Random(seed)
    files = full()
    for _ in range(chance.randint(1, 3)):
        name = chance.choice([file for file in files if file.endswith(".txt")])
        lines = files[name].decode().split("\n")
        row = chance.randrange(len(lines))
        fields = lines[row].split(",")
        fields[chance.randrange(len(fields))] = chance.choice(ODD_VALUES)
        lines[row] = ",".join(fields)
        files[name] = "\n".join(lines).encode()
    survive(files)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**32))
def test_bytes_lost_or_changed_anywhere(seed: int) -> None:
    chance = random.Random(seed)
    files = full()
    name = chance.choice(sorted(files))
    data = bytearray(files[name])
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        if chance.random() < 0.5:
            del data[at : at + chance.randint(1, 20)]
        else:
            data[at] = chance.randrange(256)
        if not data:
            break
    files[name] = bytes(data)
    survive(files)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**32))
def test_files_lost_or_cut_or_swapped(seed: int) -> None:
    chance = random.Random(seed)
    files = full()
    first, second = chance.sample(sorted(files), 2)
    kind = chance.randrange(3)
    if kind == 0:
        del files[first]
    elif kind == 1:
        files[first] = files[first][: chance.randrange(len(files[first]))]
    else:
        files[first], files[second] = files[second], files[first]
    survive(files)
