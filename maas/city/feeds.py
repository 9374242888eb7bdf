"""What a city takes from its feeds beside the timetable, kept between starts."""

import dataclasses
import json
import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import gtfs
from gtfs.fares import FareTable
from gtfs.flex import BookingRule, FlexTrip, flex_trips
from gtfs.source import FeedSource, content_name
from gtfs.translations import Translations

_FORMAT = "feeds 2"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FeedFacts:
    """What feeds say beside their fixed lines.

    Parameters
    ----------
    flex_trips : tuple[FlexTrip, ...]
        On-demand services of all feeds.
    fare_tables : tuple[FareTable, ...]
        Fares of each feed.
    translations : tuple[Translations, ...]
        Translated names of each feed.
    """

    flex_trips: tuple[FlexTrip, ...]
    fare_tables: tuple[FareTable, ...]
    translations: tuple[Translations, ...]


def load_facts(sources: Sequence[FeedSource], cache_dir: Path | None = None) -> FeedFacts:
    """Read the kept facts of some feeds, or take them from the feeds and keep them.

    Parameters
    ----------
    sources : Sequence[FeedSource]
        The feeds; they are parsed only where nothing is kept.
    cache_dir : Path or None
        Where facts are kept, under a name made of the bytes of the feeds' files.

    Returns
    -------
    FeedFacts
        The facts.

    Raises
    ------
    gtfs.errors.GtfsError
        A feed cannot be read or planned with.
    """
    path = None
    if cache_dir is not None:
        path = cache_dir / f"feeds-{content_name(sources, (gtfs,), _FORMAT)}.json"
        kept = _read(path)
        if kept is not None:
            return kept
    feeds = [source.feed for source in sources]
    facts = FeedFacts(
        flex_trips=tuple(trip for feed in feeds for trip in flex_trips(feed)),
        fare_tables=tuple(FareTable.of(feed) for feed in feeds),
        translations=tuple(Translations.of(feed) for feed in feeds),
    )
    if path is not None:
        _write(path, facts)
    return facts


def _write(path: Path, facts: FeedFacts) -> None:
    """Keep facts; written beside the name and renamed, so that nobody reads half a file.

    Parameters
    ----------
    path : Path
        The file.
    facts : FeedFacts
        What to keep.
    """
    document = {
        "flex_trips": [dataclasses.astuple(trip) for trip in facts.flex_trips],
        "fare_tables": [
            [
                table.currency,
                _pairs(table.rules),
                [[route_id, sorted(zones), price] for route_id, zones, price in table.contained],
                table.zones,
                table.groups,
            ]
            for table in facts.fare_tables
        ],
        "translations": [[_pairs(t.by_record), _pairs(t.by_value)] for t in facts.translations],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        json.dump(document, file, ensure_ascii=False, default=_days_as_text)
    Path(file.name).replace(path)


def _read(path: Path) -> FeedFacts | None:
    """Read kept facts.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FeedFacts or None
        None where nothing is kept, or the file is broken and must be made again.
    """
    try:
        document = json.loads(path.read_bytes())
        return FeedFacts(
            flex_trips=tuple(_flex_trip(row) for row in document["flex_trips"]),
            fare_tables=tuple(_fare_table(*row) for row in document["fare_tables"]),
            translations=tuple(
                Translations(_mapping(records), _mapping(values))
                for records, values in document["translations"]
            ),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("making the broken file %s again: %s", path.name, error)
        return None


def _flex_trip(row: list[Any]) -> FlexTrip:
    """Make an on-demand trip of its values.

    Parameters
    ----------
    row : list[Any]
        As `dataclasses.astuple` gave them; lists stand for tuples.

    Returns
    -------
    FlexTrip
        The trip.
    """
    values = _named(FlexTrip, row)
    if values["booking_rule"] is not None:
        rule = _named(BookingRule, values["booking_rule"])
        if rule["counted_days"] is not None:
            rule["counted_days"] = frozenset(map(date.fromisoformat, rule["counted_days"]))
        values["booking_rule"] = BookingRule(**rule)
    return FlexTrip(**values)


def _days_as_text(days: frozenset[date]) -> list[str]:
    """Write the days a booking rule counts, which JSON has no word for.

    Parameters
    ----------
    days : frozenset[date]
        The days.

    Returns
    -------
    list[str]
        ISO 8601, in order.
    """
    return sorted(day.isoformat() for day in days)


def _fare_table(
    currency: str,
    rules: list[Any],
    contained: list[Any],
    zones: dict[str, list[str]],
    groups: dict[str, list[str]],
) -> FareTable:
    """Make a fare table of its values.

    Parameters
    ----------
    currency : str
        ISO 4217 code.
    rules : list[Any]
        Pairs of key and price.
    contained : list[Any]
        Route, zones and price.
    zones, groups : dict[str, list[str]]
        Zones of stops, groups of routes.

    Returns
    -------
    FareTable
        The table.
    """
    return FareTable(
        currency,
        _mapping(rules),
        tuple((route_id, frozenset(within), price) for route_id, within, price in contained),
        {stop_id: tuple(found) for stop_id, found in zones.items()},
        {route_id: tuple(found) for route_id, found in groups.items()},
    )


def _pairs(mapping: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """Write a mapping whose keys are tuples, which JSON has none of.

    Parameters
    ----------
    mapping : Mapping[Any, Any]
        The mapping.

    Returns
    -------
    list[tuple[Any, Any]]
        Its keys and values.
    """
    return list(mapping.items())


def _mapping(pairs: list[Any]) -> dict[Any, Any]:
    """Read what `_pairs` wrote.

    Parameters
    ----------
    pairs : list[Any]
        Keys and values.

    Returns
    -------
    dict[Any, Any]
        The mapping, in the same order.
    """
    return {tuple(key): value for key, value in pairs}


def _named(kind: type, row: Sequence[Any]) -> dict[str, Any]:
    """Name the values of a dataclass.

    Parameters
    ----------
    kind : type
        The dataclass.
    row : Sequence[Any]
        Its values in order; lists stand for tuples.

    Returns
    -------
    dict[str, Any]
        Value by field.
    """
    names = [field.name for field in dataclasses.fields(kind)]
    return dict(zip(names, map(_frozen, row), strict=True))


def _frozen(value: Any) -> Any:
    """Turn a list that JSON made of a tuple back into one.

    Parameters
    ----------
    value : Any
        A value.

    Returns
    -------
    Any
        The tuple, or the value itself; what is inside stays as it is (zones are GeoJSON).
    """
    return tuple(value) if isinstance(value, list) else value
