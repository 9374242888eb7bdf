"""The line on the map between two stops of a trip."""

from zoneinfo import ZoneInfo

from routing.build import build_timetable
from routing.shapes import LineCutter
from tests.routing.feeds import line_feed

STOPS = """
    A 36.30 136.3000
    B 36.30 136.3100
    C 36.30 136.3000
"""
# Out along the parallel, round by the north, and back on the same street.
SHAPE = """
    shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
    s,36.3000,136.3000,1
    s,36.3000,136.3100,2
    s,36.3010,136.3100,3
    s,36.3000,136.3050,4
    s,36.3000,136.3000,5
"""


def cutter(with_shape: bool) -> LineCutter:
    feed = line_feed(
        STOPS + "t X daily | A 08:00 B 08:10 C 08:20",
        **({"shapes": SHAPE} if with_shape else {}),
    )
    if with_shape:
        feed = feed.with_table("trips", feed.table("trips").assign(shape_id="s"))
    return LineCutter(build_timetable([feed], ZoneInfo("Asia/Tokyo")))


def test_without_a_shape_the_line_runs_straight_from_stop_to_stop() -> None:
    line = cutter(with_shape=False).between(0, 0, 2)
    assert line == ((136.3, 36.3), (136.31, 36.3), (136.3, 36.3))


def test_a_line_that_comes_back_is_cut_in_order() -> None:
    lines = cutter(with_shape=True)
    assert set(lines.between(0, 0, 1)) == {(136.3, 36.3), (136.31, 36.3)}
    back = lines.between(0, 1, 2)
    assert (136.31, 36.301) in back
    assert (back[0], back[-1]) == ((136.31, 36.3), (136.3, 36.3))
