"""A feed in memory: tables of strings; load, look up, write."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.dialects import modernise, read_locations
from gtfs.errors import InvalidFeedError
from gtfs.notices import Notice, errors_of
from gtfs.reading import RawTable, read_table
from gtfs.tables import RENAMED_TABLES, TABLES
from gtfs.uploads import UploadLimits, open_upload

_NO_ROWS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Feed:
    """One GTFS feed, immutable by agreement: nobody writes into its tables.

    Parameters
    ----------
    name : str
        Short name, e.g. the folder's.
    tables : mapping of str to DataFrame
        Tables by name without ``.txt``. Every value is a ``str``, empty where nothing stands;
        the index counts from 0.
    rows : mapping of str to ndarray of int64, shape [n]
        Line in its file of each row of a table, for messages.
    notices : tuple of Notice
        What reading and checking found; only warnings once ``load_feed`` has returned it.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    rows: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def table(self, name: str) -> pd.DataFrame:
        """Return a table with all columns its schema knows.

        Parameters
        ----------
        name : str
            Table name, e.g. ``stops``.

        Returns
        -------
        DataFrame of str
            Columns that the file lacks are empty; no rows when the file is absent.
        """
        frame = self.tables.get(name)
        schema = TABLES.get(name)
        if frame is None:
            columns = list(schema.column_names) if schema else []
            return pd.DataFrame({column: pd.Series(dtype=str) for column in columns})
        missing = [c for c in schema.column_names if c not in frame.columns] if schema else []
        return frame.assign(**dict.fromkeys(missing, "")) if missing else frame

    def column(self, name: str, column: str) -> "pd.Series[str]":
        """Return one column of a table.

        Parameters
        ----------
        name : str
            Table name, e.g. ``stops``.
        column : str
            Column name; a column the file lacks is empty.

        Returns
        -------
        Series of str, shape [n]
            Values in file order.
        """
        frame = self.tables.get(name)
        if frame is None:
            return pd.Series([], dtype=str)
        if column not in frame.columns:
            return pd.Series("", index=frame.index, dtype=str)
        return frame[column]

    def records(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a table one by one, for tables of moderate size.

        Parameters
        ----------
        name : str
            Table name, e.g. ``routes``.

        Returns
        -------
        list of dict of str to str
            Every known column in each row.
        """
        frame = self.table(name)
        columns = [str(column) for column in frame.columns]
        values = (frame[column].tolist() for column in columns)
        return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]

    def has(self, name: str) -> bool:
        """Whether a table is there and has rows.

        Parameters
        ----------
        name : str
            Table name.

        Returns
        -------
        bool
            True when at least one row is there.
        """
        return name in self.tables and len(self.tables[name]) > 0

    def lines(self, name: str) -> NDArray[np.int64]:
        """Return the line in its file of each row of a table.

        Parameters
        ----------
        name : str
            Table name.

        Returns
        -------
        ndarray of int64, shape [n]
            Lines, the header being 1.
        """
        count = len(self.tables[name]) if name in self.tables else 0
        known = self.rows.get(name, _NO_ROWS)
        return known if len(known) == count else np.arange(2, count + 2, dtype=np.int64)

    def with_table(
        self, name: str, frame: pd.DataFrame, rows: NDArray[np.int64] | None = None
    ) -> "Feed":
        """Return a feed in which one table is another.

        Parameters
        ----------
        name : str
            Table name.
        frame : DataFrame of str
            The new table.
        rows : ndarray of int64, shape [n], optional
            Line of each row in its file.

        Returns
        -------
        Feed
            A new feed; this one stays as it is.
        """
        lines = {key: value for key, value in self.rows.items() if key != name}
        if rows is not None:
            lines[name] = rows
        tables = {**self.tables, name: frame}
        return Feed(self.name, tables, lines, self.notices)

    def without_table(self, name: str) -> "Feed":
        """Return a feed that lacks a table.

        Parameters
        ----------
        name : str
            Table name.

        Returns
        -------
        Feed
            A new feed; this one stays as it is.
        """
        tables = {key: value for key, value in self.tables.items() if key != name}
        lines = {key: value for key, value in self.rows.items() if key != name}
        return Feed(self.name, tables, lines, self.notices)


def read_feed(path: Path, name: str | None = None, limits: UploadLimits | None = None) -> Feed:
    """Read a feed as it is, without judging whether it can be planned with.

    Parameters
    ----------
    path : Path
        Zip archive or folder.
    name : str, optional
        Name of the feed; by default the file's or folder's.
    limits : UploadLimits, optional
        How large it may be.

    Returns
    -------
    Feed
        All known tables, draft forms brought to the present one, and notices from reading.

    Raises
    ------
    FeedNotFoundError
        If there is nothing to read.
    UnsafeArchiveError
        If it cannot be opened safely.
    """
    files = open_upload(path, limits)
    raw: dict[str, RawTable] = {}
    notices: list[Notice] = []
    for file in files.names:
        stem, _, ending = file.rpartition(".")
        table = RENAMED_TABLES.get(stem, stem)
        if file == "locations.geojson":
            raw["locations"] = read_locations(files.read(file))
            notices += raw["locations"].notices
            continue
        doubled = table != stem and f"{table}.txt" in files.names
        if ending == "txt" and table in TABLES and not doubled:
            raw[table] = read_table(table, file, files.read(file))
            notices += raw[table].notices
    raw = modernise(raw)
    return Feed(
        name or path.stem,
        {table: content.frame for table, content in raw.items()},
        {table: content.rows for table, content in raw.items()},
        tuple(notices),
    )


def load_feed(path: Path, name: str | None = None, limits: UploadLimits | None = None) -> Feed:
    """Read a feed, leave out what cannot be used, and refuse what cannot be planned with.

    Parameters
    ----------
    path : Path
        Zip archive or folder.
    name : str, optional
        Name of the feed; by default the file's or folder's.
    limits : UploadLimits, optional
        How large it may be.

    Returns
    -------
    Feed
        A feed whose core references hold; ``notices`` tells every warning.

    Raises
    ------
    FeedNotFoundError
        If there is nothing to read.
    UnsafeArchiveError
        If it cannot be opened safely.
    InvalidFeedError
        If nothing can be planned with it; it carries all errors with file and row.
    """
    from gtfs.validate import mend_feed  # the checks stand on Feed

    feed = read_feed(path, name, limits)
    mended, found = mend_feed(feed)
    notices = (*feed.notices, *found)
    if errors_of(notices):
        raise InvalidFeedError(notices, mended.name)
    return Feed(mended.name, mended.tables, mended.rows, notices)


def write_feed(feed: Feed, folder: Path) -> None:
    """Write a feed as text files.

    Parameters
    ----------
    feed : Feed
        What to write; tables without rows are left out unless they are required.
    folder : Path
        Folder that receives the files; made when absent. Files of that name are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in feed.tables.items():
        if not len(frame.columns) or (frame.empty and name not in ("stops", "stop_times")):
            continue
        if name == "locations":
            _write_locations(frame, folder / "locations.geojson")
            continue
        known = TABLES[name].column_names if name in TABLES else ()
        order = [column for column in known if column in frame.columns]
        order += [column for column in frame.columns if column not in known]
        frame[order].to_csv(
            folder / f"{name}.txt",
            index=False,
            lineterminator="\n",
            encoding="utf-8",
            quoting=csv.QUOTE_MINIMAL,
        )


def _write_locations(frame: pd.DataFrame, path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "id": record["location_id"],
            "properties": {
                key: record[key] for key in ("stop_name", "stop_desc", "zone_id") if record.get(key)
            },
            "geometry": json.loads(record["geometry"]),
        }
        for record in frame.to_dict("records")
    ]
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
