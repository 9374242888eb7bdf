"""Errors of the gtfs package: each has a stable code, a message and parameters."""

from collections.abc import Sequence

from gtfs.notices import Notice, errors_of

_SHOWN = 5


class GtfsError(Exception):
    """Base of everything this package raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong and what to do next, in English.
    **params : object
        Values a translation of the message needs.
    """

    code: str = "gtfs_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class FeedNotFoundError(GtfsError):
    """There is nothing to read at the given path."""

    code = "feed_not_found"


class FeedChangedError(GtfsError):
    """The files of a feed changed while it was read."""

    code = "feed_changed"


class UnsafeArchiveError(GtfsError):
    """The file is no zip archive that can be opened safely."""

    code = "unsafe_archive"


class ClockFormatError(GtfsError, ValueError):
    """A text is no GTFS time of day or date."""

    code = "clock_format"


class RealtimeFormatError(GtfsError):
    """The bytes are no GTFS-Realtime message."""

    code = "realtime_format"


class InvalidFeedError(GtfsError):
    """The feed cannot be planned with.

    Parameters
    ----------
    notices : sequence of Notice
        All findings; ``notices`` of the exception keeps the errors among them.
    feed : str
        Name of the feed, for the message.
    """

    code = "invalid_feed"

    def __init__(self, notices: Sequence[Notice], feed: str = "") -> None:
        self.notices: tuple[Notice, ...] = tuple(errors_of(notices)) or tuple(notices)
        count = len(self.notices)
        head = f"The feed {feed} cannot be used:" if feed else "The feed cannot be used:"
        lines = [head, *(f"  {notice}" for notice in self.notices[:_SHOWN])]
        if count > _SHOWN:
            lines.append(f"  … and {count - _SHOWN} more notices. Correct these first.")
        super().__init__("\n".join(lines), feed=feed, errors=count)
