"""The service's own secrets, made once and kept in the database."""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session, select

from maas.accounts import new_client_key
from maas.ids import new_id
from maas.tables import SigningKey


@dataclass(frozen=True)
class Keys:
    """Secrets by purpose.

    Parameters
    ----------
    ticket : Ed25519PrivateKey
        Signs tickets; its public half is published.
    offer : bytes
        Signs offers.
    mark : bytes
        Marks e-mail addresses, so that they can be found without being shown.
    staff : str
        Opens the driver's pages.
    client : str
        Shows providers of identity who we are: a private key as PEM; its public half is published.
    """

    ticket: Ed25519PrivateKey
    offer: bytes
    mark: bytes
    staff: str
    client: str


def load_keys(session: Session, now_s: int, staff_key: str = "") -> Keys:
    """Read the keys, making those that are missing.

    Parameters
    ----------
    session : Session
        A writing session.
    now_s : int
        The instant, UTC epoch seconds.
    staff_key : str
        A staff key set by the operator, which then replaces the one made here.

    Returns
    -------
    Keys
        All of them.
    """
    known = {row.purpose: row.secret for row in session.exec(select(SigningKey))}
    for purpose in ("ticket", "offer", "mark", "staff", "client"):
        if purpose not in known:
            known[purpose] = _fresh(purpose)
            session.add(
                SigningKey(
                    id=new_id("key"), purpose=purpose, secret=known[purpose], created_s=now_s
                )
            )
    return Keys(
        ticket=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(known["ticket"])),
        offer=bytes.fromhex(known["offer"]),
        mark=bytes.fromhex(known["mark"]),
        staff=staff_key or known["staff"],
        client=known["client"],
    )


def _fresh(purpose: str) -> str:
    """Make a secret.

    Parameters
    ----------
    purpose : str
        What for.

    Returns
    -------
    str
        As it is kept.
    """
    if purpose == "client":
        return new_client_key()
    return secrets.token_urlsafe(18) if purpose == "staff" else secrets.token_hex(32)
