"""Keys the service signs with."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from maas.tables.sealed import Sealed


class SigningKey(SQLModel, table=True):
    """A secret by purpose: ``ticket`` (Ed25519 seed), ``offer`` and ``mark`` (HMAC keys),
    ``client`` (PEM)."""

    __tablename__ = "signing_key"
    id: str = Field(primary_key=True)
    purpose: str = Field(unique=True)
    secret: str = Field(sa_type=Sealed)
    created_s: int = Field(sa_type=BigInteger)
