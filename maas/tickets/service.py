"""Tickets as Ed25519-signed CBOR in base45, drawn as a QR code.

Base45 (RFC 9285) uses only characters of the QR alphanumeric mode, so the code stays coarse enough
for an old telephone's screen and a driver's hurried camera.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from maas.errors import TicketInvalidError
from maas.tickets.keys import key_id

_PREFIX = "MG1:"
_BOOKING, _FROM, _UNTIL, _SEATS, _WHEELCHAIRS, _KEY = 1, 2, 3, 4, 5, 6

_UNREADABLE = (ValueError, TypeError, KeyError, RecursionError, zlib.error, cbor2.CBORError)


@dataclass(frozen=True)
class Ticket:
    """What a ticket says.

    Parameters
    ----------
    booking_id : str
        The booking it is for.
    valid_from_s, valid_until_s : int
        When it may be used, UTC epoch seconds.
    seats, wheelchairs : int
        How many travel.
    """

    booking_id: str
    valid_from_s: int
    valid_until_s: int
    seats: int
    wheelchairs: int


def sign_ticket(ticket: Ticket, key: Ed25519PrivateKey) -> str:
    """Write a ticket as the text of its QR code.

    Parameters
    ----------
    ticket : Ticket
        What it says.
    key : Ed25519PrivateKey
        The service's ticket key.

    Returns
    -------
    str
        ``MG1:`` and base45 of the deflated CBOR array [claims, signature].
    """
    claims = cbor2.dumps(
        {
            _BOOKING: ticket.booking_id,
            _FROM: ticket.valid_from_s,
            _UNTIL: ticket.valid_until_s,
            _SEATS: ticket.seats,
            _WHEELCHAIRS: ticket.wheelchairs,
            _KEY: key_id(key.public_key()),
        },
        canonical=True,
    )
    signed = cbor2.dumps([claims, key.sign(claims)])
    code: bytes = base45.b45encode(zlib.compress(signed, 9))
    return _PREFIX + code.decode()


def verify_ticket(
    text: str, keys: Mapping[str, Ed25519PublicKey], now_s: int, skew_s: int = 120
) -> Ticket:
    """Read a ticket and check that it is genuine and valid now.

    Parameters
    ----------
    text : str
        Text of the QR code.
    keys : Mapping[str, Ed25519PublicKey]
        The published ticket keys by their identifiers.
    now_s : int
        The instant, UTC epoch seconds.
    skew_s : int
        How far clocks may differ.

    Returns
    -------
    Ticket
        What it says.

    Raises
    ------
    TicketInvalidError
        Not a ticket, not signed by any of the keys, or not valid now.
    """
    try:
        if not text.startswith(_PREFIX):
            raise ValueError("prefix")
        inflate = zlib.decompressobj()
        signed = inflate.decompress(base45.b45decode(text.removeprefix(_PREFIX)), 4096)
        claims, signature = cbor2.loads(signed)
        fields = cbor2.loads(claims)
        _verify(claims, signature, keys, fields.get(_KEY))
        ticket = Ticket(*(fields[name] for name in (_BOOKING, _FROM, _UNTIL, _SEATS, _WHEELCHAIRS)))
    except InvalidSignature as error:
        raise TicketInvalidError("This ticket was not issued by this service.") from error
    except _UNREADABLE as error:
        raise TicketInvalidError("This code is not a ticket; scan it again.") from error
    if not ticket.valid_from_s - skew_s <= now_s <= ticket.valid_until_s + skew_s:
        raise TicketInvalidError("This ticket is for another time; ask the rider to open it anew.")
    return ticket


def _verify(
    claims: bytes, signature: bytes, keys: Mapping[str, Ed25519PublicKey], named: str | None
) -> None:
    """Check a signature by the key that a ticket names; the oldest tickets name none.

    Parameters
    ----------
    claims, signature : bytes
        What was signed, and its signature.
    keys : Mapping[str, Ed25519PublicKey]
        The published keys.
    named : str or None
        The key that the ticket names.

    Raises
    ------
    InvalidSignature
        None of ours signed it.
    """
    for name, key in keys.items():
        if named in {None, name}:
            try:
                key.verify(signature, claims)
            except InvalidSignature:
                continue
            return
    raise InvalidSignature


def qr_svg(text: str) -> bytes:
    """Draw a ticket's QR code.

    Parameters
    ----------
    text : str
        Text of the code.

    Returns
    -------
    bytes
        An SVG document that scales to any size.
    """
    out = BytesIO()
    import segno  # only who shows a ticket draws one

    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, border=4, omitsize=True, dark="#000", light="#fff"
    )
    return out.getvalue()
