"""Cities made elsewhere: a small German town and a Brazilian metropolis."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gtfs.feed import load_feed
from routing.build import build_timetable
from routing.journeys import Place, TransitLeg
from routing.planner import Planner, PlanQuery
from routing.streets import StraightStreets, StreetNetwork
from tests.routing.towns import is_connected

PAIRS = Path(__file__).parents[3] / "shared" / "data" / "pairs"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PAIRS.is_dir(), reason="the reference data is not beside the checkout"),
]


def planner(feeds: list[str], osm: str, timezone: str, cache: Path) -> Planner:
    zone = ZoneInfo(timezone)
    timetable = build_timetable([load_feed(PAIRS / feed) for feed in feeds], zone)
    return Planner(timetable, StreetNetwork.load(PAIRS / osm, cache), [], zone)


def test_herrenberg(tmp_path: Path) -> None:
    town = planner(
        ["herrenberg/vvs-bus-751-only.gtfs.zip"],
        "herrenberg/herrenberg-minimal.osm.pbf",
        "Europe/Berlin",
        tmp_path,
    )
    station = Place("Ehningen, Bahnhof", 48.6567, 8.9446)
    town_hall = Place("Holzgerlingen, ZOB", 48.6383, 9.0103)
    result = town.plan(PlanQuery(town_hall, station, 1_591_682_400), None)  # 9 June 2020, 08:00
    assert any(isinstance(leg, TransitLeg) for j in result.journeys for leg in j.legs)
    assert all(is_connected(journey) for journey in result.journeys)


def test_porto_alegre_joins_buses_and_metro(tmp_path: Path) -> None:
    city = planner(
        ["porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip"],
        "porto_alegre/poa_osm.pbf",
        "America/Sao_Paulo",
        tmp_path,
    )
    market = Place("Mercado Público", -30.02756, -51.22796)
    airport = Place("Aeroporto", -29.98990, -51.17710)
    result = city.plan(PlanQuery(market, airport, 1_557_766_800), None)  # 13 May 2019, 14:00
    modes = {leg.mode for journey in result.journeys for leg in journey.legs}
    assert {"WALK", "RAIL"} <= modes or {"WALK", "SUBWAY"} <= modes
    assert all(is_connected(journey) for journey in result.journeys)
    assert all(journey.arrival_s > journey.departure_s for journey in result.journeys)


def test_wheelchairs_in_porto_alegre(tmp_path: Path) -> None:
    city = planner(
        ["porto_alegre/poa_eptc.zip"], "porto_alegre/poa_osm.pbf", "America/Sao_Paulo", tmp_path
    )
    market = Place("Mercado Público", -30.02756, -51.22796)
    park = Place("Parque da Redenção", -30.0370, -51.2130)
    query = PlanQuery(market, park, 1_557_766_800)  # 13 May 2019, 14:00
    on_foot = city.plan(query, None)
    on_wheels = city.plan(replace(query, wheelchair=True), None)
    feed = load_feed(PAIRS / "porto_alegre/poa_eptc.zip").table("trips")
    said = dict(zip(feed["trip_id"], feed["wheelchair_accessible"], strict=True))
    rides = [
        {leg.trip_id for j in result.journeys for leg in j.legs if isinstance(leg, TransitLeg)}
        for result in (on_foot, on_wheels)
    ]
    assert {said[trip_id] for trip_id in rides[0]} == {"1", "2"}
    assert {said[trip_id] for trip_id in rides[1]} == {"1"}
    assert "wheelchair_unknown" in on_wheels.notes  # no stop of the feed says a word
    assert all(is_connected(journey) for journey in on_wheels.journeys)


def test_platforms_of_caltrain_speak_before_their_stations() -> None:
    feed = load_feed(PAIRS.parent / "realtime" / "caltrain_static_for_rt.zip")
    zone = ZoneInfo("America/Los_Angeles")
    timetable = build_timetable([feed], zone)
    town = Planner(timetable, StraightStreets(), [], zone)
    # 22nd Street: the station says 0, both platforms 2. Palo Alto: both platforms 1.
    ends = [timetable.place(timetable.stop_index(name)) for name in ("22nd_street", "palo_alto")]
    query = PlanQuery(*ends, 1_697_212_800, max_walk_m=500)  # 13 October 2023, 09:00
    on_foot = town.plan(query, None)
    assert on_foot.journeys
    assert {leg.wheelchair for j in on_foot.journeys for leg in j.legs if leg.mode == "RAIL"} == {
        False
    }
    assert town.plan(replace(query, wheelchair=True), None).journeys == ()


def test_bays_in_muroran() -> None:
    feed = load_feed(PAIRS.parent / "gtfs-jp" / "muroran_donan_2020")
    timetable = build_timetable([feed], ZoneInfo("Asia/Tokyo"))
    bays = [
        (timetable.stop_names[stop], timetable.place(stop).platform)
        for stop in timetable.served_stops.tolist()
        if timetable.stop_platforms[stop]
    ]
    assert len(bays) > 20
    assert {platform for _, platform in bays} >= {"1", "2", "3"}
