"""Street arrays kept on disk, named by the content they were made from."""

import logging
import os
import tempfile
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from routing.driving import Hierarchy
from routing.osm import StreetArrays

_HIERARCHY = "hierarchy_"  # before the names of its arrays, which share one file

_log = logging.getLogger(__name__)


def read_cache(path: Path) -> tuple[StreetArrays, Hierarchy] | None:
    """Read kept arrays.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    tuple | None
        Streets and the contracted driving graph; None when there are none, or when the file is
        broken and must be remade.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            values = {field.name: kept[field.name] for field in fields(StreetArrays)}
            driving = {field.name: kept[_HIERARCHY + field.name] for field in fields(Hierarchy)}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        _log.warning("remaking broken street cache %s: %s", path.name, error)
        return None
    values["original_nodes"] = int(values["original_nodes"])
    return StreetArrays(**values), Hierarchy(**driving)


def write_cache(path: Path, arrays: StreetArrays, hierarchy: Hierarchy) -> None:
    """Write beside the name and rename, so that nobody ever reads half a file.

    Parameters
    ----------
    path
        The file.
    arrays
        Streets to keep.
    hierarchy
        Their driving graph, contracted.
    """
    values = {field.name: getattr(arrays, field.name) for field in fields(arrays)}
    driving = {
        _HIERARCHY + field.name: getattr(hierarchy, field.name) for field in fields(hierarchy)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz.part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **values, **driving)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
