"""What a check found in a table, how it is told, and what is done about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gtfs.feed import Feed
from gtfs.notices import Notice, Severity
from gtfs.tables import TABLES

Action = Literal["keep", "empty", "drop", "drop_trip", "drop_table"]

TOLD_PER_FINDING = 10
"""Rows named one by one; the others are counted in one notice."""

_NO_ROWS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
TOLERATED_TRIPS_PERCENT = 10
"""Share of trips that may be left out for faults of their own; with more the feed is refused."""

_DONE = {
    "keep": "",
    "empty": " The value is ignored.",
    "drop": " The row is left out.",
    "drop_trip": " The trip is left out.",
    "drop_table": " The file is left out.",
}


@dataclass(frozen=True)
class Finding:
    """The rows of one table with the same fault in the same column.

    Parameters
    ----------
    code : str
        Stable name of the fault.
    severity : {"error", "warning"}
        Whether the feed is refused for it.
    table : str
        Table name.
    column : str
        Column at fault, or empty.
    message : str or callable of int to str
        What is wrong and what to do; a callable is given the position in the table.
    positions : ndarray of int64
        Rows at fault, counted from 0; empty when the table as a whole is meant.
    action : {"keep", "empty", "drop", "drop_trip", "drop_table"}
        What is done so that the rest can be used: nothing, the value emptied, the row left out,
        every trip left out that has such a row (tables with a trip_id only), or the whole table.
    """

    code: str
    severity: Severity
    table: str
    column: str
    message: str | Callable[[int], str]
    positions: NDArray[np.int64]
    action: Action = "keep"


def of_whole(code: str, severity: Severity, table: str, column: str, message: str) -> Finding:
    """Return a finding about a table, not about rows of it.

    Parameters
    ----------
    code, severity, table, column, message
        As in ``Finding``.

    Returns
    -------
    Finding
        Without positions.
    """
    return Finding(code, severity, table, column, message, _NO_ROWS)


def settle(feed: Feed, findings: Sequence[Finding]) -> list[Finding]:
    """Decide whether trips with faults are left out or make the feed unusable.

    A few broken trips among thousands should not keep a whole prefecture from being planned; a
    feed in which many are broken is refused, for its publisher to mend.

    Parameters
    ----------
    feed : Feed
        The feed the findings are about.
    findings : sequence of Finding
        What was found.

    Returns
    -------
    list of Finding
        The same; those that leave out trips are warnings when few trips are touched, and
        otherwise errors that leave out nothing.
    """
    touched: set[str] = set()
    for finding in findings:
        if finding.action == "drop_trip":
            touched |= set(feed.tables[finding.table]["trip_id"].iloc[finding.positions])
    trips = feed.column("trips", "trip_id").nunique()
    few = len(touched) * 100 <= trips * TOLERATED_TRIPS_PERCENT
    kind: tuple[Severity, Action] = ("warning", "drop_trip") if few else ("error", "keep")
    return [
        replace(finding, severity=kind[0], action=kind[1])
        if finding.action == "drop_trip"
        else finding
        for finding in findings
    ]


def tell(feed: Feed, findings: Sequence[Finding]) -> list[Notice]:
    """Put findings into words.

    Parameters
    ----------
    feed : Feed
        The feed the findings are about.
    findings : sequence of Finding
        What was found.

    Returns
    -------
    list of Notice
        The first rows of each finding one by one, the others counted.
    """
    notices: list[Notice] = []
    for finding in findings:
        file = TABLES[finding.table].file
        head = (finding.code, finding.severity, file)
        done = _DONE[finding.action]
        if not len(finding.positions):
            text = str(finding.message) + done
            notices.append(Notice(*head, None, finding.column, "", text))
            continue
        lines = feed.lines(finding.table)
        frame = feed.table(finding.table)
        for position in finding.positions[:TOLD_PER_FINDING].tolist():
            value = str(frame[finding.column].iat[position]) if finding.column else ""
            said = finding.message
            text = said if isinstance(said, str) else said(position)
            notices.append(Notice(*head, int(lines[position]), finding.column, value, text + done))
        more = len(finding.positions) - TOLD_PER_FINDING
        if more > 0:
            row = int(lines[finding.positions[TOLD_PER_FINDING]])
            text = f"{more:,} more rows have the same fault, the next of them row {row}.{done}"
            notices.append(Notice(*head, None, finding.column, "", text))
    return notices


def apply(feed: Feed, findings: Sequence[Finding]) -> Feed:
    """Return the feed with values emptied and rows left out as the findings say.

    Parameters
    ----------
    feed : Feed
        The feed the findings are about.
    findings : sequence of Finding
        What was found.

    Returns
    -------
    Feed
        A new feed, or the same when nothing is to be done.
    """
    dropped: dict[str, NDArray[np.bool_]] = {}
    lost_trips: set[str] = set()
    for finding in findings:
        if finding.action == "drop_table":
            feed = feed.without_table(finding.table)
            continue
        if finding.action == "keep" or not len(finding.positions):
            continue
        frame = feed.tables[finding.table]
        if finding.action == "empty":
            frame = frame.copy()
            frame.iloc[finding.positions, frame.columns.get_loc(finding.column)] = ""  # type: ignore[index]
            feed = feed.with_table(finding.table, frame, feed.lines(finding.table))
        elif finding.action == "drop_trip":
            lost_trips |= set(frame["trip_id"].iloc[finding.positions])
        else:
            mask = dropped.setdefault(finding.table, np.zeros(len(frame), dtype=bool))
            mask[finding.positions] = True
    for table, mask in dropped.items():
        feed = keep_rows(feed, table, ~mask)
    if lost_trips:
        for table in ("trips", "stop_times", "frequencies"):
            if feed.has(table):
                lost = feed.tables[table]["trip_id"].isin(lost_trips)
                feed = keep_rows(feed, table, ~lost.to_numpy(dtype=bool))
    return feed


def keep_rows(feed: Feed, table: str, keep: NDArray[np.bool_]) -> Feed:
    """Return the feed with only some rows of a table.

    Parameters
    ----------
    feed : Feed
        The feed.
    table : str
        Table name.
    keep : ndarray of bool, shape [n]
        Which rows stay.

    Returns
    -------
    Feed
        A new feed.
    """
    if keep.all():
        return feed
    frame = feed.tables[table][keep].reset_index(drop=True)
    return feed.with_table(table, frame, feed.lines(table)[keep])
