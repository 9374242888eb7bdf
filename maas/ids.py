"""Identifiers: unguessable, sortable by time, easy to read out."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u to misread


def new_id(prefix: str) -> str:
    """Make a fresh identifier.

    Parameters
    ----------
    prefix : str
        Kind of thing, such as ``bkg``.

    Returns
    -------
    str
        ``prefix_`` and 26 characters: 48 bits of milliseconds, then 80 random bits, so that the
        identifier of a booking is also the key to it.
    """
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    text = ""
    for _ in range(26):
        number, digit = divmod(number, 32)
        text = _ALPHABET[digit] + text
    return f"{prefix}_{text}"
