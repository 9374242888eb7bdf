"""Checking a feed: every finding with file and row, and what was done about it."""

from collections.abc import Callable

from gtfs.clock_checks import backward_times, missing_end_times, runs_of, with_all_times
from gtfs.feed import Feed
from gtfs.findings import Finding, apply, of_whole, settle, tell
from gtfs.notices import Notice, Severity, errors_of
from gtfs.schema_checks import (
    bad_values,
    broken_references,
    duplicate_keys,
    incomplete_tables,
    missing_files,
    unknown_route_types,
)
from gtfs.timetable_checks import (
    fares_without_rules,
    nameless_stops,
    placeless_stop_times,
    service_days,
    short_trips,
    unknown_services,
    unplaced_stops,
    without_orphans,
)

__all__ = ["Notice", "Severity", "check_feed", "errors_of", "mend_feed"]

_HARMLESS = ("duplicate_row", "duplicate_key", "row_too_short", "not_utf8", "duplicate_column")
"""What can be said of fare_rules.txt without a rule being lost."""

_SCHEMA: tuple[Callable[[Feed], list[Finding]], ...] = (
    incomplete_tables,
    bad_values,
    duplicate_keys,
    broken_references,
    unknown_route_types,
)
_TIMETABLE: tuple[Callable[[Feed], list[Finding]], ...] = (
    unplaced_stops,
    nameless_stops,
    placeless_stop_times,
    short_trips,
    unknown_services,
)


def check_feed(feed: Feed) -> list[Notice]:
    """Check a feed.

    Parameters
    ----------
    feed : Feed
        As ``read_feed`` or ``load_feed`` returned it.

    Returns
    -------
    list of Notice
        Everything ``load_feed`` would say about it, apart from what reading the text files told.
    """
    return mend_feed(feed)[1]


def mend_feed(feed: Feed) -> tuple[Feed, list[Notice]]:
    """Check a feed and leave out what cannot be used.

    Parameters
    ----------
    feed : Feed
        As ``read_feed`` returned it.

    Returns
    -------
    tuple of Feed and list of Notice
        The usable part of the feed, and all findings. With an error among them the feed cannot
        be planned with.
    """
    findings = missing_files(feed)
    if findings:
        return feed, tell(feed, findings)
    notices: list[Notice] = []
    for check in (*_SCHEMA, *_TIMETABLE):
        findings = settle(feed, check(feed))
        notices += tell(feed, findings)
        feed = apply(feed, findings)
    feed = without_orphans(feed)
    lost = any(
        notice.file == "fare_rules.txt" and notice.code not in _HARMLESS
        for notice in (*feed.notices, *notices)
    )
    findings = fares_without_rules(feed, lost)
    notices += tell(feed, findings)
    feed = apply(feed, findings)
    if not feed.has("trips"):
        text = "no usable trip is left. Correct the faults named above."
        return feed, [*notices, *tell(feed, [of_whole("no_rows", "error", "trips", "", text)])]
    if not errors_of(notices):
        # Clock times are compared only once each of them can be read and each row has its place.
        for clock_check in (missing_end_times, backward_times):
            findings = settle(feed, clock_check(feed, runs_of(feed)))
            notices += tell(feed, findings)
            feed = apply(feed, findings)
    if not errors_of(notices):
        feed, findings = with_all_times(feed, runs_of(feed))
        notices += tell(feed, findings)
        notices += service_days(feed)
    return feed, notices
