"""Street files of a city: checked before they are taken, and fetched from OpenStreetMap."""

import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maas.publishing.errors import (
    CityNotFoundError,
    PublishingError,
    StreetsNotFetchedError,
    StreetsUnusableError,
)

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

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
        Ways with a ``highway`` tag, counted up to the first thousand.
    """

    bounds: Bounds
    roads: int

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
    roads = 0
    west, south, east, north = 180.0, 90.0, -180.0, -90.0
    try:
        ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
        for _way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            roads += 1
            if roads == 1000:
                break
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
    return StreetFile((west, south, east, north), roads)


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


def download_with_osmnx(bounds: Bounds, target: Path) -> None:
    """Write OpenStreetMap's streets within bounds to a file.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north.
    target : Path
        The ``.osm`` file to write.
    """
    import osmnx

    with tempfile.TemporaryDirectory() as cache:
        osmnx.settings.cache_folder = cache
        # save_graph_xml needs each direction as an edge of its own, and no simplification.
        osmnx.settings.all_oneway = True
        graph = osmnx.graph.graph_from_bbox(
            bounds, network_type="all", simplify=False, retain_all=True
        )
        osmnx.io.save_graph_xml(graph, target)


def fetch_streets(
    city_dir: Path, source: Path | None = None, download: Download = download_with_osmnx
) -> StreetFile:
    """Replace the streets of a city by OpenStreetMap's.

    Parameters
    ----------
    city_dir : Path
        City directory.
    source : Path, optional
        A local .osm.pbf or .osm file to take instead of fetching one.
    download : callable, optional
        How to fetch; by default through osmnx.

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
            fresh = Path(work) / "streets.osm"
            _download((west, south, east, north), fresh, download)
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
    except Exception as error:  # osmnx, requests and the network raise kinds of their own
        raise StreetsNotFetchedError(
            "OpenStreetMap could not be reached. Try again when online, or give a file:"
            " download an extract as .osm.pbf elsewhere and name it with --osm.",
            reason=f"{type(error).__name__}: {error}"[:300],
        ) from error


def _take_over(city_dir: Path, old: object, fresh: Path) -> None:
    """Put the new file in place and name it in city.toml, the old one going last."""
    target = city_dir / fresh.name
    fresh.replace(target)
    if old == target.name:
        return
    config = city_dir / "city.toml"
    lines = config.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not re.match(r"\s*streets\s*=", line)]
    tables = [index for index, line in enumerate(kept) if line.startswith("[")]
    kept.insert(tables[0] if tables else len(kept), f'streets = "{target.name}"')
    draft = config.with_suffix(".toml.new")
    draft.write_text("\n".join(kept) + "\n", encoding="utf-8")
    draft.replace(config)
    if isinstance(old, str):
        (city_dir / old).unlink(missing_ok=True)


def _name_source(path: Path, source: Path | None) -> None:
    """Say in SOURCES.md where the streets are from now, instead of what was said before."""
    origin = f"- From: {source.name}" if source else "- From: OpenStreetMap, through osmnx"
    licence = "- © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0"
    section = f"## Streets\n\n{origin}\n{licence}\n"
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Sources\n"
    told, count = re.subn(
        r"^## Streets\n.*?(?=^## |\Z)", lambda _: section + "\n", text, flags=re.M | re.S
    )
    path.write_text(told if count else f"{text.rstrip()}\n\n{section}", encoding="utf-8")
