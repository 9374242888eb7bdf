"""Two feeds with the same ids live in one city: the later one's get its name in front."""

from pathlib import Path

from gtfs.fares import FareTable
from gtfs.feed import load_feed
from gtfs.translations import Translations
from maas.publishing.service import check_city, import_city
from tests.gtfs.text_feeds import write_folder

FARES: dict[str, str | None] = {
    "stops.txt": """
        stop_id,stop_name,stop_lat,stop_lon,zone_id
        S,Station,36.3200,136.3500,
        B,Bridge,36.3100,136.3600,
        H,Bath,36.3000,136.3700,
    """,
    "fare_attributes.txt": "fare_id,price,currency_type,agency_id\na,170,JPY,A\n",
    "fare_rules.txt": "fare_id,route_id,origin_id,destination_id\na,L1,S,H\n",
    "translations.txt": (
        "table_name,field_name,language,translation,record_id\nstops,stop_name,en,Bath House,H\n"
    ),
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type\nS,B,2\n",
}


def test_colliding_ids_are_renamed_wherever_they_stand(tmp_path: Path) -> None:
    out = tmp_path / "city"
    feeds = [write_folder(tmp_path / "east"), write_folder(tmp_path / "west", FARES)]

    report = import_city(feeds, None, out)
    east, west = load_feed(out / "east"), load_feed(out / "west")

    assert [feed.renamed_ids for feed in report.feeds] == [0, 8]  # 3 stops, route, 2 trips, ...
    assert east.table("stops")["stop_id"].tolist() == ["S", "B", "H"]
    assert west.table("stops")["stop_id"].tolist() == ["west:S", "west:B", "west:H"]
    assert west.table("trips").values.tolist()[0][:3] == ["west:L1", "west:weekday", "west:T1"]
    assert west.table("calendar")["service_id"].tolist() == ["west:weekday"]
    assert west.table("routes")["agency_id"].tolist() == ["west:A"]
    assert west.table("transfers")[["from_stop_id", "to_stop_id"]].values.tolist() == [
        ["west:S", "west:B"]
    ]
    assert FareTable.of(west).price_minor("west:L1", "west:S", "west:H") == 170
    names = Translations.of(west)
    assert names.text("stops", "stop_name", "west:H", "Bath", "en") == "Bath House"
    assert check_city(out).ok


def test_files_of_one_name_get_names_of_their_own(tmp_path: Path) -> None:
    feeds = [write_folder(tmp_path / "a" / "GTFS"), write_folder(tmp_path / "b" / "GTFS")]
    report = import_city(feeds, None, tmp_path / "city")

    assert [feed.name for feed in report.feeds] == ["gtfs", "gtfs-2"]


def test_names_without_latin_letters(tmp_path: Path) -> None:
    report = import_city([write_folder(tmp_path / "加賀市")], None, tmp_path / "city")

    assert [feed.name for feed in report.feeds] == ["feed"]
