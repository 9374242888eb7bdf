"""Checks that vehicles, requests and travel times share; each error names field and id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidProblemError

INSTANTS = (-(2**40), 2**40)
"""Bounds of an instant; the latter is one of a duration too."""

MOST_NODES = 2**31 - 1
"""Upper bound of the number of a node."""

UNREACHABLE = 2**31 - 1
"""Driving seconds between nodes without a way."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_Named)


def require_id(kind: str, value: object) -> None:
    """Refuse an id that is not a text, or empty.

    Parameters
    ----------
    kind : str
        What has the id: ``vehicle``, ``request`` or ``halt``.
    value : object
        The id.

    Raises
    ------
    InvalidProblemError
        When it is no id.
    """
    if not isinstance(value, str) or not value:
        raise InvalidProblemError(
            f"A {kind} has the id {value!r}; give it a text that is not empty.",
            kind=kind,
            id=value,
            field="id",
        )


def require_int(kind: str, item_id: str, name: str, value: object, *bounds: int) -> None:
    """Refuse a field that is not a whole number within bounds.

    Parameters
    ----------
    kind, item_id, name : str
        Whose field it is, and its name.
    value : object
        The value.
    *bounds : int
        Least and greatest value.

    Raises
    ------
    InvalidProblemError
        When it is not.
    """
    low, high = bounds
    # bool is an int in Python, but a flag in a field of seconds is a mistake of the caller.
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return
    raise InvalidProblemError(
        f"{kind.capitalize()} {item_id}: {name} is {value!r}; "
        f"give a whole number from {low} to {high}.",
        kind=kind,
        id=item_id,
        field=name,
        value=value,
    )


def require_ints(
    kind: str, item: _Named, names: Iterable[str], *bounds: int, optional: bool = False
) -> None:
    """Refuse an item with a field that is not a whole number within bounds.

    Parameters
    ----------
    kind : str
        What it is.
    item : object
        Anything with an ``id``.
    names : iterable of str
        The fields.
    *bounds : int
        Least and greatest value.
    optional : bool
        Whether None will do.

    Raises
    ------
    InvalidProblemError
        When a field is wrong.
    """
    for name in names:
        value = getattr(item, name)
        if value is not None or not optional:
            require_int(kind, item.id, name, value, *bounds)


def by_id(kind: str, items: Iterable[_Item]) -> Mapping[str, _Item]:
    """Index vehicles, requests or halts by their ids.

    Parameters
    ----------
    kind : str
        What they are: ``vehicle``, ``request`` or ``halt``.
    items : iterable
        Anything with an ``id``.

    Returns
    -------
    Mapping
        Read-only, in the order of the items.

    Raises
    ------
    InvalidProblemError
        When two have one id.
    """
    found: dict[str, _Item] = {}
    for item in items:
        if item.id in found:
            raise InvalidProblemError(
                f"Two {kind}s have the id {item.id}; ids must be unique.",
                kind=kind,
                id=item.id,
                field="id",
            )
        found[item.id] = item
    return MappingProxyType(found)


_checked: WeakValueDictionary[int, NDArray[np.int32]] = WeakValueDictionary()
"""Read-only matrices that were found right, by identity: a fleet is described many times a day, and
to look at every pair of a large city again takes longer than all the rest."""


def travel_times(travel_s: NDArray[np.int32]) -> NDArray[np.int32]:
    """Check a matrix of driving seconds and make it read-only.

    Parameters
    ----------
    travel_s : ndarray of int32, shape (n, n)
        Driving seconds.

    Returns
    -------
    ndarray of int32, shape (n, n)
        Read-only and C-ordered; a copy unless it was so already.

    Raises
    ------
    InvalidProblemError
        When the shape, the type or an entry is wrong.
    """
    if _checked.get(id(travel_s)) is travel_s:
        return travel_s
    matrix = np.asarray(travel_s)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) == 0:
        raise InvalidProblemError(
            f"travel_s has the shape {matrix.shape}; give a square matrix with at least one node.",
            kind="problem",
            field="travel_s",
        )
    if matrix.dtype != np.int32:
        raise InvalidProblemError(
            f"travel_s has the type {matrix.dtype}; give int32 seconds.",
            kind="problem",
            field="travel_s",
        )
    if matrix.min() < 0:
        row, column = np.argwhere(matrix < 0)[0].tolist()
        raise InvalidProblemError(
            f"travel_s[{row}, {column}] is negative; give seconds, or UNREACHABLE for no way.",
            kind="problem",
            field="travel_s",
            row=row,
            column=column,
        )
    if np.diagonal(matrix).any():
        node = int(np.flatnonzero(np.diagonal(matrix))[0])
        raise InvalidProblemError(
            f"travel_s[{node}, {node}] is not zero; staying at a node takes no driving.",
            kind="problem",
            field="travel_s",
            row=node,
            column=node,
        )
    if matrix.flags.writeable or not matrix.flags.c_contiguous:
        matrix = np.array(matrix, order="C")
        matrix.flags.writeable = False
    _checked[id(matrix)] = matrix
    return matrix
