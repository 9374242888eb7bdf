"""Routes of accounts: signing in, one's own account, staff and what they verify, the audit log."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from apps.api import account_schemas as schemas
from apps.api.deps import SESSION_COOKIE, Asking, Language, ServiceRuntime
from apps.api.problems import documented
from apps.runtime import Runtime
from maas.accounts import Permission, SignedIn, attributes, members, memberships
from maas.bookings import bookings_of
from maas.checkout import BookingWriter
from maas.clock import iso, local_instant
from maas.database import Session
from maas.errors import (
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
    SignInFailedError,
    TooManyTriesError,
)
from maas.tables import Account, AuditEntry, Booking, VerifiedAttribute
from maas.tables.audit import entries

router = APIRouter(prefix="/v1", tags=["accounts"])
_PAGE = 50
_BOOKINGS = 20
_LINK_RATES = "3/minute;20/day"
_PASSWORD_RATES = "5/minute;30/hour"
_CALLER_RATES = "30/minute"
_OWN = documented(NotSignedInError)
_STAFF = documented(NotSignedInError, ForbiddenError)


@router.post(
    "/login-links",
    status_code=202,
    response_model=schemas.LinkSent,
    responses=documented(TooManyTriesError),
)
def mail_link(runtime: ServiceRuntime, request: Request, body: schemas.LinkIn) -> dict[str, Any]:
    """Mail a link that signs in, and makes the account the first time."""
    _limit(runtime, request, f"link:{runtime.sign_in.mark(body.email)}", _LINK_RATES)
    with runtime.database.transaction() as session:
        runtime.sign_in.mail_link(session, body.email, body.language, runtime.clock())
    return {"sent": True}


@router.post(
    "/sessions",
    status_code=201,
    response_model=schemas.Session,
    responses=documented(SignInFailedError, TooManyTriesError),
)
def sign_in(
    runtime: ServiceRuntime, request: Request, response: Response, body: schemas.SessionIn
) -> dict[str, Any]:
    """Sign in, by the token of a mailed link or by address and password."""
    now_s = runtime.clock()
    _limit(runtime, request)
    if body.email:
        mark = runtime.sign_in.mark(body.email)
        runtime.throttle.spend(f"password:{mark}", _PASSWORD_RATES)
    with runtime.database.transaction() as session:
        if body.link:
            signed_in: SignedIn | None = runtime.sign_in.by_link(session, body.link, now_s)
        else:
            signed_in = runtime.sign_in.by_password(session, body.email, body.password, now_s)
        document = None if signed_in is None else _session(runtime, session, signed_in)
    if signed_in is None or document is None:
        raise SignInFailedError("Address or password is wrong. A link by mail always works.")
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        max_age=signed_in.expires_s - now_s,
        httponly=True,
        samesite="strict",
        secure=runtime.settings.base_url.startswith("https:"),
    )
    return document


@router.delete("/sessions/current", status_code=204, responses=_OWN)
def sign_out(runtime: ServiceRuntime, actor: Asking, response: Response) -> None:
    """Sign this device out."""
    with runtime.database.transaction() as session:
        runtime.sign_in.end(session, actor, runtime.clock())
    response.delete_cookie(SESSION_COOKIE)


@router.get("/account", response_model=schemas.Account, responses=_OWN)
def own_account(runtime: ServiceRuntime, actor: Asking) -> dict[str, Any]:
    """Read one's own account: everything that is known of a person, and who verified it."""
    with runtime.database.reading() as session:
        return _account(runtime, session, runtime.accounts.own(session, actor))


@router.patch("/account", response_model=schemas.Account, responses=_OWN)
def change_account(
    runtime: ServiceRuntime, actor: Asking, body: schemas.AccountChange
) -> dict[str, Any]:
    """Change name, telephone number or language."""
    with runtime.database.transaction() as session:
        changes = body.model_dump(exclude_none=True)
        return _account(runtime, session, runtime.accounts.change(session, actor, changes))


@router.put(
    "/account/password", status_code=204, responses=documented(NotSignedInError, SignInFailedError)
)
def set_password(runtime: ServiceRuntime, actor: Asking, body: schemas.PasswordIn) -> None:
    """Choose a password; all other devices are signed out."""
    with runtime.database.transaction() as session:
        runtime.accounts.set_password(session, actor, body.password, body.current, runtime.clock())


@router.delete("/account", status_code=204, responses=_OWN)
def close_account(runtime: ServiceRuntime, actor: Asking, response: Response) -> None:
    """Close the account: name, number and address are erased."""
    with runtime.database.transaction() as session:
        runtime.accounts.close(session, actor, runtime.clock())
    response.delete_cookie(SESSION_COOKIE)


@router.get("/account/audit", response_model=schemas.AuditPage, responses=_OWN)
def own_audit(
    runtime: ServiceRuntime, actor: Asking, before: Annotated[int | None, Query(ge=1)] = None
) -> dict[str, Any]:
    """Tell a person who looked at their data or changed them, when and why."""
    actor.require_account()
    return _audit(runtime, f"account:{actor.id}", before)


@router.get(
    "/account/bookings",
    response_model=schemas.Bookings,
    response_model_exclude_unset=True,
    responses=_OWN,
)
def own_bookings(
    runtime: ServiceRuntime,
    actor: Asking,
    language: Language,
    before: Annotated[str | None, Query(max_length=40)] = None,
) -> dict[str, Any]:
    """List one's own bookings, the newest first."""
    actor.require_account()
    with runtime.database.reading() as session:
        found = bookings_of(session, actor.id, before, _BOOKINGS)
        return _bookings(runtime, session, found, language, is_whole=len(found) < _BOOKINGS)


@router.post(
    "/people/bookings",
    response_model=schemas.Bookings,
    response_model_exclude_unset=True,
    responses=_STAFF,
)
def find_bookings(
    runtime: ServiceRuntime, actor: Asking, language: Language, body: schemas.CallerIn
) -> dict[str, Any]:
    """Find a caller's newest bookings by telephone number (staff); it is noted, with the reason."""
    now_s = runtime.clock()
    with runtime.database.transaction() as session:
        found = runtime.checkout.find_by_phone(session, actor, body.phone, body.purpose, now_s)
        return _bookings(runtime, session, found, language, is_whole=True)


@router.post(
    "/people/find",
    response_model=schemas.Account,
    responses=documented(NotSignedInError, ForbiddenError, NotFoundError),
)
def find_person(runtime: ServiceRuntime, actor: Asking, body: schemas.PersonIn) -> dict[str, Any]:
    """Find somebody by their address (staff); the person can read who looked, and why."""
    with runtime.database.transaction() as session:
        now_s = runtime.clock()
        found = runtime.accounts.find(session, actor, body.email, body.purpose, now_s)
        return _account(runtime, session, found)


@router.post(
    "/people/{account_id}/attributes",
    status_code=201,
    response_model=schemas.VerifiedAttribute,
    responses=documented(NotSignedInError, ForbiddenError, NotFoundError),
)
def verify_attribute(
    runtime: ServiceRuntime, actor: Asking, account_id: str, body: schemas.AttributeIn
) -> dict[str, Any]:
    """Write down what was checked about a person (staff)."""
    until = body.valid_until
    until_s = None if until is None else local_instant(until, runtime.city.timezone)
    with runtime.database.transaction() as session:
        row = runtime.accounts.verify(
            session, actor, account_id, body.kind, body.evidence, until_s, runtime.clock()
        )
        return _attribute(runtime, row)


@router.delete(
    "/people/{account_id}/attributes/{attribute_id}",
    status_code=204,
    responses=documented(NotSignedInError, ForbiddenError, NotFoundError),
)
def revoke_attribute(
    runtime: ServiceRuntime, actor: Asking, account_id: str, attribute_id: str
) -> None:
    """Take back what was verified (staff)."""
    with runtime.database.transaction() as session:
        runtime.accounts.revoke(session, actor, account_id, attribute_id, runtime.clock())


@router.get("/organisations/{organisation_id}/members", response_model=schemas.Members,
            responses=_STAFF)  # fmt: skip
def list_members(runtime: ServiceRuntime, actor: Asking, organisation_id: str) -> dict[str, Any]:
    """List the staff of an organisation (its administrators)."""
    actor.require(Permission.ADMINISTER, organisation_id)
    with runtime.database.reading() as session:
        return {
            "members": [
                {
                    "id": row.id,
                    "account": account.id,
                    "email": account.email,
                    "name": account.name,
                    "role": row.role,
                    "since": iso(row.since_s, runtime.city.timezone),
                }
                for row, account in members(session, organisation_id)
            ]
        }


@router.post(
    "/organisations/{organisation_id}/members",
    status_code=202,
    response_model=schemas.LinkSent,
    responses=documented(NotSignedInError, ForbiddenError, NotFoundError),
)
def invite_member(
    runtime: ServiceRuntime, actor: Asking, organisation_id: str, body: schemas.MemberIn
) -> dict[str, Any]:
    """Make somebody staff of an organisation, and mail them a link (its administrators)."""
    with runtime.database.transaction() as session:
        runtime.accounts.invite(
            session, actor, organisation_id, body.email, body.role, runtime.clock()
        )
    return {"sent": True}


@router.delete(
    "/organisations/{organisation_id}/members/{member_id}",
    status_code=204,
    responses=documented(NotSignedInError, ForbiddenError, NotFoundError),
)
def dismiss_member(
    runtime: ServiceRuntime, actor: Asking, organisation_id: str, member_id: str
) -> None:
    """End a membership; the person's devices are signed out (administrators)."""
    with runtime.database.transaction() as session:
        runtime.accounts.dismiss(session, actor, organisation_id, member_id, runtime.clock())


@router.get("/audit", response_model=schemas.AuditPage, responses=_STAFF)
def whole_audit(
    runtime: ServiceRuntime, actor: Asking, before: Annotated[int | None, Query(ge=1)] = None
) -> dict[str, Any]:
    """Read the audit log, the newest first (the city's administrators)."""
    actor.require(Permission.ADMINISTER, runtime.city.id)
    return _audit(runtime, None, before)


def _limit(runtime: Runtime, request: Request, what: str = "", rates: str = "") -> None:
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


def _session(runtime: Runtime, session: Session, signed_in: SignedIn) -> dict[str, Any]:
    """Write a fresh session.

    Parameters
    ----------
    runtime : Runtime
        The service.
    session : Session
        The writing session it was made in.
    signed_in : SignedIn
        The session.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    return {
        "token": signed_in.token,
        "expires": iso(signed_in.expires_s, runtime.city.timezone),
        "account": _account(runtime, session, signed_in.account),
    }


def _account(runtime: Runtime, session: Session, account: Account) -> dict[str, Any]:
    """Write an account.

    Parameters
    ----------
    runtime : Runtime
        The service.
    session : Session
        Any session.
    account : Account
        The account.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "phone": account.phone,
        "language": account.language,
        "has_password": account.password_hash is not None,
        "memberships": [
            {"organisation": row.organisation_id, "role": row.role}
            for row in memberships(session, account.id)
        ],
        "attributes": [_attribute(runtime, row) for row in attributes(session, account.id)],
    }


def _bookings(
    runtime: Runtime, session: Session, found: Sequence[Booking], language: str, *, is_whole: bool
) -> dict[str, Any]:
    """Write bookings.

    Parameters
    ----------
    runtime : Runtime
        The service.
    session : Session
        Any session.
    found : Sequence[Booking]
        The bookings.
    language : str
        Of names in them.
    is_whole : bool
        Whether there are no more.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    writer = BookingWriter(runtime.city, language)
    documents = [writer.booking(session, booking) for booking in found]
    return {"bookings": documents, "next": None if is_whole else found[-1].id}


def _attribute(runtime: Runtime, row: VerifiedAttribute) -> dict[str, Any]:
    """Write what was verified.

    Parameters
    ----------
    runtime : Runtime
        The service.
    row : VerifiedAttribute
        The attribute.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    zone = runtime.city.timezone
    return {
        "id": row.id,
        "kind": row.kind,
        "evidence": row.evidence,
        "verified": iso(row.verified_s, zone),
        "valid_until": None if row.valid_until_s is None else iso(row.valid_until_s, zone),
        "revoked": None if row.revoked_s is None else iso(row.revoked_s, zone),
    }


def _audit(runtime: Runtime, subject: str | None, before: int | None) -> dict[str, Any]:
    """Write a page of the audit log.

    Parameters
    ----------
    runtime : Runtime
        The service.
    subject : str or None
        About whom; None for all of it.
    before : int or None
        Where the last page ended.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    with runtime.database.reading() as session:
        found: list[AuditEntry] = entries(session, subject, before, _PAGE)
        return {
            "entries": [
                {
                    "id": row.id,
                    "at": iso(row.at_s, runtime.city.timezone),
                    "actor": row.actor,
                    "action": row.action,
                    "subject": row.subject,
                    "purpose": row.purpose,
                    "detail": row.detail,
                }
                for row in found
            ],
            "next": found[-1].id if len(found) == _PAGE else None,
        }
