"""Names of feeds, and ids that stay unique over all feeds of a city."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from gtfs.feed import Feed
from gtfs.tables import TABLES

_OWNERS = {
    "agency_id": "agency",
    "stop_id": "stops",
    "route_id": "routes",
    "trip_id": "trips",
    "service_id": "calendar",
}
_SERVICE_COLUMNS = (
    ("calendar", "service_id"),
    ("calendar_dates", "service_id"),
    ("trips", "service_id"),
    ("timeframes", "service_id"),
    ("booking_rules", "prior_notice_service_id"),
)


def feed_names(paths: Sequence[Path]) -> list[str]:
    """Return folder names for feeds, made from their file names.

    Parameters
    ----------
    paths : sequence of Path
        Archives or folders.

    Returns
    -------
    list of str
        Distinct names of letters, digits, ``-`` and ``_``.
    """
    names: list[str] = []
    for path in paths:
        base = path.resolve().name if path.is_dir() else path.stem
        plain = unicodedata.normalize("NFKD", re.sub(r"\.(gtfs|zip)$", "", base, flags=re.I))
        plain = plain.encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_") or "feed"
        number = 2
        unique = name
        while unique in names:
            unique = f"{name}-{number}"
            number += 1
        names.append(unique)
    return names


def _columns_of(kind: str) -> list[tuple[str, str]]:
    """Return every (table, column) that holds ids of a kind."""
    if kind == "service_id":
        return list(_SERVICE_COLUMNS)
    owner = _OWNERS[kind]
    places = [(owner, kind)]
    places += [
        (table.name, reference.column)
        for table in TABLES.values()
        for reference in table.references
        if (reference.table, reference.target) == (owner, kind)
    ]
    between = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
    return places + [("transfers", column) for column in between if column.endswith(kind)]


def _ids(feed: Feed, kind: str) -> set[str]:
    owners = ("calendar", "calendar_dates", "trips") if kind == "service_id" else (_OWNERS[kind],)
    found: set[str] = set()
    for owner in owners:
        found |= set(feed.column(owner, kind))
    return found - {""}


def with_unique_ids(feeds: Sequence[Feed]) -> list[tuple[Feed, int]]:
    """Rename ids that an earlier feed has already.

    Parameters
    ----------
    feeds : sequence of Feed
        Feeds of one city; their names become prefixes (``<feed>:<id>``).

    Returns
    -------
    list of tuple of Feed and int
        Each feed with its colliding ids renamed wherever they stand, and how many there were.
    """
    taken: dict[str, set[str]] = {kind: set() for kind in _OWNERS}
    result: list[tuple[Feed, int]] = []
    for original in feeds:
        feed, renamed = _with_agency_id(original), 0
        for kind, known in taken.items():
            own = _ids(feed, kind)
            mapping: dict[str, str] = {}
            for identity in sorted(own & known):
                fresh = f"{feed.name}:{identity}"
                while fresh in known or fresh in own:
                    fresh = f"{feed.name}:{fresh}"
                mapping[identity] = fresh
            if mapping:
                feed = _renamed(feed, kind, mapping)
                renamed += len(mapping)
            known.update(_ids(feed, kind))
        result.append((feed, renamed))
    return result


def _with_agency_id(feed: Feed) -> Feed:
    """Give the only agency of a feed an id when it has none, so that routes can name it."""
    agency = feed.table("agency")
    if len(agency) != 1 or agency["agency_id"].iat[0]:
        return feed
    feed = feed.with_table("agency", agency.assign(agency_id=feed.name), feed.lines("agency"))
    routes = feed.table("routes").assign(agency_id=feed.name)
    return feed.with_table("routes", routes, feed.lines("routes"))


def _renamed(feed: Feed, kind: str, mapping: dict[str, str]) -> Feed:
    if kind == "stop_id" and feed.has("fare_rules"):
        feed = _with_zones(feed, mapping)
    for table, column in _columns_of(kind):
        frame = feed.tables.get(table)
        if frame is None or column not in frame.columns:
            continue
        values = frame[column]
        changed = values.map(mapping).fillna(values)
        feed = feed.with_table(table, frame.assign(**{column: changed}), feed.lines(table))
    translations = feed.tables.get("translations")
    if translations is not None and "record_id" in translations.columns:
        owner = _OWNERS[kind]
        about = feed.column("translations", "table_name") == owner
        values = translations["record_id"]
        changed = values.mask(about, values.map(mapping).fillna(values))
        feed = feed.with_table(
            "translations", translations.assign(record_id=changed), feed.lines("translations")
        )
    return feed


def _with_zones(feed: Feed, mapping: dict[str, str]) -> Feed:
    """Keep the old stop_id as zone where fares may mean the stop itself (GTFS-JP)."""
    stops = feed.table("stops")
    bare = (stops["zone_id"] == "") & stops["stop_id"].isin(mapping)
    if not bare.any():
        return feed
    zones = stops["zone_id"].mask(bare, stops["stop_id"])
    return feed.with_table("stops", stops.assign(zone_id=zones), feed.lines("stops"))
