"""Requests of a day that is only tried out: read from a file, or drawn."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dispatch.errors import DispatchError
from dispatch.problem import UNREACHABLE, Load, Request
from dispatch.simulation import Wish
from gtfs.errors import GtfsError
from gtfs.times import parse_time
from maas.city import City
from maas.errors import InvalidRequestError
from maas.operations.fleet import Area

REQUIRED = ("requested_at", "from_stop_id", "to_stop_id")
LABELS = ("zone", "age_group", "mobility_aid")
"""Columns that say who asks; figures are also given group by group."""

OPTIONAL = (
    *("id", "earliest_pickup", "latest_pickup", "seats", "wheelchairs"),
    *("cancelled_at", "no_show", *LABELS),
)
MOST_REQUESTS = 1_000_000
_MOST_FAULTS = 20


@dataclass(frozen=True)
class Demand:
    """Who asks on a day.

    Parameters
    ----------
    wishes : tuple of Wish
        In the order of asking; instants are seconds of the service day.
    labels : Mapping of str to Mapping of str to str
        By request, what is known of who asks, by column of ``LABELS``.
    """

    wishes: tuple[Wish, ...]
    labels: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Terms:
    """What a party of an area asks for that says nothing else.

    Parameters
    ----------
    area : Area
        The area.
    longest_wait_s : int
        Latest boarding after the earliest.
    """

    area: Area
    longest_wait_s: int

    def request(
        self, name: str, stops: tuple[int, int], window: tuple[int, int], load: Load
    ) -> Request:
        """Make a request of it.

        Parameters
        ----------
        name : str
            Its id.
        stops : tuple of int
            Nodes of boarding and alighting.
        window : tuple of int
            Earliest and latest boarding.
        load : Load
            The party.

        Returns
        -------
        Request
            With the longest ride the area allows.
        """
        longest_s = self.area.longest_ride_s(int(self.area.travel_s[stops]))
        boarding_s = self.area.rules.boarding_s
        latest_s = window[1] + boarding_s + longest_s
        return Request(name, *stops, *window, latest_s, longest_s, load, boarding_s=boarding_s)


def read_demand(path: Path, terms: Terms) -> Demand:
    """Read requests from a CSV file in UTF-8, a line for each, in the order of ``requested_at``.

    Parameters
    ----------
    path : Path
        The file; columns as in ``REQUIRED`` and ``OPTIONAL``.
    terms : Terms
        What holds for a request that says nothing else.

    Returns
    -------
    Demand
        The requests.

    Raises
    ------
    InvalidRequestError
        The file cannot be read; every line at fault is named with what is wrong, 20 of them at
        most.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InvalidRequestError(
            f"{path.name}, line {line}: this is not UTF-8; save the file as UTF-8 and try again.",
            line=line,
        ) from error
    rows = csv.DictReader(text.splitlines(), restkey="", restval="")
    _check_header(path, rows.fieldnames or ())
    reader, faults = _Lines(terms), list[str]()
    for row in rows:
        try:
            reader.take({name: "".join(value or "").strip() for name, value in row.items()})
        except (ValueError, DispatchError) as error:
            faults.append(f"line {rows.line_num}: {error}")
    if faults:
        more = f" And {len(faults) - _MOST_FAULTS} more." if len(faults) > _MOST_FAULTS else ""
        said = " ".join(faults[:_MOST_FAULTS])
        raise InvalidRequestError(f"{path.name}, {said}{more}", lines=len(faults))
    return Demand(tuple(reader.wishes), reader.labels)


def _check_header(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in REQUIRED + OPTIONAL]
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if missing or unknown or twice:
        said = [
            f"{word} {', '.join(map(repr, found))}"
            for word, found in (("lacks", missing), ("does not know", unknown), ("repeats", twice))
            if found
        ]
        raise InvalidRequestError(
            f"{path.name}, line 1: the header {' and '.join(said)}. It needs "
            f"{', '.join(REQUIRED)}, and may have {', '.join(OPTIONAL)}.",
        )


class _Lines:
    """Takes line after line; each is checked alone and against those before it."""

    def __init__(self, terms: Terms) -> None:
        self.wishes: list[Wish] = []
        self.labels: dict[str, dict[str, str]] = {}
        self._terms = terms
        self._before_s = -1
        self._known: set[str] = set()

    def take(self, row: Mapping[str, str]) -> None:
        """Take one line; ValueError says what is wrong with it."""
        if row.get("", ""):
            raise ValueError("there are more fields than columns; quote fields that hold commas.")
        number = len(self._known) + 1
        name = row.get("id") or f"r{number}"
        if name in self._known:
            raise ValueError(f"the id {name!r} was there before; ids must differ.")
        self._known.add(name)
        asked_s = _time(row, "requested_at")
        if asked_s < self._before_s:
            raise ValueError(
                f"requested_at {row['requested_at']} is before that of the line above; sort the "
                "lines by it."
            )
        self._before_s = asked_s
        earliest_s = _time(row, "earliest_pickup", asked_s)
        if earliest_s < asked_s:
            raise ValueError("earliest_pickup is before requested_at; nobody rides before asking.")
        latest_s = _time(row, "latest_pickup", earliest_s + self._terms.longest_wait_s)
        stops = (self._node(row["from_stop_id"]), self._node(row["to_stop_id"]))
        self._check_way(row, stops)
        load = Load(_count(row, "seats", 1), _count(row, "wheelchairs", 0))
        request = self._terms.request(name, stops, (earliest_s, latest_s), load)
        cancelled_s = _time(row, "cancelled_at") if row.get("cancelled_at") else None
        appears = not _count(row, "no_show", 0)
        self.wishes.append(Wish(request, asked_s, cancelled_s, appears))
        self.labels[name] = {label: row[label] for label in LABELS if label in row}
        if len(self.wishes) > MOST_REQUESTS:
            raise ValueError(f"a day may have {MOST_REQUESTS} requests; give fewer.")

    def _node(self, stop_id: str) -> int:
        node = self._terms.area.nodes.get(stop_id)
        if node is None:
            raise ValueError(f"stop {stop_id!r} is no stop of area {self._terms.area.id}.")
        return node

    def _check_way(self, row: Mapping[str, str], stops: tuple[int, int]) -> None:
        if stops[0] == stops[1]:
            raise ValueError(f"from and to are the same stop, {row['from_stop_id']!r}.")
        if self._terms.area.travel_s[stops] == UNREACHABLE:
            raise ValueError(
                f"there is no way from {row['from_stop_id']!r} to {row['to_stop_id']!r}."
            )


def _time(row: Mapping[str, str], column: str, default_s: int | None = None) -> int:
    text = row.get(column, "")
    if not text and default_s is not None:
        return default_s
    try:
        return parse_time(text if text.count(":") == 2 else f"{text}:00")
    except GtfsError as error:
        raise ValueError(
            f"{column} is {text!r}; write a time such as 08:30 or 08:30:15."
        ) from error


def _count(row: Mapping[str, str], column: str, default: int) -> int:
    text = row.get(column, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise ValueError(f"{column} is {text!r}; write a number such as {default}.")
    return int(text)


def draw_demand(
    city: City, terms: Terms, hours: tuple[int, int], per_hour: float, seed: int
) -> Demand:
    """Draw requests: a Poisson process between the stops of an area.

    Each stop weighs one, and one more for each named place of the city to which it is the nearest
    stop. Boarding stops are drawn by weight; alighting stops by weight among those that can be
    reached. One seat each, asked when they want to go.

    Parameters
    ----------
    city : City
        Its named places weigh.
    terms : Terms
        What everybody asks for.
    hours : tuple of int
        First and last instant of asking, seconds of the service day.
    per_hour : float
        Requests in an hour, on average.
    seed : int
        The same seed draws the same day.

    Returns
    -------
    Demand
        The requests.

    Raises
    ------
    InvalidRequestError
        The rate is not possible, or the area has no two stops with a way between them.
    """
    span_s = hours[1] - hours[0]
    if not 0 < per_hour * max(span_s, 1) / 3600 <= MOST_REQUESTS:
        raise InvalidRequestError(
            f"--rate is {per_hour}; give requests an hour, more than 0, and {MOST_REQUESTS} on the "
            "day at most."
        )
    dice = np.random.default_rng(seed)
    weights = _weights(city, terms.area)
    ways = (terms.area.travel_s < UNREACHABLE) & ~np.eye(len(weights), dtype=bool)
    shares = np.where(ways, weights[None, :], 0.0)
    starts = np.where(shares.any(axis=1), weights, 0.0)
    if not starts.any():
        raise InvalidRequestError(
            f"Area {terms.area.id} has no two stops with a way between them.", area=terms.area.id
        )
    count = int(dice.poisson(per_hour * span_s / 3600))
    asked_s = np.sort(dice.integers(hours[0], hours[1], count)).tolist()
    origins = dice.choice(len(weights), count, p=starts / starts.sum()).tolist()
    reach = np.cumsum(shares, axis=1)
    wishes = []
    for number, (at_s, origin, luck) in enumerate(
        zip(asked_s, origins, dice.random(count).tolist(), strict=True), start=1
    ):
        to = int(np.searchsorted(reach[origin], luck * reach[origin, -1], side="right"))
        window = (at_s, at_s + terms.longest_wait_s)
        wishes.append(Wish(terms.request(f"r{number:06}", (origin, to), window, Load(1)), at_s))
    return Demand(tuple(wishes), {})


def _weights(city: City, area: Area) -> np.ndarray:
    """Weigh the stops of an area by the places around them."""
    weights = np.ones(len(area.nodes))
    points = np.array([(lat, lon) for lat, lon in _points(city, area)])
    wider = np.array([1.0, np.cos(np.radians(points[:, 0].mean()))])
    for place in city.gazetteer.places:
        offset = (points - (place.lat, place.lon)) * wider
        weights[int((offset**2).sum(axis=1).argmin())] += 1
    return weights


def _points(city: City, area: Area) -> Iterator[tuple[float, float]]:
    for stop_id in area.nodes:
        place = city.stop(stop_id)
        if place is None:
            raise InvalidRequestError(f"Stop {stop_id!r} is in no stops.txt of the city.")
        yield place.lat, place.lon
