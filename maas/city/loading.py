"""Reading a city directory: city.toml, feeds, streets and places into one immutable City."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gtfs.errors import GtfsError
from gtfs.fares import FareTable
from gtfs.flex import FlexTrip
from gtfs.source import FeedSource
from gtfs.translations import Translations
from maas.city.emissions import Emissions, read_emissions
from maas.city.feeds import load_facts
from maas.city.gazetteer import Gazetteer, read_places
from maas.city.realtime import RealtimeSource, read_sources
from maas.errors import CityInvalidError
from routing.errors import RoutingError
from routing.journeys import Place
from routing.planner import Planner
from routing.snapshot import load_timetable
from routing.speeds import Speeds
from routing.straight import StraightStreets
from routing.streets import StreetNetwork, Streets
from routing.timetable import Timetable

_ID = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class City:
    """Everything about a city that does not change while the service runs.

    Parameters
    ----------
    folder : Path
        The city directory.
    id : str
        Short identifier.
    name : dict[str, str]
        Name by language.
    timezone : ZoneInfo
        The city's clock.
    currency : str
        ISO 4217 code of its prices.
    languages : tuple[str, ...]
        Languages it speaks, its own first.
    center : tuple[float, float]
        Longitude and latitude to open the map at.
    bounds : tuple[float, float, float, float]
        West, south, east, north.
    notice : dict[str, str]
        What every page must say about the data, by language; empty for nothing.
    sources : tuple[dict[str, str], ...]
        Where the data comes from: name, licence, and url where there is one.
    emissions : Emissions
        Carbon dioxide by mode, with its source.
    timetable : Timetable
        Fixed lines of its feeds.
    fare_tables : tuple[FareTable, ...]
        Fares of each feed.
    streets : Streets
        Ways to walk and drive.
    streets_file : Path or None
        The street file.
    streets_digest : str
        SHA-256 of the street file and the speeds on it; empty without streets.
    flex_trips : tuple[FlexTrip, ...]
        Their on-demand services.
    planner : Planner
        The journey planner over all of it.
    gazetteer : Gazetteer
        Place search.
    words : Words
        Names in other languages.
    country : str
        ISO 3166 code, for telephone numbers without one; empty where city.toml says none.
    realtime : tuple[RealtimeSource, ...]
        Where operators tell what happens on the road.
    holidays : frozenset[date]
        Public holidays, on which rides of a series do not take place unless wished.
    """

    folder: Path
    id: str
    name: dict[str, str]
    timezone: ZoneInfo
    currency: str
    languages: tuple[str, ...]
    center: tuple[float, float]
    bounds: tuple[float, float, float, float]
    notice: dict[str, str]
    sources: tuple[dict[str, str], ...]
    emissions: Emissions
    timetable: Timetable
    fare_tables: tuple[FareTable, ...]
    streets: Streets
    streets_file: Path | None
    streets_digest: str
    flex_trips: tuple[FlexTrip, ...]
    planner: Planner
    gazetteer: Gazetteer
    words: "Words"
    country: str = ""
    realtime: tuple[RealtimeSource, ...] = ()
    holidays: frozenset[date] = frozenset()

    def stop(self, stop_id: str) -> Place | None:
        """Find a stop or station by its id.

        Parameters
        ----------
        stop_id : str
            As in stops.txt of any feed.

        Returns
        -------
        Place or None
            None where no feed has it.
        """
        return self.gazetteer.stop(stop_id)

    @property
    def first_day(self) -> date:
        """First day any line runs.

        Returns
        -------
        date
            A service day.
        """
        return self.timetable.first_day

    @property
    def last_day(self) -> date:
        """Last day any line runs.

        Returns
        -------
        date
            A service day.
        """
        return self.timetable.last_day


class Words:
    """Names of stops, lines and agencies in the languages the feeds are translated into.

    Parameters
    ----------
    translations : Sequence[Translations]
        Those of the city's feeds.
    """

    def __init__(self, translations: Sequence[Translations]) -> None:
        self._translations = tuple(translations)

    def text(self, table: str, field: str, record_id: str, value: str, language: str) -> str:
        """Say a value of a feed in a language.

        Parameters
        ----------
        table, field, record_id : str
            Where the value stands, such as ``stops``, ``stop_name`` and the stop's id.
        value : str
            The value itself.
        language : str
            BCP 47 code.

        Returns
        -------
        str
            Its translation, or the value itself where no feed translates it.
        """
        for translations in self._translations:
            text: str = translations.text(table, field, record_id, value, language)
            if text != value:
                return text
        return value


def load_city(folder: Path, cache_dir: Path | None = None) -> City:
    """Read a city directory.

    Parameters
    ----------
    folder : Path
        Directory with a city.toml (``maas city import`` makes one from any GTFS).
    cache_dir : Path or None
        Where computed arrays may be kept between starts.

    Returns
    -------
    City
        The city, ready to plan in.

    Raises
    ------
    CityInvalidError
        Something in it cannot be used; the message names the file.
    """
    table = _read_table(folder)
    with _faults_named(folder):
        facts = _facts(table)
        feed_names = [str(name) for name in table["feeds"]]
        streets_file = folder / table["streets"] if table.get("streets") else None
    if streets_file is not None and not streets_file.is_file():
        raise CityInvalidError(
            f"{streets_file} is not there. Put it there, or take `streets` out of city.toml: walks "
            "are straight lines then.",
            file=str(streets_file),
        )
    try:
        return _read_city(folder, facts, feed_names, streets_file, cache_dir)
    except (GtfsError, RoutingError) as error:
        raise CityInvalidError(f"{folder}: {error}", folder=str(folder)) from error


def _read_city(
    folder: Path,
    facts: dict[str, Any],
    feed_names: list[str],
    streets_file: Path | None,
    cache_dir: Path | None,
) -> City:
    """Read feeds, streets and places.

    Parameters
    ----------
    folder : Path
        The city directory.
    facts : dict[str, Any]
        What city.toml says of the city itself.
    feed_names : list[str]
        Folders of its feeds in it.
    streets_file : Path or None
        Its streets.
    cache_dir : Path or None
        Where computed arrays may be kept.

    Returns
    -------
    City
        The city.
    """
    zone: ZoneInfo = facts["timezone"]
    # Sources parse a feed when something of it is not kept, once for all who ask.
    sources = [FeedSource(folder / name, name) for name in feed_names]
    facts_of_feeds = load_facts(sources, cache_dir)
    timetable = load_timetable(sources, zone, cache_dir)
    trips = facts_of_feeds.flex_trips
    streets: Streets = StraightStreets()
    digest = ""
    if streets_file is not None:
        speeds_file = folder / "speeds.csv"
        streets = StreetNetwork.load(streets_file, cache_dir, Speeds.read(speeds_file))
        with streets_file.open("rb") as file:
            both = hashlib.file_digest(file, "sha256")
        both.update(speeds_file.read_bytes() if speeds_file.is_file() else b"")
        digest = both.hexdigest()
    return City(
        folder=folder,
        **facts,
        timetable=timetable,
        fare_tables=facts_of_feeds.fare_tables,
        streets=streets,
        streets_file=streets_file,
        streets_digest=digest,
        flex_trips=trips,
        planner=Planner(timetable, streets, trips, zone),
        gazetteer=Gazetteer(
            read_places(folder / "places.csv"),
            facts["bounds"],
            dict(_stops(timetable)),
            facts["center"],
        ),
        words=Words(facts_of_feeds.translations),
    )


def _facts(table: dict[str, Any]) -> dict[str, Any]:
    """Take from city.toml what a city says of itself.

    Parameters
    ----------
    table : dict[str, Any]
        Its content.

    Returns
    -------
    dict[str, Any]
        The fields of `City` that come from there.
    """
    west, south, east, north = (float(edge) for edge in table["map"]["bounds"])
    lon, lat = (float(part) for part in table["map"]["center"])
    if not _ID.fullmatch(table["id"]):  # it names the database file
        raise ValueError(f"id {table['id']!r} may hold letters, digits, - and _ only")
    return {
        "id": table["id"],
        "name": dict(table["name"]),
        "timezone": ZoneInfo(table["timezone"]),
        "currency": str(table["currency"]),
        "country": str(table.get("country", "")),
        "languages": tuple(table["languages"]),
        "center": (lon, lat),
        "bounds": (west, south, east, north),
        "notice": _joined(table.get("notice", {}), table.get("streets_notice", {})),
        "sources": tuple(dict(source) for source in table.get("sources", ())),
        "emissions": read_emissions(table.get("co2")),
        "realtime": read_sources(table),
        "holidays": frozenset(date.fromisoformat(str(day)) for day in table.get("holidays", ())),
    }


def _joined(*notices: dict[str, str]) -> dict[str, str]:
    """Say several notices as one.

    Parameters
    ----------
    *notices : dict[str, str]
        Texts by language.

    Returns
    -------
    dict[str, str]
        Each language's texts in one line, by language.
    """
    languages = dict.fromkeys(code for notice in notices for code in notice)
    texts = {code: [notice[code] for notice in notices if code in notice] for code in languages}
    # Sentences that end in an ideographic full stop stand side by side.
    return {code: " ".join(parts).replace("。 ", "。") for code, parts in texts.items()}


def _read_table(folder: Path) -> dict[str, Any]:
    """Read city.toml.

    Parameters
    ----------
    folder : Path
        The city directory.

    Returns
    -------
    dict[str, Any]
        Its content.
    """
    path = folder / "city.toml"
    if not path.is_file():
        raise CityInvalidError(
            f"{folder} is not a city directory: it has no city.toml. Make one with "
            "`maas city import --gtfs FEED.zip --out DIR`, then use --city DIR.",
            folder=str(folder),
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityInvalidError(f"{path}: {error}. Mend the line.", file=str(path)) from error


@contextmanager
def _faults_named(folder: Path) -> Iterator[None]:
    """Turn a fault of city.toml into an error that names it.

    Parameters
    ----------
    folder : Path
        The city directory.

    Yields
    ------
    None
        Nothing.
    """
    try:
        yield
    except ZoneInfoNotFoundError as error:  # a kind of KeyError
        raise CityInvalidError(
            f"{folder / 'city.toml'}: timezone is not an IANA name such as Asia/Tokyo."
        ) from error
    except KeyError as error:
        raise CityInvalidError(
            f"{folder / 'city.toml'} lacks {error}; see README, “Another city”.", field=str(error)
        ) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CityInvalidError(
            f"{folder / 'city.toml'} holds a value that cannot be used ({error}). "
            f"`maas city check {folder}` tells which.",
            file=str(folder / "city.toml"),
        ) from error


def _stops(timetable: Timetable) -> Iterator[tuple[str, Place]]:
    """List every stop and station as a place.

    Parameters
    ----------
    timetable : Timetable
        The timetable.

    Yields
    ------
    tuple[str, Place]
        Stop id and place.
    """
    for number, stop_id in enumerate(timetable.stop_ids):
        yield stop_id, timetable.place(number)
