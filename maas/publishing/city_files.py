"""The text files of a city directory: city.toml and SOURCES.md."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gtfs.feed import Feed

MADE_BY = "maas city import"
"""Marks a city directory that may be replaced by another import."""

OSM_SOURCE = """[[sources]]
name = "© OpenStreetMap contributors"
licence = "ODbL 1.0"
url = "https://www.openstreetmap.org/copyright"
"""
"""Said on every page of a city with OpenStreetMap's streets, as their licence asks."""

_EURO_ZONES = (
    "Amsterdam Athens Berlin Bratislava Brussels Dublin Helsinki Lisbon Ljubljana Luxembourg Madrid"
    " Malta Paris Riga Rome Sofia Tallinn Vienna Vilnius Zagreb Busingen Andorra Monaco"
)
_DOLLAR_CITIES = "New_York Chicago Denver Los_Angeles Phoenix Anchorage Detroit Boise"
_DOLLAR_ZONES = "Eastern Central Mountain Pacific Alaska Hawaii"
_CURRENCIES: dict[str, str] = {
    **{f"Europe/{city}": "EUR" for city in _EURO_ZONES.split()},
    "Asia/Tokyo": "JPY",
    "Japan": "JPY",
    "Asia/Seoul": "KRW",
    "Asia/Taipei": "TWD",
    "Asia/Shanghai": "CNY",
    "Asia/Hong_Kong": "HKD",
    "Asia/Singapore": "SGD",
    "Asia/Bangkok": "THB",
    "Asia/Kolkata": "INR",
    "Europe/London": "GBP",
    "Europe/Zurich": "CHF",
    "Europe/Stockholm": "SEK",
    "Europe/Oslo": "NOK",
    "Europe/Copenhagen": "DKK",
    "Europe/Warsaw": "PLN",
    "Europe/Prague": "CZK",
    "Europe/Budapest": "HUF",
    "Europe/Bucharest": "RON",
    "America/Sao_Paulo": "BRL",
    "America/Toronto": "CAD",
    "America/Montreal": "CAD",
    "America/Vancouver": "CAD",
    "America/Mexico_City": "MXN",
    "Australia/Sydney": "AUD",
    "Australia/Melbourne": "AUD",
    "Australia/Brisbane": "AUD",
    "Australia/Perth": "AUD",
    "Pacific/Auckland": "NZD",
    **{f"America/{city}": "USD" for city in _DOLLAR_CITIES.split()},
    **{f"US/{zone}": "USD" for zone in _DOLLAR_ZONES.split()},
}

NO_CURRENCY = "XXX"
"""ISO 4217's code for no currency: prices are unknown until the city states one."""


@dataclass(frozen=True)
class CitySettings:
    """What city.toml says.

    Parameters
    ----------
    id, timezone, currency : str
        As in city.toml.
    languages : tuple of str
        The first is the feeds' own.
    feeds : tuple of str
        Folders.
    streets : str or None
        File name.
    name : mapping of str to str
        By language.
    center : tuple of float
        Lon, lat.
    bounds : tuple of float
        West, south, east, north.
    """

    id: str
    timezone: str
    currency: str
    languages: tuple[str, ...]
    feeds: tuple[str, ...]
    streets: str | None
    name: Mapping[str, str]
    center: tuple[float, float]
    bounds: tuple[float, float, float, float]


def currency_of_timezone(timezone: str) -> str:
    """Return the currency paid with where a time zone holds.

    Parameters
    ----------
    timezone : str
        IANA name.

    Returns
    -------
    str
        ISO 4217 code; ``XXX`` when not known.
    """
    return _CURRENCIES.get(timezone, NO_CURRENCY)


def _text(value: str) -> str:
    # JSON strings are TOML basic strings, but for the one control character JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def city_toml(settings: CitySettings) -> str:
    """Return the text of city.toml.

    Parameters
    ----------
    settings : CitySettings
        What to say.

    Returns
    -------
    str
        TOML.
    """
    lines = [
        f"id = {_text(settings.id)}",
        f"timezone = {_text(settings.timezone)}",
        f"currency = {_text(settings.currency)}",
        f"languages = [{', '.join(_text(code) for code in settings.languages)}]",
        f"feeds = [{', '.join(_text(name) for name in settings.feeds)}]",
    ]
    if settings.streets:
        lines.append(f"streets = {_text(settings.streets)}")
    lines.append(f"made_by = {_text(MADE_BY)}")
    lines += ["", "[name]"]
    lines += [f"{code} = {_text(name)}" for code, name in settings.name.items()]
    center = ", ".join(f"{part:.5f}" for part in settings.center)
    bounds = ", ".join(f"{part:.5f}" for part in settings.bounds)
    lines += ["", "[map]", f"center = [{center}]", f"bounds = [{bounds}]", ""]
    text = "\n".join(lines)
    return f"{text}\n{OSM_SOURCE}" if settings.streets else text


def sha256(path: Path) -> str:
    """Return the checksum of a file.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    str
        SHA-256 in hexadecimal; empty for a folder.
    """
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _feed_section(feed: Feed, source: Path) -> list[str]:
    lines = [f"## {feed.name}", "", f"- From: {source.resolve().name}"]
    checksum = sha256(source)
    if checksum:
        lines.append(f"- SHA-256: {checksum}")
    for row in feed.records("feed_info")[:1]:
        publisher, url = row["feed_publisher_name"], row["feed_publisher_url"]
        lines.append(f"- Publisher: {publisher}" + (f", {url}" if url else ""))
        if row["feed_version"]:
            lines.append(f"- Version: {row['feed_version']}")
    for row in feed.records("agency"):
        url = row["agency_url"]
        lines.append(f"- Operator: {row['agency_name']}" + (f", {url}" if url else ""))
    lines += [
        f"- Attribution: {row['organization_name']} {row['attribution_url']}".rstrip()
        for row in feed.records("attributions")
    ]
    return [*lines, "- Licence: GTFS states none; ask the publisher before riders see it.", ""]


def sources_md(
    feeds: Sequence[tuple[Feed, Path]], streets: Path | None, roads_note: str = ""
) -> str:
    """Return the text of SOURCES.md.

    Parameters
    ----------
    feeds : sequence of (Feed, Path)
        Each feed and where it came from.
    streets : Path or None
        Street file that was copied.
    roads_note : str
        Said about the streets, when not empty.

    Returns
    -------
    str
        Markdown.
    """
    lines = ["# Sources", "", f"Made by `{MADE_BY}`.", ""]
    for feed, source in feeds:
        lines += _feed_section(feed, source)
    lines += ["## Streets", ""]
    if streets is None:
        lines.append("None: walks are straight lines x 1.3.")
    else:
        lines += [
            f"- From: {streets.name}",
            f"- SHA-256: {sha256(streets)}",
            "- © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0",
        ]
    if roads_note:
        lines.append(roads_note)
    lines += ["", "## Places", "", "places.csv is made from the stops of the feeds.", ""]
    return "\n".join(lines)
