"""Routes of passkeys: adding, naming and removing them; asking a device for one."""

from typing import Any

from fastapi import APIRouter, Request

from apps.api import account_schemas as schemas
from apps.api.account_documents import passkey_document
from apps.api.deps import Asking, ServiceRuntime
from apps.api.problems import documented
from apps.api.sessions import limit
from maas.errors import (
    LastWayInError,
    NotFoundError,
    NotSignedInError,
    PasskeyRefusedError,
    PasskeysUnavailableError,
    TooManyTriesError,
)

router = APIRouter(prefix="/v1", tags=["accounts"])
_OWN = documented(NotSignedInError, NotFoundError)


@router.post(
    "/passkey-challenges",
    status_code=201,
    response_model=schemas.PasskeyOptions,
    responses=documented(PasskeysUnavailableError, TooManyTriesError),
)
def ask_for_passkey(runtime: ServiceRuntime, request: Request) -> dict[str, Any]:
    """Ask a device for a passkey; bring its answer to `POST /v1/sessions`, within 5 minutes."""
    limit(runtime, request)
    with runtime.database.transaction() as session:
        return {"options": runtime.passkeys.ask(session, runtime.clock())}


@router.post(
    "/account/passkey-options",
    status_code=201,
    response_model=schemas.PasskeyOptions,
    responses=documented(NotSignedInError, PasskeysUnavailableError),
)
def ask_for_new_passkey(runtime: ServiceRuntime, actor: Asking) -> dict[str, Any]:
    """Ask a device for a fresh passkey; bring its answer to `POST /v1/account/passkeys`."""
    with runtime.database.transaction() as session:
        return {"options": runtime.passkeys.offer(session, actor, runtime.clock())}


@router.post(
    "/account/passkeys",
    status_code=201,
    response_model=schemas.Passkey,
    responses=documented(NotSignedInError, PasskeyRefusedError),
)
def add_passkey(
    runtime: ServiceRuntime, actor: Asking, body: schemas.NewPasskeyIn
) -> dict[str, Any]:
    """Add a passkey to one's account."""
    actor.require_account()
    now_s = runtime.clock()
    with runtime.database.transaction() as session:
        step = runtime.passkeys.recall(session, "passkey_new", body.credential, now_s)
    with runtime.database.transaction() as session:
        row = runtime.passkeys.register(session, actor, step, body.name, body.credential, now_s)
        return passkey_document(runtime, row)


@router.patch("/account/passkeys/{passkey_id}", response_model=schemas.Passkey, responses=_OWN)
def rename_passkey(
    runtime: ServiceRuntime, actor: Asking, passkey_id: str, body: schemas.PasskeyName
) -> dict[str, Any]:
    """Call a passkey something else."""
    with runtime.database.transaction() as session:
        return passkey_document(
            runtime, runtime.passkeys.rename(session, actor, passkey_id, body.name)
        )


@router.delete(
    "/account/passkeys/{passkey_id}",
    status_code=204,
    responses=documented(NotSignedInError, NotFoundError, LastWayInError),
)
def remove_passkey(runtime: ServiceRuntime, actor: Asking, passkey_id: str) -> None:
    """Remove a passkey."""
    with runtime.database.transaction() as session:
        runtime.passkeys.remove(session, actor, passkey_id, runtime.clock())
