"""The HTTP API and the pages it serves."""

from apps.api.app import create_app

__all__ = ["create_app"]
