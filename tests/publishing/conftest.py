"""A small street network to stand beside the one-line feed of tests/gtfs/text_feeds.py."""

from collections.abc import Callable
from pathlib import Path

import pytest

StreetWriter = Callable[..., Path]


@pytest.fixture
def write_streets(tmp_path: Path) -> StreetWriter:
    """Return a writer of .osm files: one road through two points (lat, lon)."""

    def write(name: str = "streets.osm", south: float = 36.29, west: float = 136.34) -> Path:
        path = tmp_path / name
        path.write_text(
            f"""<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" version="1" lat="{south}" lon="{west}"/>
  <node id="2" version="1" lat="{south + 0.04}" lon="{west + 0.04}"/>
  <way id="7" version="1">
    <nd ref="1"/><nd ref="2"/>
    <tag k="highway" v="primary"/>
  </way>
</osm>
""",
            encoding="utf-8",
        )
        return path

    return write
