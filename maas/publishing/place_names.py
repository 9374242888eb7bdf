"""places.csv from the stops of the feeds: one entry for each name and spot."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gtfs.feed import Feed
from gtfs.translations import READING, Translations

COLUMNS = ("id", "name", "reading", "name_en", "kind", "lat", "lon", "stop_id", "aliases")

_ONE_SPOT_M = 300
_METRES_PER_DEGREE = 111_195
_RAIL = frozenset({0, 1, 2, 5, 7, 12})
_FERRY = frozenset({4})


@dataclass(frozen=True)
class StopPlace:
    """One entry of places.csv made from stops.

    Parameters
    ----------
    stop_id, name, reading, name_en, kind : str
        The stop that stands for the place, and how it is called.
    lat, lon : float
        Degrees, WGS 84.
    """

    stop_id: str
    name: str
    reading: str
    name_en: str
    kind: str
    lat: float
    lon: float


@dataclass
class _Spot:
    """Stops of one name near each other while they are gathered."""

    stop_id: str
    lat: float
    lon: float
    kind: str


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the distance between two points of a city, on a flat map.

    Parameters
    ----------
    lat, lon, other_lat, other_lon : float
        Degrees.

    Returns
    -------
    float
        Metres; within 0.1 % up to some tens of kilometres.
    """
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(other_lat - lat, east) * _METRES_PER_DEGREE


def _kinds(feed: Feed) -> dict[str, str]:
    """Return the kind of place by stop_id, from the routes that call there."""
    types = dict(
        zip(feed.column("routes", "route_id"), feed.column("routes", "route_type"), strict=True)
    )
    of_trip = dict(
        zip(
            feed.column("trips", "trip_id"),
            feed.column("trips", "route_id").map(types),
            strict=True,
        )
    )
    calls = pd.DataFrame(
        {
            "stop_id": feed.column("stop_times", "stop_id"),
            "type": feed.column("stop_times", "trip_id").map(of_trip),
        }
    ).drop_duplicates()
    kinds: dict[str, str] = {}
    for stop_id, text in zip(calls["stop_id"], calls["type"], strict=True):
        number = int(text) if isinstance(text, str) and text.isdigit() else 3
        rail = number in _RAIL or 100 <= number < 200 or 400 <= number < 500 or 900 <= number < 1000
        if rail:
            kinds[stop_id] = "station"
        elif number in _FERRY or 1000 <= number < 1100:
            kinds.setdefault(stop_id, "transport")
    return kinds


def stop_places(feeds: Sequence[Feed]) -> list[StopPlace]:
    """Return the places riders can name: stations first, then stops.

    Parameters
    ----------
    feeds : sequence of Feed
        Feeds of one city, ids unique.

    Returns
    -------
    list of StopPlace
        One for each name within 300 m; platforms of a station are not listed by themselves.
    """
    places: list[StopPlace] = []
    spots: dict[str, list[_Spot]] = {}
    for feed in feeds:
        translations = Translations.of(feed)
        kinds = _kinds(feed)
        rows = feed.records("stops")
        # Stations come first, so that a spot is named by its station and not by a pole.
        rows.sort(key=lambda row: row["location_type"] != "1")
        of_station: dict[str, set[str]] = {}
        for row in rows:
            if row["parent_station"] and row["stop_id"] in kinds:
                of_station.setdefault(row["parent_station"], set()).add(kinds[row["stop_id"]])
        for row in rows:
            if row["location_type"] not in ("", "0", "1") or not row["stop_lat"]:
                continue
            if row["parent_station"]:
                continue
            stop_id, name = row["stop_id"], row["stop_name"] or row["stop_id"]
            lat, lon = float(row["stop_lat"]), float(row["stop_lon"])
            found = {kinds.get(stop_id, ""), *of_station.get(stop_id, ())}
            kind = next((k for k in ("station", "transport") if k in found), "stop")
            near = spots.setdefault(name, [])
            if any(distance_m(lat, lon, spot.lat, spot.lon) <= _ONE_SPOT_M for spot in near):
                continue
            near.append(_Spot(stop_id, lat, lon, kind))
            words = {
                language: translations.find("stops", "stop_name", stop_id, name, language) or ""
                for language in (READING, "en")
            }
            places.append(StopPlace(stop_id, name, words[READING], words["en"], kind, lat, lon))
    order = {"station": 0, "transport": 1, "stop": 2}
    return sorted(places, key=lambda place: (order[place.kind], place.name, place.stop_id))


def write_places(places: Sequence[StopPlace], path: Path) -> None:
    """Write places.csv.

    Parameters
    ----------
    places : sequence of StopPlace
        Entries, in the order in which they are suggested.
    path : Path
        The file.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for place in places:
            writer.writerow(
                (
                    place.stop_id,
                    place.name,
                    place.reading,
                    place.name_en,
                    place.kind,
                    f"{place.lat:.6f}",
                    f"{place.lon:.6f}",
                    place.stop_id,
                    "",
                )
            )
