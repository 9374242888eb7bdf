"""What changing or cancelling a ride costs, as an area's entry in fleet.toml says."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from maas.errors import CityInvalidError

_WHOLE = 100
_LONGEST = 366 * 24 * 60


@dataclass(frozen=True)
class Policy:
    """An area's terms; all free where a city says nothing.

    Parameters
    ----------
    free_until_min : int
        Changing and cancelling cost nothing until this many minutes before the pickup window.
    late_cancel_percent, late_change_percent : int
        Of the ride's fare, for cancelling and changing after that.
    no_show_percent : int
        Of the ride's fare, for not coming.
    change_until_min : int
        A ride can be changed until this many minutes before its pickup window.
    book_ahead_days : int
        Rides of a series are booked this many days before.
    """

    free_until_min: int = 0
    late_cancel_percent: int = 0
    late_change_percent: int = 0
    no_show_percent: int = 0
    change_until_min: int = 0
    book_ahead_days: int = 14

    def is_free(self, pickup_s: int, now_s: int) -> bool:
        """Tell whether a ride can still be changed or cancelled for nothing.

        Parameters
        ----------
        pickup_s, now_s : int
            Start of its pickup window, and the instant, UTC epoch seconds.

        Returns
        -------
        bool
            True up to the very instant.
        """
        return now_s <= self.free_until_s(pickup_s)

    def free_until_s(self, pickup_s: int) -> int:
        """Tell until when a ride can be changed or cancelled for nothing.

        Parameters
        ----------
        pickup_s : int
            Start of its pickup window, UTC epoch seconds.

        Returns
        -------
        int
            UTC epoch seconds.
        """
        return pickup_s - 60 * self.free_until_min

    def changeable_until_s(self, pickup_s: int) -> int:
        """Tell until when a ride can be changed at all.

        Parameters
        ----------
        pickup_s : int
            Start of its pickup window, UTC epoch seconds.

        Returns
        -------
        int
            UTC epoch seconds.
        """
        return pickup_s - 60 * self.change_until_min


def read_policy(area_id: str, entry: Mapping[str, Any]) -> Policy:
    """Read an area's policy.

    Parameters
    ----------
    area_id : str
        The area.
    entry : Mapping[str, Any]
        Its table ``policy``; may be empty.

    Returns
    -------
    Policy
        The terms.

    Raises
    ------
    CityInvalidError
        A term is unknown, no whole number, or out of reason.
    """
    known = {term.name for term in fields(Policy)}
    for name, value in entry.items():
        most = _WHOLE if name.endswith("_percent") else _LONGEST
        whole = isinstance(value, int) and not isinstance(value, bool)
        if name not in known or not whole or not 0 <= value <= most:
            raise CityInvalidError(
                f"fleet.toml, area {area_id!r}: policy {name} = {value!r}; the terms are "
                f"{', '.join(sorted(known))}, each a whole number from 0 (per cent up to 100).",
                area=area_id,
            )
    return Policy(**entry)


def share(amount_minor: int, percent: int) -> int:
    """Take a share of an amount, in the rider's favour.

    Parameters
    ----------
    amount_minor, percent : int
        Amount in minor units, and per cent of it.

    Returns
    -------
    int
        Whole minor units, rounded down.
    """
    return amount_minor * percent // _WHOLE
