"""Pricing: the cheapest legal way for a party to pay a journey, explained line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from maas.products.catalogue import Catalogue, Fare, Pass
from routing.journeys import Journey, RideLeg, TransitLeg

_MOST_PASSES = 6
"""Passes weighed against each other per journey; a journey meets fewer kinds than this."""


@dataclass(frozen=True)
class PriceLine:
    """One line of a bill.

    Parameters
    ----------
    label : dict[str, str]
        What is paid for, by language.
    count : int
        How many.
    amount_minor : int
        Price of all of them.
    """

    label: dict[str, str]
    count: int
    amount_minor: int


@dataclass(frozen=True)
class Price:
    """What a party pays for a journey.

    Parameters
    ----------
    amount_minor : int
        The whole.
    currency : str
        ISO 4217 code.
    lines : tuple[PriceLine, ...]
        Its parts; their amounts add up to the whole.
    """

    amount_minor: int
    currency: str
    lines: tuple[PriceLine, ...]


def price_journey(
    catalogue: Catalogue, journey: Journey, adults: int, children: int
) -> Price | None:
    """Price a journey: singles and passes in whatever mix is cheapest.

    Parameters
    ----------
    catalogue : Catalogue
        The city's prices.
    journey : Journey
        The journey; walks are free.
    adults, children : int
        Paying heads. Infants travel free and are not counted.

    Returns
    -------
    Price or None
        The cheapest legal price, None where some line's price is not known.
    """
    legs = [leg for leg in journey.legs if isinstance(leg, TransitLeg | RideLeg)]
    routes = {leg.route.route_id for leg in legs}
    useful = [p for p in catalogue.passes if p.route_ids & routes and _covers_days(p, journey)]
    useful = sorted(useful, key=lambda p: p.price_minor)[:_MOST_PASSES]
    best: list[PriceLine] | None = None
    for chosen in _subsets(useful):
        lines = _bill(catalogue, legs, chosen, adults, children)
        if lines is not None and (best is None or _total(lines) < _total(best)):
            best = lines
    if best is None:
        return None
    return Price(_total(best), catalogue.currency, tuple(best))


def _bill(
    catalogue: Catalogue,
    legs: Sequence[TransitLeg | RideLeg],
    passes: Sequence[Pass],
    adults: int,
    children: int,
) -> list[PriceLine] | None:
    """Write the bill for one choice of passes.

    Parameters
    ----------
    catalogue : Catalogue
        The city's prices.
    legs : Sequence[TransitLeg | RideLeg]
        What is ridden.
    passes : Sequence[Pass]
        Passes bought.
    adults, children : int
        Paying heads.

    Returns
    -------
    list[PriceLine] or None
        The lines; None when a leg is covered by no pass and has no known single fare.
    """
    lines: list[PriceLine] = []
    for bought in passes:
        lines += _heads(
            bought.name,
            bought.price_minor,
            bought.child_price_minor,
            adults,
            children,
            catalogue.currency,
        )
    for leg in legs:
        if any(leg.route.route_id in bought.route_ids for bought in passes):
            continue
        single = catalogue.single(leg.route.route_id, *_fare_stops(leg))
        if single is None:
            return None
        name = leg.route.short_name or leg.route.long_name
        if isinstance(single, Fare):
            lines += _heads(
                single.name,
                single.price_minor,
                single.child_price_minor,
                adults,
                children,
                catalogue.currency,
            )
        else:
            lines += _heads({"": name}, single, None, adults, children, catalogue.currency)
    return lines


def _fare_stops(leg: TransitLeg | RideLeg) -> tuple[str, str]:
    """Name the stops a leg's fare is between.

    Parameters
    ----------
    leg : TransitLeg | RideLeg
        The leg.

    Returns
    -------
    tuple[str, str]
        Stop ids, empty where the leg starts or ends at no stop.
    """
    return leg.origin.stop_id or "", leg.destination.stop_id or ""


def _heads(
    name: dict[str, str],
    price_minor: int,
    child_price_minor: int | None,
    adults: int,
    children: int,
    currency: str,
) -> list[PriceLine]:
    """Write the lines of one product for all heads.

    Parameters
    ----------
    name : dict[str, str]
        What is paid for.
    price_minor : int
        Adult price.
    child_price_minor : int or None
        Child price; None for the usual half.
    adults, children : int
        Paying heads.
    currency : str
        ISO 4217 code, for rounding.

    Returns
    -------
    list[PriceLine]
        At most one line for adults and one for children.
    """
    lines = []
    if adults:
        lines.append(PriceLine(name, adults, adults * price_minor))
    if children:
        each = half_fare(price_minor, currency) if child_price_minor is None else child_price_minor
        label = {"ja": f"{name.get('ja') or name.get('') or ''}（小児）"}
        label["en"] = f"{name.get('en') or name.get('') or name.get('ja') or ''} (child)"
        lines.append(PriceLine(label, children, children * each))
    return lines


def half_fare(price_minor: int, currency: str) -> int:
    """Give the usual child fare: half, rounded up to 10 yen as Japanese carriers do.

    Parameters
    ----------
    price_minor : int
        Adult price.
    currency : str
        ISO 4217 code; other currencies round up to one minor unit.

    Returns
    -------
    int
        Minor units.
    """
    step = 10 if currency == "JPY" else 1
    return -(-price_minor // (2 * step)) * step


def _covers_days(bought: Pass, journey: Journey) -> bool:
    """Tell whether a pass of so many days covers the whole journey.

    Parameters
    ----------
    bought : Pass
        The pass.
    journey : Journey
        The journey.

    Returns
    -------
    bool
        False only for journeys longer than the pass.
    """
    return journey.arrival_s - journey.departure_s <= bought.days * 86_400


def _subsets(passes: Sequence[Pass]) -> Iterable[tuple[Pass, ...]]:
    """List every choice of passes, none first.

    Parameters
    ----------
    passes : Sequence[Pass]
        Passes that may help.

    Returns
    -------
    Iterable[tuple[Pass, ...]]
        All subsets.
    """
    return chain.from_iterable(combinations(passes, size) for size in range(len(passes) + 1))


def _total(lines: Iterable[PriceLine]) -> int:
    """Add up a bill.

    Parameters
    ----------
    lines : Iterable[PriceLine]
        The lines.

    Returns
    -------
    int
        Minor units.
    """
    return sum(line.amount_minor for line in lines)
