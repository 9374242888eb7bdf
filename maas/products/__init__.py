"""What a journey costs: fares, passes and bundles."""

from maas.products.catalogue import Bundle, Catalogue, Fare, Pass, load_catalogue
from maas.products.service import Price, PriceLine, price_journey

__all__ = [
    "Bundle",
    "Catalogue",
    "Fare",
    "Pass",
    "Price",
    "PriceLine",
    "load_catalogue",
    "price_journey",
]
