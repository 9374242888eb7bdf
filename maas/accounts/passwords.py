"""Passwords: argon2id, as the argon2-cffi package sets its parameters (RFC 9106)."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from maas.errors import InvalidRequestError

_SHORTEST, _LONGEST = 10, 200
_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Hash a new password.

    Parameters
    ----------
    password : str
        As a person wrote it.

    Returns
    -------
    str
        With parameters and salt.

    Raises
    ------
    InvalidRequestError
        Too short, or too long to be one.
    """
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise InvalidRequestError(
            f"Choose a password of {_SHORTEST} to {_LONGEST} characters; a sentence is a good one.",
            field="password",
        )
    return _HASHER.hash(_plain(password))


def is_password(password: str, hashed: str | None) -> bool:
    """Check a password; without a hash it takes as long, and is wrong.

    Parameters
    ----------
    password : str
        As a person wrote it.
    hashed : str or None
        From `hash_password`; None where there is no such account, or it has none.

    Returns
    -------
    bool
        Whether it is right.
    """
    try:
        return _HASHER.verify(hashed or _nobody(), _plain(password)) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's.

    Parameters
    ----------
    hashed : str
        From `hash_password`.

    Returns
    -------
    bool
        Then it is to be made anew when its password comes by.
    """
    return _HASHER.check_needs_rehash(hashed)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def _plain(password: str) -> str:
    # Two keyboards may write one character in two ways.
    return unicodedata.normalize("NFKC", password[:_LONGEST])
