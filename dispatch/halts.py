"""Stops that a vehicle makes for itself: a break of its driver, a charge at a charger."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.errors import InvalidProblemError
from dispatch.validation import INSTANTS, MOST_NODES, require_id, require_ints


@dataclass(frozen=True)
class Halt:
    """A stop fixed to one vehicle: every plan of the vehicle makes it, once.

    Parameters
    ----------
    id : str
        Unique over the halts of all vehicles of a problem, and not the id of a request.
    earliest_s, latest_s : int
        Window in which it begins.
    duration_s : int
        How long the vehicle stands.
    node : int or None
        Where; None: wherever the vehicle is, at its stop before.
    charges : bool
        Whether the vehicle can drive its ``full_range_s`` from here; needs a node.
    with_riders : bool
        Whether riders may sit in the vehicle meanwhile; else it must be empty.
    """

    id: str
    earliest_s: int
    latest_s: int
    duration_s: int
    node: int | None = None
    charges: bool = False
    with_riders: bool = False

    def __post_init__(self) -> None:
        """Refuse fields that cannot be true."""
        require_id("halt", self.id)
        require_ints("halt", self, ("earliest_s", "latest_s"), *INSTANTS)
        require_ints("halt", self, ("duration_s",), 0, INSTANTS[1])
        require_ints("halt", self, ("node",), 0, MOST_NODES, optional=True)
        if self.latest_s < self.earliest_s:
            raise InvalidProblemError(
                f"Halt {self.id}: latest_s is {self.latest_s}, before the window opens at "
                f"{self.earliest_s}; a window must not end before it begins.",
                kind="halt",
                id=self.id,
                field="latest_s",
                value=self.latest_s,
            )
        if self.charges and self.node is None:
            raise InvalidProblemError(
                f"Halt {self.id}: it charges, but has no node; name the node of the charger.",
                kind="halt",
                id=self.id,
                field="node",
            )
