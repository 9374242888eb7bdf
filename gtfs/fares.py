"""What a single ride costs by the tables of a feed.

Read are Fares v1 (fare_attributes.txt, fare_rules.txt), in which GTFS-JP writes distance fares
with one zone for each stop, and from Fares v2 the plain lookups: fare_products.txt by network and
areas (fare_leg_rules.txt). Not read: fares by time of day (timeframes) and v2 transfer rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from gtfs.money import to_minor

if TYPE_CHECKING:
    from gtfs.feed import Feed

_Key = tuple[str, str, str]


@dataclass(frozen=True)
class FareTable:
    """Adult single fares of a feed.

    Parameters
    ----------
    currency : str
        ISO 4217 code of all prices; empty when the feed has none.
    rules : mapping of (group, origin, destination) to int
        Price in minor units; group is a route_id (v1) or ``network:`` and its id (v2); an empty
        part fits everything.
    contained : tuple of (route_id, zones, price_minor)
        v1 fares for riding within a set of zones (contains_id).
    zones : mapping of str to tuple of str
        Zones or areas of each stop, the closest first.
    groups : mapping of str to tuple of str
        Groups of each route besides its own id.
    """

    currency: str = ""
    rules: Mapping[_Key, int] = field(default_factory=dict)
    contained: tuple[tuple[str, frozenset[str], int], ...] = ()
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, feed: "Feed") -> "FareTable":
        """Return the fares of a feed.

        Parameters
        ----------
        feed : Feed
            A feed, with or without fare tables.

        Returns
        -------
        FareTable
            Empty when there are none. Where several currencies occur, the most frequent counts.
        """
        if feed.has("fare_products"):
            return _second_edition(feed)
        return _first_edition(feed)

    def price_minor(self, route_id: str, from_stop_id: str, to_stop_id: str) -> int | None:
        """Return what an adult pays for one ride.

        The rule that says most about the ride counts (route and both zones before less); among
        equals the cheapest.

        Parameters
        ----------
        route_id : str
            Route ridden.
        from_stop_id, to_stop_id : str
            Where the rider boards and alights.

        Returns
        -------
        int or None
            Minor units of ``currency``; None when no rule fits. 0 is a free ride.
        """
        origins = (*self.zones.get(from_stop_id, (from_stop_id,)), "")
        targets = (*self.zones.get(to_stop_id, (to_stop_id,)), "")
        groups = (route_id, *self.groups.get(route_id, ()), "")
        best: tuple[int, int] | None = None
        for key in product(groups, origins, targets):
            price = self.rules.get(key)
            if price is not None:
                rank = (-sum(part != "" for part in key), price)
                best = rank if best is None else min(best, rank)
        for route, zones, price in self.contained:
            # Only the ends of the ride are known here, not the zones it crosses.
            fits = route in ("", route_id) and zones & set(origins) and zones & set(targets)
            if fits:
                rank = (-2 - (route != ""), price)
                best = rank if best is None else min(best, rank)
        return None if best is None else best[1]


def _most_frequent(currencies: Iterable[str]) -> str:
    counts: dict[str, int] = {}
    for currency in currencies:
        if currency:
            counts[currency] = counts.get(currency, 0) + 1
    return max(counts, key=lambda code: counts[code]) if counts else ""


def _cheapest(rules: dict[_Key, int], key: _Key, price: int) -> None:
    rules[key] = min(price, rules.get(key, price))


def _first_edition(feed: "Feed") -> FareTable:
    attributes = feed.records("fare_attributes")
    currency = _most_frequent(row["currency_type"] for row in attributes)
    fares = {
        row["fare_id"]: (to_minor(row["price"], currency), row["agency_id"])
        for row in attributes
        if row["currency_type"] == currency
    }
    routes_of: dict[str, list[str]] = {}
    columns = (feed.column("routes", name) for name in ("route_id", "agency_id"))
    for route_id, agency_id in zip(*columns, strict=True):
        routes_of.setdefault(agency_id, []).append(route_id)
    rules: dict[_Key, int] = {}
    contained: dict[tuple[str, str], set[str]] = {}
    ruled: set[str] = set()
    names = ("fare_id", "route_id", "origin_id", "destination_id", "contains_id")
    for fare_id, route_id, origin, destination, inside in zip(
        *(feed.column("fare_rules", name) for name in names), strict=True
    ):
        if fare_id not in fares:
            continue
        ruled.add(fare_id)
        price, agency_id = fares[fare_id]
        if inside:
            contained.setdefault((fare_id, route_id), set()).add(inside)
            continue
        # A fare of one agency without a route holds for the routes of that agency alone.
        routes = [route_id] if route_id or not agency_id else routes_of.get(agency_id, [""])
        for route in routes:
            _cheapest(rules, (route, origin, destination), price)
    for fare_id, (price, agency_id) in fares.items():
        if fare_id not in ruled:
            for route in routes_of.get(agency_id, [""]) if agency_id else [""]:
                _cheapest(rules, (route, "", ""), price)
    sets = tuple(
        (route_id, frozenset(zones), fares[fare_id][0])
        for (fare_id, route_id), zones in contained.items()
    )
    return FareTable(currency, rules, sets, _zones_of_stops(feed), {})


def _zones_of_stops(feed: "Feed") -> dict[str, tuple[str, ...]]:
    names = ("stop_id", "zone_id", "parent_station")
    rows = list(zip(*(feed.column("stops", name) for name in names), strict=True))
    zone_of = {stop_id: zone_id for stop_id, zone_id, _ in rows}
    zones: dict[str, tuple[str, ...]] = {}
    for stop_id, zone_id, parent in rows:
        # GTFS-JP has a zone for each stop; some feeds leave zone_id empty and mean the stop_id.
        found = (zone_id, zone_of.get(parent, ""), stop_id, parent)
        zones[stop_id] = tuple(dict.fromkeys(zone for zone in found if zone))
    for zone_id, location_id in zip(
        feed.column("locations", "zone_id"), feed.column("locations", "location_id"), strict=True
    ):
        zones[location_id] = tuple(dict.fromkeys(z for z in (zone_id, location_id) if z))
    return zones


def _default_prices(feed: "Feed", currency: str) -> dict[str, int]:
    """Return the price of each fare product for the rider who has no reduction."""
    categories = feed.table("rider_categories")
    usual = set(categories.loc[categories["is_default_fare_category"] == "1", "rider_category_id"])
    offers: dict[str, list[tuple[bool, int]]] = {}
    for row in feed.records("fare_products"):
        if row["currency"] == currency:
            full = row["rider_category_id"] in usual or not row["rider_category_id"]
            price = to_minor(row["amount"], currency)
            offers.setdefault(row["fare_product_id"], []).append((full, price))
    prices: dict[str, int] = {}
    for product_id, found in offers.items():
        full_prices = [price for full, price in found if full]
        # Without a default category the dearest price is taken for the full one.
        if full_prices:
            prices[product_id] = min(full_prices)
        elif not usual:
            prices[product_id] = max(price for _, price in found)
    return prices


def _second_edition(feed: "Feed") -> FareTable:
    currency = _most_frequent(feed.column("fare_products", "currency"))
    prices = _default_prices(feed, currency)
    areas: dict[str, list[str]] = {}
    columns = (feed.column("stop_areas", name) for name in ("stop_id", "area_id"))
    for stop_id, area_id in zip(*columns, strict=True):
        areas.setdefault(stop_id, []).append(area_id)
    parent = dict(
        zip(feed.column("stops", "stop_id"), feed.column("stops", "parent_station"), strict=True)
    )
    zones = {
        stop_id: tuple(dict.fromkeys((*areas.get(stop_id, ()), *areas.get(above, ()))))
        for stop_id, above in parent.items()
    }
    groups: dict[str, list[str]] = {}
    for table in ("routes", "route_networks"):
        columns = (feed.column(table, name) for name in ("route_id", "network_id"))
        for route_id, network_id in zip(*columns, strict=True):
            if network_id:
                groups.setdefault(route_id, []).append(f"network:{network_id}")
    rules: dict[_Key, int] = {}
    for row in feed.records("fare_leg_rules"):
        timed = row["from_timeframe_group_id"] or row["to_timeframe_group_id"]
        if timed or row["fare_product_id"] not in prices:
            continue
        group = f"network:{row['network_id']}" if row["network_id"] else ""
        key = (group, row["from_area_id"], row["to_area_id"])
        _cheapest(rules, key, prices[row["fare_product_id"]])
    return FareTable(
        currency, rules, (), zones, {route: tuple(found) for route, found in groups.items()}
    )
