"""People and organisations: who they are, how they sign in, what they may, what is true of them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from maas.tables.sealed import Sealed, SealedJson


class Organisation(SQLModel, table=True):
    """The city, or one that drives for it: each agency of the city's feeds is one.

    ``kind`` is ``city`` or ``operator``.
    """

    __tablename__ = "organisation"
    id: str = Field(primary_key=True)
    kind: str
    name: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))


class Account(SQLModel, table=True):
    """A person. ``email_mark`` finds an address without showing it: a keyed hash.

    ``state`` is ``open`` or ``closed``; of a closed account nothing personal is left.
    ``failed_tries`` counts wrong passwords since the last sign-in; after many the password rests
    until ``locked_until_s``.
    """

    __tablename__ = "account"
    id: str = Field(primary_key=True)
    state: str = "open"
    language: str
    name: str = Field(default="", sa_type=Sealed)
    phone: str = Field(default="", sa_type=Sealed)
    email: str = Field(default="", sa_type=Sealed)
    email_mark: str | None = Field(default=None, unique=True)
    password_hash: str | None = None
    failed_tries: int = 0
    locked_until_s: int | None = Field(default=None, sa_type=BigInteger)
    created_s: int = Field(sa_type=BigInteger)


class Membership(SQLModel, table=True):
    """What somebody is in an organisation; ``role`` is one of `maas.accounts.Role`."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id", "role", name="one_role"),)
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    organisation_id: str = Field(foreign_key="organisation.id", index=True)
    role: str
    since_s: int = Field(sa_type=BigInteger)


class LoginLink(SQLModel, table=True):
    """A link sent by mail: whoever has it owns the address. Used once, and not for long.

    The address lies here until then, sealed; the account is made when the link is used.
    """

    __tablename__ = "login_link"
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    email: str = Field(sa_type=Sealed)
    language: str
    expires_s: int = Field(sa_type=BigInteger)
    used_s: int | None = Field(default=None, sa_type=BigInteger)


class LoginStep(SQLModel, table=True):
    """Something asked of a browser or a provider while somebody signs in; it is answered once.

    ``kind`` is ``provider``, ``passkey`` or ``passkey_new``; ``token_hash`` is of what comes back
    with the answer, ``secret`` what the answer is checked against, ``account_id`` whose account it
    is to be added to.
    """

    __tablename__ = "login_step"
    id: str = Field(primary_key=True)
    kind: str
    token_hash: str = Field(unique=True)
    secret: dict[str, Any] = Field(sa_type=SealedJson)
    account_id: str | None = Field(default=None, foreign_key="account.id")
    expires_s: int = Field(sa_type=BigInteger, index=True)
    used_s: int | None = Field(default=None, sa_type=BigInteger)


class LinkedIdentity(SQLModel, table=True):
    """Somebody known to a provider of identity; ``subject_mark`` is a keyed hash of who."""

    __tablename__ = "linked_identity"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    provider: str
    subject_mark: str = Field(unique=True)
    since_s: int = Field(sa_type=BigInteger)
    used_s: int = Field(sa_type=BigInteger)


class Passkey(SQLModel, table=True):
    """The public half of a key in somebody's device. ``credential_mark`` finds it: a hash.

    ``sign_count`` is how often the device says it has signed; 0 where it does not count.
    """

    __tablename__ = "passkey"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    credential_mark: str = Field(unique=True)
    credential: str = Field(sa_type=Sealed)
    public_key: str = Field(sa_type=Sealed)
    sign_count: int = Field(sa_type=BigInteger)
    name: str = Field(sa_type=Sealed)
    created_s: int = Field(sa_type=BigInteger)
    used_s: int | None = Field(default=None, sa_type=BigInteger)


class LoginSession(SQLModel, table=True):
    """A device that is signed in; ``how``: ``link``, ``password``, ``passkey`` or a provider.

    ``device`` says in words which it is, so that its owner knows it again.
    """

    __tablename__ = "login_session"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True)
    how: str
    device: str | None = Field(default=None, sa_type=Sealed)
    created_s: int = Field(sa_type=BigInteger)
    expires_s: int = Field(sa_type=BigInteger)
    ended_s: int | None = Field(default=None, sa_type=BigInteger)


class VerifiedAttribute(SQLModel, table=True):
    """What somebody has checked about a person: ``resident``, ``senior``, ``child`` …

    ``verified_by`` is the account of who looked, or ``provider:`` and the provider of identity that
    says so; ``evidence`` is what was looked at (never a number).
    """

    __tablename__ = "verified_attribute"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    kind: str
    evidence: str
    verified_by: str
    verified_s: int = Field(sa_type=BigInteger)
    valid_until_s: int | None = Field(default=None, sa_type=BigInteger)
    revoked_s: int | None = Field(default=None, sa_type=BigInteger)
