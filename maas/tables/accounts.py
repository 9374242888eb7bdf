"""People and organisations: who they are, how they sign in, what they may, what is true of them."""

from sqlalchemy import JSON, BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from maas.tables.sealed import Sealed


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


class LoginSession(SQLModel, table=True):
    """A device that is signed in; ``how`` is ``link`` or ``password``."""

    __tablename__ = "login_session"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True)
    how: str
    created_s: int = Field(sa_type=BigInteger)
    expires_s: int = Field(sa_type=BigInteger)
    ended_s: int | None = Field(default=None, sa_type=BigInteger)


class VerifiedAttribute(SQLModel, table=True):
    """What somebody has checked about a person: ``resident``, ``senior``, ``child`` …

    ``verified_by`` is the account of who looked, ``evidence`` what was looked at (never a number).
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
