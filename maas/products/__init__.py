"""What a journey costs: fares, passes and bundles."""

from maas.products.catalogue import Bundle, Catalogue, Fare, Pass, load_catalogue
from maas.products.classes import line_prices, price_classes
from maas.products.service import Price, PriceLine, price_journey

__all__ = [
    "Bundle",
    "Catalogue",
    "Fare",
    "Pass",
    "Price",
    "PriceLine",
    "line_prices",
    "load_catalogue",
    "price_classes",
    "price_journey",
]
