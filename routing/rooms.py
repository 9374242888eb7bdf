"""What searches write into, kept with the runs: a search makes nothing that the last one left."""

import numpy as np

from routing.kernels.arrays import LOG_COLUMNS, WAIT_COLUMNS, Room
from routing.layout import Layout

_FIRST_VEHICLES = 1024
"""More first vehicles than this wait in an array of their own."""


def take_room(layout: Layout, vehicles: int) -> Room:
    """Take room for one search.

    Parameters
    ----------
    layout
        Of the runs that are searched.
    vehicles
        Most vehicles of a journey.

    Returns
    -------
    tuple
        As `routing.kernels.searching.find_journeys` wants it; nobody else writes into it until it
        is kept again.
    """
    try:
        return layout.rooms.setdefault(vehicles, []).pop()
    except IndexError:
        return _new_room(layout, vehicles)


def keep_room(layout: Layout, vehicles: int, room: Room) -> None:
    """Keep room for other searches.

    Parameters
    ----------
    layout, vehicles
        As for `take_room`.
    room
        From there; what it says is not to be read any more.
    """
    layout.rooms[vehicles].append(room)


def _new_room(layout: Layout, vehicles: int) -> Room:
    stops, lists = len(layout.board_firsts) - 1, len(layout.position_starts) - 1
    stays = len(layout.stays)
    labels = (
        np.empty(stops * vehicles, np.int32),
        np.empty(stops * vehicles, np.int32),
        np.empty(len(layout.alights) * vehicles, np.int32),
        np.full(stops, -1, np.int32),
        np.full(stops, -1, np.int32),
        np.ones(lists, np.int32),
        np.empty(stays, np.int32),
    )
    marks = (
        np.empty(stops, np.int32),
        np.empty(stops, np.int32),
        np.array([0, 0, lists], np.int64),  # as if all lists had been met: all are made ready
        np.empty((vehicles * stays + _FIRST_VEHICLES, WAIT_COLUMNS), np.int32),
        np.arange(lists, dtype=np.int32),
    )
    log = np.empty((max(2048, 4 * layout.most_legs), LOG_COLUMNS), np.int32)
    return labels, marks, log
