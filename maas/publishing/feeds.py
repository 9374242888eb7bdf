"""Feeds as the service meets them: loaded or refused, and told about."""

from pathlib import Path

from gtfs.calendar import ServiceCalendar
from gtfs.errors import GtfsError, InvalidFeedError
from gtfs.feed import Feed, load_feed
from gtfs.flex import flex_trips
from maas.publishing.errors import FeedRefusedError
from maas.publishing.reports import FeedReport


def load_or_refuse(path: Path, name: str | None = None) -> Feed:
    """Load a feed, or say as a service error why it cannot be used.

    Parameters
    ----------
    path : Path
        Zip archive or folder.
    name : str, optional
        Name of the feed.

    Returns
    -------
    Feed
        A usable feed.

    Raises
    ------
    FeedRefusedError
        With the notices of the feed in ``params["notices"]``.
    """
    try:
        return load_feed(path, name)
    except InvalidFeedError as error:
        raise FeedRefusedError(
            f"{path.name}: {error.message}",
            feed=path.name,
            reason=error.code,
            notices=[notice.to_dict() for notice in error.notices],
        ) from error
    except GtfsError as error:
        raise FeedRefusedError(
            error.message, feed=path.name, reason=error.code, notices=[]
        ) from error


def feed_report(feed: Feed, source: str, renamed: int = 0) -> FeedReport:
    """Return what is in a feed.

    Parameters
    ----------
    feed : Feed
        A usable feed.
    source : str
        Where it came from.
    renamed : int
        How many of its ids were renamed.

    Returns
    -------
    FeedReport
        Counts, days and notices.
    """
    tables = {"agencies": "agency", "stops": "stops", "routes": "routes", "trips": "trips"}
    counts = {label: len(feed.table(table)) for label, table in tables.items()}
    counts["stop_times"] = len(feed.table("stop_times"))
    counts["on_demand_trips"] = len(flex_trips(feed))
    calendar = ServiceCalendar.of(feed)
    return FeedReport(
        feed.name, source, counts, calendar.first_day, calendar.last_day, renamed, feed.notices
    )
