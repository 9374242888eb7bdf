"""What a ride costs by the feed's own tables."""

from pathlib import Path

import pytest

from gtfs.errors import GtfsError
from gtfs.fares import FareTable
from gtfs.feed import load_feed
from gtfs.money import to_minor
from tests.gtfs.text_feeds import write_folder


def fares(tmp_path: Path, changes: dict[str, str | None]) -> FareTable:
    return FareTable.of(load_feed(write_folder(tmp_path / "hill", changes)))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("500", "JPY", 500), ("2.50", "EUR", 250), ("2.5", "USD", 250), ("1.234", "KWD", 1234),
     ("0", "EUR", 0), ("0.005", "EUR", 1), ("170.0", "JPY", 170)],
)  # fmt: skip
def test_minor_units(amount: str, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor


def test_no_amount() -> None:
    with pytest.raises(GtfsError, match="'free' is no amount of JPY"):
        to_minor("free", "JPY")


def test_zone_fares_of_gtfs_jp(tmp_path: Path) -> None:
    """Each stop is its own zone; the fare grows with the distance."""
    table = fares(
        tmp_path,
        {
            "fare_attributes.txt": """
                fare_id,price,currency_type,payment_method,transfers
                short,170,JPY,0,0
                long,320,JPY,0,0
            """,
            "fare_rules.txt": """
                fare_id,route_id,origin_id,destination_id
                short,L1,ZS,ZB
                short,L1,ZB,ZH
                long,L1,ZS,ZH
            """,
        },
    )

    assert table.currency == "JPY"
    assert table.price_minor("L1", "S", "B") == 170
    assert table.price_minor("L1", "S", "H") == 320
    assert table.price_minor("L1", "H", "S") is None
    assert table.price_minor("L2", "S", "B") is None


def test_flat_fare_without_rules_holds_everywhere(tmp_path: Path) -> None:
    table = fares(tmp_path, {"fare_attributes.txt": "fare_id,price,currency_type\nflat,2.50,EUR\n"})

    assert table.price_minor("L1", "S", "H") == 250
    assert table.price_minor("other", "x", "y") == 250


def test_free_ride_costs_zero_not_nothing(tmp_path: Path) -> None:
    table = fares(tmp_path, {"fare_attributes.txt": "fare_id,price,currency_type\nfree,0,JPY\n"})

    assert table.price_minor("L1", "S", "H") == 0


def test_the_rule_that_says_most_counts_then_the_cheapest(tmp_path: Path) -> None:
    table = fares(
        tmp_path,
        {
            "fare_attributes.txt": """
                fare_id,price,currency_type
                anywhere,100,JPY
                line,200,JPY
                line-sale,180,JPY
                between,300,JPY
            """,
            "fare_rules.txt": """
                fare_id,route_id,origin_id,destination_id
                line,L1,,
                line-sale,L1,,
                between,L1,ZS,ZH
            """,
        },
    )

    assert table.price_minor("L1", "S", "H") == 300
    assert table.price_minor("L1", "S", "B") == 180
    assert table.price_minor("L2", "S", "B") == 100


def test_stop_id_stands_for_a_zone_where_none_is_given(tmp_path: Path) -> None:
    table = fares(
        tmp_path,
        {
            "stops.txt": """
                stop_id,stop_name,stop_lat,stop_lon
                S,Station,36.32,136.35
                B,Bridge,36.31,136.36
                H,Bath,36.30,136.37
            """,
            "fare_attributes.txt": "fare_id,price,currency_type\na,170,JPY\n",
            "fare_rules.txt": "fare_id,route_id,origin_id,destination_id\na,L1,S,H\n",
        },
    )

    assert table.price_minor("L1", "S", "H") == 170


def test_fare_of_a_set_of_zones(tmp_path: Path) -> None:
    table = fares(
        tmp_path,
        {
            "fare_attributes.txt": "fare_id,price,currency_type\ncity,210,JPY\nall,400,JPY\n",
            "fare_rules.txt": """
                fare_id,route_id,contains_id
                city,,ZS
                city,,ZB
                all,,ZS
                all,,ZB
                all,,ZH
            """,
        },
    )

    assert table.price_minor("L1", "S", "B") == 210
    assert table.price_minor("L1", "S", "H") == 400


def test_fare_of_one_agency(tmp_path: Path) -> None:
    table = fares(
        tmp_path,
        {
            "agency.txt": """
                agency_id,agency_name,agency_url,agency_timezone
                A,Hill Bus,https://example.org,Asia/Tokyo
                R,Railway,https://example.org,Asia/Tokyo
            """,
            "routes.txt": """
                route_id,agency_id,route_short_name,route_type
                L1,A,1,3
                R1,R,R,2
            """,
            "fare_attributes.txt": "fare_id,price,currency_type,agency_id\nbus,200,JPY,A\n",
        },
    )

    assert table.price_minor("L1", "S", "H") == 200
    assert table.price_minor("R1", "S", "H") is None


def test_second_edition_by_areas(tmp_path: Path) -> None:
    table = fares(
        tmp_path,
        {
            "areas.txt": "area_id\nnorth\nsouth\n",
            "stop_areas.txt": "area_id,stop_id\nnorth,S\nnorth,B\nsouth,H\n",
            "networks.txt": "network_id\nbus\n",
            "route_networks.txt": "network_id,route_id\nbus,L1\n",
            "rider_categories.txt": (
                "rider_category_id,rider_category_name,is_default_fare_category\n"
                "adult,Adult,1\nchild,Child,0\n"
            ),
            "fare_products.txt": """
                fare_product_id,rider_category_id,amount,currency
                one,adult,200,JPY
                one,child,100,JPY
                two,adult,350,JPY
            """,
            "fare_leg_rules.txt": """
                network_id,from_area_id,to_area_id,fare_product_id
                bus,,,one
                bus,north,south,two
            """,
        },
    )

    assert table.currency == "JPY"
    assert table.price_minor("L1", "S", "B") == 200
    assert table.price_minor("L1", "S", "H") == 350
    assert table.price_minor("L2", "S", "H") is None


def test_no_fares(tmp_path: Path) -> None:
    table = fares(tmp_path, {})

    assert table.currency == ""
    assert table.price_minor("L1", "S", "H") is None
