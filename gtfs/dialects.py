"""Older and draft ways of writing GTFS-Flex, brought to the present one.

Drafts (to 2023) named groups and zones in ``stop_times.stop_id`` and listed the stops of a group
in location_groups.txt itself; today they stand in columns and in location_group_stops.txt.
"""

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gtfs.notices import Notice
from gtfs.reading import RawTable, decode

_POLYGONS = ("Polygon", "MultiPolygon")


def read_locations(data: bytes) -> RawTable:
    """Return the zones of locations.geojson as a table.

    Parameters
    ----------
    data : bytes
        Content of the file.

    Returns
    -------
    RawTable
        Columns location_id, stop_name, stop_desc, zone_id and geometry (GeoJSON text); the row
        number is the place of the feature in the file, from 1.
    """
    file = "locations.geojson"
    text, notices = decode(file, data)
    try:
        document = json.loads(text)
        features = document["features"]
        if not isinstance(features, list):
            raise TypeError("features is no list")
    except (ValueError, KeyError, TypeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        message = (
            "the file is no GeoJSON FeatureCollection; its zones are left out."
            " Export it again from the tool that drew the zones."
        )
        notices.append(Notice("bad_geojson", "error", file, line, "", "", message))
        return RawTable(pd.DataFrame(), np.zeros(0, dtype=np.int64), notices)
    records, rows = [], []
    for number, feature in enumerate(features, start=1):
        record, problem = _zone(feature)
        if record is None:
            message = f"feature {number} {problem}; it is left out."
            notices.append(Notice("bad_zone", "warning", file, None, "", "", message))
            continue
        records.append(record)
        rows.append(number)
    columns = ["location_id", "stop_name", "stop_desc", "zone_id", "geometry"]
    frame = pd.DataFrame(records, columns=columns, dtype=str)
    return RawTable(frame, np.array(rows, dtype=np.int64), notices)


def _zone(feature: object) -> tuple[list[str] | None, str]:
    if not isinstance(feature, dict):
        return None, "is no object"
    properties = feature.get("properties") or {}
    identity = feature.get("id", properties.get("location_id", properties.get("id")))
    if identity is None or str(identity) == "":
        return None, "has no id"
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in _POLYGONS:
        return None, "is no polygon"
    if not geometry.get("coordinates"):
        return None, "has no coordinates"
    texts = [str(properties.get(key) or "") for key in ("stop_name", "stop_desc", "zone_id")]
    return [str(identity), *texts, json.dumps(geometry, separators=(",", ":"))], ""


def modernise(raw: dict[str, RawTable]) -> dict[str, RawTable]:
    """Bring draft GTFS-Flex tables to the present form.

    Parameters
    ----------
    raw : dict of str to RawTable
        Tables as read, by name.

    Returns
    -------
    dict of str to RawTable
        The same, with location groups split and references in their own columns.
    """
    tables = dict(raw)
    groups = tables.get("location_groups")
    if groups is not None and "location_id" in groups.frame.columns:
        tables["location_groups"], members = _split_groups(groups)
        known = tables.get("location_group_stops")
        if known is None or known.frame.empty:
            tables["location_group_stops"] = members
    stop_times = tables.get("stop_times")
    if stop_times is not None and "stop_id" in stop_times.frame.columns:
        tables["stop_times"] = _own_columns(stop_times, _ids_of(tables))
    return tables


def _split_groups(groups: RawTable) -> tuple[RawTable, RawTable]:
    frame = groups.frame
    for column in ("location_group_id", "location_group_name"):
        if column not in frame.columns:
            frame = frame.assign(**{column: ""})
    # The name stands in one row of a group only, so rows with a name come first.
    named = frame.assign(line=groups.rows, unnamed=frame["location_group_name"] == "")
    named = named.sort_values(["unnamed", "line"]).drop_duplicates("location_group_id")
    named = named.sort_values("line")
    heads = named[["location_group_id", "location_group_name"]].reset_index(drop=True)
    member = (frame["location_id"] != "").to_numpy(dtype=bool)
    stops = frame.loc[member, ["location_group_id", "location_id"]].reset_index(drop=True)
    stops.columns = pd.Index(["location_group_id", "stop_id"])
    head_rows = named["line"].to_numpy(dtype=np.int64)
    return (
        RawTable(heads, head_rows, groups.notices),
        RawTable(stops, groups.rows[member]),
    )


def _ids_of(tables: dict[str, RawTable]) -> Callable[[str, str], set[str]]:
    def ids(table: str, column: str) -> set[str]:
        found = tables.get(table)
        if found is None or column not in found.frame.columns:
            return set()
        return set(found.frame[column]) - {""}

    return ids


def _own_columns(stop_times: RawTable, ids: Callable[[str, str], set[str]]) -> RawTable:
    stops = ids("stops", "stop_id")
    targets = {
        "location_group_id": ids("location_groups", "location_group_id") - stops,
        "location_id": ids("locations", "location_id") - stops,
    }
    frame = stop_times.frame
    for column, known in targets.items():
        if not known:
            continue
        there: NDArray[np.bool_] = frame["stop_id"].isin(known).to_numpy(dtype=bool)
        if not there.any():
            continue
        frame = frame.copy()
        if column not in frame.columns:
            frame[column] = ""
        frame.loc[there, column] = frame.loc[there, "stop_id"]
        frame.loc[there, "stop_id"] = ""
    return RawTable(frame, stop_times.rows, stop_times.notices)
