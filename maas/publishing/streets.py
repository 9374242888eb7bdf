"""Street files of a city: checked before they are taken, and fetched from OpenStreetMap."""

import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maas.publishing.city_files import OSM_SOURCE
from maas.publishing.errors import (
    CityNotFoundError,
    PublishingError,
    StreetsNotFetchedError,
    StreetsUnusableError,
)
from maas.publishing.overpass import Bounds, download_from_overpass

Download = Callable[[Bounds, Path], None]
"""Writes the streets within bounds to a ``.osm`` file."""

_MARGIN_DEGREES = 0.005
_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.xml", ".osm.gz", ".osm.bz2")


@dataclass(frozen=True)
class StreetFile:
    """What a street file covers.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north of its nodes.
    roads : int
        Ways with a ``highway`` tag.
    turn_restrictions : int
        Relations that forbid or force turns; without any, cars turn everywhere.
    """

    bounds: Bounds
    roads: int
    turn_restrictions: int

    def covers(self, lat: float, lon: float) -> bool:
        """Whether a point lies where the file has data.

        Parameters
        ----------
        lat, lon : float
            Degrees.

        Returns
        -------
        bool
            True within its bounds and half a kilometre around them.
        """
        west, south, east, north = self.bounds
        inside_lat = south - _MARGIN_DEGREES <= lat <= north + _MARGIN_DEGREES
        return inside_lat and west - _MARGIN_DEGREES <= lon <= east + _MARGIN_DEGREES


def stored_name(path: Path) -> str:
    """Return the name of a street file inside a city directory.

    Parameters
    ----------
    path : Path
        A file ending in .osm.pbf, .pbf, .osm or a packed .osm.

    Returns
    -------
    str
        ``streets`` with the same ending.

    Raises
    ------
    StreetsUnusableError
        If the ending tells another kind of file.
    """
    name = path.name.lower()
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return "streets" + (".osm.pbf" if suffix == ".pbf" else suffix)
    raise StreetsUnusableError(
        f"{path.name} is no OpenStreetMap file. Give a file that ends in .osm.pbf or .osm.",
        file=path.name,
    )


def inspect_streets(path: Path) -> StreetFile:
    """Open a street file and see what it covers.

    Parameters
    ----------
    path : Path
        OSM file, any kind osmium reads.

    Returns
    -------
    StreetFile
        Its bounds and roads.

    Raises
    ------
    StreetsUnusableError
        If there is no such file, it cannot be read, or no road is in it.
    """
    import osmium

    if not path.is_file():
        raise StreetsUnusableError(
            f"There is no street file at {path}. Give the path of an .osm.pbf or .osm file.",
            file=str(path),
        )
    stored_name(path)
    west, south, east, north = 180.0, 90.0, -180.0, -90.0
    try:
        ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
        roads = sum(1 for _ in ways.with_filter(osmium.filter.KeyFilter("highway")))
        relations = osmium.FileProcessor(str(path), osmium.osm.RELATION)
        rules = osmium.filter.TagFilter(("type", "restriction"))
        restrictions = sum(1 for _ in relations.with_filter(rules))
        # Extracts often carry no box in their header, so the nodes themselves are looked at.
        nodes: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.NODE)
        for node in nodes:
            lon, lat = node.location.lon, node.location.lat
            west, east = min(west, lon), max(east, lon)
            south, north = min(south, lat), max(north, lat)
    except (RuntimeError, OSError) as error:  # osmium's errors are RuntimeErrors
        raise StreetsUnusableError(
            f"{path.name} cannot be read as OpenStreetMap data ({error})."
            " Download or extract it again.",
            file=path.name,
        ) from error
    if roads == 0 or west > east:
        raise StreetsUnusableError(
            f"{path.name} holds no roads (ways with a highway tag). Extract it with its roads.",
            file=path.name,
        )
    return StreetFile((west, south, east, north), roads, restrictions)


def check_overlap(
    path: Path, streets: StreetFile, bounds: Bounds, stops: Sequence[tuple[float, float]]
) -> int:
    """Make sure that a street file belongs to a city.

    Parameters
    ----------
    path : Path
        The file, for the message.
    streets : StreetFile
        What it covers.
    bounds : tuple of float
        West, south, east, north of the city.
    stops : sequence of (lat, lon)
        Its stops, degrees.

    Returns
    -------
    int
        Stops inside the file; 0 when it only touches the margin of the city.

    Raises
    ------
    StreetsUnusableError
        If the file lies wholly outside the bounds.
    """
    west, south, east, north = streets.bounds
    apart = west > bounds[2] or east < bounds[0] or south > bounds[3] or north < bounds[1]
    if apart:
        raise StreetsUnusableError(
            f"{path.name} covers latitude {south:.3f} to {north:.3f} and longitude {west:.3f} to"
            f" {east:.3f}, but the city lies at latitude {bounds[1]:.3f} to {bounds[3]:.3f} and"
            f" longitude {bounds[0]:.3f} to {bounds[2]:.3f}. Give the extract of the same place"
            " as the feed.",
            file=path.name,
            bounds=list(streets.bounds),
        )
    return sum(streets.covers(lat, lon) for lat, lon in stops)


def fetch_streets(
    city_dir: Path, source: Path | None = None, download: Download = download_from_overpass
) -> StreetFile:
    """Replace the streets of a city by OpenStreetMap's.

    Parameters
    ----------
    city_dir : Path
        City directory.
    source : Path, optional
        A local .osm.pbf or .osm file to take instead of fetching one.
    download : callable, optional
        How to fetch; by default from an Overpass server.

    Returns
    -------
    StreetFile
        What the new file covers.

    Raises
    ------
    CityNotFoundError
        If there is no city.
    StreetsNotFetchedError
        If OpenStreetMap cannot be reached.
    StreetsUnusableError
        If the file cannot be read or lies elsewhere.
    """
    config = city_dir / "city.toml"
    if not config.is_file():
        raise CityNotFoundError(
            f"{city_dir} is no city directory: it has no city.toml.", folder=str(city_dir)
        )
    settings = tomllib.loads(config.read_text(encoding="utf-8"))
    west, south, east, north = (float(edge) for edge in settings["map"]["bounds"])
    with tempfile.TemporaryDirectory(prefix=".streets-", dir=city_dir) as work:
        if source is None:
            answer, fresh = Path(work) / "answer.osm", Path(work) / "streets.osm.pbf"
            _download((west, south, east, north), answer, download)
            inspect_streets(answer)
            _pack(answer, fresh)
        else:
            inspect_streets(source)
            fresh = Path(work) / stored_name(source)
            shutil.copyfile(source, fresh)
        streets = inspect_streets(fresh)
        check_overlap(source or fresh, streets, (west, south, east, north), ())
        _take_over(city_dir, settings.get("streets"), fresh)
    _name_source(city_dir / "SOURCES.md", source)
    return streets


def _download(bounds: Bounds, target: Path, download: Download) -> None:
    try:
        download(bounds, target)
    except PublishingError:
        raise
    except ConnectionError as error:
        raise StreetsNotFetchedError(
            "OpenStreetMap could not be reached. Try again when online, or give a file:"
            " download an extract as .osm.pbf elsewhere and name it with --osm.",
            reason=str(error)[:300],
        ) from error


def _pack(source: Path, target: Path) -> None:
    """Copy OpenStreetMap data into a file of another kind, a tenth as long."""
    import osmium

    with osmium.SimpleWriter(str(target)) as writer:
        things: Iterable[Any] = osmium.FileProcessor(str(source))
        for thing in things:
            writer.add(thing)


def _take_over(city_dir: Path, old: object, fresh: Path) -> None:
    """Put the new file in place and say so in city.toml, the old file going last."""
    target = city_dir / fresh.name
    fresh.replace(target)
    config = city_dir / "city.toml"
    text = config.read_text(encoding="utf-8")
    told = _with_real_streets(text, target.name)
    if told != text:
        draft = config.with_suffix(".toml.new")
        draft.write_text(told, encoding="utf-8")
        draft.replace(config)
    if isinstance(old, str) and old != target.name:
        (city_dir / old).unlink(missing_ok=True)


def _with_real_streets(text: str, name: str) -> str:
    """City.toml with the file of its streets and whose they are, without a notice on old ones."""
    text = re.sub(r"^\[streets_notice\]\n(?:(?!\[).*(?:\n|\Z))*", "", text, flags=re.M)
    lines, named = text.splitlines(), f'streets = "{name}"'
    if named not in lines:
        lines = [line for line in lines if not re.match(r"\s*streets\s*=", line)]
        tables = [index for index, line in enumerate(lines) if line.startswith("[")]
        lines.insert(tables[0] if tables else len(lines), named)
    told = "\n".join(lines) + "\n"
    sources = tomllib.loads(told).get("sources", ())
    if any("OpenStreetMap" in str(source.get("name")) for source in sources):
        return told
    return f"{told.rstrip()}\n\n{OSM_SOURCE}"


def _name_source(path: Path, source: Path | None) -> None:
    """Say in SOURCES.md where the streets are from now, instead of what was said before."""
    origin = (
        f"- From: {source.name}" if source else "- From: OpenStreetMap, through an Overpass server"
    )
    licence = "- © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0"
    section = f"## Streets\n\n{origin}\n{licence}\n"
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Sources\n"
    told, count = re.subn(
        r"^## Streets\n.*?(?=^## |\Z)", lambda _: section + "\n", text, flags=re.M | re.S
    )
    path.write_text(told if count else f"{text.rstrip()}\n\n{section}", encoding="utf-8")
