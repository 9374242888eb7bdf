"""What vehicles have done, and what they do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from dispatch.plan import Stop


@dataclass(frozen=True)
class Driven:
    """A stop that lies behind.

    Parameters
    ----------
    vehicle_id : str
        Who was there.
    stop : Stop
        The stop.
    begin_s : int
        Begin of boarding or alighting.
    departed_s : int
        Instant of leaving.
    """

    vehicle_id: str
    stop: Stop
    begin_s: int
    departed_s: int


class Move(NamedTuple):
    """What a vehicle does next.

    Parameters
    ----------
    vehicle_id : str
        The vehicle.
    node, start_s : int
        Where and from when on it is free, or where and when it left.
    stop : Stop or None
        The stop before it.
    has_left : bool
        Whether it is on its way there.
    due_s : int
        When it leaves for this stop, or, once it has, when it is done there; with no stop, never.
    is_sound : bool
        Whether its promises can be kept.
    """

    vehicle_id: str
    node: int
    start_s: int
    stop: Stop | None
    has_left: bool
    due_s: int
    is_sound: bool
