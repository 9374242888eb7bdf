"""The search and the planner against a time-expanded graph, on feeds made by hypothesis."""

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.oracles.time_expanded import FOREVER, WayIn, WayOut, Wish, day_start
from tests.routing.feed_strategies import MINUTE, STOPS, WALKS, Case, cases
from tests.routing.three_ways import Question, by_graph, by_planner, by_search

settings.register_profile(
    "always_the_same",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
ALWAYS_THE_SAME = settings.get_profile("always_the_same")
FAR = [pair for pair, seconds in WALKS.items() if seconds > 1000]


@st.composite
def ways(draw: st.DrawFn, start: int) -> list[tuple[str, int, int, int]]:
    """Stops with seconds, opening and closing; most are always open."""
    found = []
    for stop in sorted(draw(st.sets(st.sampled_from([*STOPS]), min_size=1, max_size=2))):
        seconds = draw(st.integers(0, 8)) * 150
        length = draw(st.sampled_from([None] * 8 + [30, 90]))
        opens = start + draw(st.integers(-60, 120)) * MINUTE
        bounds = (-FOREVER, FOREVER) if length is None else (opens, opens + length * MINUTE)
        found.append((stop, seconds, *bounds))
    return found


@st.composite
def wishes(draw: st.DrawFn, case: Case) -> Wish:
    """A window of departures around the time of day of a case."""
    start = day_start(case.day, case.timezone) + case.minute * MINUTE
    first = start + draw(st.integers(-6, 12)) * 5 * MINUTE
    last = first + draw(st.sampled_from([3, 8, 1, 0, 3, 3])) * 3600
    return Wish(
        [WayIn(stop, s, opens, closes) for stop, s, opens, closes in draw(ways(start))],
        [WayOut(stop, s, 60, opens, closes) for stop, s, opens, closes in draw(ways(start))],
        first,
        last,
        draw(st.sampled_from([4, 3, 4, 2, 3, 1])),
        draw(st.sampled_from([FOREVER, FOREVER, FOREVER, start + 3 * 3600])),
    )


@settings(ALWAYS_THE_SAME, max_examples=500)
@given(data=st.data(), case=cases())
def test_the_search_finds_what_the_graph_holds(data: st.DataObject, case: Case) -> None:
    note(case.rows)
    wish = data.draw(wishes(case))

    assert by_search(case, wish) == by_graph(case, wish)


@settings(ALWAYS_THE_SAME, max_examples=120)
@given(
    case=cases(),
    ends=st.sampled_from(FAR),
    step=st.integers(-6, 12),
    hours=st.sampled_from([3, 8, 1, 0]),
    transfers=st.sampled_from([3, 2, 1, 0]),
    walk_m=st.sampled_from([0, 700]),
)
def test_the_planner_shows_what_the_graph_holds(
    case: Case, ends: tuple[str, str], step: int, hours: int, transfers: int, walk_m: int
) -> None:
    note(case.rows)
    time_s = day_start(case.day, case.timezone) + (case.minute + 5 * step) * MINUTE
    question = Question(*ends, time_s, hours * 3600, transfers, walk_m)

    assert by_planner(case, question) == question.answers(by_graph(case, question.wish()))
