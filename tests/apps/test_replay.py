"""``maas replay``: equal, different, damaged."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from apps.cli.main import app
from dispatch.decisions import DecisionLog
from dispatch.insertion import Insertion, best_insertion
from dispatch.plan import Plan
from dispatch.problem import Load, Problem, Request, Vehicle
from maas.errors import InvalidRequestError
from tests.builders import toytown

PROBLEM = Problem(
    (Vehicle("van", Load(4), 0, None, 0, 7200),), (), np.zeros((2, 2), dtype=np.int32)
)
RIDER = Request("rider", 0, 1, 0, 600, 900, 600, Load(1))


@pytest.fixture
def answer() -> Insertion:
    found = best_insertion(PROBLEM, Plan(), RIDER)
    assert isinstance(found, Insertion)
    return found


def logged(folder: Path, *answers: Insertion) -> Path:
    file = folder / "decisions.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        log = DecisionLog(lambda line: lines.write(line + "\n"))
        for one in answers:
            log.decided("best_insertion", PROBLEM, Plan(), one, request=RIDER)
    return file


def test_equal_decisions_are_counted(tmp_path: Path, answer: Insertion) -> None:
    found = CliRunner().invoke(app, ["replay", str(logged(tmp_path, answer, answer))])
    assert (found.exit_code, found.output) == (0, "2 decisions, all equal\n")


def test_the_first_that_differs_is_named(tmp_path: Path, answer: Insertion) -> None:
    file = logged(tmp_path, answer, replace(answer, pickup_s=7))
    found = CliRunner().invoke(app, ["replay", str(file)])
    assert found.exit_code == 1
    assert "Decision 2 (line 4, best_insertion)" in found.output
    assert '"pickup_s":7' in found.output


def test_what_is_no_log_is_said_to_be_none(tmp_path: Path, answer: Insertion) -> None:
    file = logged(tmp_path, answer)
    file.write_text(file.read_text().replace("rider", "somebody"), encoding="utf-8")
    for path in (file, tmp_path / "nowhere", tmp_path):
        result = CliRunner().invoke(app, ["replay", str(path)])
        assert isinstance(result.exception, InvalidRequestError)


def test_what_the_service_decided_is_decided_again_from_its_database_and_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"CITY": toytown(tmp_path / "town"), "DATA_DIR": tmp_path / "var"}
    for name, value in settings.items():
        monkeypatch.setenv(f"MAAS_{name}", str(value))
    monkeypatch.setenv("MAAS_NOW", "2026-11-24T09:00:00+09:00")
    run = CliRunner().invoke
    wish = ["station", "east", "--depart", "2026-11-24T10:00"]
    assert run(app, ["book", *wish, "--name", "Rider A"]).exit_code == 0
    found = run(app, ["replay", "--database"])
    assert (found.exit_code, found.output) == (0, "1 decisions, all equal\n")
    file = tmp_path / "log.jsonl"
    assert run(app, ["replay", "--database", "--export", str(file)]).exit_code == 0
    assert "Rider A" not in file.read_text(encoding="utf-8")
    found = run(app, ["replay", str(file)])
    assert (found.exit_code, found.output) == (0, "1 decisions, all equal\n")
    later = run(app, ["replay", "--database", "--since", "2026-11-25"])
    assert later.output == "0 decisions, all equal\n"
    for wrong in ([], [str(file), "--database"], ["--database", "--since", "noon"]):
        assert isinstance(run(app, ["replay", *wrong]).exception, InvalidRequestError)
