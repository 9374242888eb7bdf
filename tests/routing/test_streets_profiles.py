"""Wheelchairs and bicycles: where they pass, and that walks stay what they were."""

from pathlib import Path

import pytest

from tests.routing.street_maps import Town

#   a---b---c     The straight way from a to c is the one that tags close; the way round by d and
#   |       |     f is three times as long.
#   d---e---f
SQUARE = """
abc
def
"""
ROUND = "round adefc highway=footway"


@pytest.mark.parametrize(
    "tags",
    [
        "highway=steps",
        "highway=footway incline=8%",
        "highway=footway incline=-12%",
        "highway=footway surface=gravel",
        "highway=path surface=cobblestone",
        "highway=footway smoothness=bad",
        "highway=footway width=0.7",
        "highway=footway kerb=raised",
        "highway=footway wheelchair=no",
        "highway=track tracktype=grade4",
        "highway=path sac_scale=hiking",
    ],
)
def test_a_wheelchair_goes_round_what_walkers_pass(tags: str, tmp_path: Path) -> None:
    town = Town(tmp_path, SQUARE, f"short abc {tags}\n{ROUND}")
    assert town.walk_steps("a", "c", "walk") == 2
    assert town.walk_steps("a", "c", "wheelchair") == 4
    assert town.walk_steps("c", "a", "wheelchair") == 4
    assert town.walk_way("a", "c", "wheelchair") == "adefc"


@pytest.mark.parametrize(
    "tags",
    [
        "highway=footway",
        "highway=footway incline=4%",
        "highway=footway incline=up",
        "highway=footway surface=asphalt smoothness=good",
        "highway=footway surface=gravel wheelchair=yes",
        "highway=steps ramp:wheelchair=yes",
        "highway=residential width=5.5",
    ],
)
def test_a_wheelchair_passes_what_no_tag_closes(tags: str, tmp_path: Path) -> None:
    town = Town(tmp_path, SQUARE, f"short abc {tags}\n{ROUND}")
    assert town.walk_steps("a", "c", "wheelchair") == 2


@pytest.mark.parametrize(
    ("way", "mark", "steps"),
    [
        ("footway", "b kerb=raised", 4),
        ("footway", "b kerb=lowered", 2),
        ("footway", "b kerb=raised wheelchair=yes", 2),
        ("residential", "b kerb=raised", 2),  # one stays on the road
        ("residential", "b barrier=stile", 4),
        ("footway", "b barrier=bollard", 2),
    ],
)
def test_kerbs_and_barriers_at_a_point(way: str, mark: str, steps: float, tmp_path: Path) -> None:
    town = Town(tmp_path, SQUARE, f"short abc highway={way}\n{ROUND}", nodes=mark)
    assert town.walk_steps("a", "c", "walk") == 2
    assert town.walk_steps("a", "c", "wheelchair") == steps


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ("highway=residential", 2, 2),
        ("highway=residential oneway=yes", 2, 4),
        ("highway=residential oneway=-1", 4, 2),
        ("highway=residential oneway=yes oneway:bicycle=no", 2, 2),
        ("highway=residential oneway=yes cycleway:left=opposite_lane", 2, 2),
        ("highway=residential bicycle=no", 4, 4),
        ("highway=cycleway", 2, 2),
        ("highway=footway", 4, 4),
        ("highway=footway bicycle=yes", 2, 2),
        ("highway=motorway", 4, 4),
        ("highway=steps", 4, 4),
    ],
)
def test_bicycles(tags: str, there: float, back: float, tmp_path: Path) -> None:
    town = Town(tmp_path, SQUARE, f"short abc {tags}\nround adefc highway=cycleway")
    assert town.walk_steps("a", "c", "bicycle") == there
    assert town.walk_steps("c", "a", "bicycle") == back


def test_a_place_on_steps_is_tied_to_where_a_wheelchair_can_be(tmp_path: Path) -> None:
    town = Town(tmp_path, SQUARE, f"short abc highway=steps\n{ROUND}")
    # b itself is not on the way round: it is tied to e, straight below, and walks there.
    assert town.walk_steps("b", "e", "wheelchair") == 1.3
    assert town.walk_steps("b", "e", "walk") == 3
