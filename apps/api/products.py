"""Routes of products: passes and bundles."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from apps.api.deps import Language, ServiceRuntime
from maas.offers.words import label_text
from maas.products import Catalogue

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


@router.get("/products", response_model=ProductsOut, responses={304: {"description": "Unchanged"}})
def list_products(
    runtime: ServiceRuntime,
    language: Language,
    response: Response,
    if_none_match: Annotated[str, Header(description="ETag")] = "",
) -> dict[str, Any] | Response:
    """List passes and bundles with their prices."""
    document = _products(runtime.catalogue, language)
    written = json.dumps(document, ensure_ascii=False, sort_keys=True)
    headers = {
        "ETag": f'"{hashlib.sha256(written.encode()).hexdigest()[:16]}"',
        "Cache-Control": "public, max-age=300",
    }
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return document


def _products(catalogue: Catalogue, language: str) -> dict[str, Any]:
    """Write down what the city sells.

    Parameters
    ----------
    catalogue : Catalogue
        Its prices.
    language : str
        Language of names.

    Returns
    -------
    dict[str, Any]
        The document.
    """
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
