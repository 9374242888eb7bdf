"""What is asked of the planner, and its answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from routing.errors import InvalidQueryError
from routing.journeys import Journey, Place
from routing.on_demand import Party, RideRefusal

MOST_VIA: Final = 3
MOST_CHANGES: Final = 7


def _now_s() -> int:
    return int(time.time())


@dataclass(frozen=True)
class Page:
    """Where the next journeys of an answer begin.

    Parameters
    ----------
    at_s
        Epoch seconds: of departures, or, arriving by, of arrivals.
    later
        Whether to look at what is then or later; otherwise then or earlier.
    """

    at_s: int
    later: bool


@dataclass(frozen=True)
class Via:
    """A place to pass on the way.

    Parameters
    ----------
    place
        Where.
    stay_s
        At least how long, seconds.
    """

    place: Place
    stay_s: int = 0


@dataclass(frozen=True)
class PlanQuery:
    """A wish to travel.

    Parameters
    ----------
    origin, destination
        From where, and where to. A place with a stop_id means that stop, or all platforms of that
        station, and what is near it.
    time_s
        Epoch seconds: earliest departure, or latest arrival.
    arrive_by
        Whether `time_s` is the latest arrival.
    party
        Who travels, as load of an on-demand vehicle.
    now_s
        Epoch seconds at which a ride would be booked; the clock's unless given.
    window_s
        Departures, or arrivals, to look at, seconds; widened when nothing is found.
    max_walk_m
        Longest walk to a first stop, from a last one, or all the way, metres.
    walk_speed_mm_s
        Millimetres a second.
    max_transfers
        Most changes between buses and trains.
    via
        Places to pass on the way, in order; at most `MOST_VIA`.
    page
        Journeys before or after those of an earlier answer, as that answer gave it.
    most_journeys
        Journeys of one answer; what is left is on the next page. None for all of the window.
    price_classes
        By route_id, what riding a line costs more: 0 for nothing, and the higher the dearer, as the
        caller groups them; lines that are missing are 0. A dearer journey beats no cheaper one.
    not_before_s
        Epoch seconds: nothing that departs before is looked at.
    wheelchair
        Whether every walk must be step-free, and every vehicle and stop take wheelchairs, as far
        as the feeds know.
    """

    origin: Place
    destination: Place
    time_s: int
    arrive_by: bool = False
    party: Party = field(default_factory=Party)
    now_s: int = field(default_factory=_now_s)
    window_s: int = 7200
    max_walk_m: int = 1500
    walk_speed_mm_s: int = 1200
    max_transfers: int = 4
    via: tuple[Via, ...] = ()
    page: Page | None = None
    most_journeys: int | None = None
    price_classes: Mapping[str, int] = field(default_factory=dict)
    not_before_s: int = 0
    wheelchair: bool = False

    def __post_init__(self) -> None:
        limits = {
            "window_s": (self.window_s, 0, 86_400),
            "max_walk_m": (self.max_walk_m, 0, 20_000),
            "walk_speed_mm_s": (self.walk_speed_mm_s, 100, 5_000),
            "max_transfers": (self.max_transfers, 0, MOST_CHANGES),
            "via": (len(self.via), 0, MOST_VIA),
            "stay_s": (max((via.stay_s for via in self.via), default=0), 0, 86_400),
            "most_journeys": (1 if self.most_journeys is None else self.most_journeys, 1, 1000),
        }
        for name, (value, low, high) in limits.items():
            if not low <= value <= high:
                raise InvalidQueryError(
                    f"{name} is {value}; give a value from {low} to {high}",
                    field=name,
                    low=low,
                    high=high,
                )


@dataclass(frozen=True)
class PlanResult:
    """The answer to a query.

    Parameters
    ----------
    journeys
        Pareto-optimal in departure, arrival, changes, price class and rides; ordered by arrival,
        departure. A walk all the way, which can start at any time, is on the first page only.
    refusals
        Why rides on demand could not be had, one for each code.
    notes
        straight_line_walks, widened, shortened, no_stop_near_origin, no_stop_near_destination,
        wheelchair_unknown (a vehicle or stop that does not say whether it takes wheelchairs).
    earlier, later
        For `PlanQuery.page`: the journeys before and after these, with none lost or told twice;
        None where the calendars end.
    window
        First and last departure, or arrival, that was looked at, epoch seconds.
    """

    journeys: tuple[Journey, ...]
    refusals: tuple[RideRefusal, ...] = ()
    notes: tuple[str, ...] = ()
    earlier: Page | None = None
    later: Page | None = None
    window: tuple[int, int] = (0, 0)
