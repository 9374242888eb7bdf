"""Speeds by class of road and hour of the day: how much slower than free a city drives.

A city that knows its traffic says so in a small table, ``speeds.csv``; without one everybody drives
at free speed all day. Hours that drive alike share one view of the streets.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.access import ROAD_CLASSES
from routing.errors import StreetDataError
from routing.street_arrays import StreetArrays

FREE_PERCENT: Final = 100
LEAST_PERCENT: Final = 10
MOST_PERCENT: Final = 200
"""Speeds a table may tell, percent of the free one."""

_HOURS: Final = 24
_COLUMNS: Final = ("class", "from_hour", "to_hour", "percent")
_OTHERS: Final = "*"

SpeedRow = tuple[str, int, int, int]
"""Class of road or ``*`` for all that have no row of their own, first hour, the hour after the
last, percent of the free speed."""


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speeds of a day.

    Parameters
    ----------
    percent
        Percent of the free speed by hour and class of `routing.access.ROAD_CLASSES`, int64
        ``[24, classes]``.
    """

    percent: NDArray[np.int64]

    @classmethod
    def free(cls) -> "Speeds":
        """Say nothing of traffic.

        Returns
        -------
        Speeds
            Free speed all day.
        """
        return cls(np.full((_HOURS, len(ROAD_CLASSES)), FREE_PERCENT, np.int64))

    @classmethod
    def of(cls, rows: Iterable[SpeedRow]) -> "Speeds":
        """Lay rows out over the day.

        Parameters
        ----------
        rows
            In any order; what no row tells is free.

        Returns
        -------
        Speeds
            The day.

        Raises
        ------
        StreetDataError
            When a row tells an unknown class, no hours of a day or a speed out of range, or two
            rows tell the same class at the same hour.
        """
        told = np.full((_HOURS, len(ROAD_CLASSES) + 1), -1, np.int64)  # the last one is all others
        for number, row in enumerate(rows, start=1):
            fault = _fault(row, told)
            if fault:
                raise StreetDataError(f"speeds, row {number}: {fault}", row=number)
            kind, first, after, percent = row
            told[first:after, (*ROAD_CLASSES, _OTHERS).index(kind)] = percent
        others = np.where(told[:, -1:] < 0, FREE_PERCENT, told[:, -1:])
        return cls(np.where(told[:, :-1] < 0, others, told[:, :-1]))

    @classmethod
    def read(cls, path: Path) -> "Speeds":
        """Read a table.

        Parameters
        ----------
        path
            CSV with the columns class, from_hour, to_hour, percent; others are passed over.

        Returns
        -------
        Speeds
            The day; free where there is no such file.

        Raises
        ------
        StreetDataError
            When it cannot be understood; see `of`.
        """
        if not path.is_file():
            return cls.free()
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                table = csv.DictReader(file)
                missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
                if missing:
                    raise StreetDataError(
                        f"{path.name} lacks the column {', '.join(missing)}; its first line must "
                        f"be {','.join(_COLUMNS)}",
                        file=path.name,
                    )
                rows = [_row(path.name, table.line_num, cells) for cells in table]
        except (UnicodeDecodeError, csv.Error) as error:
            raise StreetDataError(
                f"{path.name} is no CSV file in UTF-8 ({error}); save it as one", file=path.name
            ) from error
        try:
            return cls.of(rows)
        except StreetDataError as error:
            raise StreetDataError(f"{path.name}: {error.message}", file=path.name) from error

    def at(self, hour: int) -> NDArray[np.int64]:
        """Speeds of an hour.

        Parameters
        ----------
        hour
            Of the day by the city's clock, 0 to 23.

        Returns
        -------
        ndarray
            Percent by class of road, int64.

        Raises
        ------
        StreetDataError
            For hours that no day has.
        """
        if not 0 <= hour < _HOURS:
            raise StreetDataError(
                f"{hour} is no hour of the day; give 0 to 23 (of a time after midnight such as "
                "25:10 the hour of the clock, 1)",
                hour=hour,
            )
        return np.asarray(self.percent[hour])

    def slowest(self) -> NDArray[np.int64]:
        """The slowest speed of each class, at whatever hour.

        Returns
        -------
        ndarray
            Percent by class of road, int64.
        """
        return np.asarray(self.percent.min(axis=0))


def slowed(arrays: StreetArrays, percent: NDArray[np.int64]) -> StreetArrays:
    """Streets at other speeds.

    Parameters
    ----------
    arrays
        Streets at free speed.
    percent
        Percent of it by class of road, int64.

    Returns
    -------
    StreetArrays
        The same but for the milliseconds of drives, each piece of street rounded to the nearest.
    """
    each = np.append(percent, FREE_PERCENT)[arrays.drive_road]  # -1, inside a junction, is free
    ms = (arrays.drive_ms.astype(np.int64) * FREE_PERCENT + each // 2) // each
    return replace(arrays, drive_ms=ms.astype(np.int32))


def _row(name: str, line: int, cells: dict[str, str]) -> SpeedRow:
    try:
        first, after, percent = (int(cells[column] or "") for column in _COLUMNS[1:])
    except ValueError as error:
        raise StreetDataError(
            f"{name}, line {line}: from_hour, to_hour and percent are whole numbers, such as "
            "primary,7,9,60",
            file=name,
            line=line,
        ) from error
    return (cells["class"] or "").strip(), first, after, percent


def _fault(row: SpeedRow, told: NDArray[np.int64]) -> str:
    """What is wrong with a row, and what to do; empty when nothing is."""
    kind, first, after, percent = row
    known = (*ROAD_CLASSES, _OTHERS)
    if kind not in known:
        return f"{kind!r} is no class of road; take one of {', '.join(known)}"
    if not 0 <= first < after <= _HOURS:
        return (
            f"hours {first} to {after} are not part of a day; give from_hour 0 to 23 and a later "
            "to_hour up to 24, and two rows for hours around midnight"
        )
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        return f"{percent} % of the free speed; give {LEAST_PERCENT} to {MOST_PERCENT}"
    if (told[first:after, known.index(kind)] >= 0).any():
        return f"an earlier row tells {kind} at these hours too; take one of them out"
    return ""
