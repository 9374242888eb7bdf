"""Which journeys a rider gets to read."""

from collections.abc import Sequence

from maas.products import Price
from routing.journeys import Journey, TransitLeg

MOST_JOURNEYS = 12
"""A dense city gives dozens in two hours; nobody reads them all. The rest is on the next page."""

Priced = tuple[Journey, Price | None]
"""A journey and what it costs; None where a fare is not known."""


def without_dominated(priced: Sequence[Priced]) -> list[Priced]:
    """Drop journeys that another one beats or equals in everything.

    Parameters
    ----------
    priced : Sequence[tuple[Journey, Price | None]]
        Journeys with prices.

    Returns
    -------
    list[tuple[Journey, Price | None]]
        Pareto set over departure (late), arrival (early), changes and price (an unknown price
        compares with nothing), sorted by arrival, then departure.
    """

    def beats(a: Priced, b: Priced) -> bool:
        (one, price), (other, other_price) = a, b
        if (price is None) != (other_price is None):
            return False
        cheaper = (
            price is None or other_price is None or (price.amount_minor <= other_price.amount_minor)
        )
        return (
            cheaper
            and one.departure_s >= other.departure_s
            and one.arrival_s <= other.arrival_s
            and one.transfers <= other.transfers
        )

    kept: list[Priced] = []
    for item in sorted(priced, key=_rank):
        if not any(beats(other, item) for other in kept):
            kept = [other for other in kept if not beats(item, other)]
            kept.append(item)
    return sorted(kept, key=lambda item: (item[0].arrival_s, -item[0].departure_s))


def without_detours(priced: Sequence[Priced]) -> list[Priced]:
    """Drop journeys that add a bus or train to a ride which alone would be as quick and as cheap.

    A ride can be asked for at another minute, a bus cannot: taking a bus one stop in order to leave
    later by the same van is no choice that anybody wants to read.

    Parameters
    ----------
    priced : Sequence[tuple[Journey, Price | None]]
        Journeys with prices.

    Returns
    -------
    list[tuple[Journey, Price | None]]
        The others, in their order.
    """
    alone = [item for item in priced if item[0].rides and not _lines(item[0])]

    def needless(item: Priced) -> bool:
        journey, price = item
        if not journey.rides or not _lines(journey) or price is None:
            return False
        return any(
            ride_price is not None
            and ride_price.amount_minor <= price.amount_minor
            and ride.arrival_s - ride.departure_s <= journey.arrival_s - journey.departure_s
            for ride, ride_price in alone
        )

    return [item for item in priced if not needless(item)]


def _lines(journey: Journey) -> int:
    """Count the legs on buses and trains.

    Parameters
    ----------
    journey : Journey
        A journey.

    Returns
    -------
    int
        Legs with a timetable.
    """
    return sum(isinstance(leg, TransitLeg) for leg in journey.legs)


def _rank(item: Priced) -> tuple[int, int, int]:
    """Order journeys that are equal in time: without booking and with less walking first.

    Parameters
    ----------
    item : tuple[Journey, Price | None]
        A journey.

    Returns
    -------
    tuple[int, int, int]
        Sort key.
    """
    journey, _price = item
    return journey.arrival_s, len(journey.rides), journey.walk_m
