"""How far one gets, over HTTP and from the command line."""

import json
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from shapely.geometry import shape

from apps.cli.main import main
from maas.config import Settings
from tests.builders import toytown

NOW = "2026-11-24T09:00:00+09:00"


def settings(tmp_path: Path) -> Settings:
    return Settings(city=toytown(tmp_path / "town"), data_dir=tmp_path / "var", now=NOW)


def test_areas_lie_inside_each_other(client: TestClient) -> None:
    found = client.get("/v1/reach", params={"place": "station", "depart": "2026-11-24 10:00"})
    assert found.status_code == 200, found.text
    document = found.json()
    assert document["type"] == "FeatureCollection"
    assert document["departure"] == "2026-11-24T10:00:00+09:00"
    properties = [feature["properties"] for feature in document["features"]]
    assert [of["minutes"] for of in properties] == [15, 30, 45]
    areas = [shape(feature["geometry"]) for feature in document["features"]]
    assert all(area.is_valid for area in areas)
    assert areas[1].covers(areas[0])
    assert areas[2].covers(areas[1])
    for key in ("area_km2", "stops", "places"):
        values = [of[key] for of in properties]
        assert values == sorted(values)
        assert values[0] > 0
    assert "without_on_demand" not in properties[0]


def test_rides_are_compared_with_lines_alone(client: TestClient) -> None:
    asked = {"place": "station", "depart": "2026-11-24 10:00", "minutes": "45"}
    both = client.get("/v1/reach", params={**asked, "compare": "true", "language": "en"}).json()
    assert both["on_demand"]
    assert [note["code"] for note in both["notes"]][:1] == ["seats_not_checked"]
    found = both["features"][0]["properties"]
    alone = client.get("/v1/reach", params={**asked, "on_demand": "false"}).json()
    assert not alone["on_demand"]
    assert "seats_not_checked" not in [note["code"] for note in alone["notes"]]
    assert alone["features"][0]["properties"] == {"minutes": 45, **found["without_on_demand"]}
    assert found["area_km2"] >= found["without_on_demand"]["area_km2"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"place": "nowhere at all"}, 404, "place_unknown"),
        ({"place": "1.0,1.0"}, 422, "outside_area"),
        ({"depart": "2026-11-20 10:00"}, 422, "past_time"),
        ({"depart": "2031-11-20 10:00"}, 422, "date_without_service"),
        ({"minutes": "soon"}, 422, "invalid_request"),
        ({"minutes": "30,15"}, 422, "invalid_request"),
        ({"minutes": "500"}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_answered(
    client: TestClient, change: dict[str, str], status: int, code: str
) -> None:
    asked = {"place": "station", "depart": "2026-11-24 10:00", **change}
    answer = client.get("/v1/reach", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_command_line_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(tmp_path)
    monkeypatch.setenv("MAAS_CITY", str(chosen.city))
    monkeypatch.setenv("MAAS_DATA_DIR", str(chosen.data_dir))
    monkeypatch.setenv("MAAS_NOW", NOW)
    words = ["maas", "reach", "station", "--depart", "2026-11-24 10:00", "--minutes", "15,45"]

    def run(*more: str) -> str:
        monkeypatch.setattr(sys, "argv", [*words, *more])
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
        return capsys.readouterr().out

    document = json.loads(run("--compare", "--json"))
    assert [feature["properties"]["minutes"] for feature in document["features"]] == [15, 45]
    said = run("--compare")
    assert "15 min" in said
    assert "lines alone" in said
    wheelchair = json.loads(run("--wheelchair", "--without-on-demand", "--json"))
    assert not wheelchair["on_demand"]
