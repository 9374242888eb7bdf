"""The worker: relays events, improves plans."""

from apps.worker.loop import Worker

__all__ = ["Worker"]
