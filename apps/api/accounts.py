"""Routes of accounts: one's own account, staff and what they verify, the audit log."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from apps.api import account_schemas as schemas
from apps.api.account_documents import (
    account_document,
    attribute_document,
    audit_document,
    bookings_document,
    device_document,
    entry_document,
    person_document,
)
from apps.api.deps import SESSION_COOKIE, Asking, Language, ServiceRuntime
from apps.api.once import Writing
from apps.api.problems import documented
from maas.accounts import Permission, login_sessions, members
from maas.bookings import bookings_of, forget_rider
from maas.clock import iso, local_instant
from maas.database import Session
from maas.errors import (
    BookingsOpenError,
    ForbiddenError,
    IdempotencyKeyReusedError,
    NotFoundError,
    NotSignedInError,
    SignInFailedError,
)
from maas.tables.audit import entries

router = APIRouter(prefix="/v1", tags=["accounts"])
_BOOKINGS = 20
_OWN = documented(NotSignedInError)
_STAFF = documented(NotSignedInError, ForbiddenError)
_WRITTEN_BY_STAFF = documented(
    NotSignedInError, ForbiddenError, NotFoundError, IdempotencyKeyReusedError
)


@router.get("/account", response_model=schemas.Account, responses=_OWN)
def own_account(runtime: ServiceRuntime, actor: Asking) -> dict[str, Any]:
    """Read one's own account: everything that is known of a person, and who verified it."""
    with runtime.database.reading() as session:
        return account_document(runtime, session, runtime.accounts.own(session, actor))


@router.patch(
    "/account",
    response_model=schemas.Account,
    responses=documented(NotSignedInError, IdempotencyKeyReusedError),
)
def change_account(
    runtime: ServiceRuntime, actor: Asking, write: Writing, body: schemas.AccountChange
) -> dict[str, Any]:
    """Change name, telephone number or language."""
    changes = body.model_dump(exclude_none=True)

    def work(session: Session) -> dict[str, Any]:
        return account_document(runtime, session, runtime.accounts.change(session, actor, changes))

    document: dict[str, Any] = write.once(work)
    return document


@router.put(
    "/account/password",
    status_code=204,
    responses=documented(NotSignedInError, SignInFailedError, IdempotencyKeyReusedError),
)
def set_password(
    runtime: ServiceRuntime, actor: Asking, write: Writing, body: schemas.PasswordIn
) -> None:
    """Choose a password; all other devices are signed out."""
    chosen = (body.password, body.current)
    write.once(
        lambda session: runtime.accounts.set_password(session, actor, *chosen, runtime.clock())
    )


@router.delete(
    "/account",
    status_code=204,
    responses=documented(NotSignedInError, BookingsOpenError, IdempotencyKeyReusedError),
)
def close_account(
    runtime: ServiceRuntime, actor: Asking, write: Writing, response: Response
) -> None:
    """Close the account: name, number and address are erased, in past bookings too."""
    actor.require_account()

    def work(session: Session) -> None:
        forget_rider(session, actor.id)
        runtime.accounts.close(session, actor, runtime.clock())

    write.once(work)
    response.delete_cookie(SESSION_COOKIE)


@router.get(
    "/account/export",
    response_model=schemas.Export,
    response_model_exclude_unset=True,
    responses=_OWN,
)
def export_account(
    runtime: ServiceRuntime, actor: Asking, response: Response, language: Language
) -> dict[str, Any]:
    """Hand a person everything that is kept about them, as one file."""
    actor.require_account()
    now_s = runtime.clock()
    response.headers["Content-Disposition"] = 'attachment; filename="meguri-account.json"'
    with runtime.database.reading() as session:
        found = bookings_of(session, actor.id, None, None)
        devices = login_sessions(session, actor.id, now_s)
        log = entries(session, None, None, None, actor.id)
        return {
            "made": iso(now_s, runtime.city.timezone),
            "account": account_document(runtime, session, runtime.accounts.own(session, actor)),
            "sessions": [device_document(runtime, row, actor.session_id) for row in devices],
            **bookings_document(runtime, session, found, language, is_whole=True),
            "audit": [entry_document(runtime, row, actor.id) for row in log],
        }


@router.get("/account/audit", response_model=schemas.AuditPage, responses=_OWN)
def own_audit(
    runtime: ServiceRuntime, actor: Asking, before: Annotated[int | None, Query(ge=1)] = None
) -> dict[str, Any]:
    """Tell a person who looked at their data or changed them, when and why."""
    actor.require_account()
    return audit_document(runtime, actor.id, before)


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
        return bookings_document(runtime, session, found, language, is_whole=len(found) < _BOOKINGS)


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
        return bookings_document(runtime, session, found, language, is_whole=True)


@router.post(
    "/people/find",
    response_model=schemas.Person,
    responses=documented(NotSignedInError, ForbiddenError, NotFoundError),
)
def find_person(runtime: ServiceRuntime, actor: Asking, body: schemas.PersonIn) -> dict[str, Any]:
    """Find somebody by their address (staff); the person can read who looked, and why."""
    with runtime.database.transaction() as session:
        now_s = runtime.clock()
        found = runtime.accounts.find(session, actor, body.email, body.purpose, now_s)
        return person_document(runtime, session, found)


@router.post(
    "/people/{account_id}/attributes",
    status_code=201,
    response_model=schemas.VerifiedAttribute,
    responses=_WRITTEN_BY_STAFF,
)
def verify_attribute(
    runtime: ServiceRuntime,
    actor: Asking,
    write: Writing,
    account_id: str,
    body: schemas.AttributeIn,
) -> dict[str, Any]:
    """Write down what was checked about a person (staff)."""
    until = body.valid_until
    until_s = None if until is None else local_instant(until, runtime.city.timezone)

    def work(session: Session) -> dict[str, Any]:
        row = runtime.accounts.verify(
            session, actor, account_id, body.kind, body.evidence, until_s, runtime.clock()
        )
        return attribute_document(runtime, row)

    document: dict[str, Any] = write.once(work)
    return document


@router.delete(
    "/people/{account_id}/attributes/{attribute_id}",
    status_code=204,
    responses=_WRITTEN_BY_STAFF,
)
def revoke_attribute(
    runtime: ServiceRuntime, actor: Asking, write: Writing, account_id: str, attribute_id: str
) -> None:
    """Take back what was verified (staff)."""
    named = (account_id, attribute_id)
    write.once(lambda session: runtime.accounts.revoke(session, actor, *named, runtime.clock()))


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
    responses=_WRITTEN_BY_STAFF,
)
def invite_member(
    runtime: ServiceRuntime,
    actor: Asking,
    write: Writing,
    organisation_id: str,
    body: schemas.MemberIn,
) -> dict[str, Any]:
    """Make somebody staff of an organisation, and mail them a link (its administrators)."""

    def work(session: Session) -> dict[str, Any]:
        runtime.accounts.invite(
            session, actor, organisation_id, body.email, body.role, runtime.clock()
        )
        return {"sent": True}

    document: dict[str, Any] = write.once(work)
    return document


@router.delete(
    "/organisations/{organisation_id}/members/{member_id}",
    status_code=204,
    responses=_WRITTEN_BY_STAFF,
)
def dismiss_member(
    runtime: ServiceRuntime, actor: Asking, write: Writing, organisation_id: str, member_id: str
) -> None:
    """End a membership; the person's devices are signed out (administrators)."""
    named = (organisation_id, member_id)
    write.once(lambda session: runtime.accounts.dismiss(session, actor, *named, runtime.clock()))


@router.get("/audit", response_model=schemas.AuditPage, responses=_STAFF)
def whole_audit(
    runtime: ServiceRuntime, actor: Asking, before: Annotated[int | None, Query(ge=1)] = None
) -> dict[str, Any]:
    """Read the audit log, the newest first (the city's administrators)."""
    actor.require(Permission.ADMINISTER, runtime.city.id)
    return audit_document(runtime, "", before)
