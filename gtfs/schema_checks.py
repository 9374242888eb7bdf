"""Checks that follow from the schema alone: files, columns, values, keys, references."""

import re
from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.errors import ClockFormatError
from gtfs.feed import Feed
from gtfs.findings import Action, Finding, of_whole
from gtfs.notices import Severity
from gtfs.tables import (
    REQUIRED_COLUMNS,
    REQUIRED_TABLES,
    TABLES,
    Column,
    Table,
    is_route_type,
)
from gtfs.times import parse_date, parse_time

_INTEGER = re.compile(r"\d{1,9}(?:\.0+)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}", re.ASCII)

_OF_TRIPS = ("trips", "stop_times", "frequencies")
_REFUSE: tuple[Severity, Action] = ("error", "keep")
_DROP_TRIP: tuple[Severity, Action] = ("error", "drop_trip")
_DROP: tuple[Severity, Action] = ("warning", "drop")
_EMPTY: tuple[Severity, Action] = ("warning", "empty")


def _refusal(table: Table) -> tuple[Severity, Action]:
    """A fault of one trip may cost that trip; a fault of anything else costs the feed."""
    return _DROP_TRIP if table.name in _OF_TRIPS else _REFUSE


def missing_files(feed: Feed) -> list[Finding]:
    """Find tables and columns without which nothing can be planned.

    Parameters
    ----------
    feed : Feed
        The feed.

    Returns
    -------
    list of Finding
        Errors.
    """
    found: list[Finding] = []
    strange: set[str] = set()
    for name in REQUIRED_TABLES:
        if name == "stops" and feed.has("locations"):
            continue
        if name not in feed.tables:
            text = f"the file {name}.txt is missing. Add it to the feed."
            found.append(of_whole("missing_file", "error", name, "", text))
        elif _is_strange(feed, name):
            strange.add(name)
            first = str(feed.tables[name].columns[0])[:40]
            known = ", ".join(REQUIRED_COLUMNS[name])
            text = (
                f"row 1 is no header of this table (it begins with {first!r}). Row 1 must name"
                f" the columns, at least {known}."
            )
            found.append(of_whole("no_header", "error", name, "", text))
        elif not feed.has(name) and len(feed.tables[name].columns):
            text = "the file has a header but no rows. Fill it in."
            found.append(of_whole("no_rows", "error", name, "", text))
        elif not feed.has(name):
            text = "the file is empty. Fill it in, beginning with its header."
            found.append(of_whole("no_rows", "error", name, "", text))
    if not feed.has("calendar") and not feed.has("calendar_dates"):
        text = (
            "neither calendar.txt nor calendar_dates.txt says on which days trips run."
            " Add one of them."
        )
        found.append(of_whole("missing_file", "error", "calendar", "", text))
    for name, columns in REQUIRED_COLUMNS.items():
        if not feed.has(name) or name in strange:
            continue
        for column in columns:
            if column not in feed.tables[name].columns:
                text = f"the column {column} is missing from the header (row 1). Add it."
                found.append(of_whole("missing_column", "error", name, column, text))
    return found


def _is_strange(feed: Feed, name: str) -> bool:
    """Whether a file has a first row, but none of its columns is known."""
    columns = feed.tables[name].columns
    return len(columns) > 0 and not set(columns) & set(TABLES[name].column_names)


def incomplete_tables(feed: Feed) -> list[Finding]:
    """Find tables beside the core ones that lack a column without which they say nothing.

    Parameters
    ----------
    feed : Feed
        The feed.

    Returns
    -------
    list of Finding
        Warnings; the tables are left out.
    """
    found: list[Finding] = []
    nowhere = np.zeros(0, dtype=np.int64)
    for name, frame in feed.tables.items():
        table = TABLES[name]
        needed = [column.name for column in table.columns if column.required]
        missing = [column for column in needed if column not in frame.columns]
        if table.core or not missing or frame.empty:
            continue
        text = f"the column {missing[0]} is missing from the header (row 1). Add it."
        found.append(
            Finding("missing_column", "warning", name, missing[0], text, nowhere, "drop_table")
        )
    return found


def bad_values(feed: Feed) -> list[Finding]:
    """Find missing and malformed values in every known column.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Errors in core tables where a value is needed or is a time or a date; elsewhere warnings
        whose value is emptied or whose row is left out.
    """
    found: list[Finding] = []
    for name, frame in feed.tables.items():
        table = TABLES[name]
        for column in table.columns:
            if column.name in frame.columns:
                found += _of_column(table, column, frame[column.name])
    return found


def _of_column(table: Table, column: Column, values: "pd.Series[str]") -> list[Finding]:
    if table.name == "stops" and column.kind in ("latitude", "longitude"):
        return []  # whether that matters depends on the use of the stop: timetable_checks
    found: list[Finding] = []
    if column.required:
        empty = np.flatnonzero((values == "").to_numpy(dtype=bool))
        if len(empty):
            text = f"{column.name} is empty. Fill it in."
            kind = _refusal(table) if table.core else _DROP
            found.append(_finding("missing_value", kind, (table, column), text, empty))
    bad = _malformed(column, values)
    if len(bad):
        wanted = _wanted(column.kind)

        def text_of(position: int) -> str:
            return f"{column.name} {values.iat[position]!r} {wanted}"

        serious = column.required or column.kind in ("time", "date")
        if table.core:
            kind = _refusal(table) if serious else _EMPTY
        else:
            kind = _DROP if column.required else _EMPTY
        found.append(_finding("bad_value", kind, (table, column), text_of, bad))
    return found


def _finding(
    code: str,
    kind: tuple[Severity, Action],
    where: tuple[Table, Column],
    message: str | Callable[[int], str],
    positions: NDArray[np.int64],
) -> Finding:
    (severity, action), (table, column) = kind, where
    return Finding(code, severity, table.name, column.name, message, positions, action)


def _malformed(column: Column, values: "pd.Series[str]") -> NDArray[np.int64]:
    if column.kind == "text":
        return np.zeros(0, dtype=np.int64)
    if column.kind in ("latitude", "longitude", "number"):
        return np.flatnonzero(_bad_numbers(values, column.kind))
    uniques = pd.unique(values.to_numpy(dtype=object))
    bad = [text for text in uniques if text and not _is_good(column.kind, text)]
    if not bad:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(values.isin(bad).to_numpy(dtype=bool))


def _bad_numbers(values: "pd.Series[str]", kind: str) -> NDArray[np.bool_]:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    limit = {"latitude": 90.0, "longitude": 180.0}.get(kind)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(numbers) & (
            (numbers >= 0) if limit is None else (np.abs(numbers) <= limit)
        )
    bad: NDArray[np.bool_] = (values != "").to_numpy(dtype=bool) & ~good
    return bad


@cache
def _is_timezone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _is_good(kind: str, text: str) -> bool:
    if kind in ("time", "date"):
        try:
            (parse_time if kind == "time" else parse_date)(text)
        except ClockFormatError:
            return False
        return True
    if kind == "integer":
        return _INTEGER.fullmatch(text) is not None
    if kind == "route_type":
        return text.isdigit() and text.isascii()
    if kind == "timezone":
        return _is_timezone(text)
    if kind == "currency":
        return _CURRENCY.fullmatch(text) is not None
    if kind == "colour":
        return _COLOUR.fullmatch(text) is not None
    return text in kind.split("|")


def _wanted(kind: str) -> str:
    return {
        "time": "is no time. Write it as HH:MM:SS, e.g. 08:05:00 (25:10:00 after midnight).",
        "date": "is no date. Write it as YYYYMMDD, e.g. 20261124.",
        "integer": "is no whole number of 0 or more. Correct it.",
        "number": "is no number of 0 or more. Write digits only, with a point for decimals.",
        "latitude": "is not between -90 and 90. Correct it.",
        "longitude": "is not between -180 and 180. Correct it.",
        "timezone": "is no time zone. Write one like Asia/Tokyo or Europe/Berlin.",
        "currency": "is no currency. Write three capital letters, e.g. JPY or EUR.",
        "colour": "is no colour. Write six digits of 0-9 and A-F, e.g. FF8800.",
        "route_type": "is no route type. Write a number, e.g. 3 for a bus, 2 for a railway.",
    }.get(kind, f"is not one of {', '.join(kind.split('|'))}. Correct it.")


def unknown_route_types(feed: Feed) -> list[Finding]:
    """Find route types that no specification knows.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Warnings; the routes are kept.
    """
    values = feed.table("routes")["route_type"]
    bad = [text for text in set(values) if text.isdigit() and not is_route_type(int(text))]
    positions = np.flatnonzero(values.isin(bad).to_numpy(dtype=bool))
    if not len(positions):
        return []
    text = (
        "the route type is unknown; the route is taken as a bus. Write 3 for a bus, 2 for a"
        " railway, 0 for a tram, 1 for a subway, 4 for a ferry."
    )
    return [Finding("unknown_route_type", "warning", "routes", "route_type", text, positions)]


def duplicate_keys(feed: Feed) -> list[Finding]:
    """Find rows that say the same thing twice, or two things about one id.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Errors where rows of a core table contradict each other; otherwise warnings, the later
        row being left out.
    """
    found: list[Finding] = []
    for name, frame in feed.tables.items():
        table = TABLES[name]
        key = [column for column in table.key if column in frame.columns]
        if not key or frame.empty or (name != "agency" and len(key) < len(table.key) == 1):
            continue
        later = _repeats(frame, key)
        if not len(later):
            continue
        same = frame.duplicated(keep="first").to_numpy(dtype=bool)
        said = _already(feed, name, key, later)
        for positions, code, (severity, action) in (
            (later[same[later]], "duplicate_row", _DROP),
            (later[~same[later]], "duplicate_key", _contradiction(table)),
        ):
            if len(positions):
                text = said(_ADVICE.get((code, name), _ADVICE[code, ""]))
                found.append(Finding(code, severity, name, key[0], text, positions, action))
    return found


_ADVICE = {
    ("duplicate_row", ""): ".",
    ("duplicate_key", ""): (
        ", with other values. Keep the right row, or give one of them an id of its own."
    ),
    ("duplicate_key", "calendar_dates"): (
        ", with the other exception_type. Keep the right row; until then the service does not run"
        " on that day."
    ),
    ("duplicate_key", "stop_times"): (
        ", with other values. Give the stops of the trip different numbers, or delete one row."
    ),
}


def _contradiction(table: Table) -> tuple[Severity, Action]:
    if table.name == "calendar_dates":
        return ("warning", "keep")  # one day of one service; the calendar takes the safe side
    return _REFUSE if table.core else _DROP


def _already(
    feed: Feed, name: str, key: list[str], later: NDArray[np.int64]
) -> Callable[[str], Callable[[int], str]]:
    """Return what to say of a repeated key, given the advice that follows it."""
    first_line = _first_lines(feed, name, key, later)
    frame = feed.tables[name]

    def said(advice: str) -> Callable[[int], str]:
        def text(position: int) -> str:
            # Lookups are few: only rows that are told are put into words.
            values = ", ".join(
                f"{column} {frame[column].iat[position]!r}"
                for column in key
                if frame[column].iat[position]
            )
            return f"{values} stands in row {first_line[position]} already{advice}"

        return text

    return said


def _repeats(frame: pd.DataFrame, key: list[str]) -> NDArray[np.int64]:
    """Return the positions of rows whose key stood before; codes are faster than strings."""
    code = np.zeros(len(frame), dtype=np.int64)
    for column in key:
        codes, uniques = pd.factorize(frame[column].to_numpy(dtype=object))
        code = pd.factorize(code * (len(uniques) + 1) + codes)[0]
    return np.flatnonzero(pd.Series(code).duplicated(keep="first").to_numpy(dtype=bool))


def _first_lines(feed: Feed, name: str, key: list[str], later: NDArray[np.int64]) -> dict[int, int]:
    frame, lines = feed.tables[name], feed.lines(name)
    keys = list(zip(*(frame[column] for column in key), strict=True))
    wanted = {keys[position] for position in later.tolist()}
    first: dict[tuple[str, ...], int] = {}
    for position, identity in enumerate(keys):
        if identity in wanted:
            first.setdefault(identity, int(lines[position]))
    return {position: first[keys[position]] for position in later.tolist()}


def broken_references(feed: Feed) -> list[Finding]:
    """Find values that point at nothing.

    Parameters
    ----------
    feed : Feed
        A feed with its required files and columns.

    Returns
    -------
    list of Finding
        Errors for references a journey needs; otherwise warnings, the value being emptied or,
        where the row would lose its meaning, the row left out.
    """
    found: list[Finding] = []
    for name, frame in feed.tables.items():
        table = TABLES[name]
        needed = {column.name for column in table.columns if column.required} | set(table.key)
        for reference in table.references:
            if reference.column not in frame.columns or frame.empty:
                continue
            values = frame[reference.column]
            there = feed.table(reference.table)[reference.target]
            unknown = set(pd.unique(values.to_numpy(dtype=object))) - set(there) - {""}
            if not unknown:
                continue
            positions = np.flatnonzero(values.isin(unknown).to_numpy(dtype=bool))
            file = TABLES[reference.table].file
            text = _dangling(values, reference.column, file, reference.fatal)
            severity, action = _DROP if reference.column in needed else _EMPTY
            if reference.fatal:
                severity, action = _refusal(table)
            found.append(
                Finding(
                    "unknown_reference", severity, name, reference.column, text, positions, action
                )
            )
    return found


def _dangling(
    values: "pd.Series[str]", column: str, file: str, fatal: bool
) -> Callable[[int], str]:
    advice = f" Add it to {file} or correct the id." if fatal else ""

    def text(position: int) -> str:
        return f"{column} {values.iat[position]!r} is not in {file}.{advice}"

    return text
