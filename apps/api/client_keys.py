"""The route at which providers of identity find this service's public key."""

from typing import Any

from fastapi import APIRouter

from apps.api import account_schemas as schemas
from apps.api.deps import ServiceRuntime

router = APIRouter(tags=["accounts"])


@router.get("/.well-known/jwks.json", response_model=schemas.KeySet)
def client_keys(runtime: ServiceRuntime) -> dict[str, Any]:
    """Publish the key that shows providers of identity who this service is (private_key_jwt)."""
    return runtime.client_key.published
