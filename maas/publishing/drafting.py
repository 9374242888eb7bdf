"""A city decided upon in memory: clock, money, languages, names and bounds from its feeds."""

import json
import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gtfs.fares import FareTable
from gtfs.feed import Feed
from gtfs.notices import Notice
from gtfs.translations import READING, Translations
from maas.publishing.city_files import NO_CURRENCY, CitySettings, currency_of_timezone
from maas.publishing.errors import FeedsDisagreeError
from maas.publishing.feeds import feed_report
from maas.publishing.identity import with_unique_ids
from maas.publishing.place_names import distance_m
from maas.publishing.reports import FeedReport
from maas.publishing.streets import check_overlap, inspect_streets, stored_name

_PADDING_KM = 3.0
_KM_PER_DEGREE = 111.195
_FAR_M = 200_000
_FEW_PERCENT = 1
_LANGUAGES = {
    "jpn": "ja",
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "ita": "it",
    "spa": "es",
    "por": "pt",
    "fin": "fi",
    "nld": "nl",
    "kor": "ko",
}


@dataclass(frozen=True)
class CityDraft:
    """A city that is complete in memory, before anything is written.

    Parameters
    ----------
    settings : CitySettings
        What city.toml will say.
    feeds : tuple of Feed
        Feeds with ids that are unique over all of them.
    reports : tuple of FeedReport
        One for each feed.
    notices : tuple of Notice
        Findings about the city as a whole.
    """

    settings: CitySettings
    feeds: tuple[Feed, ...]
    reports: tuple[FeedReport, ...]
    notices: tuple[Notice, ...]


def draft_city(
    gtfs: Sequence[Path], loaded: Sequence[Feed], osm: Path | None, out: Path
) -> CityDraft:
    """Decide everything about a city from its feeds and streets.

    Parameters
    ----------
    gtfs : sequence of Path
        Where the feeds came from.
    loaded : sequence of Feed
        The feeds, in the same order.
    osm : Path or None
        Street file.
    out : Path
        Folder the city will have; its name becomes the id.

    Returns
    -------
    CityDraft
        Nothing is written yet.

    Raises
    ------
    PublishingError
        When feeds or streets do not belong together.
    """
    timezone = _timezone(loaded)
    unique = with_unique_ids(loaded)
    feeds = tuple(feed for feed, _ in unique)
    stops = _stop_points(feeds)
    points = [*stops, *_zone_points(feeds)]
    notices: list[Notice] = []
    bounds = _bounds(points, notices)
    streets = _streets(osm, bounds, stops or points, notices)
    currency = _currency(feeds, timezone)
    if currency == NO_CURRENCY:
        text = "no currency is known. Write it into city.toml (currency = ...)."
        notices.append(_city_notice("currency_unknown", text))
    languages = _languages(feeds)
    settings = CitySettings(
        id=_city_id(out),
        timezone=timezone,
        currency=currency,
        languages=languages,
        feeds=tuple(feed.name for feed in feeds),
        streets=streets,
        name=_names(feeds, languages),
        center=((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2),
        bounds=bounds,
    )
    reports = tuple(
        feed_report(feed, path.resolve().name, renamed)
        for (feed, renamed), path in zip(unique, gtfs, strict=True)
    )
    return CityDraft(settings, feeds, reports, tuple(notices))


def _streets(
    osm: Path | None,
    bounds: tuple[float, float, float, float],
    points: Sequence[tuple[float, float, str]],
    notices: list[Notice],
) -> str | None:
    """Return the name the street file will have, or None when walks are straight lines."""
    straight = "walks are straight lines x 1.3."
    if osm is None:
        text = f"no streets were given: {straight} Add --osm FILE.osm.pbf."
        notices.append(_city_notice("straight_line_walks", text))
        return None
    inside = check_overlap(osm, inspect_streets(osm), bounds, [point[:2] for point in points])
    if inside == 0:
        text = (
            f"no stop lies inside {osm.name}, only the margin of the city does; the file is left"
            f" out and {straight} Give an extract that covers the stops."
        )
        notices.append(_city_notice("streets_left_out", text))
        return None
    if inside < len(points):
        text = (
            f"{len(points) - inside:,} of {len(points):,} stops lie outside {osm.name}; walks"
            " there cannot follow streets. Take a larger extract."
        )
        notices.append(_city_notice("stops_outside_streets", text))
    return stored_name(osm)


def _city_notice(code: str, text: str) -> Notice:
    return Notice(code, "warning", "", None, "", "", text)


def _timezone(feeds: Sequence[Feed]) -> str:
    zones = {
        zone: feed.name
        for feed in reversed(feeds)
        for zone in feed.column("agency", "agency_timezone")
    }
    first = str(feeds[0].column("agency", "agency_timezone").iat[0])

    def clock(zone: str) -> tuple[object, ...]:
        # US/Pacific and America/Los_Angeles are one zone; winter and summer tell.
        instants = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 4, 7, 10)]
        return tuple(instant.astimezone(ZoneInfo(zone)).utcoffset() for instant in instants)

    for zone, name in zones.items():
        if clock(zone) != clock(first):
            raise FeedsDisagreeError(
                f"The feeds are in different time zones: {first} ({feeds[0].name}) and {zone}"
                f" ({name}). Import them as two cities.",
                zones=sorted(zones),
            )
    return first


def _stop_points(feeds: Sequence[Feed]) -> list[tuple[float, float, str]]:
    """Return latitude, longitude and id of each stop."""
    points: list[tuple[float, float, str]] = []
    for feed in feeds:
        columns = (feed.column("stops", name) for name in ("stop_lat", "stop_lon", "stop_id"))
        points += [
            (float(lat), float(lon), stop_id)
            for lat, lon, stop_id in zip(*columns, strict=True)
            if lat and lon
        ]
    return points


def _zone_points(feeds: Sequence[Feed]) -> list[tuple[float, float, str]]:
    """Return the corners of each on-demand zone."""
    return [
        (lat, lon, location_id)
        for feed in feeds
        for location_id, text in zip(
            *(feed.column("locations", name) for name in ("location_id", "geometry")), strict=True
        )
        for lat, lon in _ring(json.loads(text))
    ]


def _ring(zone: Mapping[str, object]) -> list[tuple[float, float]]:
    """Return the corners of a GeoJSON geometry as lat, lon."""
    found: list[tuple[float, float]] = []
    pending: list[object] = [zone.get("coordinates")]
    while pending:
        part = pending.pop()
        if not isinstance(part, list) or not part:
            continue
        if isinstance(part[0], int | float):
            found.append((float(part[1]), float(part[0])))
        else:
            pending += part
    return found


def _bounds(
    points: list[tuple[float, float, str]], notices: list[Notice]
) -> tuple[float, float, float, float]:
    """Return the box around the stops, 3 km wider; a few stops far away do not stretch it."""
    mid_lat = statistics.median(point[0] for point in points)
    mid_lon = statistics.median(point[1] for point in points)
    far = [p for p in points if distance_m(mid_lat, mid_lon, p[0], p[1]) > _FAR_M]
    near = points
    if far and len(far) * 100 <= len(points) * _FEW_PERCENT:
        near = [p for p in points if distance_m(mid_lat, mid_lon, p[0], p[1]) <= _FAR_M]
        ids = ", ".join(sorted({point[2] for point in far})[:5])
        text = (
            f"{len(far)} stops lie more than 200 km from the others ({ids}); the map leaves them"
            " out. Correct their coordinates."
        )
        notices.append(_city_notice("stops_far_away", text))
    lats, lons = [point[0] for point in near], [point[1] for point in near]
    pad_lat = _PADDING_KM / _KM_PER_DEGREE
    pad_lon = pad_lat / max(0.1, math.cos(math.radians(mid_lat)))
    return (
        round(min(lons) - pad_lon, 5),
        round(min(lats) - pad_lat, 5),
        round(max(lons) + pad_lon, 5),
        round(max(lats) + pad_lat, 5),
    )


def _currency(feeds: Sequence[Feed], timezone: str) -> str:
    """Return the currency of the fare tables, or the one paid with in the time zone."""
    for feed in feeds:
        currency = FareTable.of(feed).currency
        if currency:
            return currency
    return currency_of_timezone(timezone)


def _language_code(tag: str) -> str:
    primary = tag.strip().lower().replace("_", "-").split("-")[0]
    code = _LANGUAGES.get(primary, primary)
    return code if re.fullmatch(r"[a-z]{2}", code) else ""


def _languages(feeds: Sequence[Feed]) -> tuple[str, ...]:
    """Return the feeds' own language, those they are translated into, and English."""
    own: list[str] = []
    other: list[str] = []
    for feed in feeds:
        own += [
            _language_code(tag)
            for table, column in (("feed_info", "feed_lang"), ("agency", "agency_lang"))
            for tag in feed.column(table, column)
        ]
        tags = [tag for tag in Translations.of(feed).languages if tag != READING.lower()]
        other += [_language_code(tag) for tag in tags]
    main = next((code for code in own if code), "")
    if not main:
        japanese = "Asia/Tokyo" in set(feeds[0].column("agency", "agency_timezone"))
        main = "ja" if japanese else "en"
    return tuple(dict.fromkeys([main, *sorted(set(other) - {""}), "en"]))


def _names(feeds: Sequence[Feed], languages: tuple[str, ...]) -> dict[str, str]:
    """Return the name of the city: its only operator, or the publisher, or the operators."""
    agencies = [
        (row["agency_name"], row["agency_id"], Translations.of(feed))
        for feed in feeds
        for row in feed.records("agency")
    ]
    operators = list(dict.fromkeys(name for name, _, _ in agencies))
    publishers = [
        name for feed in feeds for name in feed.column("feed_info", "feed_publisher_name")
    ]
    if len(operators) == 1 or not (publishers and publishers[0]):
        name = " / ".join(operators[:3])
    else:
        name = publishers[0]
    names = dict.fromkeys(languages, name)
    if len(operators) == 1:
        _, agency_id, translations = agencies[0]
        for code in languages:
            names[code] = translations.text("agency", "agency_name", agency_id, name, code)
    return names


def _city_id(out: Path) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", out.resolve().name.lower()).strip("-") or "city"
