"""Routes of signing in: by a mailed link, a password or a provider of identity; and out."""

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response

from apps.api import account_schemas as schemas
from apps.api.account_documents import device_document, session_document
from apps.api.deps import SESSION_COOKIE, Asking, ServiceRuntime
from apps.api.problems import documented
from apps.runtime import Runtime
from maas.accounts import Actor, SignedIn, login_sessions
from maas.errors import (
    IdentityRefusedError,
    IdentityTakenError,
    IdentityUnknownError,
    LastWayInError,
    NotFoundError,
    NotSignedInError,
    PasskeyRefusedError,
    ProviderUnavailableError,
    SignInFailedError,
    TooManyTriesError,
)

router = APIRouter(prefix="/v1", tags=["accounts"])
_STEP_COOKIE = "meguri_step"
_LINK_RATES = "3/minute;20/day"
_PASSWORD_RATES = "5/minute;30/hour"
_CALLER_RATES = "30/minute"
_BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}
"""What browsers say of themselves and their machines; the first that fits."""


@router.post(
    "/login-links",
    status_code=202,
    response_model=schemas.LinkSent,
    responses=documented(TooManyTriesError),
)
def mail_link(runtime: ServiceRuntime, request: Request, body: schemas.LinkIn) -> dict[str, Any]:
    """Mail a link that signs in, and makes the account the first time."""
    limit(runtime, request, f"link:{runtime.sign_in.mark(body.email)}", _LINK_RATES)
    with runtime.database.transaction() as session:
        runtime.sign_in.mail_link(session, body.email, body.language, runtime.clock())
    return {"sent": True}


@router.get("/identity-providers", response_model=schemas.Providers)
def list_providers(runtime: ServiceRuntime) -> dict[str, Any]:
    """List the providers of identity that people may sign in with."""
    found = runtime.identities.providers.values()
    return {"providers": [{"id": one.id, "name": one.name} for one in found]}


@router.post(
    "/identity-providers/{provider_id}/questions",
    status_code=201,
    response_model=schemas.Question,
    responses=documented(
        NotSignedInError, NotFoundError, TooManyTriesError, ProviderUnavailableError
    ),
)
def ask_provider(
    runtime: ServiceRuntime,
    actor: Asking,
    request: Request,
    response: Response,
    provider_id: str,
    body: schemas.QuestionIn,
) -> dict[str, Any]:
    """Ask a provider who somebody is: go to `url`, then bring the answer to `POST /v1/sessions`."""
    limit(runtime, request)
    linking = actor if body.link else None
    asked, url = runtime.identities.ask(provider_id, body.language, linking)
    with runtime.database.transaction() as session:
        runtime.identities.remember(session, asked, runtime.clock())
    # The answer counts in this browser alone: nobody is signed in as somebody else by a link.
    _give(runtime, response, _STEP_COOKIE, asked.question.state, 15 * 60)
    return {"url": url}


@router.post(
    "/sessions",
    status_code=201,
    response_model=schemas.Session,
    responses=documented(
        SignInFailedError,
        IdentityRefusedError,
        IdentityUnknownError,
        IdentityTakenError,
        PasskeyRefusedError,
        TooManyTriesError,
        ProviderUnavailableError,
    ),
)
def sign_in(
    runtime: ServiceRuntime,
    actor: Asking,
    request: Request,
    response: Response,
    body: schemas.SessionIn,
) -> dict[str, Any]:
    """Sign in, by a mailed link, a password, a passkey, or a provider's answer."""
    limit(runtime, request)
    device = _device(request.headers.get("user-agent", ""))
    if body.state:
        document = _by_provider(runtime, actor, request, body, device)
        response.delete_cookie(_STEP_COOKIE)
    elif body.passkey:
        document = _by_passkey(runtime, body.passkey, device)
    else:
        document = _by_own_means(runtime, body, device)
    token, life_s = document.pop("token"), document.pop("life_s")
    _give(runtime, response, SESSION_COOKIE, token, life_s)
    return {"token": token, **document}


@router.delete("/sessions/current", status_code=204, responses=documented(NotSignedInError))
def sign_out(runtime: ServiceRuntime, actor: Asking, response: Response) -> None:
    """Sign this device out."""
    with runtime.database.transaction() as session:
        runtime.sign_in.end(session, actor, runtime.clock())
    response.delete_cookie(SESSION_COOKIE)


@router.get(
    "/account/sessions", response_model=schemas.Devices, responses=documented(NotSignedInError)
)
def list_devices(runtime: ServiceRuntime, actor: Asking) -> dict[str, Any]:
    """List the devices that are signed in to one's account."""
    actor.require_account()
    with runtime.database.reading() as session:
        found = login_sessions(session, actor.id, runtime.clock())
        return {"sessions": [device_document(runtime, row, actor.session_id) for row in found]}


@router.delete(
    "/account/sessions/{session_id}",
    status_code=204,
    responses=documented(NotSignedInError, NotFoundError),
)
def sign_device_out(runtime: ServiceRuntime, actor: Asking, session_id: str) -> None:
    """Sign one of one's devices out."""
    with runtime.database.transaction() as session:
        runtime.sign_in.end(session, actor, runtime.clock(), session_id)


@router.delete("/account/sessions", status_code=204, responses=documented(NotSignedInError))
def sign_out_everywhere(runtime: ServiceRuntime, actor: Asking, response: Response) -> None:
    """Sign all devices out, this one too."""
    with runtime.database.transaction() as session:
        runtime.sign_in.end_everywhere(session, actor, runtime.clock())
    response.delete_cookie(SESSION_COOKIE)


@router.delete(
    "/account/identities/{identity_id}",
    status_code=204,
    responses=documented(NotSignedInError, NotFoundError, LastWayInError),
)
def unlink_identity(runtime: ServiceRuntime, actor: Asking, identity_id: str) -> None:
    """Unlink one's account from a provider of identity; what it verified is taken back."""
    with runtime.database.transaction() as session:
        runtime.identities.unlink(session, actor, identity_id, runtime.clock())


def limit(runtime: Runtime, request: Request, what: str = "", rates: str = "") -> None:
    """Count a try of a caller, and of what they try.

    Parameters
    ----------
    runtime : Runtime
        The service.
    request : Request
        Knows where it comes from.
    what, rates : str
        Counted besides.
    """
    host = request.client.host if request.client else ""
    runtime.throttle.spend(f"caller:{host}", _CALLER_RATES)
    if what:
        runtime.throttle.spend(what, rates)


def _by_own_means(runtime: Runtime, body: schemas.SessionIn, device: str) -> dict[str, Any]:
    """Sign in by a mailed link, or by address and password.

    Parameters
    ----------
    runtime : Runtime
        The service.
    body : SessionIn
        What was sent.
    device : str
        In words, for its owner.

    Returns
    -------
    dict[str, Any]
        The session.
    """
    now_s = runtime.clock()
    if body.email:
        mark = runtime.sign_in.mark(body.email)
        runtime.throttle.spend(f"password:{mark}", _PASSWORD_RATES)
    with runtime.database.transaction() as session:
        if body.link:
            signed_in: SignedIn | None = runtime.sign_in.by_link(session, body.link, now_s, device)
        else:
            signed_in = runtime.sign_in.by_password(
                session, body.email, body.password, now_s, device
            )
        if signed_in is not None:
            return session_document(runtime, session, signed_in, now_s)
    raise SignInFailedError("Address or password is wrong. A link by mail always works.")


def _by_provider(
    runtime: Runtime, actor: Actor, request: Request, body: schemas.SessionIn, device: str
) -> dict[str, Any]:
    """Sign in by the answer of a provider of identity, or link it to one's account.

    Parameters
    ----------
    runtime : Runtime
        The service.
    actor : Actor
        Who is signed in already.
    request : Request
        With the cookie that was given with the question.
    body : SessionIn
        The answer.
    device : str
        In words, for its owner.

    Returns
    -------
    dict[str, Any]
        The session.
    """
    given = request.cookies.get(_STEP_COOKIE, "")
    if not secrets.compare_digest(given.encode(), body.state.encode()):
        raise SignInFailedError("This was begun in another browser, or too long ago. Begin again.")
    with runtime.database.transaction() as session:
        asked = runtime.identities.recall(session, body.state, actor, runtime.clock())
    claims = runtime.identities.redeem(asked, body.code, body.iss, body.error)
    now_s = runtime.clock()
    with runtime.database.transaction() as session:
        signed_in = runtime.identities.enter(session, asked, claims, now_s, device)
        return session_document(runtime, session, signed_in, now_s)


def _by_passkey(runtime: Runtime, credential: dict[str, Any], device: str) -> dict[str, Any]:
    """Sign in by a passkey.

    Parameters
    ----------
    runtime : Runtime
        The service.
    credential : dict[str, Any]
        The device's answer.
    device : str
        In words, for its owner.

    Returns
    -------
    dict[str, Any]
        The session.
    """
    now_s = runtime.clock()
    with runtime.database.transaction() as session:
        step = runtime.passkeys.recall(session, "passkey", credential, now_s)
    with runtime.database.transaction() as session:
        signed_in = runtime.passkeys.enter(session, step, credential, now_s, device)
        return session_document(runtime, session, signed_in, now_s)


def _give(runtime: Runtime, response: Response, name: str, text: str, life_s: int) -> None:
    """Give a browser something to keep that no script and no other site can use.

    Parameters
    ----------
    runtime : Runtime
        The service.
    response : Response
        Carries it.
    name, text : str
        What.
    life_s : int
        For how many seconds.
    """
    response.set_cookie(
        name,
        text,
        max_age=life_s,
        httponly=True,
        samesite="strict",
        secure=runtime.settings.base_url.startswith("https:"),
    )


def _device(agent: str) -> str:
    """Say in words which device somebody uses, for them to know it again.

    Parameters
    ----------
    agent : str
        As it calls itself.

    Returns
    -------
    str
        Such as ``Firefox, Android``; the first word of what is no browser.
    """
    browser = next((word for mark, word in _BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((word for mark, word in _SYSTEMS.items() if mark in agent), "")
    words = ", ".join(word for word in (browser, system) if word)
    return words or "".join(agent.split("/", maxsplit=1)[0].split()[:1])[:40]
