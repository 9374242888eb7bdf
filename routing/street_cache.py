"""Street arrays and contracted graphs kept on disk, named by the content they were made from."""

import hashlib
import logging
import os
import tempfile
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.driving import Hierarchy
from routing.street_arrays import StreetArrays

_STREETS_VERSION: Final = 4
_HIERARCHY_VERSION: Final = 1

_log = logging.getLogger(__name__)


def streets_file(cache_dir: Path, source: Path) -> Path:
    """Name the kept arrays of a street file.

    Parameters
    ----------
    cache_dir
        Folder of kept arrays.
    source
        The street file; its content counts, not its name.

    Returns
    -------
    Path
        A file that may be there.
    """
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return cache_dir / f"streets-{_STREETS_VERSION}-{digest[:32]}.npz"


def hierarchy_file(cache_dir: Path, *graph: NDArray[Any]) -> Path:
    """Name the kept hierarchy of a driving graph.

    Parameters
    ----------
    cache_dir
        Folder of kept arrays.
    *graph
        Its arrays; speeds of another hour make another graph.

    Returns
    -------
    Path
        A file that may be there.
    """
    digest = hashlib.sha256()
    for array in graph:
        digest.update(array.tobytes())
    return cache_dir / f"hierarchy-{_HIERARCHY_VERSION}-{digest.hexdigest()[:32]}.npz"


def read_streets(path: Path) -> StreetArrays | None:
    """Read kept arrays.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    StreetArrays | None
        None when there are none, or when the file is broken and must be remade.
    """
    values = _read(path, StreetArrays)
    if values is None:
        return None
    values["original_nodes"] = int(values["original_nodes"])
    return StreetArrays(**values)


def read_hierarchy(path: Path) -> Hierarchy | None:
    """Read a kept hierarchy.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Hierarchy | None
        None when there is none, or when the file is broken and must be remade.
    """
    values = _read(path, Hierarchy)
    return None if values is None else Hierarchy(**values)


def _read(path: Path, kind: type[StreetArrays] | type[Hierarchy]) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {field.name: kept[field.name] for field in fields(kind)}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        _log.warning("remaking broken street cache %s: %s", path.name, error)
        return None


def write_cache(path: Path, kept: StreetArrays | Hierarchy) -> None:
    """Write beside the name and rename, so that nobody ever reads half a file.

    Parameters
    ----------
    path
        The file.
    kept
        Arrays to keep.
    """
    values = {field.name: getattr(kept, field.name) for field in fields(kept)}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz.part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **values)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
