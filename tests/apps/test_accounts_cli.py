"""``maas accounts invite``: the first administrator of a service."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from apps.cli.main import app
from apps.runtime import open_runtime
from maas.accounts import Permission
from maas.config import Settings
from tests.builders import toytown


def test_the_printed_link_signs_an_administrator_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAAS_CITY", str(toytown(tmp_path / "town")))
    monkeypatch.setenv("MAAS_DATA_DIR", str(tmp_path / "var"))
    words = ["accounts", "invite", "chief@example.jp", "--role", "administrator"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    token = result.stdout.split("#link=")[1].strip()
    with open_runtime(Settings()) as town, town.database.transaction() as session:
        signed_in = town.sign_in.by_link(session, token, town.clock())
        session.flush()
        actor = town.sign_in.actor(session, signed_in.token, town.clock())
    assert actor.may(Permission.ADMINISTER, town.city.id)


def test_an_organisation_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAAS_CITY", str(toytown(tmp_path / "town")))
    monkeypatch.setenv("MAAS_DATA_DIR", str(tmp_path / "var"))
    words = ["accounts", "invite", "a@example.jp", "--role", "driver", "--organisation", "nowhere"]
    result = CliRunner().invoke(app, words)
    assert "nowhere" in str(result.exception)
