"""Why each journey is there: what it is best in, or in what it is better than each other one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maas.offers.choosing import Priced

_NO_CHANGE_S = 86_400
"""Margin of a journey that has no connection to miss."""


@dataclass(frozen=True)
class _Point:
    """One thing that journeys are compared by; less is better, None compares with nothing.

    Parameters
    ----------
    best : str
        Code of the journey that is best in it; empty where that is no reason.
    better : str
        Code of one that is better in it than some others; empty likewise.
    measure : Callable[[tuple[Journey, Price | None]], tuple[int, ...] | None]
        What is compared.
    """

    best: str
    better: str
    measure: Callable[[Priced], tuple[int, ...] | None]


def _price(item: Priced) -> tuple[int, ...] | None:
    """Measure the price.

    Parameters
    ----------
    item : tuple[Journey, Price | None]
        A journey.

    Returns
    -------
    tuple[int, ...] or None
        Minor units; None where it is not known.
    """
    return None if item[1] is None else (item[1].amount_minor,)


def _risk(item: Priced) -> tuple[int, ...]:
    """Measure how easily a journey fails.

    Parameters
    ----------
    item : tuple[Journey, Price | None]
        A journey.

    Returns
    -------
    tuple[int, ...]
        The margin of its weakest connection, the wider the better, then the number of changes.
    """
    weakest = item[0].weakest_connection
    margin_s = _NO_CHANGE_S if weakest is None else min(weakest.margin_s, _NO_CHANGE_S - 1)
    return (-margin_s, item[0].transfers)


_EARLIEST = _Point("earliest", "earlier_arrival", lambda item: (item[0].arrival_s,))
_LATEST = _Point("latest_departure", "later_departure", lambda item: (-item[0].departure_s,))
_OTHERS = (
    _Point("cheapest", "cheaper", _price),
    _Point("quickest", "", lambda item: (item[0].arrival_s - item[0].departure_s,)),
    _Point("fewest_changes", "fewer_changes", lambda item: (item[0].transfers,)),
    _Point("least_walking", "less_walking", lambda item: (item[0].walk_m,)),
    _Point("most_reliable", "", _risk),
    _Point("fewest_rides", "fewer_rides", lambda item: (len(item[0].rides),)),
)


def reasons_of(priced: Sequence[Priced], arrive_by: bool) -> list[list[str]]:
    """Say of each journey why it is there.

    Parameters
    ----------
    priced : Sequence[tuple[Journey, Price | None]]
        What is offered.
    arrive_by : bool
        Whether the arrival was asked for.

    Returns
    -------
    list[list[str]]
        For each journey at least one code. First what it is best in: ``earliest`` (or, arriving
        by, ``latest_departure``), ``cheapest`` (``cheapest_with_pass`` where a pass that the riders
        have pays for some of it), ``quickest``, ``fewest_changes``,
        ``least_walking``, ``most_reliable`` (the widest margin at its weakest connection, then
        fewest changes), ``fewest_rides`` (on demand). Of equals the first is named, and a point
        in which all are equal is no reason. A journey that is best in nothing says with which
        points it is better than each other one: ``earlier_arrival``, ``later_departure``,
        ``cheaper``, ``fewer_changes``, ``less_walking``, ``fewer_rides``; ``another_way`` where
        it is not better than all others.
    """
    first, second = (_LATEST, _EARLIEST) if arrive_by else (_EARLIEST, _LATEST)
    reasons: list[list[str]] = [[] for _ in priced]
    for point in (first, *_OTHERS):
        values = [point.measure(item) for item in priced]
        known = [value for value in values if value is not None]
        if known and (len(set(known)) > 1 or point is first):
            best = values.index(min(known))
            price = priced[best][1]
            with_pass = point.best == "cheapest" and price is not None and price.with_pass
            reasons[best].append("cheapest_with_pass" if with_pass else point.best)
    points = [point for point in (second, first, *_OTHERS) if point.better]
    return [
        found or _better_than_each(priced, number, points) for number, found in enumerate(reasons)
    ]


def _better_than_each(priced: Sequence[Priced], number: int, points: Sequence[_Point]) -> list[str]:
    """Say with which points a journey is better than each other one, as few as will do.

    Parameters
    ----------
    priced : Sequence[tuple[Journey, Price | None]]
        What is offered.
    number : int
        Which journey.
    points : Sequence[_Point]
        What to compare by.

    Returns
    -------
    list[str]
        Codes; of points that help against as many others the first is taken.
    """
    left = set(range(len(priced))) - {number}
    helps: dict[str, set[int]] = {}
    for point in points:
        values = [point.measure(item) for item in priced]
        mine = values[number]
        helps[point.better] = {
            other
            for other in left
            if mine is not None and (theirs := values[other]) is not None and mine < theirs
        }
    codes: list[str] = []
    while left:
        code = max(helps, key=lambda code: len(helps[code] & left))
        if not helps[code] & left:
            break
        codes.append(code)
        left -= helps[code]
    return codes or ["another_way"]
