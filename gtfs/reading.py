"""Text files of a feed into tables of strings, with the line number of each row.

What a spreadsheet or an old export does to a file (byte order marks, Shift_JIS, stray spaces,
blank lines, rows too short or too long) is mended where the meaning stays sure, and told.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.notices import Notice, Severity
from gtfs.tables import RENAMED_COLUMNS, TABLES

_NEWLINE, _COMMA, _QUOTE = 0x0A, 0x2C, 0x22
_TOLD_PER_FILE = 10
_LONGEST_HEADER = 1 << 16
_SPACES = " \t\u3000"
_SPACE_BESIDE_MARK = tuple(
    pair for space in _SPACES for mark in ',\n"' for pair in (space + mark, mark + space)
)


@dataclass(frozen=True)
class RawTable:
    """A text file as strings.

    Parameters
    ----------
    frame : DataFrame of str
        Rows in file order, empty text where nothing stands.
    rows : ndarray of int64, shape [n]
        Line of each row in the file, the header being 1.
    notices : list of Notice
        What was mended or left out.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    notices: list[Notice] = field(default_factory=list)


def decode(file: str, data: bytes) -> tuple[str, list[Notice]]:
    """Return the text of a file, guessing its encoding when it is not UTF-8.

    Parameters
    ----------
    file : str
        File name, for notices.
    data : bytes
        Content.

    Returns
    -------
    tuple of str and list of Notice
        The text with ``\\n`` line ends and a warning when it was not UTF-8.
    """
    encoding, notices = "utf-8-sig", []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = _guess_encoding(data)
        text = data.decode(encoding, errors="replace")
        row = data.count(b"\n", 0, error.start) + 1
        label = {"cp932": "Shift_JIS (CP932)", "cp1252": "Windows-1252"}.get(encoding, encoding)
        message = f"the file is not UTF-8; it was read as {label}. Save it as UTF-8."
        notices.append(Notice("not_utf8", "warning", file, row, "", "", message))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    return text, notices


def _guess_encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return "cp1252"
    high = np.frombuffer(data, dtype=np.uint8)
    # Kana and common kanji lead with 0x81-0x9F; accented Latin letters sit at 0xC0-0xFF.
    japanese = int(np.count_nonzero((high >= 0x81) & (high <= 0x9F)))
    latin = int(np.count_nonzero(high >= 0xC0))
    return "cp932" if japanese > latin else "cp1252"


def read_table(name: str, file: str, data: bytes) -> RawTable:
    """Return one text file as a table of strings.

    Parameters
    ----------
    name : str
        Table name, e.g. ``stops``.
    file : str
        File name, for notices.
    data : bytes
        Content.

    Returns
    -------
    RawTable
        Rows, their lines, and what was mended.
    """
    text, notices = decode(file, data)
    if not text.strip():
        message = "the file is empty. Write at least its header, or leave the file out."
        notices.append(Notice("empty_file", "warning", file, None, "", "", message))
        return RawTable(pd.DataFrame(), np.zeros(0, dtype=np.int64), notices)
    text = _comma_separated(file, text, notices)
    _tell_open_quote(name, file, text, notices)
    lines, widths = _layout(text)
    first_filled = int(np.flatnonzero(widths)[0])
    header = _header(text, lines, first_filled)
    regular = first_filled == 0 and bool(np.all((widths == len(header)) | (widths == 0)))
    table = _read_regular(text, lines, widths) if regular and len(lines) > 1 else None
    if table is None:
        table = _read_any(file, text, notices)
    frame, rows = table
    frame = _tidy_header(name, file, frame, notices)
    if any(pair in text for pair in _SPACE_BESIDE_MARK) or text.endswith(tuple(_SPACES)):
        frame = frame.apply(lambda column: column.str.strip(_SPACES))
    frame, rows = _without_blank_rows(frame, rows)
    return RawTable(frame, rows, notices)


def _comma_separated(file: str, text: str, notices: list[Notice]) -> str:
    """Return the text with commas between its fields, where a spreadsheet wrote others."""
    header = text.lstrip("\n").split("\n", 1)[0]
    if "," in header:
        return text
    separator = next((mark for mark in ";\t" if mark in header), None)
    if separator is None:
        return text
    label = {";": "semicolons", "\t": "tabs"}[separator]
    message = f"fields are separated by {label}; they were read as such. Save with commas."
    notices.append(Notice("other_separator", "warning", file, 1, "", "", message))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(text), delimiter=separator))
    return out.getvalue()


def _tell_open_quote(name: str, file: str, text: str, notices: list[Notice]) -> None:
    """Tell where a quote is opened and not closed: the rows after it are swallowed."""
    if text.count('"') % 2 == 0:
        return
    line = 1
    reader = csv.reader(io.StringIO(text))
    for _record in reader:
        if reader.line_num > line:
            break
        line = reader.line_num + 1
    table = TABLES.get(name)
    severity: Severity = "error" if table is not None and table.core else "warning"
    message = (
        'a double quote (") is opened and never closed, so the rows after it are lost.'
        " Close it or delete it."
    )
    notices.append(Notice("open_quote", severity, file, line, "", "", message))


def _layout(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first line (from 1) and the number of fields of each record; 0 fields: blank.

    Works on the positions of commas, quotes and line ends alone, so that a million rows take
    tenths of a second: a separator counts when an even number of quotes stands before it.
    """
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    at = np.flatnonzero((data == _NEWLINE) | (data == _COMMA) | (data == _QUOTE))
    marks = data[at]
    inside = np.logical_xor.accumulate(marks == _QUOTE) if len(marks) else marks == _QUOTE
    ends = np.flatnonzero((marks == _NEWLINE) & ~inside)
    commas = np.concatenate(([0], np.cumsum((marks == _COMMA) & ~inside)))
    newlines = np.concatenate(([0], np.cumsum(marks == _NEWLINE)))
    starts = np.concatenate(([0], ends + 1))
    stops = np.concatenate((ends, [len(marks)]))
    begin_byte = np.concatenate(([0], at[ends] + 1))
    end_byte = np.concatenate((at[ends], [len(data)]))
    widths = commas[stops] - commas[starts] + 1
    widths[end_byte == begin_byte] = 0
    return newlines[starts].astype(np.int64) + 1, widths.astype(np.int64)


def _header(text: str, lines: NDArray[np.int64], index: int) -> list[str]:
    rest = text.split("\n", int(lines[index]) - 1)[-1] if index else text
    return next(csv.reader(rest[:_LONGEST_HEADER].splitlines(keepends=True)), [])


def _read_regular(
    text: str, lines: NDArray[np.int64], widths: NDArray[np.int64]
) -> tuple[pd.DataFrame, NDArray[np.int64]] | None:
    """Read a file whose rows all have as many fields as the header, by pandas' fast parser."""
    rows = lines[widths > 0][1:]
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            dtype=str,
            header=None,
            skiprows=1,
            names=list(range(int(widths[0]))),
            index_col=False,
            keep_default_na=False,
            skip_blank_lines=True,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return None
    frame.columns = pd.Index(_header(text, lines, 0))
    # Where the two ways of counting differ (odd quoting), the careful reader decides.
    return (frame, rows) if len(frame) == len(rows) else None


def _read_any(
    file: str, text: str, notices: list[Notice]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Read row by row, mending and telling what is irregular."""
    reader = csv.reader(io.StringIO(text))
    header: list[str] = []
    records: list[list[str]] = []
    rows: list[int] = []
    told = _Teller(file, notices)
    line = 1
    for record in reader:
        begins, line = line, reader.line_num + 1
        if not any(field.strip() for field in record):
            continue
        if not header:
            header = record
            continue
        if len(record) < len(header):
            told.short(begins, len(record), len(header))
        elif any(field.strip() for field in record[len(header) :]):
            told.long(begins, len(record), len(header))
            continue
        padding = [""] * (len(header) - len(record))
        records.append([*record[: len(header)], *padding])
        rows.append(begins)
    told.finish()
    frame = pd.DataFrame(records, columns=pd.Index(header), dtype=str)
    return frame, np.array(rows, dtype=np.int64)


class _Teller:
    """Collects notices about row widths, the first few one by one and the rest in one line."""

    def __init__(self, file: str, notices: list[Notice]) -> None:
        self._file = file
        self._notices = notices
        self._counts = {"row_too_short": 0, "row_too_long": 0}

    def _tell(self, code: str, row: int, make: Callable[[], str]) -> None:
        self._counts[code] += 1
        if self._counts[code] <= _TOLD_PER_FILE:
            # A lost row of a core table is a bus stop or a trip that would silently be missing.
            table = TABLES.get(self._file.removesuffix(".txt"))
            fatal = code == "row_too_long" and table is not None and table.core
            severity: Severity = "error" if fatal else "warning"
            self._notices.append(Notice(code, severity, self._file, row, "", "", make()))

    def short(self, row: int, found: int, wanted: int) -> None:
        self._tell(
            "row_too_short",
            row,
            lambda: (
                f"the row has {found} fields, the header has {wanted}; the missing ones are"
                " taken as empty. Check the row."
            ),
        )

    def long(self, row: int, found: int, wanted: int) -> None:
        self._tell(
            "row_too_long",
            row,
            lambda: (
                f"the row has {found} fields, the header has {wanted}; it is left out. Put a"
                ' text that holds a comma between double quotes ("A, B").'
            ),
        )

    def finish(self) -> None:
        for code, count in self._counts.items():
            if count > _TOLD_PER_FILE:
                message = f"{count - _TOLD_PER_FILE} more rows have the same fault."
                self._notices.append(Notice(code, "warning", self._file, None, "", "", message))


def _tidy_header(name: str, file: str, frame: pd.DataFrame, notices: list[Notice]) -> pd.DataFrame:
    renamed = RENAMED_COLUMNS.get(name, {})
    columns = [str(column).strip(" \t\u3000\ufeff\"'").lower() for column in frame.columns]
    # A draft name gives way when the right name stands beside it.
    columns = [renamed[c] if c in renamed and renamed[c] not in columns else c for c in columns]
    keep = []
    for index, column in enumerate(columns):
        if not column:
            continue
        if column in columns[:index]:
            message = f"the column {column} stands twice in the header; the first is used."
            notices.append(Notice("duplicate_column", "warning", file, 1, column, "", message))
            continue
        keep.append(index)
    tidy = frame.iloc[:, keep].copy() if len(keep) < len(columns) else frame
    tidy.columns = pd.Index([columns[index] for index in keep])
    return tidy


def _without_blank_rows(
    frame: pd.DataFrame, rows: NDArray[np.int64]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Leave out rows in which every field is empty (commas only)."""
    if frame.empty:
        return frame, rows[: len(frame)]
    filled = np.zeros(len(frame), dtype=bool)
    for column in frame.columns:
        if filled.all():
            return frame, rows
        filled |= (frame[column] != "").to_numpy(dtype=bool)
    if filled.all():
        return frame, rows
    return frame[filled].reset_index(drop=True), rows[filled]
