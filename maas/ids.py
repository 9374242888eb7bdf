"""Identifiers: unguessable, sortable by time, easy to read out."""

import hashlib
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
    return _written(prefix, (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80))


def following_id(identifier: str) -> str:
    """Make the identifier of what follows on something: the same whenever it is made.

    Parameters
    ----------
    identifier : str
        As `new_id` made it.

    Returns
    -------
    str
        The same prefix and 26 other characters; who does not know the first cannot guess it.
    """
    prefix = identifier.partition("_")[0]
    digest = hashlib.sha256(identifier.encode()).digest()
    return _written(prefix, int.from_bytes(digest[:16], "big"))


def _written(prefix: str, number: int) -> str:
    """Write an identifier.

    Parameters
    ----------
    prefix : str
        Kind of thing.
    number : int
        128 bits.

    Returns
    -------
    str
        In Crockford's alphabet.
    """
    text = ""
    for _ in range(26):
        number, digit = divmod(number, 32)
        text = _ALPHABET[digit] + text
    return f"{prefix}_{text}"
