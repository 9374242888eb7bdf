"""The catalogue: products.toml beside the fare tables of the feeds."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gtfs.fares import FareTable
from maas.errors import CityInvalidError, InvalidRequestError


@dataclass(frozen=True)
class Fare:
    """A single fare for some lines, whatever the distance.

    Parameters
    ----------
    id : str
        Product id.
    name : dict[str, str]
        Name by language.
    route_ids : frozenset[str]
        Lines it is valid on.
    price_minor : int
        Adult price.
    child_price_minor : int or None
        Child price; None for the usual half.
    """

    id: str
    name: dict[str, str]
    route_ids: frozenset[str]
    price_minor: int
    child_price_minor: int | None


@dataclass(frozen=True)
class Pass:
    """A pass: any number of rides on some lines for some days.

    Parameters
    ----------
    id : str
        Product id.
    name : dict[str, str]
        Name by language.
    route_ids : frozenset[str]
        Lines it is valid on.
    days : int
        Days it is valid, from first use.
    price_minor : int
        Adult price.
    child_price_minor : int or None
        Child price; None for the usual half.
    """

    id: str
    name: dict[str, str]
    route_ids: frozenset[str]
    days: int
    price_minor: int
    child_price_minor: int | None


@dataclass(frozen=True)
class Bundle:
    """Several products for one price.

    Parameters
    ----------
    id : str
        Product id.
    name : dict[str, str]
        Name by language.
    price_minor : int
        Price for one person.
    includes : tuple[dict[str, Any], ...]
        What is in it: kind, id, count and value of each part.
    """

    id: str
    name: dict[str, str]
    price_minor: int
    includes: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Catalogue:
    """Every price the city knows.

    Parameters
    ----------
    currency : str
        ISO 4217 code of all prices.
    fares : tuple[Fare, ...]
        Flat fares.
    passes : tuple[Pass, ...]
        Passes.
    bundles : tuple[Bundle, ...]
        Bundles.
    fare_tables : tuple[FareTable, ...]
        Stop-to-stop fares of the feeds.
    """

    currency: str
    fares: tuple[Fare, ...]
    passes: tuple[Pass, ...]
    bundles: tuple[Bundle, ...]
    fare_tables: tuple[FareTable, ...]

    def owned(self, ids: Collection[str]) -> tuple[Pass, ...]:
        """Look up passes that riders say they have.

        Parameters
        ----------
        ids : Collection[str]
            Ids of passes, or of bundles with passes in them.

        Returns
        -------
        tuple[Pass, ...]
            The passes.

        Raises
        ------
        InvalidRequestError
            There is no such pass or bundle.
        """
        bundled = {
            bundle.id: {str(x.get("id")) for x in bundle.includes if x.get("kind") == "pass"}
            for bundle in self.bundles
        }
        known = {bought.id: bought for bought in self.passes}
        for unknown in sorted(set(ids) - set(known) - set(bundled)):
            raise InvalidRequestError(
                f"No pass or bundle is called {unknown!r}; there are: "
                f"{', '.join([*known, *bundled]) or 'none in this city'}.",
                field="passes",
            )
        wanted = {part for one in ids for part in bundled.get(one, {one})}
        return tuple(known[one] for one in sorted(wanted) if one in known)

    def single(self, route_id: str, from_stop_id: str, to_stop_id: str) -> Fare | int | None:
        """Look up the single fare of one ride on one line.

        Parameters
        ----------
        route_id, from_stop_id, to_stop_id : str
            Line and stops.

        Returns
        -------
        Fare or int or None
            A flat fare of the catalogue, else the feed's price in minor units, else None where
            the line sells no single tickets (or nobody has told).
        """
        for fare in self.fares:
            if route_id in fare.route_ids:
                return fare
        for table in self.fare_tables:
            price_minor = table.price_minor(route_id, from_stop_id, to_stop_id)
            if price_minor is not None and table.currency == self.currency:
                return price_minor
        return None


def load_catalogue(folder: Path, fare_tables: Sequence[FareTable], currency: str) -> Catalogue:
    """Read the prices of a city.

    Parameters
    ----------
    folder : Path
        The city directory; products.toml may be absent.
    fare_tables : Sequence[FareTable]
        Fares of its feeds.
    currency : str
        ISO 4217 code of the city.

    Returns
    -------
    Catalogue
        The prices.

    Raises
    ------
    CityInvalidError
        products.toml cannot be used; the message names the product and the field.
    """
    path = folder / "products.toml"
    table: dict[str, Any] = {}
    if path.is_file():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CityInvalidError(f"{path}: {error}. Mend the line.", file=str(path)) from error
    try:
        return Catalogue(
            currency=currency,
            fares=tuple(
                Fare(**_common(row), route_ids=_routes(row), child_price_minor=_child(row))
                for row in table.get("fares", ())
            ),
            passes=tuple(
                Pass(
                    **_common(row),
                    route_ids=_routes(row),
                    days=_whole(row, "days"),
                    child_price_minor=_child(row),
                )
                for row in table.get("passes", ())
            ),
            bundles=tuple(
                Bundle(**_common(row), includes=tuple(row.get("includes", ())))
                for row in table.get("bundles", ())
            ),
            fare_tables=tuple(fare_tables),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise CityInvalidError(
            f"{path} holds a value that cannot be used ({error}). "
            "Compare it with data/kaga/products.toml.",
            file=str(path),
        ) from error


def _common(row: dict[str, Any]) -> dict[str, Any]:
    """Take what every product has.

    Parameters
    ----------
    row : dict[str, Any]
        One product of products.toml.

    Returns
    -------
    dict[str, Any]
        Id, name and price.
    """
    if not row.get("id") or not row.get("name"):
        raise CityInvalidError("products.toml: every product needs an id and a name.")
    return {"id": row["id"], "name": dict(row["name"]), "price_minor": _whole(row, "price_minor")}


def _whole(row: dict[str, Any], field: str) -> int:
    """Take a whole number that must be there and not be negative.

    Parameters
    ----------
    row : dict[str, Any]
        One product.
    field : str
        Field name.

    Returns
    -------
    int
        Its value.
    """
    value = row.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CityInvalidError(
            f"products.toml, product {row.get('id')!r}: {field} must be a whole number, 0 or more.",
            product=row.get("id"),
            field=field,
        )
    return value


def _child(row: dict[str, Any]) -> int | None:
    """Take the child price, if the product states one.

    Parameters
    ----------
    row : dict[str, Any]
        One product.

    Returns
    -------
    int or None
        Minor units.
    """
    return _whole(row, "child_price_minor") if "child_price_minor" in row else None


def _routes(row: dict[str, Any]) -> frozenset[str]:
    """Take the lines a product is valid on.

    Parameters
    ----------
    row : dict[str, Any]
        One product.

    Returns
    -------
    frozenset[str]
        Route ids.
    """
    return frozenset(row.get("route_ids", ()))
