"""E-mail addresses: one spelling, and a mark that finds an address without showing it."""

import hashlib
import hmac
import unicodedata

from maas.errors import InvalidRequestError

_LONGEST = 254
"""RFC 5321, section 4.5.3.1.3, less the brackets."""


def clean_address(text: str) -> str:
    """Write an address the one way in which it is kept.

    Parameters
    ----------
    text : str
        As a person wrote it.

    Returns
    -------
    str
        Narrow and small letters, no blanks around.

    Raises
    ------
    InvalidRequestError
        It is no address.
    """
    address = unicodedata.normalize("NFKC", text).strip().lower()
    local, at, domain = address.rpartition("@")
    plain = all(character.isprintable() and character not in ' "<>,;' for character in address)
    if not (local and at and "." in domain.strip(".") and plain and len(address) <= _LONGEST):
        raise InvalidRequestError(
            "That is no e-mail address. Write it like name@example.jp.", field="email"
        )
    return address


def mark_of(address: str, key: bytes) -> str:
    """Compute the mark of an address.

    Parameters
    ----------
    address : str
        From `clean_address`.
    key : bytes
        The service's key for marks.

    Returns
    -------
    str
        HMAC-SHA-256, hexadecimal: equal for equal addresses, and of no use without the key.
    """
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()
