"""Pricing: the cheapest legal way for a party to pay a journey, explained line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from maas.products.catalogue import Catalogue, Fare, Pass
from routing.journeys import Journey, RideLeg, TransitLeg, WalkLeg

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
    leg : int or None
        Position of the leg it pays for; None for a pass, which pays for several.
    """

    label: dict[str, str]
    count: int
    amount_minor: int
    leg: int | None = None


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
    with_pass : bool
        Whether a pass that they have already pays for some of it.
    """

    amount_minor: int
    currency: str
    lines: tuple[PriceLine, ...]
    with_pass: bool = False


def price_journey(
    catalogue: Catalogue,
    journey: Journey,
    adults: int,
    children: int,
    owned: Sequence[Pass] = (),
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
    owned : Sequence[Pass]
        Passes that all of them have already; their days are not looked at.

    Returns
    -------
    Price or None
        The cheapest legal price, None where some line's price is not known.
    """
    ridden = [
        (index, leg) for index, leg in enumerate(journey.legs) if not isinstance(leg, WalkLeg)
    ]
    routes = {leg.route.route_id for _, leg in ridden}
    free = {route_id for bought in owned for route_id in bought.route_ids}
    useful = [
        p for p in catalogue.passes if p.route_ids & (routes - free) and _covers_days(p, journey)
    ]
    useful = sorted(useful, key=lambda p: p.price_minor)[:_MOST_PASSES]
    till = _Till(catalogue, adults, children, tuple(owned))
    bills = (till.bill(ridden, chosen) for chosen in _subsets(useful))
    best = min((bill for bill in bills if bill is not None), key=_total, default=None)
    if best is None:
        return None
    return Price(_total(best), catalogue.currency, tuple(best), bool(routes & free))


@dataclass(frozen=True)
class _Till:
    """Writes bills for one party."""

    catalogue: Catalogue
    adults: int
    children: int
    owned: tuple[Pass, ...]

    def bill(
        self, ridden: Sequence[tuple[int, TransitLeg | RideLeg]], passes: Sequence[Pass]
    ) -> list[PriceLine] | None:
        """Write the bill for one choice of passes.

        Parameters
        ----------
        ridden : Sequence[tuple[int, TransitLeg | RideLeg]]
            What is ridden, with its position in the journey.
        passes : Sequence[Pass]
            Passes bought.

        Returns
        -------
        list[PriceLine] or None
            The lines; None when a leg is covered by no pass and has no known single fare.
        """
        lines = [line for bought in passes for line in self._lines(bought, None)]
        for index, leg in ridden:
            mine = next((p for p in self.owned if leg.route.route_id in p.route_ids), None)
            if mine is not None:
                lines.append(PriceLine(_as_owned(mine), self.adults + self.children, 0, index))
                continue
            if any(leg.route.route_id in bought.route_ids for bought in passes):
                continue
            single = self.catalogue.single(
                leg.route.route_id, leg.origin.stop_id or "", leg.destination.stop_id or ""
            )
            if single is None:
                return None
            if isinstance(single, int):
                name = {"": leg.route.short_name or leg.route.long_name}
                single = Fare(leg.route.route_id, name, frozenset(), single, None)
            lines += self._lines(single, index)
        return lines

    def _lines(self, product: Fare | Pass, leg: int | None) -> list[PriceLine]:
        """Write the lines of one product for all heads.

        Parameters
        ----------
        product : Fare | Pass
            What is bought.
        leg : int or None
            The leg it pays for.

        Returns
        -------
        list[PriceLine]
            At most one line for adults and one for children.
        """
        name = product.name
        lines = []
        if self.adults:
            lines.append(PriceLine(name, self.adults, self.adults * product.price_minor, leg))
        if self.children:
            each = product.child_price_minor
            if each is None:
                each = half_fare(product.price_minor, self.catalogue.currency)
            any_name = name.get("") or next(iter(name.values()), "")
            label = {
                "ja": f"{name.get('ja') or any_name}（小児）",
                "en": f"{name.get('en') or any_name} (child)",
            }
            lines.append(PriceLine(label, self.children, self.children * each, leg))
        return lines


def _as_owned(bought: Pass) -> dict[str, str]:
    """Name a pass that the riders have already.

    Parameters
    ----------
    bought : Pass
        The pass.

    Returns
    -------
    dict[str, str]
        By language.
    """
    any_name = bought.name.get("") or next(iter(bought.name.values()), bought.id)
    return {
        "ja": f"{bought.name.get('ja') or any_name}（お手持ち）",
        "en": f"{bought.name.get('en') or any_name} (yours)",
    }


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
