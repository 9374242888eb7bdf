"""Who may use which street: tags of OpenStreetMap to yes or no, and to speeds.

After the OpenStreetMap wiki, "OSM tags for routing/Access restrictions", "Wheelchair routing" and
"Bicycle". A wheelchair's profile leaves out what is tagged as steps, a raised kerb, steep, rough
or narrow; what has no such tag is taken to be passable.
"""

from collections.abc import Mapping
from typing import Any, Final

Tags = Mapping[str, Any]

CLASS_SPEED_KMH: Final[dict[str, int]] = {
    "motorway": 90,
    "motorway_link": 50,
    "trunk": 60,
    "trunk_link": 40,
    "primary": 50,
    "primary_link": 35,
    "secondary": 45,
    "secondary_link": 30,
    "tertiary": 40,
    "tertiary_link": 30,
    "unclassified": 30,
    "residential": 25,
    "living_street": 10,
    "service": 15,
    "road": 30,
}
"""Driving speed of a highway class without maxspeed; classes left out are closed to cars."""

ROAD_CLASSES: Final = tuple(name for name in CLASS_SPEED_KMH if not name.endswith("_link"))
"""Classes of road that tables of speeds name; a link is of the class it leads to."""

NO_WALK: Final = frozenset(
    {"motorway", "motorway_link", "construction", "proposed", "raceway", "abandoned", "razed"}
    | {"bus_guideway", "busway", "planned", "no", "rest_area", "services"}
)
"""Highway classes nobody walks on."""

STEEP_PERCENT: Final = 6.0
"""Slope beyond which a way is closed to the wheelchair profile: the usual limit of ramps."""

NARROW_M: Final = 0.9
"""Width below which a way is closed to the wheelchair profile, metres."""

TAGS: Final = (
    *("access", "area", "bicycle", "cycleway", "cycleway:both", "cycleway:left", "cycleway:right"),
    *("foot", "highway", "incline", "junction", "kerb", "maxspeed", "motor_vehicle", "motorroad"),
    *("oneway", "oneway:bicycle", "ramp:wheelchair", "sac_scale", "sidewalk", "smoothness"),
    *("surface", "tracktype", "vehicle", "wheelchair", "width"),
)
"""Tags of ways that are read."""

_CLOSED: Final = frozenset({"no", "private", "military", "agricultural", "forestry", "customers"})
_OPEN: Final = frozenset({"yes", "designated", "permissive", "destination"})
_ROUGH: Final = frozenset(
    {"cobblestone", "unhewn_cobblestone", "dirt", "earth", "grass", "gravel", "ground", "mud"}
    | {"pebblestone", "rock", "sand", "snow", "stepping_stones", "unpaved", "woodchips", "ice"}
)
_BUMPY: Final = frozenset({"bad", "very_bad", "horrible", "very_horrible", "impassable"})
_BARRIERS: Final = frozenset(
    {"cycle_barrier", "full-height_turnstile", "horse_stile", "kissing_gate", "log"}
    | {"motorcycle_barrier", "stile", "step", "turnstile"}
)
_MOTOR_ONLY: Final = frozenset({"motorway", "motorway_link"})
_MPH_TO_KMH: Final = 1.609344


def walkable(tags: Tags) -> bool:
    """Whether people walk on a way.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    bool
        Either direction.
    """
    foot = tags.get("foot")
    if foot in _OPEN:
        return True
    return (
        tags["highway"] not in NO_WALK
        and foot not in _CLOSED
        and foot != "use_sidepath"
        and tags.get("motorroad") != "yes"
        and tags.get("access") not in _CLOSED
    )


def wheelable(tags: Tags) -> bool:
    """Whether a wheelchair passes a way.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    bool
        Either direction; ``wheelchair=yes`` wins over everything but closed ways.
    """
    word = tags.get("wheelchair")
    if word in _CLOSED or not walkable(tags):
        return False
    if word in _OPEN:
        return True
    if tags["highway"] in {"steps", "ladder", "via_ferrata"}:
        return tags.get("ramp:wheelchair") == "yes"
    slope = measure(tags.get("incline"), "%")
    width_m = measure(tags.get("width"), "m")
    return not (
        tags.get("surface") in _ROUGH
        or tags.get("smoothness") in _BUMPY
        or tags.get("kerb") == "raised"
        or "sac_scale" in tags
        or tags.get("tracktype") in {"grade3", "grade4", "grade5"}
        or (slope is not None and abs(slope) > STEEP_PERCENT)
        or (width_m is not None and width_m < NARROW_M)
    )


def blocks_wheelchairs(tags: Tags) -> bool:
    """Whether a wheelchair cannot pass a point, whichever way it lies on.

    Parameters
    ----------
    tags
        Tags of the node.

    Returns
    -------
    bool
        True for stiles, turnstiles and the like.
    """
    word = tags.get("wheelchair")
    return word not in _OPEN and (tags.get("barrier") in _BARRIERS or word == "no")


def has_raised_kerb(tags: Tags) -> bool:
    """Whether a footway has a raised kerb at a point; along the road it does not matter.

    Parameters
    ----------
    tags
        Tags of the node.

    Returns
    -------
    bool
        True for a raised kerb without ``wheelchair=yes``.
    """
    return tags.get("kerb") == "raised" and tags.get("wheelchair") not in _OPEN


def cyclable(tags: Tags) -> bool:
    """Whether people ride bicycles on a way.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    bool
        In the direction of traffic; see `cyclable_against`.
    """
    bicycle = tags.get("bicycle")
    highway = tags["highway"]
    if highway in _MOTOR_ONLY or highway in {"steps", "ladder", "via_ferrata"}:
        return False
    if bicycle in _OPEN:
        return True
    if bicycle is not None and bicycle != "unknown":
        return False  # no, dismount, use_sidepath, private, ...
    if tags.get("vehicle", tags.get("access")) in _CLOSED or tags.get("motorroad") == "yes":
        return False
    return highway in CLASS_SPEED_KMH or highway in {"cycleway", "path", "track"}


def cyclable_against(tags: Tags) -> bool:
    """Whether bicycles may use a one-way street against its direction.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    bool
        True where the tags say so.
    """
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return tags.get("oneway:bicycle") == "no" or any(
        str(tags.get(side, "")).startswith("opposite") for side in sides
    )


def drive_speed_kmh(tags: Tags) -> float | None:
    """Speed of a car.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    float | None
        Kilometres an hour; None where cars may not drive.
    """
    class_kmh = CLASS_SPEED_KMH.get(tags["highway"])
    if class_kmh is None:
        return None
    allowed = next((tags[key] for key in ("motor_vehicle", "vehicle", "access") if key in tags), "")
    if allowed in _CLOSED:
        return None
    return _maxspeed_kmh(tags.get("maxspeed")) or float(class_kmh)


def road_class(tags: Tags) -> int:
    """Class of a road that cars may drive on.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    int
        Its place in `ROAD_CLASSES`.
    """
    return ROAD_CLASSES.index(tags["highway"].removesuffix("_link"))


def _maxspeed_kmh(text: object) -> float | None:
    """Speed of a maxspeed tag; None when it is absent or not a number (such as "signals")."""
    words = str(text or "").split(";")[0].split()
    if not words:
        return None
    number = words[0].removesuffix("mph").removesuffix("km/h")
    try:
        speed = float(number)
    except ValueError:
        return None
    if "mph" in str(text):
        speed *= _MPH_TO_KMH
    return speed if speed >= 5 else None


def measure(text: object, unit: str) -> float | None:
    """The number of a tag such as "8 %" or "1.2 m".

    Parameters
    ----------
    text
        What the tag says.
    unit
        The only unit understood; it may be left out.

    Returns
    -------
    float | None
        None when there is none, or it is not a number ("up").
    """
    try:
        return float(str(text or "").strip().removesuffix(unit).strip())
    except ValueError:
        return None
