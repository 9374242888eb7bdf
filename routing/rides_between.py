"""Rides from stops of lines to stops of lines: every pair of a service at once, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.asking import Asking, Option
from routing.flexible import FlexService, Links
from routing.lines import MAX_WAIT_S
from routing.rides import LOOK_AHEAD_S, MARGIN_S, RideTable
from routing.streets import UNREACHABLE
from routing.transfers import walk_s

_FAR_S = 2**60


@dataclass(frozen=True, eq=False)
class Onto:
    """Where a rider gets by rides; k stops of lines.

    Parameters
    ----------
    links
        Rows of `Rides.to_lines`, int64 ``[k]``.
    ready_s
        When a vehicle can be boarded there, epoch seconds, int64 ``[k]``.
    """

    links: NDArray[np.int64]
    ready_s: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Into:
    """Ways from stops of lines to rides onto one vehicle; k of them.

    Parameters
    ----------
    links
        Rows of `Rides.from_lines`, int64 ``[k]``.
    rows
        Pickups, int64 ``[k]``.
    before_s
        From the arrival of a line to the pickup, seconds, int64 ``[k]``.
    opens_s, closes_s
        First and last start of the pickup window, epoch seconds, int64 ``[k]``.
    column, link
        The drop-off, and the row of `Rides.to_lines`; -1 when the service is not near.
    """

    links: NDArray[np.int64]
    rows: NDArray[np.int64]
    before_s: NDArray[np.int64]
    opens_s: NDArray[np.int64]
    closes_s: NDArray[np.int64]
    column: int
    link: int


@dataclass(frozen=True, eq=False)
class Rides:
    """The rides of a service that can be booked in one span of its hours; n pickups, m drop-offs.

    Parameters
    ----------
    service
        The service.
    pickups, dropoffs
        Stop numbers, int64 ``[n]`` and ``[m]``.
    from_lines, to_lines
        Stops of lines with the pickup and the drop-off that are near.
    at_pickup, at_dropoff
        Pickup and drop-off of each link, int64.
    ride_s, longest_s
        As in the outlook, int64 ``[n, m]``; `UNREACHABLE` where there is no ride.
    window_s
        Width of the pickup window, seconds.
    opens_s, closes_s
        Starts of pickup windows that the rules allow, epoch seconds, int64 ``[n, m]``.
    """

    service: FlexService
    pickups: NDArray[np.int64]
    dropoffs: NDArray[np.int64]
    from_lines: Links
    to_lines: Links
    at_pickup: NDArray[np.int64]
    at_dropoff: NDArray[np.int64]
    ride_s: NDArray[np.int64]
    longest_s: NDArray[np.int64]
    window_s: int
    opens_s: NDArray[np.int64]
    closes_s: NDArray[np.int64]

    def sooner(
        self, asking: Asking, arrivals_s: NDArray[np.int64], known_s: NDArray[np.int64]
    ) -> Onto:
        """Stops of lines that a ride from another line reaches sooner than all else.

        Parameters
        ----------
        asking
            Knows what is refused, and the walking speed.
        arrivals_s
            Earliest arrival of a vehicle at each stop, epoch seconds, int64 ``[S]``.
        known_s
            Earliest arrival there by any way without a ride, epoch seconds, int64 ``[S]``.

        Returns
        -------
        Onto
            The earliest ride to each of them.
        """
        speed = asking.query.walk_speed_mm_s
        walks_s = walk_s(self.from_lines.walk_m, speed).astype(np.int64) + MARGIN_S
        ready_s = np.full(len(self.pickups), _FAR_S)
        np.minimum.at(ready_s, self.at_pickup, arrivals_s[self.from_lines.line_stops] + walks_s)
        starts_s = np.maximum(self.opens_s, ready_s[:, None])
        bad = (starts_s > self.closes_s) | (starts_s > ready_s[:, None] + MAX_WAIT_S)
        starts_s[bad] = _FAR_S
        self._keep_refusals(asking, starts_s, ready_s)
        ends_s = starts_s + self.window_s + (self.ride_s + self.longest_s) // 2
        at_s = ends_s.min(axis=0)
        walks_s = walk_s(self.to_lines.walk_m, speed).astype(np.int64) + MARGIN_S
        at_line_s = at_s[self.at_dropoff] + walks_s
        links = np.flatnonzero(at_line_s < np.minimum(known_s[self.to_lines.line_stops], _FAR_S))
        return Onto(links, at_line_s[links])

    def _keep_refusals(
        self, asking: Asking, starts_s: NDArray[np.int64], ready_s: NDArray[np.int64]
    ) -> None:
        """Move the starts of pairs that were refused to where they are open."""
        for trip_id, pickup, dropoff in asking.closed:
            if trip_id != self.service.trip.trip_id:
                continue
            rows = np.flatnonzero(self.pickups == pickup)
            columns = np.flatnonzero(self.dropoffs == dropoff)
            if len(rows) == 0 or len(columns) == 0:
                continue
            row, column = int(rows[0]), int(columns[0])
            option = self.option(row, column, 0)
            start_s = asking.first_opening(option, int(ready_s[row]), MAX_WAIT_S)
            starts_s[row, column] = _FAR_S if start_s is None else start_s

    def ways_into(self, asking: Asking, line_stop: int, boards_s: int) -> Into:
        """Ways from stops of lines to a ride that still catches a vehicle.

        Parameters
        ----------
        asking
            Knows what is refused, and the walking speed.
        line_stop
            Where the vehicle is boarded.
        boards_s
            When it leaves, epoch seconds.

        Returns
        -------
        Into
            From every stop of a line that has a pickup near; of a ride that was refused for some
            time one way for each span in which it is open.
        """
        links = np.flatnonzero(self.to_lines.line_stops == line_stop)
        if len(links) == 0:
            none = np.zeros(0, np.int64)
            return Into(none, none, none, none, none, -1, -1)
        link, column = int(links[0]), int(self.at_dropoff[links[0]])
        walked_s = MARGIN_S + asking.walking_s(int(self.to_lines.walk_m[link]))
        planned_s = self.window_s + (self.ride_s[:, column] + self.longest_s[:, column]) // 2
        spans = [
            (row, low_s, min(high_s, boards_s - walked_s - int(planned_s[row])))
            for row in np.flatnonzero(self.opens_s[:, column] <= self.closes_s[:, column]).tolist()
            for low_s, high_s in self._openings(asking, row, column)
        ]
        open_rows = np.array([span for span in spans if span[1] <= span[2]], np.int64)
        rows, opens_s, closes_s = open_rows.reshape(-1, 3).T
        at, of = np.nonzero(rows[:, None] == self.at_pickup[None, :])
        walks_s = walk_s(self.from_lines.walk_m[of], asking.query.walk_speed_mm_s)
        before_s = walks_s.astype(np.int64) + MARGIN_S
        return Into(of, rows[at], before_s, opens_s[at], closes_s[at], column, link)

    def _openings(self, asking: Asking, row: int, column: int) -> list[tuple[int, int]]:
        pair = (self.service.trip.trip_id, int(self.pickups[row]), int(self.dropoffs[column]))
        if pair in asking.closed:
            return asking.openings(self.option(row, column, 0))
        return [(int(self.opens_s[row, column]), int(self.closes_s[row, column]))]

    def option(self, row: int, column: int, link: int) -> Option:
        """One of the rides.

        Parameters
        ----------
        row, column
            Pickup and drop-off.
        link
            Row of `to_lines`.

        Returns
        -------
        Option
            Without the walk to the pickup.
        """
        return Option(
            self.service,
            int(self.pickups[row]),
            int(self.dropoffs[column]),
            int(self.to_lines.line_stops[link]),
            0,
            int(self.to_lines.walk_m[link]),
            int(self.ride_s[row, column]),
            int(self.longest_s[row, column]),
            self.window_s,
            int(self.opens_s[row, column]),
            int(self.closes_s[row, column]),
        )


def rides_between_lines(asking: Asking, service: FlexService, span: tuple[int, int]) -> list[Rides]:
    """Rides between all stops of lines that a service is near to.

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
    list of Rides
        One for each span of time in which it can be booked.
    """
    from_lines, to_lines = service.from_lines, service.to_lines
    if len(from_lines.line_stops) == 0 or len(to_lines.line_stops) == 0:
        return []
    pickups, at_pickup = np.unique(from_lines.flex_stops, return_inverse=True)
    dropoffs, at_dropoff = np.unique(to_lines.flex_stops, return_inverse=True)
    bounds = (span[0], span[1] + LOOK_AHEAD_S)
    table = RideTable(asking, service, pickups, dropoffs, bounds)
    if not table.open:
        return []
    out = table.outlook
    ride_s, longest_s = out.ride_s.astype(np.int64), out.longest_ride_s.astype(np.int64)
    bad = table.cost(np.zeros((1, 1), np.int64)) == UNREACHABLE
    found = []
    for part in table.open:
        opens_s = np.maximum(part.from_s, part.dropoff_from_s - ride_s)
        opens_s = np.maximum(opens_s, out.pickup_s[:, None])
        closes_s = np.minimum(part.to_s, part.dropoff_to_s - out.pickup_window_s - longest_s)
        closes_s[bad] = -1
        arrays = (ride_s, longest_s, out.pickup_window_s, opens_s, closes_s)
        head = (service, pickups, dropoffs, from_lines, to_lines, at_pickup, at_dropoff)
        found.append(Rides(*head, *arrays))
    return found
