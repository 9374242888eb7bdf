"""Differences between planners: journeys followed on the exported day, and the reason of each."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.planner.agreement import differences
from benchmarks.planner.peers import PeerAnswer, PeerMeasured
from benchmarks.planner.tracing import ANY_TRIP, Day, Step

# t1 runs a 08:00 b 08:10 c 08:20, t2 c 08:25 d 08:40; b and c, c and d may be walked between.
STOP_TIMES = """trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type
t1,08:00:00,08:00:00,a,0,0,1
t1,08:10:00,08:10:00,b,1,0,1
t1,08:20:00,08:20:00,c,2,1,0
t2,08:25:00,08:25:00,c,0,0,0
t2,08:40:00,08:40:00,d,1,0,0
"""
WALKS = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nb,c,2,300\nc,d,2,600\n"
STAYS = "trip_id,goes_on_as\nt1,t2\n"
QUERY = "from_stop,to_stop,departure_s\na,d,28800\n"

RIDE = Step("t1", "a", 28800, "c", 30000)
ON = Step("t2", "c", 30300, "d", 31200)
WALK = Step("", "c", 0, "d", 600)


@pytest.fixture
def day(tmp_path: Path) -> Day:
    for name, text in (("stop_times.txt", STOP_TIMES), ("transfers.txt", WALKS)):
        (tmp_path / name).write_text(text)
    (tmp_path / "stays.csv").write_text(STAYS)
    (tmp_path / "queries.csv").write_text(QUERY)
    return Day(tmp_path)


@pytest.mark.parametrize(
    ("steps", "arrival_s", "faults"),
    [
        ([RIDE, WALK], 30600, ()),
        ([RIDE, ON], 31200, ()),
        ([RIDE._replace(trip=ANY_TRIP), ON._replace(trip=ANY_TRIP)], 31200, ()),
        ([RIDE], 30000, ("its legs do not join",)),
        ([RIDE, WALK._replace(arrival_s=599)], 30599, ("walks where no change is",)),
        ([ON, WALK], 31800, ("its legs do not join", "its legs do not join")),
        ([RIDE, ON._replace(departure_s=29900)], 31200,
         ("boards before it arrives", "rides what does not run")),
        ([RIDE._replace(target="b", arrival_s=29400), Step("", "b", 0, "c", 300), WALK], 30300,
         ("alights where nobody may", "walks twice in a row")),
        ([RIDE._replace(trip="t2"), ON], 31200, ("rides what does not run",)),
        ([RIDE, ON, ON], 31200,
         ("its legs do not join", "boards before it arrives", "changes more often")),
    ],
)  # fmt: skip
def test_a_journey_is_followed_step_by_step(
    day: Day, steps: Sequence[Step], arrival_s: int, faults: tuple[str, ...]
) -> None:
    followed = day.follow(day.queries[0], steps, max_transfers=1)
    assert (followed.arrival_s, followed.faults) == (arrival_s, faults)


def test_boarding_where_nobody_may(tmp_path: Path) -> None:
    closed = STOP_TIMES.replace("a,0,0,1", "a,0,1,1")
    for name, text in (("stop_times.txt", closed), ("transfers.txt", WALKS)):
        (tmp_path / name).write_text(text)
    (tmp_path / "stays.csv").write_text(STAYS)
    (tmp_path / "queries.csv").write_text(QUERY)
    day = Day(tmp_path)
    followed = day.follow(day.queries[0], [RIDE, WALK], max_transfers=1)
    assert followed.faults == ("boards where nobody may",)


@pytest.mark.parametrize(
    ("steps", "faults"),
    [
        ([RIDE, ON._replace(has_stayed=True)], ()),
        ([RIDE, ON], ("changes more often",)),
        ([RIDE._replace(trip="t2"), ON._replace(has_stayed=True)],
         ("rides what does not run", "stays seated where no vehicle goes on")),
        ([ON._replace(has_stayed=True)], ("stays seated where no vehicle goes on",)),
        ([RIDE, ON._replace(has_stayed=True, departure_s=29900)],
         ("boards before it arrives", "rides what does not run")),
    ],
)  # fmt: skip
def test_who_stays_seated_changes_nothing(
    day: Day, steps: Sequence[Step], faults: tuple[str, ...]
) -> None:
    assert day.follow(day.queries[0], steps, max_transfers=0).faults == faults


def test_who_stays_seated_needs_no_door(tmp_path: Path) -> None:
    shut = STOP_TIMES.replace("c,2,1,0", "c,2,1,1").replace("c,0,0,0", "c,0,1,0")
    for name, text in (("stop_times.txt", shut), ("transfers.txt", WALKS)):
        (tmp_path / name).write_text(text)
    (tmp_path / "stays.csv").write_text(STAYS)
    (tmp_path / "queries.csv").write_text(QUERY)
    day = Day(tmp_path)
    stays = [RIDE, ON._replace(has_stayed=True)]
    assert day.follow(day.queries[0], stays, max_transfers=1).faults == ()
    assert day.follow(day.queries[0], [RIDE, ON], max_transfers=1).faults == (
        "alights where nobody may",
        "boards where nobody may",
    )


def test_every_difference_has_a_reason(day: Day) -> None:
    def counted(
        ours: list[Step] | None, *answers: PeerAnswer, **corrected: int | None
    ) -> dict[str, int]:
        theirs = PeerMeasured(1.0, list(answers), dict(corrected))
        return dict(differences(day, [ours], [theirs], 1))

    good = PeerAnswer(28800, 30600, 0, (RIDE, WALK))
    late = PeerAnswer(28800, 31200, 1, (RIDE, ON))
    wrong = PeerAnswer(28800, 30300, 0, (RIDE, WALK._replace(arrival_s=300)))
    assert counted(None) == {"equal": 1}
    assert counted([RIDE, WALK], late, good) == {"equal": 1}
    assert counted([RIDE, WALK], late) == {"peer misses it": 1}
    assert counted([RIDE, WALK]) == {"peer misses it": 1}
    mended = {"scanner": 31200, "routes": 30600}
    assert counted([RIDE, WALK], late, **mended) == {"peer, corrected: routes": 1}
    assert counted([RIDE, WALK], late, scanner=None) == {
        "unexplained: the corrected peer misses it, too": 1
    }
    stays = [RIDE, RIDE._replace(has_stayed=True), WALK]
    assert counted(stays, late) == {"unexplained: ours stays seated where no vehicle goes on": 1}
    assert counted([RIDE, WALK], wrong) == {"peer walks where no change is": 1}
    assert counted(None, wrong) == {"peer walks where no change is": 1}


def test_a_journey_that_needs_its_seat_is_told(day: Day) -> None:
    """With no change allowed; and with one, where changing would do as well."""
    stays = [RIDE, ON._replace(has_stayed=True)]
    none = PeerMeasured(1.0, [], {"scanner": None})
    assert differences(day, [stays], [none], 0) == {"ours stays seated": 1}
    assert differences(day, [stays], [none], 1) == {
        "unexplained: the corrected peer misses it, too": 1
    }
    late = PeerMeasured(1.0, [], {"scanner": 31200})
    assert differences(day, [stays], [late], 0) == {"peer, corrected: scanner": 1}


def test_no_difference_is_explained_away(day: Day) -> None:
    good = PeerAnswer(28800, 30600, 0, (RIDE, WALK))
    wrong = PeerAnswer(28800, 30300, 0, (RIDE, WALK._replace(arrival_s=300)))
    ours = [RIDE, ON]
    missed = differences(day, [ours], [PeerMeasured(1.0, [wrong, good])], 1)
    assert missed == {"unexplained: ours misses a journey of the peer": 1}
    false = differences(day, [[RIDE._replace(trip="t9"), WALK]], [PeerMeasured(1.0, [good])], 1)
    assert false == {"unexplained: ours rides what does not run": 1}
