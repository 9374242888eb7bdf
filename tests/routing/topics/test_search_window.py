"""The window of departures: both ends belong to it, and windows side by side share nothing."""

from tests.routing.towns import Town, text

ROWS = "\n".join(f"t{n} X daily | A 08:{n:02d} B 09:{n:02d}" for n in range(0, 60, 10))
TOWN = Town(f"""
    A 36.30 136.30
    B 36.50 136.30
    {ROWS}
""")


def test_both_ends_belong_to_it() -> None:
    assert TOWN.texts("A", "B", "08:10", window_s=1200) == [
        "08:10 X B 09:10",
        "08:20 X B 09:20",
        "08:30 X B 09:30",
    ]
    assert TOWN.texts("A", "B", "08:10:01", window_s=1198) == ["08:20 X B 09:20"]


def test_windows_side_by_side_neither_lose_nor_repeat() -> None:
    whole = TOWN.texts("A", "B", "08:00", window_s=3599)
    halves = [TOWN.texts("A", "B", start, window_s=1799) for start in ("08:00", "08:30")]
    assert halves[0] + halves[1] == whole
    assert len(whole) == 6


def test_what_leaves_just_after_the_window_hides_a_worse_one_inside() -> None:
    rows = """
        A 36.30 136.30
        B 36.50 136.30
        slow X daily | A 08:00 B 09:00
        fast Y daily | A 08:20 B 08:40
    """
    result = Town(rows).plan("A", "B", "07:55", window_s=600)
    assert [text(journey) for journey in result.journeys] == ["08:20 Y B 08:40"]
    assert "widened" in result.notes
    # However late it leaves, as long as it arrives earlier.
    later = rows.replace("08:20", "08:50").replace("08:40", "08:59")
    assert Town(later).texts("A", "B", "07:55", window_s=600) == ["08:50 Y B 08:59"]
    tie = rows.replace("08:40", "09:01")
    assert Town(tie).texts("A", "B", "07:55", window_s=600) == ["08:00 X B 09:00"]
