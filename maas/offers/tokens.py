"""The offer as a signed token: whoever holds it can book it, on any process, until it expires."""

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from maas.errors import OfferExpiredError, OfferInvalidError
from maas.operations import RideOrder

_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class OfferContent:
    """What an offer promises.

    Parameters
    ----------
    city : str
        The city it was made in.
    expires_s : int
        End of its life, UTC epoch seconds.
    journey : dict[str, Any]
        The journey's document.
    rides : tuple[RideOrder, ...]
        The on-demand rides to hold.
    heads : dict[str, int]
        Who travels, by kind.
    price_minor : int
        Price for all of them.
    currency : str
        ISO 4217 code.
    changes : str or None
        The booking it was made to change; None for a new booking.
    """

    city: str
    expires_s: int
    journey: dict[str, Any]
    rides: tuple[RideOrder, ...]
    heads: dict[str, int]
    price_minor: int
    currency: str
    changes: str | None = None


def seal(content: OfferContent, key: bytes) -> str:
    """Write an offer as a token.

    Parameters
    ----------
    content : OfferContent
        What it promises.
    key : bytes
        The service's offer key.

    Returns
    -------
    str
        URL-safe text: HMAC-SHA-256 and the deflated JSON.
    """
    body = zlib.compress(json.dumps(asdict(content), separators=(",", ":")).encode(), 6)
    return base64.urlsafe_b64encode(_tag(body, key) + body).decode().rstrip("=")


def open_offer(token: str, key: bytes, now_s: int) -> OfferContent:
    """Read an offer back.

    Parameters
    ----------
    token : str
        As `seal` wrote it.
    key : bytes
        The service's offer key.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    OfferContent
        What it promises.

    Raises
    ------
    OfferInvalidError
        It was not made here, or was changed.
    OfferExpiredError
        Its life is over.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise OfferInvalidError("This is not an offer; search again and choose one.") from error
    tag, body = raw[:32], raw[32:]
    if not hmac.compare_digest(tag, _tag(body, key)):
        raise OfferInvalidError("This offer was not made here; search again and choose one.")
    fields = json.loads(zlib.decompressobj().decompress(body, _MOST_BYTES))
    if fields["expires_s"] < now_s:
        raise OfferExpiredError("This offer is no longer valid; search again for a fresh one.")
    fields["rides"] = tuple(RideOrder(**ride) for ride in fields["rides"])
    return OfferContent(**fields)


def _tag(body: bytes, key: bytes) -> bytes:
    """Sign a body.

    Parameters
    ----------
    body : bytes
        The deflated JSON.
    key : bytes
        The offer key.

    Returns
    -------
    bytes
        32 bytes.
    """
    return hmac.new(key, body, hashlib.sha256).digest()
