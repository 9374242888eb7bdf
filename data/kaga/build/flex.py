"""On-demand services as GTFS-Flex: のりあい号 and a sample in the evening.

About 600 virtual stops (the number is a fact of 2019, their places are not): stations, hot
springs and sights, public facilities, towns, and hamlets where towns are wide.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from facts import Facts
from feed import COLUMNS, attribution_rows, feed_info_row, translation_rows
from shapely.geometry import MultiPoint, mapping
from streets import LON_SCALE, M_PER_DEG, Streets, metres
from tables import calendar_row, days, exceptions, is_year_end, write_table

AGENCY_ID = "kaga-daiichi-kotsu"
AGENCY_NAME = "加賀第一交通"
NORIAI = "noriai"
EVENING = "yumeguri"
STOP_COUNT = 600
EVENING_CENTRES = [
    "加賀温泉駅", "山代温泉 総湯", "山中温泉 総湯 菊の湯", "加賀片山津温泉 総湯",
]  # fmt: skip
EVENING_EACH = 15
# Facilities that P11 names a stop after: at their doors a virtual stop stands too.
FACILITY_STOPS = [
    "加賀市医療センター", "石川病院", "ぬくもり診療所前", "イオン加賀の里前", "文化会館前",
    "JA加賀前", "JR大聖寺駅口・加賀市役所", "鴨池観察館", "加賀フルーツランド", "竹の浦館",
    "月うさぎの里", "橋立漁港", "北前船の里資料館", "尼御前岬", "御菓子城加賀藩", "ゆ〜ゆ〜館前",
    "大日盛橋本酒造（酒蔵資料館）", "漆器団地", "片山津温泉（湯の元公園）",
]  # fmt: skip

FLEX_STOP_TIMES = [
    "trip_id", "arrival_time", "departure_time", "stop_id", "location_group_id", "location_id",
    "stop_sequence", "start_pickup_drop_off_window", "end_pickup_drop_off_window", "pickup_type",
    "drop_off_type", "pickup_booking_rule_id", "drop_off_booking_rule_id",
]  # fmt: skip


@dataclass(frozen=True)
class FlexStop:
    """A virtual stop."""

    stop_id: str
    name: str
    lat: float
    lon: float


def plain_name(name: str) -> str:
    """Name of a facility or sight without the owner in front and the remark behind.

    Parameters
    ----------
    name : str
        For example 加賀市立山代小学校.

    Returns
    -------
    str
        For example 山代小学校.
    """
    name = re.sub(r"^旧加賀市立", "旧", name)
    name = re.sub(r"^(加賀市立|石川県立)", "", name)
    return re.sub(r"（[^）]*）$", "", name)


def _candidates(facts: Facts) -> list[tuple[str, float, float, float]]:
    """Name, point and the distance to keep from earlier stops, the important ones first."""
    found: list[tuple[str, float, float, float]] = []
    found += [(f"{s.name}駅", s.lat, s.lon, 0.0) for s in facts.stations[:3]]
    found += [(plain_name(s.name), s.lat, s.lon, 30.0) for s in facts.sights if s.name != "那谷寺"]
    for name in FACILITY_STOPS:
        stop = next(s for s in facts.bus_stops if s.name == name)
        found.append((plain_name(name).removesuffix("前"), stop.lat, stop.lon, 60.0))
    found += [(plain_name(s.name), s.lat, s.lon, 40.0) for s in facts.shelters]
    points = facts.town_points
    found += [(town, *points[town], 60.0) for town in sorted(points)]
    return found


def flex_stops(facts: Facts, streets: Streets) -> list[FlexStop]:
    """The virtual stops, in the order of their importance.

    Parameters
    ----------
    facts : Facts
    streets : Streets
        Hamlets count only beside its main roads or where houses stand close.

    Returns
    -------
    list[FlexStop]
    """
    chosen: list[tuple[str, float, float]] = []
    names: set[str] = set()

    def take(name: str, lat: float, lon: float, apart_m: float) -> None:
        near = any(metres((lat, lon), (a, b)) < apart_m for _, a, b in chosen)
        if not near and name not in names:
            names.add(name)
            chosen.append((name, lat, lon))

    for candidate in _candidates(facts):
        take(*candidate)
    main = [streets.points[n] for n in range(streets.main_road_nodes)]
    hamlets = [row for row in facts.towns if row.city == "加賀市" and row.koaza]
    near_road = [row for row in hamlets if min(metres((row.lat, row.lon), p) for p in main) <= 600]
    for apart_m in range(400, 60, -20):  # wide gaps are filled first
        for row in near_road:
            if len(chosen) < STOP_COUNT:
                take(row.town + row.koaza, row.lat, row.lon, float(apart_m))
    return _with_ids(facts, chosen)


def _with_ids(facts: Facts, chosen: list[tuple[str, float, float]]) -> list[FlexStop]:
    taken: set[str] = set()
    stops = []
    for name, lat, lon in chosen:
        slug = re.sub(r"[^a-z0-9]+", "-", facts.readings.english(name).lower()).strip("-")
        stop_id, number = f"nr-{slug}", 1
        while stop_id in taken:
            number += 1
            stop_id = f"nr-{slug}-{number}"
        taken.add(stop_id)
        stops.append(FlexStop(stop_id, name, round(lat, 6), round(lon, 6)))
    return stops


def evening_stops(stops: list[FlexStop]) -> list[FlexStop]:
    """The stops nearest to the station and the three hot springs.

    Parameters
    ----------
    stops : list[FlexStop]
        All virtual stops.

    Returns
    -------
    list[FlexStop]
        Sorted by id.
    """
    chosen: dict[str, FlexStop] = {}
    for name in EVENING_CENTRES:
        centre = next(stop for stop in stops if stop.name == name)
        key = (centre.lat, centre.lon)
        ranked = sorted(stops, key=lambda s: (metres(key, (s.lat, s.lon)), s.stop_id))
        chosen.update({stop.stop_id: stop for stop in ranked[:EVENING_EACH]})
    return [chosen[key] for key in sorted(chosen)]


def _zone(stop_list: list[FlexStop], zone_id: str, name: str) -> dict[str, object]:
    """A simple polygon around stops, 400 m wider than their hull."""
    points = MultiPoint([(s.lon * LON_SCALE, s.lat) for s in stop_list])
    hull = points.convex_hull.buffer(400 / M_PER_DEG, quad_segs=2)
    ring = [[round(x / LON_SCALE, 5), round(y, 5)] for x, y in mapping(hull)["coordinates"][0]]
    return {
        "type": "Feature",
        "id": zone_id,
        "properties": {"stop_name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@dataclass(frozen=True)
class Service:
    """An on-demand service: ids, names, and its windows as clock texts."""

    route_id: str
    name: str
    desc: str
    pickup: tuple[str, str]
    drop_off: tuple[str, str]
    message: str
    color: str


SERVICES = [
    Service(
        NORIAI, "のりあい号", "乗合タクシー。停留所の位置は例示です",
        ("08:00:00", "15:00:00"), ("08:00:00", "16:00:00"),
        "乗車の30分前までに予約してください。乗車1回500円です。", "E67E22",
    ),
    Service(
        EVENING, "夜の湯めぐり", "見本（実在しないサービス）。三つの温泉と加賀温泉駅の夜の乗合",
        ("17:00:00", "21:30:00"), ("17:00:00", "22:00:00"),
        "見本のサービスです。乗車の30分前までに予約してください。", "34495E",
    ),
]  # fmt: skip


def _stop_times() -> list[dict[str, object]]:
    """Two rows a trip with one group: pick up in the first, drop off in the second."""
    rows: list[dict[str, object]] = []
    for service in SERVICES:
        windows = ((service.pickup, 2, 1), (service.drop_off, 1, 2))
        for number, ((start, end), pickup, drop_off) in enumerate(windows, start=1):
            rows.append(
                {
                    "trip_id": f"{service.route_id}-daily",
                    "location_group_id": f"{service.route_id}-stops",
                    "stop_sequence": number,
                    "start_pickup_drop_off_window": start,
                    "end_pickup_drop_off_window": end,
                    "pickup_type": pickup,
                    "drop_off_type": drop_off,
                    "pickup_booking_rule_id": f"{service.route_id}-30min",
                    "drop_off_booking_rule_id": f"{service.route_id}-30min",
                }
            )
    return rows


def _service_tables() -> dict[str, tuple[list[str], list[dict[str, object]]]]:
    off = [day for day in days() if is_year_end(day, first=31)]
    return {
        "agency": (COLUMNS["agency"], [
            {"agency_id": AGENCY_ID, "agency_name": AGENCY_NAME,
             "agency_url": "https://www.city.kaga.ishikawa.jp/",
             "agency_timezone": "Asia/Tokyo", "agency_lang": "ja"},
        ]),
        "routes": (COLUMNS["routes"], [
            {"route_id": s.route_id, "agency_id": AGENCY_ID, "route_long_name": s.name,
             "route_desc": s.desc, "route_type": 3, "route_color": s.color,
             "route_text_color": "FFFFFF"}
            for s in SERVICES
        ]),
        "trips": (["route_id", "service_id", "trip_id", "trip_headsign"], [
            {"route_id": s.route_id, "service_id": f"{s.route_id}-daily",
             "trip_id": f"{s.route_id}-daily", "trip_headsign": s.name}
            for s in SERVICES
        ]),
        "stop_times": (FLEX_STOP_TIMES, _stop_times()),
        "calendar": (COLUMNS["calendar"], [
            calendar_row(f"{s.route_id}-daily", "1111111") for s in SERVICES
        ]),
        "calendar_dates": (COLUMNS["calendar_dates"], exceptions("noriai-daily", off, 2)),
        "booking_rules": (
            ["booking_rule_id", "booking_type", "prior_notice_duration_min", "message"],
            [{"booking_rule_id": f"{s.route_id}-30min", "booking_type": 1,
              "prior_notice_duration_min": 30, "message": s.message} for s in SERVICES],
        ),
        "fare_attributes": (COLUMNS["fare_attributes"], [
            {"fare_id": f"{s.route_id}-500", "price": 500, "currency_type": "JPY",
             "payment_method": 0, "transfers": 0, "agency_id": AGENCY_ID} for s in SERVICES
        ]),
        "fare_rules": (["fare_id", "route_id"], [
            {"fare_id": f"{s.route_id}-500", "route_id": s.route_id} for s in SERVICES
        ]),
        "feed_info": (COLUMNS["feed_info"], [feed_info_row()]),
        "attributions": (COLUMNS["attributions"], attribution_rows([
            ("geolonia/japanese-addresses CC BY 4.0（町・小字の位置）", "1", "0", "0",
             "https://github.com/geolonia/japanese-addresses"),
            ("国土地理院・加賀市（指定避難所の名称と位置）", "1", "0", "0",
             "https://www.gsi.go.jp/"),
            ("「国土数値情報（バス停留所データ）」（国土交通省） 2022年 CC BY 4.0", "1", "0", "0",
             "https://nlftp.mlit.go.jp/ksj/"),
            ("© OpenStreetMap contributors (ODbL) — sights", "1", "0", "0",
             "https://www.openstreetmap.org/copyright"),
            ("加賀第一交通（停留所の位置と時間は例示）", "0", "1", "0",
             "https://www.city.kaga.ishikawa.jp/"),
        ])),
    }  # fmt: skip


def write_flex(facts: Facts, streets: Streets, folder: Path) -> list[FlexStop]:
    """Write the ``flex/`` folder.

    Parameters
    ----------
    facts : Facts
    streets : Streets
    folder : Path
        Target folder.

    Returns
    -------
    list[FlexStop]
        The virtual stops.
    """
    stops = flex_stops(facts, streets)
    evening = evening_stops(stops)
    for name, (columns, rows) in _service_tables().items():
        write_table(folder / f"{name}.txt", columns, rows)
    write_table(
        folder / "stops.txt",
        COLUMNS["stops"],
        [
            {
                "stop_id": stop.stop_id,
                "stop_name": stop.name,
                "stop_desc": "のりあい号の停留所（位置は例示）",
                "stop_lat": f"{stop.lat:.6f}",
                "stop_lon": f"{stop.lon:.6f}",
                "zone_id": "noriai",
                "location_type": 0,
            }
            for stop in sorted(stops, key=lambda s: s.stop_id)
        ],
    )
    groups = {f"{NORIAI}-stops": sorted(s.stop_id for s in stops)}
    groups[f"{EVENING}-stops"] = [s.stop_id for s in evening]
    write_table(
        folder / "location_groups.txt",
        ["location_group_id", "location_group_name"],
        [{"location_group_id": f"{s.route_id}-stops", "location_group_name": s.name}
         for s in SERVICES],
    )  # fmt: skip
    write_table(
        folder / "location_group_stops.txt",
        ["location_group_id", "stop_id"],
        [{"location_group_id": g, "stop_id": s} for g, members in groups.items() for s in members],
    )
    zones = {
        "type": "FeatureCollection",
        "features": [
            _zone(stops, f"{NORIAI}-zone", SERVICES[0].name),
            _zone(evening, f"{EVENING}-zone", SERVICES[1].name),
        ],
    }
    text = json.dumps(zones, ensure_ascii=False, indent=1) + "\n"
    (folder / "locations.geojson").write_text(text, encoding="utf-8")
    _write_translations(facts, stops, folder)
    return stops


def _write_translations(facts: Facts, stops: list[FlexStop], folder: Path) -> None:
    names = {s.name for s in SERVICES}
    rows = translation_rows(
        facts.readings,
        {
            ("agency", "agency_name"): {AGENCY_NAME},
            ("routes", "route_long_name"): names,
            ("stops", "stop_name"): {stop.name for stop in stops},
            ("trips", "trip_headsign"): names,
        },
    )
    english = {
        SERVICES[0].message: "Book at least 30 minutes before you board. 500 yen a ride.",
        SERVICES[1].message: "A sample service. Book at least 30 minutes before you board.",
    }
    for text, translation in sorted(english.items()):
        rows.append({"table_name": "booking_rules", "field_name": "message", "language": "en",
                     "translation": translation, "field_value": text})  # fmt: skip
    write_table(folder / "translations.txt", COLUMNS["translations"], rows)
