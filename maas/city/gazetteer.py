"""Place search: from what a person writes to a point of the city."""

import csv
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from maas.errors import CityInvalidError, OutsideAreaError, PlaceUnknownError
from routing.journeys import Place

_COORDINATE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$")
_KIND_ORDER = (
    "station",
    "hub",
    "onsen",
    "transport",
    "sight",
    "museum",
    "hall",
    "temple",
    "shrine",
    "park",
    "facility",
    "stop",
    "town",
    "shelter",
)
_COLUMNS = ("id", "name", "reading", "name_en", "kind", "lat", "lon", "stop_id", "aliases")
_LEAST_LIKENESS = 55
_ALIKE = 3
"""How a name fits that is only like the text: after equal, beginning and part."""


@dataclass(frozen=True)
class NamedPlace:
    """One line of places.csv.

    Parameters
    ----------
    id, name, reading, name_en, kind : str
        Identifier, name, reading in kana, English name, kind of place.
    lat, lon : float
        Degrees, WGS 84.
    stop_id : str or None
        The stop it is, when it is one.
    aliases : tuple[str, ...]
        Other names people use.
    """

    id: str
    name: str
    reading: str
    name_en: str
    kind: str
    lat: float
    lon: float
    stop_id: str | None
    aliases: tuple[str, ...]

    def place(self, language: str = "ja") -> Place:
        """Give the place as the planner takes it.

        Parameters
        ----------
        language : str
            ``en`` takes the English name where there is one.

        Returns
        -------
        Place
            Name, point and stop.
        """
        name = self.name_en if language == "en" and self.name_en else self.name
        return Place(name, self.lat, self.lon, self.stop_id)


class Gazetteer:
    """Finds places by name, reading, English name, alias, stop id or coordinates.

    Parameters
    ----------
    places : Iterable[NamedPlace]
        All places of the city.
    bounds : tuple[float, float, float, float]
        West, south, east, north in degrees: what counts as inside.
    stops : Mapping[str, Place]
        Every stop of the timetable by its id.
    center : tuple[float, float] or None
        Longitude and latitude of the middle of the city; of places that fit equally well the
        nearer one comes first. None for the middle of `bounds`.
    """

    def __init__(
        self,
        places: Iterable[NamedPlace],
        bounds: tuple[float, float, float, float],
        stops: Mapping[str, Place],
        center: tuple[float, float] | None = None,
    ) -> None:
        west, south, east, north = bounds
        middle = center or ((west + east) / 2, (south + north) / 2)
        self.places = tuple(sorted(places, key=lambda place: _rank(place, middle)))
        self.bounds = bounds
        self._stops = stops
        self._by_id = {place.id: place for place in self.places}
        self._keys: list[str] = []
        self._owners: list[NamedPlace] = []
        self._by_key: dict[str, NamedPlace] = {}
        for place in self.places:
            for text in (place.name, place.reading, place.name_en, *place.aliases):
                key = fold(text)
                if key:
                    self._keys.append(key)
                    self._owners.append(place)
                    self._by_key.setdefault(key, place)

    def stop(self, stop_id: str) -> Place | None:
        """Find a stop or station by its id.

        Parameters
        ----------
        stop_id : str
            As in stops.txt.

        Returns
        -------
        Place or None
            None where there is none.
        """
        return self._stops.get(stop_id)

    def search(self, text: str, limit: int = 8) -> list[NamedPlace]:
        """Suggest places for what has been typed so far.

        Names that equal the text come first, then those that begin with it, then those that
        contain it, then those that are alike (typing errors).

        Parameters
        ----------
        text : str
            What the person typed.
        limit : int
            Most suggestions.

        Returns
        -------
        list[NamedPlace]
            Best first, each place once.
        """
        wanted = fold(text)
        if not wanted:
            return list(self.places[:limit])
        found: dict[str, tuple[int, int]] = {}
        for order, (key, owner) in enumerate(zip(self._keys, self._owners, strict=True)):
            fit = _fit(wanted, key)
            if fit < _ALIKE and (fit, order) < found.get(owner.id, (_ALIKE, 0)):
                found[owner.id] = (fit, order)
        if len(found) < limit:
            alike = process.extract(wanted, self._keys, scorer=fuzz.WRatio, limit=4 * limit)
            for _key, likeness, order in alike:
                if likeness >= _LEAST_LIKENESS:
                    found.setdefault(self._owners[order].id, (_ALIKE, -round(10 * likeness)))
        best = sorted(found.items(), key=lambda item: item[1])
        return [self._by_id[place_id] for place_id, _fit_and_order in best[:limit]]

    def resolve(self, text: str, language: str = "ja", field: str = "") -> Place:
        """Take a place from a name, a stop id, a place id or ``lat,lon``.

        Parameters
        ----------
        text : str
            What the person wrote.
        language : str
            Language of the answered name.
        field : str
            What the person was asked (``from``, ``to``), for the error.

        Returns
        -------
        Place
            The point.

        Raises
        ------
        PlaceUnknownError
            Nothing has that name; ``params["suggestions"]`` holds what comes near.
        OutsideAreaError
            Coordinates outside the city.
        """
        coordinate = _COORDINATE.match(text)
        if coordinate:
            return self.point(float(coordinate[1]), float(coordinate[2]), field=field)
        found = self._by_key.get(fold(text)) or self._by_id.get(text.strip())
        if found:
            return found.place(language)
        stop = self._stops.get(text.strip())
        if stop:
            return stop
        suggestions = [near.place(language).name for near in self.search(text, 5)]
        hint = f"Did you mean: {', '.join(suggestions)}?" if suggestions else "Check the spelling."
        raise PlaceUnknownError(
            f"No place here is called {text!r}. {hint} A stop id or lat,lon works too.",
            text=text,
            suggestions=suggestions,
            **_asked(field),
        )

    def point(self, lat: float, lon: float, name: str = "", field: str = "") -> Place:
        """Take a bare coordinate, if it lies in the city.

        Parameters
        ----------
        lat, lon : float
            Degrees, WGS 84.
        name : str
            What to call it; empty for the coordinates themselves.
        field : str
            What the person was asked (``from``, ``to``), for the error.

        Returns
        -------
        Place
            The point.

        Raises
        ------
        OutsideAreaError
            It lies outside `bounds`.
        """
        west, south, east, north = self.bounds
        if not (south <= lat <= north and west <= lon <= east):
            raise OutsideAreaError(
                f"{lat},{lon} lies outside the area (latitude {south} to {north}, "
                f"longitude {west} to {east}). Choose a point inside; latitude comes first.",
                lat=lat,
                lon=lon,
                bounds=list(self.bounds),
                **_asked(field),
            )
        return Place(name or f"{lat:.5f},{lon:.5f}", lat, lon)


def fold(text: str) -> str:
    """Bring spellings of one name together: width, case, kana, spaces, marks.

    Parameters
    ----------
    text : str
        A name as written.

    Returns
    -------
    str
        Its key: NFKC, lower case, katakana as hiragana, accents and separators gone.
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in wide)
    plain = unicodedata.normalize("NFD", hiragana)
    kept = (c for c in plain if c.isalnum() or c in "ー\u3099\u309a")
    return unicodedata.normalize("NFC", "".join(kept))


def read_places(path: Path) -> list[NamedPlace]:
    """Read places.csv.

    Parameters
    ----------
    path : Path
        The file; UTF-8 with or without byte order mark.

    Returns
    -------
    list[NamedPlace]
        Its lines.

    Raises
    ------
    CityInvalidError
        A column is missing or a line cannot be read; names the row.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = sorted(set(_COLUMNS) - set(reader.fieldnames or ()))
        if missing:
            raise CityInvalidError(
                f"{path.name} lacks the columns {', '.join(missing)}; add them to its first line.",
                file=path.name,
                columns=missing,
            )
        return [_named_place(row, path.name, reader.line_num) for row in reader]


def _named_place(row: Mapping[str, str], file: str, line: int) -> NamedPlace:
    """Make a place of one line.

    Parameters
    ----------
    row : Mapping[str, str]
        Column to text.
    file : str
        File name, for messages.
    line : int
        Line number, for messages.

    Returns
    -------
    NamedPlace
        The place.
    """
    try:
        lat, lon = float(row["lat"]), float(row["lon"])
    except (TypeError, ValueError) as error:
        raise CityInvalidError(
            f"{file} row {line}: lat and lon must be decimal degrees.", file=file, row=line
        ) from error
    return NamedPlace(
        id=row["id"],
        name=row["name"],
        reading=row["reading"] or "",
        name_en=row["name_en"] or "",
        kind=row["kind"] or "",
        lat=lat,
        lon=lon,
        stop_id=row["stop_id"] or None,
        aliases=tuple(alias for alias in (row["aliases"] or "").split("|") if alias),
    )


def _asked(field: str) -> dict[str, str]:
    """Name the field an error is about.

    Parameters
    ----------
    field : str
        ``from`` or ``to``; empty where nobody asked by a field.

    Returns
    -------
    dict[str, str]
        The field as a parameter of the error, if there is one.
    """
    return {"field": field} if field else {}


def _rank(place: NamedPlace, middle: tuple[float, float]) -> tuple[int, float, str]:
    """Order places so that what people mean most comes first.

    Parameters
    ----------
    place : NamedPlace
        A place.
    middle : tuple[float, float]
        Longitude and latitude of the middle of the city.

    Returns
    -------
    tuple[int, float, str]
        Sort key: kind, distance from the middle, identifier.
    """
    known: Sequence[str] = _KIND_ORDER
    kind = known.index(place.kind) if place.kind in known else len(known)
    return kind, math.hypot(place.lon - middle[0], place.lat - middle[1]), place.id


def _fit(wanted: str, key: str) -> int:
    """Tell how a name holds the wanted text.

    Parameters
    ----------
    wanted, key : str
        Folded text and folded name.

    Returns
    -------
    int
        0 for equal, 1 for a beginning, 2 for a part, `_ALIKE` for neither.
    """
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1
    return 2 if wanted in key else _ALIKE
