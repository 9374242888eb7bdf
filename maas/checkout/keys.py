"""The service's own secrets, made once and kept in the database."""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlmodel import Session, col, select

from maas.accounts import new_client_key
from maas.ids import new_id
from maas.tables import SigningKey
from maas.tickets import key_id


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
        Opens the driver's pages, where the operator has set one; empty: staff sign in.
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
        A staff key, where the operator has set one.

    Returns
    -------
    Keys
        All of them.
    """
    known = {row.purpose: row.secret for row in session.exec(select(SigningKey))}
    for purpose in ("ticket", "offer", "mark", "client"):
        if purpose not in known:
            known[purpose] = _fresh(purpose)
            session.add(
                SigningKey(
                    id=new_id("key"), purpose=purpose, secret=known[purpose], created_s=now_s
                )
            )
    return Keys(
        ticket=_private(known["ticket"]),
        offer=bytes.fromhex(known["offer"]),
        mark=bytes.fromhex(known["mark"]),
        staff=staff_key,
        client=known["client"],
    )


def ticket_keys(session: Session) -> dict[str, Ed25519PublicKey]:
    """Read the public halves of all keys that ever signed tickets, the one in use first.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    dict[str, Ed25519PublicKey]
        By the identifier that tickets name them with.
    """
    rows = session.exec(select(SigningKey).where(col(SigningKey.purpose).startswith("ticket")))
    in_order = sorted(rows, key=lambda row: (row.purpose != "ticket", -row.created_s, row.id))
    public = [_private(row.secret).public_key() for row in in_order]
    return {key_id(key): key for key in public}


def renew_ticket_key(session: Session, now_s: int) -> str:
    """Make a fresh key for tickets; those that older ones signed stay valid.

    Parameters
    ----------
    session : Session
        A writing session.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    str
        The identifier of the fresh key. Processes that run already sign with theirs until they are
        started anew.
    """
    row = session.exec(select(SigningKey).where(SigningKey.purpose == "ticket")).one_or_none()
    if row is not None:
        row.purpose = f"ticket:{row.id}"
        session.flush()
    secret = _fresh("ticket")
    session.add(SigningKey(id=new_id("key"), purpose="ticket", secret=secret, created_s=now_s))
    return key_id(_private(secret).public_key())


def _private(secret: str) -> Ed25519PrivateKey:
    """Read a ticket key as it is kept.

    Parameters
    ----------
    secret : str
        Its seed in hexadecimal.

    Returns
    -------
    Ed25519PrivateKey
        The key.
    """
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))


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
    return new_client_key() if purpose == "client" else secrets.token_hex(32)
