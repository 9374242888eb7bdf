"""``maas keys``: a fresh key, and everything sealed with it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from apps.cli.main import app
from apps.runtime import open_runtime
from maas.config import Settings
from maas.sealing import Keyring, new_key
from tests.backings import Backing
from tests.builders import toytown


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["keys", *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout.replace("\n", " ")


def test_a_fresh_key_seals_all_there_is(
    tmp_path: Path, backing: Backing, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "var"
    monkeypatch.setenv("MAAS_CITY", str(toytown(tmp_path / "town")))
    monkeypatch.setenv("MAAS_DATA_DIR", str(folder))
    for name, address in backing.environment.items():
        monkeypatch.setenv(name, address)
    with open_runtime(Settings()) as town:
        secrets = town.keys
    assert "first line of" in run("new")
    assert len((folder / "secret.keys").read_text().split()) == 2
    assert run("rotate").startswith("4 fields sealed anew")
    assert run("rotate").startswith("0 fields sealed anew")
    newest = (folder / "secret.keys").read_text().split()[0]
    (folder / "secret.keys").write_text(newest)
    with open_runtime(Settings()) as town:
        assert town.keys.offer == secrets.offer


def test_where_keys_come_by_setting_one_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAAS_SECRET_KEYS", new_key())
    text = run("new")
    assert "MAAS_SECRET_KEYS" in text
    assert Keyring([text.split()[-1]], "the terminal").seal("x")
