"""Modes of lines, by the route_type of GTFS."""

from typing import Final

_MODES: Final = {
    0: "TRAM",
    1: "SUBWAY",
    2: "RAIL",
    3: "BUS",
    4: "FERRY",
    5: "CABLE_TRAM",
    6: "GONDOLA",
    7: "FUNICULAR",
    11: "TROLLEYBUS",
    12: "MONORAIL",
}
_EXTENDED_MODES: Final = {
    1: "RAIL",
    2: "BUS",
    4: "SUBWAY",
    7: "BUS",
    8: "TROLLEYBUS",
    9: "TRAM",
    10: "FERRY",
    11: "AIR",
    12: "FERRY",
    13: "GONDOLA",
    14: "FUNICULAR",
    15: "TAXI",
}


def mode_of(route_type: str) -> str:
    """Mode of a line.

    Parameters
    ----------
    route_type
        As in routes.txt; basic or extended.

    Returns
    -------
    str
        BUS, RAIL, ...; BUS when the type is blank or unknown.
    """
    if not route_type.isdigit():
        return "BUS"
    number = int(route_type)
    return _MODES.get(number) or _EXTENDED_MODES.get(number // 100, "BUS")
