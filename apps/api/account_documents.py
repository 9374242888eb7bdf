"""Accounts as JSON: what routes of accounts and of signing in answer with."""

from collections.abc import Sequence
from typing import Any

from apps.runtime import Runtime
from maas.accounts import SignedIn, attributes, identities_of, memberships, passkeys_of
from maas.checkout import BookingWriter
from maas.clock import iso
from maas.database import Session
from maas.tables import (
    Account,
    AuditEntry,
    Booking,
    LinkedIdentity,
    LoginSession,
    Passkey,
    VerifiedAttribute,
)
from maas.tables.audit import entries

_PAGE = 50


def session_document(
    runtime: Runtime, session: Session, signed_in: SignedIn, now_s: int
) -> dict[str, Any]:
    """Write a fresh session.

    Parameters
    ----------
    runtime : Runtime
        The service.
    session : Session
        The writing session it was made in.
    signed_in : SignedIn
        The session.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    dict[str, Any]
        The document, and ``life_s``.
    """
    return {
        "token": signed_in.token,
        "life_s": signed_in.expires_s - now_s,
        "expires": iso(signed_in.expires_s, runtime.city.timezone),
        "account": account_document(runtime, session, signed_in.account),
    }


def account_document(runtime: Runtime, session: Session, account: Account) -> dict[str, Any]:
    """Write an account for its owner.

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
    linked = identities_of(session, account.id)
    return person_document(runtime, session, account) | {
        "has_password": account.password_hash is not None,
        "identities": [identity_document(runtime, row) for row in linked],
        "passkeys": [passkey_document(runtime, row) for row in passkeys_of(session, account.id)],
    }


def person_document(runtime: Runtime, session: Session, account: Account) -> dict[str, Any]:
    """Write an account for staff who serve its owner: how they sign in is nobody's business.

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
        "memberships": [
            {"organisation": row.organisation_id, "role": row.role}
            for row in memberships(session, account.id)
        ],
        "attributes": [attribute_document(runtime, row) for row in attributes(session, account.id)],
    }


def passkey_document(runtime: Runtime, row: Passkey) -> dict[str, Any]:
    """Write a passkey.

    Parameters
    ----------
    runtime : Runtime
        The service.
    row : Passkey
        The passkey.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    zone = runtime.city.timezone
    return {
        "id": row.id,
        "name": row.name,
        "created": iso(row.created_s, zone),
        "used": None if row.used_s is None else iso(row.used_s, zone),
    }


def identity_document(runtime: Runtime, row: LinkedIdentity) -> dict[str, Any]:
    """Write a link to a provider of identity.

    Parameters
    ----------
    runtime : Runtime
        The service.
    row : LinkedIdentity
        The link.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    zone = runtime.city.timezone
    known = runtime.identities.providers.get(row.provider)
    return {
        "id": row.id,
        "provider": row.provider,
        "name": {"": row.provider} if known is None else known.name,
        "since": iso(row.since_s, zone),
        "used": iso(row.used_s, zone),
    }


def bookings_document(
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


def attribute_document(runtime: Runtime, row: VerifiedAttribute) -> dict[str, Any]:
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


def device_document(runtime: Runtime, row: LoginSession, current: str) -> dict[str, Any]:
    """Write a device that is signed in.

    Parameters
    ----------
    runtime : Runtime
        The service.
    row : LoginSession
        Its session.
    current : str
        The session that asks.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    zone = runtime.city.timezone
    return {
        "id": row.id,
        "device": row.device or "",
        "how": row.how,
        "created": iso(row.created_s, zone),
        "expires": iso(row.expires_s, zone),
        "is_current": row.id == current,
    }


def audit_document(runtime: Runtime, account_id: str, before: int | None) -> dict[str, Any]:
    """Write a page of the audit log.

    Parameters
    ----------
    runtime : Runtime
        The service.
    account_id : str
        About this account and its bookings; empty for all of it.
    before : int or None
        Where the last page ended.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    with runtime.database.reading() as session:
        found = entries(session, None, before, _PAGE, account_id)
        return {
            "entries": [entry_document(runtime, row, account_id) for row in found],
            "next": found[-1].id if len(found) == _PAGE else None,
        }


def entry_document(runtime: Runtime, row: AuditEntry, account_id: str) -> dict[str, Any]:
    """Write one line of the audit log.

    Parameters
    ----------
    runtime : Runtime
        The service.
    row : AuditEntry
        The line.
    account_id : str
        Who reads it; empty for staff.

    Returns
    -------
    dict[str, Any]
        The document.
    """
    if row.actor and row.actor in {account_id, row.subject.removeprefix("account:")}:
        by = "self"
    elif row.actor.startswith("provider:"):
        by = "provider"
    else:
        by = {"": "stranger", "service": "service"}.get(row.actor, "staff")
    return {
        "id": row.id,
        "at": iso(row.at_s, runtime.city.timezone),
        "actor": row.actor,
        "by": by,
        "action": row.action,
        "subject": row.subject,
        "purpose": row.purpose,
        "detail": row.detail,
    }
