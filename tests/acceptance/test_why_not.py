"""What a rider in Kaga expected, and why the answer does not have it."""

import pytest
from fastapi.testclient import TestClient

from apps.api import create_app, schemas
from apps.runtime import Runtime

WISH = {"from": "加賀温泉駅", "to": "菊の湯", "depart": "2026-11-24T10:00"}


def ask(kaga: Runtime, line: str, **more: str) -> tuple[int, dict[str, object]]:
    with TestClient(create_app(kaga)) as client:
        answer = client.post("/v1/why-not", json=WISH | {"line": line} | more)
    if answer.status_code == 200:
        schemas.WhyNot.model_validate(answer.json())
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("line", "more", "code", "says"),
    [
        ("温泉山中線", {}, "offered", "2番目"),
        ("のりあい号", {}, "offered", "1番目"),
        ("温泉山中線", {"depart": "2026-11-24T10:23", "expected": "2026-11-24T10:25"},
         "leaves_too_early", "10:25"),
        ("キャンバス橋立・動橋線", {"depart": "2026-11-23T10:00"}, "does_not_run", "2026-11-24"),
        ("吉崎線", {}, "not_near_destination", "停まりません"),
        ("夜の湯めぐり", {"depart": "2026-11-24T08:00"}, None, ""),
        ("Onsen-Yamanaka Line", {"language": "en"}, "offered", "journey 2"),
        ("hk-yoshizaki", {"language": "en", "from": "Kaga-Onsen Station", "to": "Kikunoyu"},
         "not_near_destination", "m off"),
    ],
)  # fmt: skip
def test_reasons(
    kaga: Runtime, line: str, more: dict[str, str], code: str | None, says: str
) -> None:
    status, found = ask(kaga, line, **more)
    assert status == 200, found
    assert code is None or found["code"] == code, found
    assert says in str(found["message"])
    assert "{" not in str(found["message"])
    assert more.get("language") != "en" or str(found["message"]).isascii()


def test_an_unknown_line_is_answered_with_the_lines_there_are(kaga: Runtime) -> None:
    status, problem = ask(kaga, "山手線")
    assert (status, problem["code"]) == (404, "line_unknown")
    assert "温泉山中線" in str(problem["detail"])
