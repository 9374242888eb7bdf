"""Street arrays kept on disk, named by the content they were made from."""

import logging
import os
import tempfile
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from routing.osm import StreetArrays

_log = logging.getLogger(__name__)


def read_cache(path: Path) -> StreetArrays | None:
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
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            values = {field.name: kept[field.name] for field in fields(StreetArrays)}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        _log.warning("remaking broken street cache %s: %s", path.name, error)
        return None
    return StreetArrays(**{**values, "original_nodes": int(values["original_nodes"])})


def write_cache(path: Path, arrays: StreetArrays) -> None:
    """Write beside the name and rename, so that nobody ever reads half a file.

    Parameters
    ----------
    path
        The file.
    arrays
        What to keep.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz.part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **{field.name: getattr(arrays, field.name) for field in fields(arrays)})
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
