"""A code beside the ticket that changes every half minute: a screenshot is soon worth nothing.

Time-based one-time passwords (RFC 6238) with SHA-256 and six digits, truncated as RFC 4226, section
5.3 says. The secret is one of each booking and never leaves the service, so that a code can only be
checked with a connection; without one the signature still tells a genuine ticket.
"""

import hashlib
import hmac

STEP_S = 30
"""How long a code is shown."""

_PREFIX, _TICKET_PREFIX = "MR1:", "MG1:"
_DIGITS = 6


def code_at(key: bytes, booking_id: str, now_s: int) -> str:
    """Compute the code of a booking at an instant.

    Parameters
    ----------
    key : bytes
        The service's key of codes.
    booking_id : str
        The booking.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    str
        Six digits.
    """
    secret = hmac.digest(key, f"ticket code {booking_id}".encode(), hashlib.sha256)
    counter = (now_s // STEP_S).to_bytes(8, "big")
    digest = hmac.digest(secret, counter, hashlib.sha256)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def is_fresh(key: bytes, booking_id: str, code: str, now_s: int) -> bool:
    """Tell whether a code is one of this moment, of the one before, or of the next.

    Parameters
    ----------
    key, booking_id : bytes, str
        As for `code_at`.
    code : str
        What was shown.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    bool
        A page may be half a minute behind or ahead, no more.
    """
    around = (now_s + steps * STEP_S for steps in (-1, 0, 1))
    wanted = (code_at(key, booking_id, at_s).encode() for at_s in around)
    return any(hmac.compare_digest(code.encode(), right) for right in wanted)


def with_code(ticket: str, code: str) -> str:
    """Write a ticket together with the code of this moment.

    Parameters
    ----------
    ticket : str
        The signed ticket.
    code : str
        The code.

    Returns
    -------
    str
        Text of a QR code.
    """
    return _PREFIX + code + ticket.removeprefix(_TICKET_PREFIX)


def without_code(text: str) -> tuple[str, str | None]:
    """Take a scanned text apart.

    Parameters
    ----------
    text : str
        A ticket, with a code or without one.

    Returns
    -------
    tuple[str, str or None]
        The signed ticket, and the code; None where there was none, as on paper.
    """
    if not text.startswith(_PREFIX):
        return text, None
    rest = text.removeprefix(_PREFIX)
    return _TICKET_PREFIX + rest[_DIGITS:], rest[:_DIGITS]
