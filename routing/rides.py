"""Rides on demand as ways to, from and beside the lines.

The port's outlook and the rules of GTFS-Flex turn every useful pair of stops into an
`routing.asking.Option`, and options into the ways of access and egress of a search.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.asking import Asking, Option
from routing.flexible import FlexService, open_times
from routing.on_demand import NEVER, RideOutlook
from routing.raptor import Access, Egress
from routing.streets import UNREACHABLE
from routing.transfers import walk_s

MARGIN_S: Final = 120
"""Between a ride and a bus or train, beside the walk, seconds."""

NEAR_STOPS: Final = 4
"""Flexible stops tried around an origin or a destination."""

LOOK_AHEAD_S: Final = 6 * 3600
"""How long after the window of departures a ride from a line may begin, seconds."""


def options_to_lines(asking: Asking, service: FlexService, span: tuple[int, int]) -> list[Option]:
    """Rides from around the origin to stops of lines.

    Parameters
    ----------
    asking
        The plan.
    service
        The flexible trip.
    span
        First and last departure, epoch seconds.

    Returns
    -------
    list of Option
        For each stop of a line the best one on each service day; none where walking is as fast.
    """
    near = asking.origin.near(service.pickups)[:NEAR_STOPS]
    if len(near) == 0 or len(service.to_lines.line_stops) == 0:
        return []
    links = service.to_lines
    goals, at = np.unique(links.flex_stops, return_inverse=True)
    table = RideTable(asking, service, near, goals, span)
    if not table.open:
        return []
    speed = asking.query.walk_speed_mm_s
    best, _ = table.best(walk_s(asking.origin.walk_m[near], speed)[:, None])
    options = []
    for link, goal in enumerate(at.tolist()):
        row = int(best[goal])
        walks = (int(asking.origin.walk_m[near[row]]), int(links.walk_m[link]))
        on_foot_m = int(asking.origin.walk_m[links.line_stops[link]])
        for option in table.options(row, goal, int(links.line_stops[link]), walks):
            ride_s = option.planned_s + asking.walking_s(walks[0]) + asking.walking_s(walks[1])
            if on_foot_m == UNREACHABLE or asking.walking_s(on_foot_m) > ride_s + MARGIN_S:
                options.append(option)
    return options


def options_from_lines(asking: Asking, service: FlexService, span: tuple[int, int]) -> list[Option]:
    """Rides from stops of lines to around the destination.

    Parameters
    ----------
    asking
        The plan.
    service
        The flexible trip.
    span
        First and last departure from the origin, epoch seconds.

    Returns
    -------
    list of Option
        For each stop of a line the best one on each service day; none where walking is as fast.
    """
    near = asking.destination.near(service.dropoffs)[:NEAR_STOPS]
    links = service.from_lines
    if len(near) == 0 or len(links.line_stops) == 0:
        return []
    starts, at = np.unique(links.flex_stops, return_inverse=True)
    table = RideTable(asking, service, starts, near, (span[0], span[1] + LOOK_AHEAD_S))
    if not table.open:
        return []
    speed = asking.query.walk_speed_mm_s
    _, best = table.best(walk_s(asking.destination.walk_m[near], speed)[None, :])
    options = []
    for link, start in enumerate(at.tolist()):
        column = int(best[start])
        walks = (int(links.walk_m[link]), int(asking.destination.walk_m[near[column]]))
        on_foot_m = int(asking.destination.walk_m[links.line_stops[link]])
        for option in table.options(start, column, int(links.line_stops[link]), walks):
            ride_s = option.ride_s + asking.walking_s(walks[0]) + asking.walking_s(walks[1])
            if on_foot_m == UNREACHABLE or asking.walking_s(on_foot_m) > ride_s + MARGIN_S:
                options.append(option)
    return options


def options_direct(asking: Asking, service: FlexService, span: tuple[int, int]) -> list[Option]:
    """Rides from around the origin to around the destination.

    Parameters
    ----------
    asking
        The plan.
    service
        The flexible trip.
    span
        First and last departure, epoch seconds.

    Returns
    -------
    list of Option
        The best pair of stops, on each service day.
    """
    near = asking.origin.near(service.pickups)[:NEAR_STOPS]
    goals = asking.destination.near(service.dropoffs)[:NEAR_STOPS]
    if len(near) == 0 or len(goals) == 0:
        return []
    table = RideTable(asking, service, near, goals, span)
    if not table.open:
        return []
    speed = asking.query.walk_speed_mm_s
    to_s = walk_s(asking.origin.walk_m[near], speed)[:, None]
    from_s = walk_s(asking.destination.walk_m[goals], speed)[None, :]
    row, column = divmod(int(table.cost(to_s + from_s).argmin()), len(goals))
    walks = int(asking.origin.walk_m[near[row]]), int(asking.destination.walk_m[goals[column]])
    return table.options(row, column, -1, walks)


class RideTable:
    """The outlook over some pickups and drop-offs, with the hours of the service.

    Parameters
    ----------
    asking
        The plan.
    service
        The flexible trip.
    pickups, dropoffs
        Stop numbers, int64 ``[n]`` and ``[m]``.
    span
        First and last pickup of interest, epoch seconds.
    """

    def __init__(
        self,
        asking: Asking,
        service: FlexService,
        pickups: NDArray[np.int64],
        dropoffs: NDArray[np.int64],
        span: tuple[int, int],
    ) -> None:
        self.service, self.pickups, self.dropoffs = service, pickups, dropoffs
        self.open = open_times(service, asking.ground.timetable, span, asking.query.now_s)
        self._asking, self._from_s = asking, max(span[0], asking.query.now_s)

    @cached_property
    def outlook(self) -> RideOutlook:
        """What the port hopes for; worth asking where something is open."""
        ids = self._asking.ground.timetable.stop_ids
        return self._asking.port.outlook(
            self.service.trip.trip_id,
            [ids[stop] for stop in self.pickups.tolist()],
            [ids[stop] for stop in self.dropoffs.tolist()],
            self._from_s,
            self._asking.query.party,
        )

    def cost(self, walks_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """Ride and walks of each pair.

        Parameters
        ----------
        walks_s
            Seconds, int64, of a shape that extends to ``[n, m]``.

        Returns
        -------
        ndarray
            Seconds, int64 ``[n, m]``; `UNREACHABLE` where there is no ride.
        """
        out = self.outlook
        total = out.ride_s.astype(np.int64) + walks_s
        same = self.pickups[:, None] == self.dropoffs[None, :]
        bad = (out.ride_s == UNREACHABLE) | (out.pickup_s == NEVER)[:, None] | same
        return np.where(bad, UNREACHABLE, total)

    def best(self, walks_s: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The best pairs.

        Parameters
        ----------
        walks_s
            As in `cost`.

        Returns
        -------
        tuple
            Best pickup of each drop-off, and best drop-off of each pickup.
        """
        cost = self.cost(walks_s)
        return cost.argmin(axis=0), cost.argmin(axis=1)

    def options(
        self, row: int, column: int, line_stop: int, walks_m: tuple[int, int]
    ) -> list[Option]:
        """The ride of one pair on each service day on which it can be booked.

        Parameters
        ----------
        row, column
            Pickup and drop-off.
        line_stop, walks_m
            As in `Option`.

        Returns
        -------
        list of Option
            In order of time.
        """
        out, found = self.outlook, []
        pickup, dropoff = int(self.pickups[row]), int(self.dropoffs[column])
        ride_s, longest_s = int(out.ride_s[row, column]), int(out.longest_ride_s[row, column])
        first_s = int(out.pickup_s[row])
        if pickup == dropoff or ride_s == UNREACHABLE or first_s == NEVER:
            return []
        seconds = (ride_s, longest_s, out.pickup_window_s)
        for day in self.open:
            opens_s = max(day.from_s, day.dropoff_from_s - ride_s, first_s)
            closes_s = min(day.to_s, day.dropoff_to_s - out.pickup_window_s - longest_s)
            if opens_s <= closes_s:
                head = (self.service, pickup, dropoff, line_stop)
                found.append(Option(*head, *walks_m, *seconds, opens_s, closes_s))
        return found


def ways_to_lines(
    asking: Asking, options: Sequence[Option], zero_s: int
) -> tuple[Access, list[Option]]:
    """Options as ways of access for the search.

    Parameters
    ----------
    asking
        Knows what is refused.
    options
        Rides to lines.
    zero_s
        Origin of the runs, epoch seconds.

    Returns
    -------
    tuple
        The ways, and the option behind each.
    """
    rows, behind = [], []
    for option in options:
        to_s = asking.walking_s(option.walk_to_m)
        last_s = asking.walking_s(option.walk_from_m) + MARGIN_S
        for low_s, high_s in asking.openings(option):
            duration_s = to_s + option.planned_s + last_s
            shift_s = to_s + zero_s
            rows.append((option.line_stop, duration_s, low_s - shift_s, high_s - shift_s))
            behind.append(option)
    columns = np.array(rows, np.int64).reshape(-1, 4).astype(np.int32)
    return Access(*(np.ascontiguousarray(columns[:, c]) for c in range(4))), behind


def ways_from_lines(
    asking: Asking, options: Sequence[Option], zero_s: int, beside: bool = False
) -> tuple[Egress, list[Option]]:
    """Options as ways of egress for the search.

    Parameters
    ----------
    asking
        Knows what is refused.
    options
        Rides from lines.
    zero_s
        Origin of the runs, epoch seconds.
    beside
        Whether they follow another ride of the same journey.

    Returns
    -------
    tuple
        The ways, and the option behind each.
    """
    rows, behind = [], []
    for option in options:
        before_s = asking.walking_s(option.walk_to_m) + MARGIN_S
        after_s = option.ride_s + asking.walking_s(option.walk_from_m)
        for low_s, high_s in asking.openings(option, beside):
            rows.append((option.line_stop, before_s, low_s - zero_s, high_s - zero_s, after_s))
            behind.append(option)
    columns = np.array(rows, np.int64).reshape(-1, 5).astype(np.int32)
    return Egress(*(np.ascontiguousarray(columns[:, c]) for c in range(5))), behind
