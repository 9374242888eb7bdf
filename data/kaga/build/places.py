"""The gazetteer: one entry a name, the most telling kind first."""

import re
from dataclasses import dataclass
from pathlib import Path

from facts import BusStop, Facts, Site
from flex import plain_name
from lines import EXTRA_STOPS, PATTERNS
from tables import write_table

COLUMNS = ["id", "name", "reading", "name_en", "kind", "lat", "lon", "stop_id", "aliases"]

# Other names that riders use; each leads to one place only.
ALIASES = {
    "加賀温泉駅": ["JR加賀温泉駅", "加賀温泉", "加賀温泉駅前", "アビオシティ加賀"],
    "大聖寺駅": ["JR大聖寺駅"],
    "動橋駅": ["JR動橋駅"],
    "小松駅": ["JR小松駅"],
    "金沢駅": ["JR金沢駅"],
    "山中温泉 総湯 菊の湯": ["菊の湯", "総湯 菊の湯", "山中温泉 菊の湯", "きくのゆ", "Kikunoyu"],
    "山中座": ["菊の湯 女湯"],
    "加賀片山津温泉 総湯": ["片山津温泉 総湯", "片山津総湯"],
    "山代温泉 総湯": ["山代総湯"],
    "山代温泉 古総湯": ["山代古総湯", "古総湯"],
    "中谷宇吉郎 雪の科学館": ["雪の科学館"],
    "魯山人寓居跡 いろは草庵": ["いろは草庵"],
    "鶴仙渓 芭蕉堂": ["鶴仙渓", "芭蕉堂"],
    "山中温泉 芭蕉の館": ["芭蕉の館"],
    "山中塗うるし座": ["うるし座", "山中漆器伝統産業会館"],
    "石川県九谷焼美術館": ["九谷焼美術館"],
    "深田久弥 山の文化館": ["山の文化館"],
    "錦城山公園": ["大聖寺城址", "大聖寺城跡"],
    "山中温泉バスターミナル": ["山中温泉BT"],
    "加賀市医療センター": ["医療センター"],
    "山代温泉": ["山代"],
    "山中温泉": ["山中"],
    "片山津温泉": ["片山津"],
    "JR大聖寺駅口・加賀市役所": ["加賀市役所", "市役所"],
    "イオン加賀の里前": ["イオン加賀の里", "イオン"],
    "日本自動車博物館": ["自動車博物館"],
    "加賀伝統工芸村ゆのくにの森": ["ゆのくにの森"],
}

# The seven hubs of the city, each at the bus stop or station of its name.
HUBS = {
    "大聖寺": "大聖寺駅前",
    "山代温泉": "山代温泉",
    "片山津温泉": "片山津温泉",
    "動橋": "動橋駅",
    "作見": "作見",
    "橋立": "北前船の里資料館",
    "山中温泉": "山中温泉",
}


@dataclass(frozen=True)
class Place:
    """One named place."""

    name: str
    kind: str
    lat: float
    lon: float
    stop_id: str = ""
    formal_name: str = ""


def _stop_places(facts: Facts) -> list[Place]:
    served = {(pattern.operator, name) for pattern in PATTERNS for name in pattern.stops}
    order = {"hokutetsu": 0, "canbus": 1}
    stops: list[BusStop] = sorted(
        (s for s in facts.bus_stops if (s.operator, s.name) in served),
        key=lambda s: (order[s.operator], s.name),
    )
    places = [Place(s.name, "stop", s.lat, s.lon, s.stop_id) for s in stops]
    for stop_id, name, point in EXTRA_STOPS:
        lat, lon = facts.named_points[point]
        kind = "transport" if name.endswith("空港") else "stop"
        places.append(Place(name, kind, lat, lon, stop_id))
    return places


def _site_place(site: Site) -> Place:
    # The formal name of a facility is another way to ask for it; a sight's remark is not.
    formal = site.name if site.kind == "shelter" else ""
    return Place(plain_name(site.name), site.kind, site.lat, site.lon, "", formal)


def _all_places(facts: Facts) -> list[Place]:
    places = [Place(f"{s.name}駅", "station", s.lat, s.lon, s.stop_id) for s in facts.stations]
    places += [_site_place(site) for site in facts.sights]
    places += [Place(hub, "hub", *facts.named_points[point]) for hub, point in HUBS.items()]
    places += _stop_places(facts)
    places += [_site_place(site) for site in facts.shelters]
    points = facts.town_points
    places += [Place(town, "town", *points[town]) for town in sorted(points)]
    return places


def write_places(facts: Facts, path: Path) -> None:
    """Write ``places.csv``.

    Parameters
    ----------
    facts : Facts
    path : Path
        Target file.

    Raises
    ------
    ValueError
        When an alias stands for two places or hides a name.
    """
    rows: dict[str, dict[str, object]] = {}
    ids: set[str] = set()
    for place in _all_places(facts):
        if place.name in rows:
            continue
        english = facts.readings.english(place.name)
        slug = re.sub(r"[^a-z0-9]+", "-", english.lower()).strip("-")
        place_id, number = f"{place.kind}-{slug}", 1
        while place_id in ids:
            number += 1
            place_id = f"{place.kind}-{slug}-{number}"
        ids.add(place_id)
        aliases = [name for name in [place.formal_name] if name not in ("", place.name)]
        aliases += ALIASES.get(place.name, [])
        rows[place.name] = {
            "id": place_id,
            "name": place.name,
            "reading": facts.readings.kana(place.name),
            "name_en": english,
            "kind": place.kind,
            "lat": f"{place.lat:.6f}",
            "lon": f"{place.lon:.6f}",
            "stop_id": place.stop_id,
            "aliases": "|".join(aliases),
        }
    _check_aliases(rows)
    write_table(path, COLUMNS, rows.values())


def _check_aliases(rows: dict[str, dict[str, object]]) -> None:
    missing = sorted(set(ALIASES) - set(rows))
    if missing:
        raise ValueError(f"ALIASES names no place: {', '.join(missing)}")
    seen: dict[str, str] = {}
    for name, row in rows.items():
        for alias in str(row["aliases"]).split("|"):
            if alias and (alias in rows or alias in seen):
                raise ValueError(f"alias {alias!r} of {name!r} already names another place")
            seen[alias] = name
