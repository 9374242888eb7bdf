"""The key by which this service shows providers of identity who it is (private_key_jwt)."""

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey

from maas.errors import InvalidRequestError


class ClientKey:
    """A private key that signs, and its public half.

    Parameters
    ----------
    pem : str
        The private key: EC on P-256, or RSA of 2048 bits or more.
    source : str
        Where it comes from, for messages.

    Raises
    ------
    InvalidRequestError
        It is no such key.
    """

    def __init__(self, pem: str, source: str) -> None:
        wrong = InvalidRequestError(
            f"{source} holds no private key that can be used. Put a PEM there without a password: "
            "EC on P-256 (openssl ecparam -name prime256v1 -genkey -noout), or RSA of 2048 bits "
            "or more."
        )
        try:
            key = serialization.load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise wrong from error
        self.private: ECKey | RSAKey
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1":
            self.algorithm = "ES256"
            self.private = ECKey.import_key(pem, {"use": "sig", "alg": "ES256"})
        elif isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
            self.algorithm = "RS256"
            self.private = RSAKey.import_key(pem, {"use": "sig", "alg": "RS256"})
        else:
            raise wrong
        self.private.ensure_kid()

    @property
    def id(self) -> str:
        """The key's name in the set: its thumbprint (RFC 7638)."""
        return str(self.private.kid)

    @property
    def published(self) -> dict[str, Any]:
        """The public half as a JSON web key set, for providers to read."""
        return {"keys": [self.private.as_dict(private=False)]}


def new_client_key() -> str:
    """Make a key.

    Returns
    -------
    str
        A private key on P-256, as PEM.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()
