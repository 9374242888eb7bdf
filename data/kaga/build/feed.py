"""Joins the railway and the buses into one GTFS-JP feed."""

import re
from pathlib import Path

from buses import CANBUS_ID, HOKUTETSU_ID, BusLines
from facts import Facts
from railway import AGENCY_ID as RAILWAY_ID
from railway import Rows, railway
from readings import Readings
from streets import Streets
from tables import (
    CALENDAR_COLUMNS,
    FIRST_DAY,
    LAST_DAY,
    calendar_row,
    day_text,
    exceptions,
    free_days,
    write_table,
)

VERSION = "2026-11-20-illustrative"
PUBLISHER = "Meguri（バスの時刻と一部の運賃は例示 / bus times and some fares are illustrative）"
PUBLISHER_URL = "https://www.city.kaga.ishikawa.jp/"

AGENCIES = [
    (RAILWAY_ID, "IRいしかわ鉄道株式会社", "https://www.ishikawa-railway.jp/"),
    (HOKUTETSU_ID, "北鉄加賀バス株式会社", "https://www.hokutetsu.co.jp/"),
    (CANBUS_ID, "まちづくり加賀", "https://www.kaga-canbus.jp/"),
]

COLUMNS = {
    "stops": ["stop_id", "stop_name", "stop_desc", "stop_lat", "stop_lon", "zone_id",
              "location_type"],
    "routes": ["route_id", "agency_id", "route_short_name", "route_long_name", "route_desc",
               "route_type", "route_color", "route_text_color"],
    "routes_jp": ["route_id", "route_update_date", "origin_stop", "via_stop", "destination_stop"],
    "trips": ["route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "shape_id"],
    "stop_times": ["trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence",
                   "shape_dist_traveled", "timepoint"],
    "shapes": ["shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence",
               "shape_dist_traveled"],
    "fare_attributes": ["fare_id", "price", "currency_type", "payment_method", "transfers",
                        "agency_id"],
    "fare_rules": ["fare_id", "route_id", "origin_id", "destination_id"],
    "agency": ["agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"],
    "agency_jp": ["agency_id", "agency_official_name"],
    "translations": ["table_name", "field_name", "language", "translation", "record_id",
                     "record_sub_id", "field_value"],
    "feed_info": ["feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date",
                  "feed_end_date", "feed_version"],
    "attributions": ["attribution_id", "organization_name", "is_producer", "is_operator",
                     "is_authority", "attribution_url"],
    "calendar": CALENDAR_COLUMNS,
    "calendar_dates": ["service_id", "date", "exception_type"],
}  # fmt: skip


def english_headsign(readings: Readings, text: str) -> str:
    """English of a headsign such as 黒瀬経由 塩屋行き.

    Parameters
    ----------
    readings : Readings
    text : str
        Japanese headsign.

    Returns
    -------
    str
        For example ``Shioya via Kurose``.
    """
    match = re.fullmatch(r"(?:(.+)経由 )?(.+?)(?:行き)?", text)
    if match is None:
        raise ValueError(f"headsign {text!r} has no destination")
    via, destination = match.groups()
    name = readings.english(destination)
    return f"{name} via {readings.english(via)}" if via else name


def translation_rows(
    readings: Readings, names: dict[tuple[str, str], set[str]]
) -> list[dict[str, object]]:
    """Readings and English names as translations.txt rows, by field value.

    Parameters
    ----------
    readings : Readings
    names : dict[tuple[str, str], set[str]]
        (table, field) to the Japanese texts found there.

    Returns
    -------
    list[dict[str, object]]
        Sorted rows.
    """
    rows: list[dict[str, object]] = []
    for table, column in sorted(names):
        for text in sorted(names[table, column]):
            if column == "trip_headsign":
                english = english_headsign(readings, text)
            else:
                english = readings.english(text)
            for language, translation in (("en", english), ("ja-Hrkt", readings.kana(text))):
                rows.append(
                    {
                        "table_name": table,
                        "field_name": column,
                        "language": language,
                        "translation": translation,
                        "field_value": text,
                    }
                )
    return rows


def feed_info_row() -> dict[str, object]:
    """Row of feed_info.txt, which says that times are illustrative.

    Returns
    -------
    dict[str, object]
        The only row.
    """
    return {
        "feed_publisher_name": PUBLISHER,
        "feed_publisher_url": PUBLISHER_URL,
        "feed_lang": "ja",
        "feed_start_date": day_text(FIRST_DAY),
        "feed_end_date": day_text(LAST_DAY),
        "feed_version": VERSION,
    }


def attribution_rows(entries: list[tuple[str, str, str, str, str]]) -> list[dict[str, object]]:
    """Rows of attributions.txt, numbered.

    Parameters
    ----------
    entries : list[tuple[str, str, str, str, str]]
        Name, producer, operator, authority (``0`` or ``1``), address.

    Returns
    -------
    list[dict[str, object]]
        In the given order.
    """
    return [
        {
            "attribution_id": f"attribution-{number}",
            "organization_name": name,
            "is_producer": producer,
            "is_operator": operator,
            "is_authority": authority,
            "attribution_url": url,
        }
        for number, (name, producer, operator, authority, url) in enumerate(entries, start=1)
    ]


def _calendar() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    free = free_days()
    working_free = [day for day in free if day.weekday() < 5]
    calendar = [
        calendar_row("canbus-daily", "1111111"),
        calendar_row("canbus-mon-sat", "1111110"),
        calendar_row("hk-holiday", "0000011"),
        calendar_row("hk-weekday", "1111100"),
        calendar_row("ir-daily", "1111111"),
        calendar_row("ir-weekday", "1111100"),
    ]
    dates = [
        *exceptions("canbus-mon-sat", [day for day in free if day.weekday() < 6], 2),
        *exceptions("hk-holiday", working_free, 1),
        *exceptions("hk-weekday", working_free, 2),
        *exceptions("ir-weekday", working_free, 2),
    ]
    return calendar, dates


def write_feed(facts: Facts, streets: Streets, folder: Path) -> None:
    """Write the ``gtfs/`` folder.

    Parameters
    ----------
    facts : Facts
    streets : Streets
    folder : Path
        Target folder.
    """
    rows = _joined(railway(facts), BusLines(facts, streets).build())
    calendar, dates = _calendar()
    names: dict[tuple[str, str], set[str]] = {
        ("agency", "agency_name"): {name for _, name, _ in AGENCIES},
        ("routes", "route_long_name"): {str(row["route_long_name"]) for row in rows.routes},
        ("stops", "stop_name"): {str(row["stop_name"]) for row in rows.stops},
        ("trips", "trip_headsign"): {str(row["trip_headsign"]) for row in rows.trips},
    }
    tables = {
        "agency": [
            {
                "agency_id": agency_id,
                "agency_name": name,
                "agency_url": url,
                "agency_timezone": "Asia/Tokyo",
                "agency_lang": "ja",
            }
            for agency_id, name, url in AGENCIES
        ],
        "agency_jp": [
            {"agency_id": RAILWAY_ID, "agency_official_name": AGENCIES[0][1]},
            {"agency_id": HOKUTETSU_ID, "agency_official_name": AGENCIES[1][1]},
            {"agency_id": CANBUS_ID, "agency_official_name": AGENCIES[2][1]},
        ],
        "stops": rows.stops,
        "routes": rows.routes,
        "routes_jp": rows.routes_jp,
        "trips": rows.trips,
        "stop_times": rows.stop_times,
        "shapes": rows.shapes,
        "calendar": calendar,
        "calendar_dates": dates,
        "fare_attributes": [rows.fares[key] for key in sorted(rows.fares)],
        "fare_rules": rows.fare_rules,
        "translations": translation_rows(facts.readings, names),
        "feed_info": [feed_info_row()],
        "attributions": attribution_rows(_ATTRIBUTIONS),
    }
    for name, table in tables.items():
        write_table(folder / f"{name}.txt", COLUMNS[name], table)


_ATTRIBUTIONS = [
    ("「国土数値情報（バス停留所データ）」（国土交通省） 2022年 CC BY 4.0（停留所の名称と位置）",
     "1", "0", "0", "https://nlftp.mlit.go.jp/ksj/"),
    ("IRいしかわ鉄道株式会社（2026年3月14日からの時刻）",
     "0", "1", "0", "https://www.ishikawa-railway.jp/"),
    ("北鉄加賀バス株式会社（路線名のみ。時刻と運賃は例示で、事業者の公表値ではありません）",
     "0", "1", "0", "https://www.hokutetsu.co.jp/"),
    ("日本海観光バス株式会社（キャンバス運行受託。時刻は例示で、事業者の公表値ではありません）",
     "0", "1", "0", "https://www.kaga-canbus.jp/"),
    ("© OpenStreetMap contributors (ODbL) — some sights that outline the streets",
     "1", "0", "0", "https://www.openstreetmap.org/copyright"),
    ("geolonia/japanese-addresses CC BY 4.0 — towns that outline the streets",
     "1", "0", "0", "https://github.com/geolonia/japanese-addresses"),
]  # fmt: skip


def _joined(first: Rows, second: Rows) -> Rows:
    return Rows(
        first.stops + second.stops,
        first.routes + second.routes,
        first.routes_jp + second.routes_jp,
        first.trips + second.trips,
        first.stop_times + second.stop_times,
        first.shapes + second.shapes,
        first.fares | second.fares,
        first.fare_rules + second.fare_rules,
    )
