"""The event bus: Redis Streams, or an in-process Redis when none is configured."""

import json
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from maas.errors import InvalidRequestError

if TYPE_CHECKING:
    import fakeredis
    import redis

_KEPT = 200
"""Events kept per stream: a listener that was away for less misses nothing."""

_LIFE_S = 2 * 24 * 3600
"""How long an idle stream is kept."""


_PATIENCE_S = 5
"""Longest wait for an answer; without one a Redis that hangs would hang every listener's thread."""


class EventBus:
    """Publishes events to streams and lets listeners read on from where they were.

    Parameters
    ----------
    make_client : Callable[[], redis.Redis]
        Makes a client, real or in-process, when the first event comes or is asked for: a command
        that only looks something up does not wait for the libraries.
    """

    def __init__(self, make_client: "Callable[[], redis.Redis]") -> None:
        self._make_client = make_client

    @cached_property
    def _redis(self) -> "redis.Redis":
        """The client.

        Returns
        -------
        redis.Redis
            Made when first used.
        """
        return self._make_client()

    def publish(self, stream: str, event: Mapping[str, Any]) -> None:
        """Add an event to a stream.

        Parameters
        ----------
        stream : str
            Whom it concerns.
        event : Mapping[str, Any]
            JSON-ready content.
        """
        key = f"meguri:{stream}"
        body: dict[Any, Any] = {"event": json.dumps(event)}
        self._redis.xadd(key, body, maxlen=_KEPT, approximate=True)
        self._redis.expire(key, _LIFE_S)

    def latest(self, stream: str) -> str:
        """Tell where a stream stands now.

        Parameters
        ----------
        stream : str
            Whom it concerns.

        Returns
        -------
        str
            The position of the last event, ``0-0`` in an empty stream.
        """
        last: Any = self._redis.xrevrange(f"meguri:{stream}", count=1)
        return _text(last[0][0]) if last else "0-0"

    def read_after(self, stream: str, position: str) -> list[tuple[str, dict[str, Any]]]:
        """Read what came after a position, without waiting.

        Parameters
        ----------
        stream : str
            Whom it concerns.
        position : str
            Position of the last event heard.

        Returns
        -------
        list[tuple[str, dict[str, Any]]]
            Position and content of each event, oldest first.
        """
        rows: Any = self._redis.xrange(f"meguri:{stream}", min=f"({position}", count=100)
        return [(_text(at), json.loads(body[b"event"])) for at, body in rows]

    def ping(self) -> bool:
        """Tell whether the bus can be reached.

        Returns
        -------
        bool
            True when Redis answers.
        """
        import redis

        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False


@cache
def _in_process_server() -> "fakeredis.FakeServer":
    """Start the in-process Redis every client of this process shares.

    Returns
    -------
    fakeredis.FakeServer
        The one server.
    """
    import fakeredis

    return fakeredis.FakeServer()


def _in_process_client() -> "redis.Redis":
    """Make a client of the in-process Redis.

    Returns
    -------
    redis.Redis
        The client.
    """
    import fakeredis

    return fakeredis.FakeRedis(server=_in_process_server())


def connect(url: str) -> EventBus:
    """Open the event bus.

    Parameters
    ----------
    url : str
        Address of a Redis, or empty for the in-process one.

    Returns
    -------
    EventBus
        The bus; a Redis that does not answer within seconds counts as away.

    Raises
    ------
    InvalidRequestError
        The address is none.
    """
    if url:
        import redis

        try:
            client = redis.Redis.from_url(
                url,
                health_check_interval=15,
                socket_connect_timeout=_PATIENCE_S,
                socket_timeout=_PATIENCE_S,
            )
        except ValueError as error:
            raise InvalidRequestError(
                f"MAAS_REDIS_URL cannot be used: {error}. Write it like redis://host:6379/0."
            ) from error
        return EventBus(lambda: client)
    return EventBus(_in_process_client)


def _text(value: bytes | str) -> str:
    """Read a stream position.

    Parameters
    ----------
    value : bytes | str
        As Redis gave it.

    Returns
    -------
    str
        As text.
    """
    return value.decode() if isinstance(value, bytes) else value
