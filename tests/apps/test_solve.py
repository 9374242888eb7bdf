"""``maas solve``: an instance from the literature, its routes as JSON, and clear errors."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from apps.cli.main import app

TWO_RIDES = """2\t10\t1
0\t0\t0\t0\t0\t500\t0\t0\t0
1\t3\t4\t4\t0\t100\t5\t0\t2
2\t6\t8\t-4\t0\t200\t5\t1\t0
3\t3\t4\t4\t0\t100\t5\t0\t4
4\t6\t8\t-4\t0\t200\t5\t3\t0
"""


def run(*words: str) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(app, ["solve", *words])
    return result.exit_code, result.stdout, result.exception


def test_two_rides_of_one_way_go_together(tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_text(TWO_RIDES)
    code, text, _ = run(str(file), "--seconds", "0.2", "--seed", "1", "--json")
    answer = json.loads(text)
    assert code == 0
    assert (answer["cost"], answer["vehicles"], answer["feasible"]) == (20.0, 1, True)
    (route,) = answer["routes"]
    assert sorted(route) == [1, 2, 3, 4]
    assert max(route.index(1), route.index(3)) < min(route.index(2), route.index(4))


def test_who_cannot_be_served_is_told(tmp_path: Path) -> None:
    file = tmp_path / "late.txt"
    file.write_text(TWO_RIDES.replace("4\t6\t8\t-4\t0\t200", "4\t6\t8\t-4\t0\t14"))
    code, text, _ = run(str(file), "--seconds", "0.2")
    assert code == 0
    assert text.startswith("found no place for 3")


def test_who_can_never_be_served_is_told_why(tmp_path: Path) -> None:
    file = tmp_path / "never.txt"
    file.write_text(TWO_RIDES.replace("4\t6\t8\t-4\t0\t200", "4\t6\t8\t-4\t0\t14"))
    result = CliRunner().invoke(app, ["solve", str(file), "--seconds", "0.2", "--json"])
    (finding,) = json.loads(result.stdout)["findings"]
    # 5 to the pickup, 5 for boarding, 5 on the way: a unit too long, 1000 seconds to a unit.
    assert (finding["code"], finding["request_id"]) == ("shift_too_short", "3")
    assert finding["params"] == {"by_s": 1000}
    assert result.stderr.splitlines()[1:] == [finding["message"]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere.txt",), "is no file"),
        (("FILE", "--seconds", "0"), "--seconds"),
        (("FILE", "--seconds", "nan"), "--seconds"),
        (("FILE", "--seed", "-1"), "--seed"),
        (("BROKEN",), "line 1"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    (tmp_path / "file").write_text(TWO_RIDES)
    (tmp_path / "broken").write_text("one two\n")
    names = {"FILE": str(tmp_path / "file"), "BROKEN": str(tmp_path / "broken")}
    _, _, error = run(*(names.get(word, word) for word in words))
    assert message in str(error)
