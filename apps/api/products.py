"""Routes of products: passes and bundles."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from apps.api.deps import Language, ServiceRuntime
from maas.offers.words import label_text

router = APIRouter(prefix="/v1", tags=["products"])


class PassOut(BaseModel):
    """A pass: any number of rides on some lines for some days."""

    id: str
    name: str
    days: int
    price_minor: int
    route_ids: list[str]


class BundleOut(BaseModel):
    """Several products for one price."""

    id: str
    name: str
    price_minor: int
    includes: list[dict[str, Any]]


class ProductsOut(BaseModel):
    """What the city sells besides single rides."""

    currency: str
    passes: list[PassOut]
    bundles: list[BundleOut]


@router.get("/products", response_model=ProductsOut)
def list_products(runtime: ServiceRuntime, language: Language) -> dict[str, Any]:
    """List passes and bundles with their prices."""
    catalogue = runtime.catalogue
    return {
        "currency": catalogue.currency,
        "passes": [
            {
                "id": product.id,
                "name": label_text(product.name, language),
                "days": product.days,
                "price_minor": product.price_minor,
                "route_ids": sorted(product.route_ids),
            }
            for product in catalogue.passes
        ],
        "bundles": [
            {
                "id": product.id,
                "name": label_text(product.name, language),
                "price_minor": product.price_minor,
                "includes": list(product.includes),
            }
            for product in catalogue.bundles
        ],
    }
