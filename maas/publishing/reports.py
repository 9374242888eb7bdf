"""What an import or a check found, as plain values."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from gtfs.notices import Notice

StreetsLabel = Literal["streets", "straight_lines"]


@dataclass(frozen=True)
class FeedReport:
    """One feed of a city.

    Parameters
    ----------
    name : str
        Folder of the feed in the city directory.
    source : str
        File name it came from.
    counts : dict of str to int
        Rows that are used: agencies, stops, routes, trips, stop_times, on_demand_trips.
    first_day, last_day : datetime.date
        First and last day of service.
    renamed_ids : int
        Ids that got the feed's name in front, because an earlier feed has the same.
    notices : tuple of Notice
        What was found in the feed.
    """

    name: str
    source: str
    counts: dict[str, int]
    first_day: dt.date
    last_day: dt.date
    renamed_ids: int = 0
    notices: tuple[Notice, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values.

        Returns
        -------
        dict
            Ready for JSON.
        """
        return {
            "name": self.name,
            "source": self.source,
            "counts": self.counts,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "renamed_ids": self.renamed_ids,
            "notices": [notice.to_dict() for notice in self.notices],
        }


@dataclass(frozen=True)
class ImportReport:
    """A city directory that was written.

    Parameters
    ----------
    folder : str
        Where it is.
    city_id, name, timezone, currency : str
        As in its city.toml.
    languages : tuple of str
        As in its city.toml.
    bounds : tuple of float
        West, south, east, north.
    feeds : tuple of FeedReport
        Its feeds.
    places : int
        Entries of places.csv.
    streets : {"streets", "straight_lines"}
        How walks are measured.
    notices : tuple of Notice
        What was found about the city as a whole.
    """

    folder: str
    city_id: str
    name: str
    timezone: str
    currency: str
    languages: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    feeds: tuple[FeedReport, ...]
    places: int
    streets: StreetsLabel
    notices: tuple[Notice, ...] = ()

    @property
    def first_day(self) -> dt.date:
        """First day of service of any feed.

        Returns
        -------
        datetime.date
            The day.
        """
        return min(feed.first_day for feed in self.feeds)

    @property
    def last_day(self) -> dt.date:
        """Last day of service of any feed.

        Returns
        -------
        datetime.date
            The day.
        """
        return max(feed.last_day for feed in self.feeds)

    @property
    def all_notices(self) -> tuple[Notice, ...]:
        """Notices about the city and about each feed.

        Returns
        -------
        tuple of Notice
            The city's first.
        """
        return self.notices + tuple(notice for feed in self.feeds for notice in feed.notices)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values.

        Returns
        -------
        dict
            Ready for JSON.
        """
        return {
            "folder": self.folder,
            "city_id": self.city_id,
            "name": self.name,
            "timezone": self.timezone,
            "currency": self.currency,
            "languages": list(self.languages),
            "bounds": list(self.bounds),
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "feeds": [feed.to_dict() for feed in self.feeds],
            "places": self.places,
            "streets": self.streets,
            "notices": [notice.to_dict() for notice in self.notices],
        }


@dataclass(frozen=True)
class CheckReport:
    """What a check of a city directory found.

    Parameters
    ----------
    folder : str
        The city directory.
    city_id : str
        As in city.toml; empty when that cannot be read.
    feeds : tuple of FeedReport
        Feeds that can be used.
    places : int
        Entries of places.csv.
    streets : {"streets", "straight_lines"}
        How walks are measured.
    notices : tuple of Notice
        Findings about anything but the insides of the feeds.
    """

    folder: str
    city_id: str
    feeds: tuple[FeedReport, ...] = ()
    places: int = 0
    streets: StreetsLabel = "straight_lines"
    notices: tuple[Notice, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether the service can run on the city.

        Returns
        -------
        bool
            True when no finding is an error.
        """
        return not any(notice.severity == "error" for notice in self.notices)

    @property
    def first_day(self) -> dt.date | None:
        """First day of service of any feed.

        Returns
        -------
        datetime.date or None
            None without a usable feed.
        """
        return min((feed.first_day for feed in self.feeds), default=None)

    @property
    def last_day(self) -> dt.date | None:
        """Last day of service of any feed.

        Returns
        -------
        datetime.date or None
            None without a usable feed.
        """
        return max((feed.last_day for feed in self.feeds), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values.

        Returns
        -------
        dict
            Ready for JSON.
        """
        return {
            "folder": self.folder,
            "city_id": self.city_id,
            "ok": self.ok,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "feeds": [feed.to_dict() for feed in self.feeds],
            "places": self.places,
            "streets": self.streets,
            "notices": [notice.to_dict() for notice in self.notices],
        }
