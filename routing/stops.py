"""Stops of all feeds as arrays: where they are, what they are, and who gets on there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from gtfs.feed import Feed

UNKNOWN, ACCESSIBLE, INACCESSIBLE = 0, 1, 2
"""What feeds say of wheelchairs, as in stops.txt and trips.txt."""

PLATFORM, STATION, ENTRANCE, NODE, BOARDING_AREA = 0, 1, 2, 3, 4
"""location_type of stops.txt."""

_LEVELS_OF_PARENTS: Final = 2
"""A boarding area has a platform, which has a station; that is all."""


@dataclass(frozen=True, eq=False)
class Stops:
    """Stops of some feeds, S of them; see `routing.timetable.Timetable` for the columns.

    Parameters
    ----------
    ids, names, platforms
        Texts.
    lat, lon
        Degrees.
    parents
        Index of the parent, -1 for none.
    kinds
        location_type, uint8.
    wheelchair
        0 unknown, 1 accessible, 2 not; those of the parent where a stop says nothing; uint8.
    levels
        level_index of levels.txt, NaN where there is none; float64.
    numbers
        Index of each stop_id, by feed.
    """

    ids: list[str]
    names: list[str]
    platforms: list[str]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    parents: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    wheelchair: NDArray[np.uint8]
    levels: NDArray[np.float64]
    numbers: list[dict[str, int]]

    def with_twins(self, originals: NDArray[np.int64]) -> "Stops":
        """Stops of their own for some vehicles, at the same places.

        Parameters
        ----------
        originals
            The stop that each twin stands beside, int64.

        Returns
        -------
        Stops
            With the twins behind all others, each a boarding area of its original.
        """
        at = np.concatenate([np.arange(len(self.ids)), originals])
        fresh = len(self.ids)
        parents, kinds = self.parents[at], self.kinds[at]
        parents[fresh:] = originals
        kinds[fresh:] = BOARDING_AREA
        return Stops(
            [self.ids[n] for n in at.tolist()],
            [self.names[n] for n in at.tolist()],
            [self.platforms[n] for n in at.tolist()],
            self.lat[at],
            self.lon[at],
            parents,
            kinds,
            self.wheelchair[at],
            self.levels[at],
            self.numbers,
        )


def read_stops(feeds: "Sequence[Feed]") -> Stops:
    """Read the stops of feeds.

    Parameters
    ----------
    feeds
        The feeds of a city.

    Returns
    -------
    Stops
        In the order of the feeds; nodes of stations and boarding areas without a coordinate stand
        where their parent stands, other stops without one are left out.
    """
    import pandas as pd  # a quarter of a second, and a kept timetable needs no tables

    tables: list[pd.DataFrame] = []
    parents: list[int] = []
    levels: list[float] = []
    numbers: list[dict[str, int]] = []
    count = 0
    for feed in feeds:
        table = _located(feed.table("stops"))
        index = {name: count + i for i, name in enumerate(table["stop_id"])}
        count += len(table)
        parents += [index.get(name, -1) for name in table["parent_station"]]
        levels += _levels(feed, table)
        numbers.append(index)
        tables.append(table)
    whole = pd.concat(tables)
    parent = np.array(parents, np.int32)
    return Stops(
        whole["stop_id"].tolist(),
        whole["stop_name"].tolist(),
        whole["platform_code"].tolist(),
        whole["stop_lat"].to_numpy(object).astype(np.float64),
        whole["stop_lon"].to_numpy(object).astype(np.float64),
        parent,
        codes(whole["location_type"]),
        _inherited(codes(whole["wheelchair_boarding"]), parent),
        np.array(levels, np.float64),
        numbers,
    )


def codes(column: "pd.Series[str]") -> NDArray[np.uint8]:
    """Small numbers of a column; 0 where it is blank or no number.

    Parameters
    ----------
    column
        Text.

    Returns
    -------
    ndarray
        uint8.
    """
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").fillna(0)
    return numbers.clip(0, 255).to_numpy(np.uint8)


def _located(table: "pd.DataFrame") -> "pd.DataFrame":
    """Stops with a coordinate of their own or, inside a station, of their parent."""
    inner = table["location_type"].isin([str(NODE), str(BOARDING_AREA)])
    for _ in range(_LEVELS_OF_PARENTS):
        blank = inner & ((table["stop_lat"] == "") | (table["stop_lon"] == ""))
        if not blank.any():
            break
        places = table.drop_duplicates("stop_id").set_index("stop_id")
        table = table.copy()
        for column in ("stop_lat", "stop_lon"):
            found = table.loc[blank, "parent_station"].map(places[column]).fillna("")
            table.loc[blank, column] = found
    return table[(table["stop_lat"] != "") & (table["stop_lon"] != "")]


def _levels(feed: "Feed", table: "pd.DataFrame") -> list[float]:
    import pandas as pd

    known = feed.table("levels")
    index = pd.to_numeric(known["level_index"], errors="coerce")
    by_id = dict(zip(known["level_id"].tolist(), index.tolist(), strict=True))
    return [by_id.get(level, np.nan) for level in table["level_id"].tolist()]


def _inherited(own: NDArray[np.uint8], parents: NDArray[np.int32]) -> NDArray[np.uint8]:
    """What stops say of wheelchairs, or their parents where they say nothing."""
    found = own
    for _ in range(_LEVELS_OF_PARENTS):
        above = np.where(parents >= 0, found[parents], UNKNOWN)
        found = np.where(found == UNKNOWN, above, found).astype(np.uint8)
    return found
