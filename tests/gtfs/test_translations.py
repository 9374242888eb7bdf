"""Names in other languages and readings, in both ways of writing translations.txt."""

from pathlib import Path

import pytest

from gtfs.feed import load_feed
from gtfs.translations import Translations
from tests.gtfs.text_feeds import write_folder

OLD = """
    trans_id,lang,translation
    Station,ja-Hrkt,えき
    Station,en,Main Station
"""
NEW = """
    table_name,field_name,language,translation,record_id,field_value
    stops,stop_name,ja-Hrkt,えき,S,
    stops,stop_name,en,Main Station,,Station
    routes,route_long_name,en,Ring Line,L1,
    stops,stop_name,en,Old Bridge,B,
    stops,stop_name,en,Any Bridge,,Bridge
"""


def translations(tmp_path: Path, text: str | None) -> Translations:
    return Translations.of(load_feed(write_folder(tmp_path / "f", {"translations.txt": text})))


@pytest.mark.parametrize("text", [OLD, NEW], ids=["trans_id", "table_name"])
def test_both_dialects(tmp_path: Path, text: str) -> None:
    names = translations(tmp_path, text)

    assert names.text("stops", "stop_name", "S", "Station", "en") == "Main Station"
    assert names.text("stops", "stop_name", "S", "Station", "ja-Hrkt") == "えき"
    assert names.text("stops", "stop_name", "S", "Station", "ko") == "Station"
    assert names.text("stops", "stop_name", "H", "Bath", "en") == "Bath"


def test_a_record_goes_before_a_value(tmp_path: Path) -> None:
    names = translations(tmp_path, NEW)

    assert names.text("stops", "stop_name", "B", "Bridge", "en") == "Old Bridge"
    assert names.text("stops", "stop_name", "B2", "Bridge", "en") == "Any Bridge"
    assert names.text("routes", "route_long_name", "L1", "環状線", "en") == "Ring Line"


def test_relatives_of_a_language(tmp_path: Path) -> None:
    names = translations(
        tmp_path,
        "trans_id,lang,translation\n駅,en-US,Station\n駅,ja-Hrkt,えき\n駅,ja,駅前\n橋,ja-Hrkt,はし\n",
    )

    assert names.text("stops", "stop_name", "S", "駅", "en") == "Station"
    assert names.text("stops", "stop_name", "S", "駅", "en-GB") == "Station"
    assert names.text("stops", "stop_name", "S", "駅", "ja") == "駅前"
    assert names.text("stops", "stop_name", "B", "橋", "ja") == "橋"
    assert names.find("stops", "stop_name", "B", "橋", "ja-Hrkt") == "はし"


def test_without_translations(tmp_path: Path) -> None:
    names = translations(tmp_path, None)

    assert names.languages == ()
    assert names.text("stops", "stop_name", "S", "Station", "en") == "Station"
