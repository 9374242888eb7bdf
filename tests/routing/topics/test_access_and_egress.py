"""Access and egress together: where to board and where to alight belong to one choice."""

from routing.journeys import Place
from tests.routing.towns import Town

# Home is 241 s from A and 603 s from B; work is 603 s from C and 241 s from D.
STOPS = """
    A 36.298 136.30
    B 36.305 136.30
    C 36.395 136.30
    D 36.402 136.30
"""
HOME = Place("home", 36.300, 136.30)
WORK = Place("work", 36.400, 136.30)


def test_one_line_past_all_four_stops() -> None:
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:15 C 08:30 D 08:45")
    assert town.texts(HOME, WORK, "07:30") == [
        "08:04 walk B 08:15 08:15 X C 08:30 08:30 walk work 08:40"
    ]


def test_ends_are_chosen_for_each_line_apart() -> None:
    town = Town(f"""{STOPS}
        near X daily | A 08:10 D 08:40
        mid  Y daily | B 08:14 C 08:28
        far  Z daily | A 08:05 C 08:36
    """)
    assert town.texts(HOME, WORK, "07:30") == [
        "08:03 walk B 08:14 08:14 Y C 08:28 08:28 walk work 08:38",
        "08:05 walk A 08:10 08:10 X D 08:40 08:40 walk work 08:44",
    ]


def test_the_same_vehicle_from_two_stops_is_shown_once() -> None:
    # From B one leaves later, whatever the stop of arrival.
    town = Town(f"{STOPS}\n t X daily | A 08:00 B 08:10 C 08:30 D 08:32")
    assert town.texts(HOME, WORK, "07:30") == [
        "07:59 walk B 08:10 08:10 X D 08:32 08:32 walk work 08:36"
    ]
