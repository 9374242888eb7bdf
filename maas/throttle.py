"""Limits on how often something may be tried, shared by all processes over Redis."""

import logging
import time

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from maas.errors import TooManyTriesError

log = logging.getLogger(__name__)


class Throttle:
    """Counts tries.

    Parameters
    ----------
    redis_url : str
        Where all processes count together; empty: this process counts for itself.
    """

    def __init__(self, redis_url: str) -> None:
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._together = _over(redis_url) if redis_url else self._here

    def spend(self, what: str, rates: str) -> None:
        """Count a try, and refuse it where there were too many.

        Parameters
        ----------
        what : str
            What is tried, and by whom.
        rates : str
            How often it may be, such as ``5/minute;20/hour``.

        Raises
        ------
        TooManyTriesError
            ``retry_after_s`` says when to try again.
        """
        for rate in (parse(text) for text in rates.split(";")):
            try:
                wait_s = _spent(self._together, rate, what)
            except StorageError as error:
                # Who signs in must not wait for Redis: then each process counts for itself.
                log.warning("limits: Redis cannot be asked: %s", error)
                wait_s = _spent(self._here, rate, what)
            if wait_s:
                raise TooManyTriesError(
                    f"Too many tries. Try again in {wait_s} seconds.", retry_after_s=wait_s
                )


def _over(redis_url: str) -> MovingWindowRateLimiter:
    """Count in Redis.

    Parameters
    ----------
    redis_url : str
        Its address.

    Returns
    -------
    MovingWindowRateLimiter
        Its errors are `StorageError`.
    """
    return MovingWindowRateLimiter(storage_from_string(redis_url, wrap_exceptions=True))


def _spent(limiter: MovingWindowRateLimiter, rate: RateLimitItem, what: str) -> int:
    """Count a try.

    Parameters
    ----------
    limiter : MovingWindowRateLimiter
        Where.
    rate : RateLimitItem
        How often it may be.
    what : str
        What is tried.

    Returns
    -------
    int
        Seconds to wait; 0 where it may be.
    """
    if limiter.hit(rate, what):
        return 0
    return max(1, round(limiter.get_window_stats(rate, what).reset_time - time.time()))
