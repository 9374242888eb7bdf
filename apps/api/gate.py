"""What stands before every route: size limits on what comes in, safe headers on what goes out."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.api.problems import MOST_BYTES, answer
from maas.errors import MaasError, NotFoundError, RequestTooLargeError

_SAFE = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Headers of every answer that does not set its own: a booking must not lie in a shared cache."""


class Gate:
    """ASGI middleware that refuses what no route should have to look at.

    Parameters
    ----------
    app : ASGIApp
        What stands behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it.

        Parameters
        ----------
        scope : Scope
            The connection.
        receive, send : Receive, Send
            Its two directions.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope)
        if refusal is not None:
            await answer(refusal)(scope, receive, send_safely)
            return
        await self._app(scope, _limited(receive), send_safely)


def _refusal(scope: Scope) -> MaasError | None:
    """Look at a request before its body has come.

    Parameters
    ----------
    scope : Scope
        The connection.

    Returns
    -------
    MaasError or None
        Why it is refused.
    """
    if "\0" in scope["path"]:  # no identifier holds one, and PostgreSQL takes none
        return NotFoundError("There is nothing at this address; /docs lists all routes.")
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value[:12]) > MOST_BYTES):
            return RequestTooLargeError(MOST_BYTES)
    return None


def _limited(receive: Receive) -> Receive:
    """Count what comes in, for requests that do not say their length.

    Parameters
    ----------
    receive : Receive
        Gives the body piece by piece.

    Returns
    -------
    Receive
        The same, until there is too much of it.
    """
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            # FastAPI lets this kind pass while it reads a body; `problems` words it.
            raise HTTPException(RequestTooLargeError.status)
        return message

    return count
