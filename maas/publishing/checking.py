"""Check of a city directory: everything the service reads at its start, without starting it."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gtfs.feed import Feed
from gtfs.notices import Notice, Severity
from maas.publishing.errors import CityNotFoundError, FeedRefusedError, StreetsUnusableError
from maas.publishing.feeds import feed_report, load_or_refuse
from maas.publishing.place_names import COLUMNS
from maas.publishing.reports import CheckReport, FeedReport, StreetsLabel
from maas.publishing.streets import check_overlap, inspect_streets

_REQUIRED = ("id", "timezone", "currency", "languages", "feeds", "name", "map")
_ID_OWNERS = (
    ("stops", "stop_id"),
    ("routes", "route_id"),
    ("trips", "trip_id"),
    ("agency", "agency_id"),
)
_TOLD = 5


class _Findings:
    """Collects notices about the files of a city directory."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def add(
        self,
        code: str,
        severity: Severity,
        file: str,
        message: str,
        row: int | None = None,
        value: str = "",
    ) -> None:
        self.notices.append(Notice(code, severity, file, row, "", value, message))


def check_city(folder: Path) -> CheckReport:
    """Check a city directory.

    Parameters
    ----------
    folder : Path
        A folder with a city.toml.

    Returns
    -------
    CheckReport
        ``ok`` when the service can run on it; otherwise its error notices name file and row.

    Raises
    ------
    CityNotFoundError
        If there is no city.toml.
    """
    config = folder / "city.toml"
    if not config.is_file():
        raise CityNotFoundError(
            f"{folder} is no city directory: it has no city.toml. Make one with"
            " `maas city import --gtfs FEED.zip --out DIR`.",
            folder=str(folder),
        )
    found = _Findings()
    settings = _settings(config, found)
    if settings is None:
        return CheckReport(str(folder), "", notices=tuple(found.notices))
    feeds, reports = _feeds(folder, settings, found)
    _unique_ids(feeds, found)
    points = {
        stop_id: (float(lat), float(lon))
        for feed in feeds
        for stop_id, lat, lon in zip(
            *(feed.column("stops", name) for name in ("stop_id", "stop_lat", "stop_lon")),
            strict=True,
        )
        if lat and lon
    }
    streets = _streets(folder, settings, list(points.values()), found)
    complete = len(feeds) == len(settings["feeds"])
    # With a feed missing, every id of it would be told as unknown: noise around the real fault.
    places = _places(folder / "places.csv", set(points) if complete else None, found)
    routes = {route_id for feed in feeds for route_id in feed.column("routes", "route_id")}
    if complete:
        _fleet(folder / "fleet.toml", routes, set(points), found)
        _products(folder / "products.toml", routes, found)
    return CheckReport(
        str(folder), str(settings["id"]), reports, places, streets, tuple(found.notices)
    )


def _toml(path: Path, found: _Findings) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found.add("bad_toml", "error", path.name, f"{error}. Correct the line.")
        return None


def _settings(config: Path, found: _Findings) -> dict[str, Any] | None:
    settings = _toml(config, found)
    if settings is None:
        return None
    missing = [key for key in _REQUIRED if key not in settings]
    for key in missing:
        found.add("missing_key", "error", config.name, f"{key} is missing. Add it.", value=key)
    if missing:
        return None
    problems = {
        "timezone": not _is_timezone(settings["timezone"]),
        "currency": not (isinstance(settings["currency"], str) and len(settings["currency"]) == 3),
        "languages": not _texts(settings["languages"]),
        "feeds": not _texts(settings["feeds"]),
        "map": not _is_map(settings["map"]),
        "name": not isinstance(settings["name"], dict) or not settings["name"],
    }
    wanted = {
        "timezone": "must be a time zone, e.g. Asia/Tokyo",
        "currency": "must be a currency, e.g. JPY",
        "languages": 'must be a list of languages, e.g. ["ja", "en"]',
        "feeds": 'must be a list of folders, e.g. ["gtfs"]',
        "map": "must have center = [lon, lat] and bounds = [west, south, east, north]",
        "name": "must have the city's name by language",
    }
    for key, wrong in problems.items():
        if wrong:
            text = f"{key} {wanted[key]}. Correct it."
            found.add("bad_key", "error", config.name, text, value=str(settings[key]))
    return None if any(problems.values()) else settings


def _is_timezone(value: object) -> bool:
    try:
        return bool(ZoneInfo(str(value)))
    except (ValueError, OSError, KeyError):
        return False


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, str) for x in value)


def _is_map(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    center, bounds = value.get("center"), value.get("bounds")
    if not isinstance(center, list) or not isinstance(bounds, list):
        return False
    if len(center) != 2 or len(bounds) != 4:
        return False
    if not all(isinstance(part, int | float) for part in (*center, *bounds)):
        return False
    west, south, east, north = bounds
    return bool(west < east and south < north and south >= -90 and north <= 90)


def _feeds(
    folder: Path, settings: Mapping[str, Any], found: _Findings
) -> tuple[list[Feed], tuple[FeedReport, ...]]:
    feeds, reports = [], []
    for name in settings["feeds"]:
        try:
            feed = load_or_refuse(folder / name, name)
        except FeedRefusedError as error:
            notices = error.params["notices"]
            if not notices:
                found.add("feed_refused", "error", name, error.message)
            for notice in notices:
                found.notices.append(Notice(**{**notice, "file": f"{name}/{notice['file']}"}))
            continue
        zones = set(feed.column("agency", "agency_timezone"))
        if settings["timezone"] not in zones:
            text = (
                f"the agency's time zone is {', '.join(sorted(zones))}, city.toml says"
                f" {settings['timezone']}. Make them the same."
            )
            found.add("timezone_differs", "warning", f"{name}/agency.txt", text)
        feeds.append(feed)
        reports.append(feed_report(feed, name))
    return feeds, tuple(reports)


def _unique_ids(feeds: list[Feed], found: _Findings) -> None:
    for table, column in _ID_OWNERS:
        seen: dict[str, str] = {}
        for feed in feeds:
            lines = feed.lines(table)
            told = 0
            for position, identity in enumerate(feed.column(table, column)):
                other = seen.setdefault(identity, feed.name) if identity else feed.name
                if other != feed.name and told < _TOLD:
                    told += 1
                    text = (
                        f"{column} {identity!r} is in the feed {other} too. Import the feeds"
                        " together with `maas city import`, which renames one of them."
                    )
                    file = f"{feed.name}/{table}.txt"
                    row = int(lines[position])
                    found.add("id_in_two_feeds", "error", file, text, row, identity)


def _streets(
    folder: Path,
    settings: Mapping[str, Any],
    points: list[tuple[float, float]],
    found: _Findings,
) -> StreetsLabel:
    name = settings.get("streets")
    if not name:
        text = "no streets: walks are straight lines x 1.3. Run `maas city fetch-streets`."
        found.add("straight_line_walks", "warning", "city.toml", text)
        return "straight_lines"
    west, south, east, north = (float(edge) for edge in settings["map"]["bounds"])
    try:
        opened = inspect_streets(folder / name)
        inside = check_overlap(folder / name, opened, (west, south, east, north), points)
    except StreetsUnusableError as error:
        found.add(error.code, "error", str(name), error.message)
        return "straight_lines"
    if inside < len(points):
        count = f"{len(points) - inside:,} of {len(points):,}"
        text = f"{count} stops lie outside the streets. Take a larger extract."
        found.add("stops_outside_streets", "warning", str(name), text)
    return "streets"


def _places(path: Path, stop_ids: set[str] | None, found: _Findings) -> int:
    if not path.is_file():
        text = "the file is missing, so no place can be named. Add it, or import the city again."
        found.add("missing_file", "error", path.name, text)
        return 0
    count = 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            text = f"the columns {', '.join(missing)} are missing from the header. Add them."
            found.add("missing_column", "error", path.name, text, 1)
            return 0
        seen: set[str] = set()
        for row in reader:
            count += 1
            for problem in _place_problems(row, stop_ids, seen):
                found.add("bad_place", "error", path.name, problem, reader.line_num, row["id"])
    return count


def _place_problems(
    row: Mapping[str, str | None], stop_ids: set[str] | None, seen: set[str]
) -> Iterable[str]:
    identity = row["id"] or ""
    if not identity or not row["name"]:
        yield "id or name is empty. Fill it in."
    if identity in seen:
        yield f"the id {identity!r} stands above already. Give the place an id of its own."
    seen.add(identity)
    try:
        lat, lon = float(row["lat"] or ""), float(row["lon"] or "")
        placed = abs(lat) <= 90 and abs(lon) <= 180
    except ValueError:
        placed = False
    if not placed:
        yield f"lat {row['lat']!r}, lon {row['lon']!r} are no coordinates. Correct them."
    if row["stop_id"] and stop_ids is not None and row["stop_id"] not in stop_ids:
        yield f"the stop {row['stop_id']!r} is in no feed. Correct or empty stop_id."


def _rows(table: dict[str, Any], name: str, file: str, found: _Findings) -> list[dict[str, Any]]:
    """List the entries ``[[name]]`` of a table, telling of what is no such entry."""
    rows = table.get(name, [])
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    found.add("bad_value", "error", file, f"{name} must be written as entries [[{name}]].")
    return []


def _known_routes(
    row: dict[str, Any], what: str, file: str, routes: set[str], found: _Findings
) -> None:
    """Tell of routes that an entry names and no feed has."""
    named = row.get("route_ids", [])
    if not isinstance(named, list):
        found.add("bad_value", "error", file, f"{what}: route_ids must be a list of routes.")
        return
    for route_id in named:
        if route_id not in routes:
            text = f"{what} is for the route {route_id!r}, which is in no feed. Correct it."
            found.add("unknown_route", "error", file, text)


def _fleet(path: Path, routes: set[str], stop_ids: set[str], found: _Findings) -> None:
    fleet = _toml(path, found) if path.is_file() else None
    if fleet is None:
        return
    listed = _rows(fleet, "areas", path.name, found)
    areas = {str(area.get("id")) for area in listed}
    for area in listed:
        _known_routes(area, f"the area {area.get('id')!r}", path.name, routes, found)
    for vehicle in _rows(fleet, "vehicles", path.name, found):
        name = f"the vehicle {vehicle.get('id')!r}"
        if str(vehicle.get("area")) not in areas:
            text = f"{name} belongs to the area {vehicle.get('area')!r}, which is not there."
            found.add("unknown_area", "error", path.name, f"{text} Correct it.")
        depot = vehicle.get("depot_stop_id")
        if depot and depot not in stop_ids:
            text = f"{name} starts at the stop {depot!r}, which is in no feed. Correct it."
            found.add("unknown_stop", "error", path.name, text)


def _products(path: Path, routes: set[str], found: _Findings) -> None:
    products = _toml(path, found) if path.is_file() else None
    if products is None:
        return
    for kind in ("fares", "passes"):
        for product in _rows(products, kind, path.name, found):
            _known_routes(product, f"{kind}: {product.get('id')!r}", path.name, routes, found)
