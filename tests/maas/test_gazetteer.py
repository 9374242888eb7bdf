"""From what people write to a place."""

import pytest

from maas.city import Gazetteer, NamedPlace
from maas.city.gazetteer import fold
from maas.errors import OutsideAreaError, PlaceUnknownError
from routing.journeys import Place

PLACES = [
    NamedPlace("st", "加賀温泉駅", "かがおんせんえき", "Kaga-Onsen Station", "station", 36.3206,
               136.3503, "ir-1", ("JR加賀温泉駅",)),
    NamedPlace("bath", "山中温泉 総湯 菊の湯", "やまなかおんせん そうゆ きくのゆ", "Kikunoyu",
               "onsen", 36.2469, 136.3733, None, ("菊の湯",)),
    NamedPlace("stop", "菊の湯前", "きくのゆまえ", "Kikunoyu-mae", "stop", 36.247, 136.374, "hk",
               ()),
]  # fmt: skip
STOPS = {"ir-1": Place("加賀温泉", 36.3206, 136.3503, "ir-1")}
GAZETTEER = Gazetteer(PLACES, (136.2, 36.1, 136.6, 36.5), STOPS)


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("加賀温泉駅", "st"),
        ("かがおんせんえき", "st"),
        ("カガオンセンエキ", "st"),
        ("kaga-onsen station", "st"),
        ("ＫＡＧＡ　ＯＮＳＥＮ　ＳＴＡＴＩＯＮ", "st"),
        ("菊の湯", "bath"),
        ("きくのゆまえ", "stop"),
    ],
)
def test_names_readings_english_and_width(text: str, place_id: str) -> None:
    wanted = next(place for place in PLACES if place.id == place_id)
    assert GAZETTEER.resolve(text) == wanted.place()
    assert GAZETTEER.search(text)[0].id == place_id


@pytest.mark.parametrize("text", ["加賀温せん駅", "kaga onsne", "かがおんせん", "温泉駅"])
def test_near_misses_are_suggested(text: str) -> None:
    with pytest.raises(PlaceUnknownError) as caught:
        GAZETTEER.resolve(text)
    assert "加賀温泉駅" in caught.value.params["suggestions"]
    assert "加賀温泉駅" in caught.value.message


def test_english_answers_in_english() -> None:
    assert GAZETTEER.resolve("菊の湯", "en").name == "Kikunoyu"


def test_a_stop_id_works() -> None:
    assert GAZETTEER.resolve("ir-1") == STOPS["ir-1"]


def test_coordinates_are_latitude_first() -> None:
    assert GAZETTEER.resolve("36.3, 136.35") == Place("36.30000,136.35000", 36.3, 136.35)


@pytest.mark.parametrize("text", ["136.35,36.3", "0,0", "36.3,140"])
def test_outside_the_area(text: str) -> None:
    with pytest.raises(OutsideAreaError, match="latitude"):
        GAZETTEER.resolve(text)


@pytest.mark.parametrize("text", ["", "   ", "☃", "'; drop table place"])
def test_nonsense_is_refused_kindly(text: str) -> None:
    with pytest.raises(PlaceUnknownError):
        GAZETTEER.resolve(text)


def test_folding_keeps_words_apart_that_differ() -> None:
    assert fold("カガ") == fold("かが") == fold("ｶｶﾞ")
    assert fold("かか") != fold("かが")


def test_of_names_that_begin_alike_what_people_mean_comes_first() -> None:
    def named(name: str, kind: str, lon: float) -> NamedPlace:
        return NamedPlace(name, name, "", "", kind, 36.3, lon, None, ())

    places = [
        named("加茂", "stop", 136.35),
        named("加賀笠間駅", "station", 136.55),
        named("加賀温泉駅", "station", 136.35),
        named("大加賀", "station", 136.35),
        named("加賀", "town", 136.20),
    ]
    gazetteer = Gazetteer(places, (136.2, 36.1, 136.6, 36.5), {}, (136.36, 36.3))
    found = [place.name for place in gazetteer.search("加賀")]
    assert found == ["加賀", "加賀温泉駅", "加賀笠間駅", "大加賀"]
