"""Idempotency keys of the API: one way for every write to be safe to send again."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from apps.api.deps import Asking, ServiceRuntime
from apps.runtime import Runtime
from maas.database import Session
from maas.errors import IdempotencyKeyMissingError
from maas.tables.once import once

_LONGEST_KEY = 160
_REPLAYED = "Idempotency-Replayed"


@dataclass(frozen=True)
class Write:
    """A write that has come in, with the key it may carry.

    Parameters
    ----------
    runtime : Runtime
        The service.
    response : Response
        Says whether the answer is one from before.
    key : str
        The caller's key, empty where none was sent; that of somebody signed in is theirs alone.
    request_hash : str
        What tells this request from another one: who asks, method, address and body.
    """

    runtime: Runtime
    response: Response
    key: str
    request_hash: str

    def once(self, work: Callable[[Session], Any], *, needs_key: bool = False) -> Any:
        """Do the write in one transaction, once for a key; again, its answer is what it was.

        What is refused leaves nothing behind, not even its key: it may be tried again.

        Parameters
        ----------
        work : Callable[[Session], Any]
            The write; gives the answer, which JSON can write.
        needs_key : bool
            Whether sending it twice would make two things.

        Returns
        -------
        Any
            The answer.

        Raises
        ------
        IdempotencyKeyMissingError
            It needs a key and has none.
        IdempotencyKeyReusedError
            The key came with another request before.
        """
        if needs_key and not self.key:
            raise IdempotencyKeyMissingError(
                "Send an Idempotency-Key header (any fresh text): a repeated request is then done "
                "once."
            )
        with self.runtime.database.transaction() as session:
            if not self.key:
                return work(session)
            answer, again = once(
                session, self.key, self.request_hash, self.runtime.clock(), lambda: work(session)
            )
        if again:
            self.response.headers[_REPLAYED] = "true"
        return answer


async def write_of(
    request: Request,
    response: Response,
    runtime: ServiceRuntime,
    actor: Asking,
    idempotency_key: Annotated[
        str,
        Header(
            max_length=_LONGEST_KEY,
            description="Your own fresh text for this attempt: sent again with the same request, "
            "it is answered as the first time; with another one it is refused",
        ),
    ] = "",
) -> Write:
    """Take a write with its key.

    Parameters
    ----------
    request : Request
        The request.
    response : Response
        Its answer.
    runtime : Runtime
        The service.
    actor : Actor
        Who asks.
    idempotency_key : str
        The key.

    Returns
    -------
    Write
        To be done once.
    """
    key = idempotency_key.strip()
    if key and actor.id:
        key = f"{actor.id} {key}"
    parts = (actor.id, request.method, request.url.path, request.url.query)
    # With a secret of ours: a password in a body must not be found by trying out hashes.
    digest = hmac.new(runtime.keys.mark, "\n".join(parts).encode(), hashlib.sha256)
    digest.update(_plain(await request.body()))
    return Write(runtime, response, key, digest.hexdigest())


Writing = Annotated[Write, Depends(write_of)]
"""A write, to be done once."""


def _plain(body: bytes) -> bytes:
    """Write a body so that equal documents are equal.

    Parameters
    ----------
    body : bytes
        As sent.

    Returns
    -------
    bytes
        JSON with sorted names; what is no JSON, as sent.
    """
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body
