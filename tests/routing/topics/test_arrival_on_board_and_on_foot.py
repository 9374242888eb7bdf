"""Standing at a stop by vehicle is worth more than standing there by a walk: one may walk on."""

from routing.journeys import Place
from tests.routing.towns import Town

# B, C and D are 482 s apart from one another, one after the other.
STOPS = """
    A 36.200 136.30
    B 36.300 136.30
    C 36.304 136.30
    D 36.308 136.30
    E 36.400 136.30
"""


def test_a_walk_that_arrives_first_does_not_hide_the_vehicle_that_comes_later() -> None:
    # At C by walk at 08:18:02 and by X at 08:20, but only who came by X may walk on to D.
    town = Town(f"""{STOPS}
        x X daily | A 08:00 B 08:10 C 08:20
        y Y daily | D 08:30 E 08:40
    """)
    assert town.texts("A", "E", "08:00", window_s=0) == [
        "08:00 X C 08:20 08:20 walk D 08:28 08:30 Y E 08:40"
    ]


def test_the_walk_is_still_used_where_it_is_sooner() -> None:
    town = Town(f"""{STOPS}
        x X daily | A 08:00 B 08:10 C 08:20
        z Z daily | C 08:19:30 E 08:35
        y Y daily | D 08:30 E 08:40
    """)
    assert town.texts("A", "E", "08:00", window_s=0) == [
        "08:00 X B 08:10 08:10 walk C 08:18 08:19 Z E 08:35"
    ]


def test_a_vehicle_that_arrives_first_spares_the_walk() -> None:
    town = Town(f"""{STOPS}
        x X daily | A 08:00 B 08:10 C 08:14
        z Z daily | C 08:19:30 E 08:35
    """)
    assert town.texts("A", "E", "08:00", window_s=0) == ["08:00 X C 08:14 08:19 Z E 08:35"]


def test_nobody_walks_to_a_stop_and_from_there_to_the_target() -> None:
    # From B to the house it is 964 s: one walk, or by X to C and 482 s from there.
    house = Place("house", 36.308, 136.30)
    town = Town(f"{STOPS}\n x X daily | A 08:00 B 08:10 C 08:20")
    assert town.texts("A", house, "08:00", window_s=0) == ["08:00 X B 08:10 08:10 walk house 08:26"]
    near = town.texts("A", house, "08:00", window_s=0, max_walk_m=600)
    assert near == ["08:00 X C 08:20 08:20 walk house 08:28"]
