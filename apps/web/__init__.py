"""Web pages: the built assets of the rider, ticket, driver and API description pages."""

from pathlib import Path

__all__ = ["STATIC"]

STATIC: Path = Path(__file__).resolve().parent / "static"
"""Folder that `npm run build` writes; absent until the pages have been built."""
