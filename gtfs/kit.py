"""A feed as gtfs-kit's Feed, for its statistics, maps and drawings.

Text is read by our own reader (``reading``), not by ``gtfs_kit.read_feed``: that one gives up on
the first malformed number, takes names like ``NA`` for missing, knows no encoding but UTF-8, and
keeps no row numbers, so that a refusal could not say where the fault stands.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from gtfs.feed import Feed

if TYPE_CHECKING:
    import gtfs_kit


def to_gtfs_kit(feed: Feed, dist_units: str = "km") -> "gtfs_kit.Feed":
    """Return a feed as a gtfs-kit Feed.

    Parameters
    ----------
    feed : Feed
        A checked feed.
    dist_units : str, default "km"
        Unit of ``shape_dist_traveled``: km, m, mi or ft.

    Returns
    -------
    gtfs_kit.Feed
        Tables and columns that gtfs-kit knows, with its types; empty values are missing.
    """
    import gtfs_kit  # brings maps and geometry along, which planning does without

    tables: dict[str, pd.DataFrame | None] = {}
    for name, dtypes in gtfs_kit.constants.DTYPES.items():
        if not feed.has(name):
            tables[name] = None
            continue
        frame = feed.tables[name]
        typed = {}
        for column in frame.columns:
            values = frame[column].mask(frame[column] == "")
            kind = dtypes.get(column, "string")
            typed[column] = _typed(values, kind)
        tables[name] = pd.DataFrame(typed)
    return gtfs_kit.Feed(dist_units=dist_units, **tables)


def _typed(values: "pd.Series[str]", kind: str) -> "pd.Series[Any]":
    if kind == "string":
        return values.astype("string")
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.astype("Float64") if kind == "float" else numbers.astype(kind)  # type: ignore[call-overload]
