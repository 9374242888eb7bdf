"""Lines by what a ride on them costs, in few classes, so that a cheaper way is found as well.

The planner knows no prices. It is told a class for each line, and finds, beside the journeys that
are best with all lines, those that are best with the lines up to each class.
"""

from collections.abc import Collection, Mapping

from maas.products.catalogue import Catalogue

MOST_CLASSES = 3
"""Classes above 0 at most: each that occurs may cost a search."""


def line_prices(catalogue: Catalogue, route_ids: Collection[str]) -> dict[str, int]:
    """Tell from what amount on a ride on each line can be had.

    Parameters
    ----------
    catalogue : Catalogue
        The city's prices.
    route_ids : Collection[str]
        Lines.

    Returns
    -------
    dict[str, int]
        By line, for an adult, minor units: the flat fare, else the lowest fare of its feed, else,
        where no single tickets are sold, the cheapest pass. Lines without any price are left out.
    """
    prices: dict[str, int] = {}
    for bought in catalogue.passes:
        for route_id in bought.route_ids & set(route_ids):
            prices[route_id] = min(bought.price_minor, prices.get(route_id, bought.price_minor))
    singles: dict[str, int] = {}
    for table in catalogue.fare_tables:
        if table.currency != catalogue.currency:
            continue
        least: dict[str, int] = {}
        rules = [(group, price) for (group, _, _), price in table.rules.items()]
        for group, price in [*rules, *((route, price) for route, _, price in table.contained)]:
            least[group] = min(price, least.get(group, price))
        for route_id in route_ids:
            groups = (route_id, *table.groups.get(route_id, ()))
            # A fare for every line ("") fits those that no rule names.
            named = [least[group] for group in groups if group in least]
            known = named or [least[group] for group in ("",) if group in least]
            if known:
                singles[route_id] = min(*known, singles.get(route_id, known[0]))
    for fare in catalogue.fares:
        singles |= dict.fromkeys(fare.route_ids & set(route_ids), fare.price_minor)
    return prices | singles


def price_classes(prices: Mapping[str, int], covered: Collection[str]) -> dict[str, int]:
    """Group lines by price.

    Parameters
    ----------
    prices : Mapping[str, int]
        As `line_prices` tells.
    covered : Collection[str]
        Lines on which a pass of the riders counts.

    Returns
    -------
    dict[str, int]
        By line: 0 with nothing more to pay; then from 1, each class beginning at twice the price
        that the one before begins at, the last one open. Lines without a price are not in it.
    """
    classes: dict[str, int] = {}
    number, begins = 0, -1
    for price, route_id in sorted((price, route_id) for route_id, price in prices.items()):
        if route_id in covered or price == 0:
            continue
        if number == 0 or (price >= 2 * begins and number < MOST_CLASSES):
            number, begins = number + 1, price
        classes[route_id] = number
    free = {route_id for route_id, price in prices.items() if price == 0}
    return classes | dict.fromkeys({*covered, *free}, 0)
