"""Timetables kept on disk: one file of arrays that are mapped into memory, named by content.

The name says which feeds, byte by byte, and which code; so a start that finds its file parses
nothing (`gtfs.source`).

A file begins with eight bytes, the length of a head in JSON; the head names every array with its
type, shape and place, and holds what is no array. Arrays begin at multiples of 64 bytes and are
mapped privately, so that processes share the pages and nothing is read before it is wanted.
"""

import dataclasses
import datetime as dt
import json
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

import gtfs
import routing
from gtfs.source import FeedSource, content_name
from routing.journeys import RouteInfo
from routing.timetable import DroppedTrip, Timetable

_FORMAT: Final = "timetable 4"
_ALIGNMENT: Final = 64
_TEXTS: Final = (
    "stop_ids",
    "stop_names",
    "stop_platforms",
    "trip_ids",
    "trip_headsigns",
    "service_ids",
    "feed_names",
)

_log = logging.getLogger(__name__)


def load_timetable(
    sources: Sequence[FeedSource], timezone: ZoneInfo, cache_dir: Path | None = None
) -> Timetable:
    """Map the kept timetable of some feeds, or build and keep it.

    Parameters
    ----------
    sources
        The feeds of a city; they are parsed only where nothing is kept.
    timezone
        Zone in which service days begin.
    cache_dir
        Folder in which timetables are kept; None to keep none.

    Returns
    -------
    Timetable
        As `routing.build.build_timetable` makes it.

    Raises
    ------
    TimetableError
        When there is no feed.
    gtfs.errors.GtfsError
        When a feed cannot be read or planned with.
    """
    path = None if cache_dir is None else snapshot_path(cache_dir, sources, timezone)
    kept = read_snapshot(path) if path is not None and sources else None
    if kept is not None:
        return kept
    from routing.build import build_timetable  # pandas: most starts find their timetable kept

    timetable = build_timetable([source.feed for source in sources], timezone)
    if path is not None:
        write_snapshot(path, timetable)
    return timetable


def snapshot_path(folder: Path, sources: Sequence[FeedSource], timezone: ZoneInfo) -> Path:
    """Name of the snapshot of some feeds.

    Parameters
    ----------
    folder
        Where snapshots are kept.
    sources
        The feeds, in their order.
    timezone
        Zone of the timetable.

    Returns
    -------
    Path
        With a hash of the files of the feeds and of the code that builds timetables, so that
        neither a changed file nor a changed program meets an old timetable.
    """
    name = content_name(sources, (gtfs, routing), _FORMAT, timezone.key)
    return folder / f"timetable-{name}.bin"


def write_snapshot(path: Path, timetable: Timetable) -> None:
    """Keep a timetable; written beside its name and renamed, so that nobody reads half a file.

    Parameters
    ----------
    path
        The file.
    timetable
        What to keep.
    """
    arrays: dict[str, dict[str, Any]] = {}
    plain: dict[str, Any] = {}
    parts: list[np.ndarray[Any, Any]] = []
    end = 0
    for field in dataclasses.fields(timetable):
        value = getattr(timetable, field.name)
        if not isinstance(value, np.ndarray):
            plain[field.name] = _to_plain(value)
            continue
        arrays[field.name] = {"type": value.dtype.str, "shape": value.shape, "at": end}
        parts.append(value)
        end += -(-value.nbytes // _ALIGNMENT) * _ALIGNMENT
    head = json.dumps({"format": _FORMAT, "arrays": arrays, "plain": plain}).encode()
    head += b" " * (-(len(head) + 8) % _ALIGNMENT)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(len(head).to_bytes(8, "little"))
        file.write(head)
        for part in parts:
            file.write(np.ascontiguousarray(part).tobytes())
            file.write(bytes(-part.nbytes % _ALIGNMENT))
    Path(file.name).replace(path)


def read_snapshot(path: Path) -> Timetable | None:
    """Map a kept timetable into memory.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Timetable | None
        None when there is none, or when the file is broken and must be made again.
    """
    try:
        whole = np.memmap(path, np.uint8, mode="c")
        length = int.from_bytes(whole[:8].tobytes(), "little")
        head = json.loads(whole[8 : 8 + length].tobytes())
        if head["format"] != _FORMAT:
            return None
        body = whole[8 + length :]
        values: dict[str, Any] = _from_plain(head["plain"])
        for name, found in head["arrays"].items():
            values[name] = _mapped(body, found["type"], found["shape"], found["at"])
        return Timetable(**values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("making the broken timetable snapshot %s again: %s", path.name, error)
        return None


def _mapped(
    body: np.ndarray[Any, Any], kind: str, shape: list[int], at: int
) -> np.ndarray[Any, Any]:
    dtype = np.dtype(kind)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if at + size > len(body):
        raise ValueError("the file is too short")
    return np.asarray(body[at : at + size]).view(dtype).reshape(shape)


def _to_plain(value: Any) -> Any:
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, dt.date):
        return value.isoformat()
    return [v if isinstance(v, str) else dataclasses.astuple(v) for v in value]


def _from_plain(plain: dict[str, Any]) -> dict[str, Any]:
    values = dict(plain)
    values["timezone"] = ZoneInfo(plain["timezone"])
    for name in ("first_day", "last_day"):
        values[name] = dt.date.fromisoformat(plain[name])
    values["routes"] = tuple(RouteInfo(*row) for row in plain["routes"])
    values["dropped"] = tuple(DroppedTrip(*row) for row in plain["dropped"])
    for name in _TEXTS:
        values[name] = tuple(plain[name])
    return values
