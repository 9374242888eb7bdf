"""The public keys of tickets: what they are called, and how they are published."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def key_id(key: Ed25519PublicKey) -> str:
    """Name a key by what it is: the first 64 bits of its thumbprint (RFC 7638).

    Parameters
    ----------
    key : Ed25519PublicKey
        The key.

    Returns
    -------
    str
        Eleven characters of base64url: a ticket has room for no more.
    """
    required = {name: text for name, text in _members(key).items() if name in {"crv", "kty", "x"}}
    canonical = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest()[:8])


def web_key(key: Ed25519PublicKey) -> dict[str, str]:
    """Write a key as a JSON Web Key (RFC 8037).

    Parameters
    ----------
    key : Ed25519PublicKey
        The key.

    Returns
    -------
    dict[str, str]
        With ``kid``, by which tickets name it.
    """
    return _members(key) | {"kid": key_id(key)}


def _members(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(raw), "alg": "EdDSA", "use": "sig"}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
