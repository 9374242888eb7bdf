"""To arrive by a time is to leave at one, with time running backwards."""

from hypothesis import given, note, settings
from hypothesis import strategies as st

from routing.lines import LONGEST_S
from tests.oracles.time_expanded import FOREVER, WayIn, WayOut, Wish, day_start
from tests.routing.feed_strategies import MINUTE, STOPS, Case, cases
from tests.routing.mirrors import mirrored_case, mirrored_journeys, mirrored_wish
from tests.routing.test_time_expanded import ALWAYS_THE_SAME, FAR
from tests.routing.three_ways import Question, by_graph, by_planner, by_search

DAY_S = 24 * 3600


@settings(ALWAYS_THE_SAME, max_examples=40)
@given(
    case=cases(blocks=("",)),
    ends=st.lists(st.sampled_from([*STOPS]), min_size=4, max_size=4),
    opens=st.sampled_from([None, None, 60, 120]),
    step=st.integers(0, 30),
    hours=st.sampled_from([3, 1]),
)
def test_departures_of_the_mirrored_feed_are_arrivals(
    case: Case, ends: list[str], opens: int | None, step: int, hours: int
) -> None:
    note(case.rows)
    start_s = day_start(case.day, case.timezone) + case.minute * MINUTE
    begin_s = -FOREVER if opens is None else start_s + opens * MINUTE
    ways_in = [WayIn(ends[0]), WayIn(ends[1], 300, closes=-begin_s if opens is None else begin_s)]
    ways_out = [WayOut(ends[2], 120, 60), WayOut(ends[3], 300, opens=begin_s)]
    soonest_s = start_s + step * 5 * MINUTE
    latest_s = soonest_s + hours * 3600
    wish = Wish(
        ways_in, ways_out, soonest_s - DAY_S, latest_s, 3, latest=latest_s, soonest=soonest_s
    )
    mirror = by_search(mirrored_case(case), mirrored_wish(case, wish))

    assert mirrored_journeys(case, mirror) == by_graph(case, wish)


@settings(ALWAYS_THE_SAME, max_examples=40)
@given(
    case=cases(),
    ends=st.sampled_from(FAR),
    step=st.integers(0, 36),
    hours=st.sampled_from([3, 8, 1]),
    walk_m=st.sampled_from([0, 700]),
)
def test_arrive_by_is_one_long_window_cut_at_the_arrival(
    case: Case, ends: tuple[str, str], step: int, hours: int, walk_m: int
) -> None:
    note(case.rows)
    by_s = day_start(case.day, case.timezone) + (case.minute + 5 * step) * MINUTE
    question = Question(*ends, by_s, hours * 3600, walk_m=walk_m, arrive_by=True)
    first_s = by_s - question.window_s - LONGEST_S
    leaving = Question(*ends, first_s, by_s - first_s, walk_m=walk_m)
    in_time = question.answers(by_planner(case, leaving))

    assert by_planner(case, question) == in_time
    assert in_time == question.answers(by_graph(case, question.wish()))
