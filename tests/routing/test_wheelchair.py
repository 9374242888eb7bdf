"""Journeys in a wheelchair: vehicles, stops and walks that can be used, and what nobody tells."""

from routing.journeys import TransitLeg
from routing.planner import PlanResult
from routing.why_not import WhyNot
from tests.routing.towns import Town, clock, instant

ROWS = """
    A 36.300 136.300
    B 36.320 136.300
    C 36.340 136.300
    t1 red daily  | A 08:00 B 08:10 C 08:20
    t2 red daily  | A 09:00 B 09:10 C 09:20
    t3 red daily  | A 10:00 B 10:10 C 10:20
"""


def town(trips: str = "", stops: str = "", rows: str = ROWS, **tables: str) -> Town:
    """A town whose trips and stops say a word: ``t1 2`` no, ``t2 1`` yes, 0 or none unknown."""
    made = Town(rows, tables=tables)
    feed = made.feed
    for table, key, column, words in (
        ("trips", "trip_id", "wheelchair_accessible", trips),
        ("stops", "stop_id", "wheelchair_boarding", stops),
    ):
        said = dict(line.split() for line in words.strip().splitlines())
        frame = feed.table(table)
        frame[column] = [said.get(name, "") for name in frame[key]]
    return made.rebuilt()


def wheels(result: PlanResult) -> list[str]:
    """Trips and what is known of them, such as ``t1 yes``."""
    words = {True: "yes", False: "no", None: "unknown"}
    legs = [leg for journey in result.journeys for leg in journey.legs]
    return [f"{x.trip_id} {words[x.wheelchair]}" for x in legs if isinstance(x, TransitLeg)]


def test_who_walks_takes_every_trip_and_reads_which_take_wheelchairs() -> None:
    result = town("t1 2\nt2 1", "A 1\nB 1").plan("A", "B", "07:30", window_s=4 * 3600)
    assert wheels(result) == ["t1 no", "t2 yes", "t3 unknown"]
    assert result.notes == ("straight_line_walks",)


def test_a_wheelchair_leaves_out_trips_that_do_not_take_it() -> None:
    place = town("t1 2\nt2 1\nt3 1", "A 1\nB 1")
    result = place.plan("A", "B", "07:30", window_s=4 * 3600, wheelchair=True)
    assert wheels(result) == ["t2 yes", "t3 yes"]
    assert "wheelchair_unknown" not in result.notes


def test_what_is_unknown_is_offered_and_said_to_be_unknown() -> None:
    result = town("t1 1\nt2 2\nt3 0", "A 1").plan("A", "B", "07:30", window_s=3600, wheelchair=True)
    assert wheels(result)[0] == "t1 unknown"
    assert "wheelchair_unknown" in result.notes


def test_a_wheelchair_passes_stops_that_have_a_step() -> None:
    place = town(stops="B 2")
    assert place.texts("A", "B", "07:30", window_s=600) == ["08:00 red B 08:10"]
    result = place.plan("A", "B", "07:30", wheelchair=True)
    assert wheels(result) == []
    assert wheels(place.plan("A", "C", "07:30", window_s=3600, wheelchair=True)) == ["t1 unknown"]


def test_a_stop_says_what_its_station_says_unless_it_speaks_for_itself() -> None:
    stops = """
        stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
        A,A,36.30,136.30,0,S,
        B,B,36.32,136.30,0,S,1
        C,C,36.34,136.30,0,,
        S,S,36.31,136.30,1,,2
        b1,b1,36.32,136.30,4,B,
    """
    timetable = Town(ROWS, tables={"stops": stops}).timetable
    said = dict(zip(timetable.stop_ids, timetable.stop_wheelchair.tolist(), strict=True))
    assert said == {"A": 2, "B": 1, "C": 0, "S": 2, "b1": 1}


def test_no_rule_of_transfers_leads_where_no_way_is_known() -> None:
    rows = """
        A 36.300 136.300
        B 36.320 136.300
        C 36.330 136.300
        D 36.350 136.300
        t1 red  daily | A 08:00 B 08:10
        t2 blue daily | C 09:00 D 09:10
    """
    rule = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,C,2,300"
    place = Town(rows, tables={"transfers": rule})
    assert place.texts("A", "D", "07:50", max_walk_m=500) == [
        "08:00 red B 08:10 08:10 walk C 08:30 09:00 blue D 09:10"
    ]
    assert place.texts("A", "D", "07:50", max_walk_m=500, wheelchair=True) == []


def test_runs_of_both_kinds_are_kept_apart() -> None:
    place = town("t1 2")
    both = [place.plan("A", "B", "07:30", window_s=4 * 3600, wheelchair=w) for w in (1, 0, 1, 0)]
    assert [len(wheels(result)) for result in both] == [2, 3, 2, 3]


def why(place: Town, expected: str = "", line: str = "red") -> WhyNot:
    """Why a line is not offered in a wheelchair from A to B at half past seven."""
    query = place.query("A", "B", "07:30", wheelchair=True, window_s=1800)
    journeys = place.planner.plan(query, None).journeys
    return place.planner.why_not(query, line, journeys, instant(expected) if expected else None)


def test_why_not_a_vehicle_without_a_place_for_wheelchairs() -> None:
    found = why(town("t1 2"), "08:00")
    assert (found.code, clock(found.params["departure_s"])) == ("not_accessible", "08:00")  # type: ignore[arg-type]
    assert clock(found.params["next_departure_s"]) == "09:00"  # type: ignore[arg-type]
    assert why(town("t1 2")).code == "offered"
    assert why(town("t1 2\nt2 2\nt3 2")).code == "not_accessible"


def test_why_not_a_stop_with_a_step() -> None:
    found = why(town(stops="B 2"))
    assert (found.code, found.params["next_departure_s"]) == ("not_accessible", None)
    assert why(town(), "08:00").code == "offered"
