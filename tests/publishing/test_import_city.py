"""From a feed and streets to a city directory."""

import csv
import tomllib
from pathlib import Path

from gtfs.calendar import ServiceCalendar
from gtfs.feed import load_feed
from maas.publishing.city_files import OSM_SOURCE
from maas.publishing.service import check_city, import_city
from tests.gtfs.text_feeds import write_folder, write_zip
from tests.publishing.conftest import StreetWriter


def test_city_of_one_feed(tmp_path: Path, write_streets: StreetWriter) -> None:
    feed = write_zip(tmp_path / "Hill Bus (2026).zip")
    out = tmp_path / "cities" / "hill-town"

    report = import_city([feed], write_streets(), out)

    assert sorted(path.name for path in out.iterdir()) == [
        "SOURCES.md", "city.toml", "hill-bus-2026", "places.csv", "streets.osm",
    ]  # fmt: skip
    assert tomllib.loads((out / "city.toml").read_text()) == {
        "id": "hill-town",
        "timezone": "Asia/Tokyo",
        "currency": "JPY",
        "languages": ["ja", "en"],
        "feeds": ["hill-bus-2026"],
        "streets": "streets.osm",
        "made_by": "maas city import",
        "name": {"ja": "Hill Bus", "en": "Hill Bus"},
        # The stops span 36.30-36.32 north and 136.35-136.37 east; 3 km are added on each side.
        "map": {
            "center": [136.36, 36.31],
            "bounds": [136.31652, 36.27302, 136.40348, 36.34698],
        },
        "sources": [tomllib.loads(OSM_SOURCE)["sources"][0]],
    }
    assert (report.city_id, report.streets, report.places) == ("hill-town", "streets", 3)
    assert report.first_day.isoformat() == "2026-11-23"
    assert report.to_dict()["feeds"][0]["counts"] == {
        "agencies": 1, "stops": 3, "routes": 1, "trips": 2, "stop_times": 5, "on_demand_trips": 0,
    }  # fmt: skip
    assert report.all_notices == ()


def test_the_written_feed_can_be_loaded_again(tmp_path: Path) -> None:
    out = tmp_path / "city"
    import_city([write_zip(tmp_path / "hill.zip")], None, out)
    feed = load_feed(out / "hill")

    assert feed.notices == ()
    assert ServiceCalendar.of(feed).last_day.isoformat() == "2026-11-27"
    assert check_city(out).ok


def test_without_streets_it_says_so(tmp_path: Path) -> None:
    report = import_city([write_folder(tmp_path / "hill")], None, tmp_path / "city")

    assert report.streets == "straight_lines"
    assert [str(notice) for notice in report.notices] == [
        "no streets were given: walks are straight lines x 1.3. Add --osm FILE.osm.pbf."
    ]
    assert "straight lines x 1.3" in (tmp_path / "city" / "SOURCES.md").read_text()


def test_sources_name_what_was_given(tmp_path: Path) -> None:
    info = (
        "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\n"
        "Hill City,https://example.org/city,ja,2026-11\n"
    )
    feed = write_zip(tmp_path / "hill.zip", {"feed_info.txt": info})
    import_city([feed], None, tmp_path / "city")
    text = (tmp_path / "city" / "SOURCES.md").read_text()

    assert "- From: hill.zip" in text
    assert "- Publisher: Hill City, https://example.org/city" in text
    assert "- Version: 2026-11" in text
    assert "SHA-256: " in text


def places(city: Path) -> list[dict[str, str]]:
    with (city / "places.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_places_from_stops(tmp_path: Path) -> None:
    """One entry for each name and spot; stations first; readings from translations."""
    changes = {
        "stops.txt": """
            stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
            P1,加賀温泉駅 1番,36.3200,136.3500,0,ST
            P2,加賀温泉駅 2番,36.3201,136.3500,0,ST
            ST,加賀温泉駅,36.3200,136.3500,1,
            B1,橋,36.3100,136.3600,,
            B2,橋,36.3102,136.3601,,
            B3,橋,36.2000,136.3600,,
            H,菊の湯,36.3000,136.3700,,
        """,
        "routes.txt": """
            route_id,agency_id,route_short_name,route_type
            L1,A,1,3
            R1,A,R,2
        """,
        "trips.txt": "route_id,service_id,trip_id\nL1,weekday,T1\nR1,weekday,T2\n",
        "stop_times.txt": """
            trip_id,arrival_time,departure_time,stop_id,stop_sequence
            T1,08:00:00,08:00:00,P1,1
            T1,08:05:00,08:05:00,B1,2
            T2,09:00:00,09:00:00,P2,1
            T2,09:12:00,09:12:00,H,2
        """,
        "translations.txt": """
            trans_id,lang,translation
            菊の湯,ja-Hrkt,きくのゆ
            菊の湯,en,Kikunoyu Bath
        """,
    }
    import_city([write_folder(tmp_path / "kaga", changes)], None, tmp_path / "city")
    found = places(tmp_path / "city")

    assert [(row["name"], row["kind"], row["stop_id"]) for row in found] == [
        ("加賀温泉駅", "station", "ST"),
        ("菊の湯", "station", "H"),
        ("橋", "stop", "B1"),
        ("橋", "stop", "B3"),
    ]
    assert found[1]["reading"] == "きくのゆ"
    assert found[1]["name_en"] == "Kikunoyu Bath"


def test_importing_again_replaces_and_keeps_what_people_wrote(tmp_path: Path) -> None:
    out = tmp_path / "city"
    import_city([write_folder(tmp_path / "old")], None, out)
    (out / "fleet.toml").write_text("# ours\n")
    import_city([write_folder(tmp_path / "new")], None, out)

    assert sorted(path.name for path in out.iterdir()) == [
        "SOURCES.md", "city.toml", "fleet.toml", "new", "places.csv",
    ]  # fmt: skip
    assert (out / "fleet.toml").read_text() == "# ours\n"
    assert [path.name for path in tmp_path.glob(".*")] == []
