"""Settings that cannot be used end in one sentence."""

from pathlib import Path

import pytest

from maas.config import Settings, read_settings
from maas.errors import InvalidRequestError
from tests.apps.test_cli import Maas, document, maas, town

__all__ = ["maas", "town"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MAAS_PORT", "abc", "MAAS_PORT=abc"),
        ("MAAS_PORT", "65536", "MAAS_PORT=65536"),
        ("MAAS_OFFER_TTL_S", "-5", "MAAS_OFFER_TTL_S=-5"),
        ("MAAS_DATABASE_URL", "nonsense", "MAAS_DATABASE_URL"),
        ("MAAS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x", "MAAS_DATABASE_URL"),
        ("MAAS_REDIS_URL", "nonsense", "MAAS_REDIS_URL"),
        ("MAAS_DATA_DIR", "/proc/nowhere", "MAAS_DATA_DIR"),
        ("MAAS_NOW", "yesterday", "MAAS_NOW"),
        ("MAAS_CITY", "/nowhere", "maas city import"),
    ],
)
def test_a_setting_that_cannot_be_used(
    maas: Maas, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    done = maas("drivers", "list")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


def test_a_port_that_is_none(maas: Maas) -> None:
    done = maas("serve", "--port", "99999")
    assert done.returncode == 2
    assert "MAAS_PORT=99999" in done.stderr


def test_a_start_without_zone_is_the_citys_time(
    maas: Maas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAAS_NOW", "2026-11-24T09:00")
    plan = document(maas("plan", "station", "east", "--json"))
    assert plan["journeys"][0]["departure"].startswith("2026-11-24T09:")


def test_what_is_chosen_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAAS_PORT", "8001")
    assert read_settings(port=None).port == 8001
    assert read_settings(port=8002).port == 8002
    with pytest.raises(InvalidRequestError, match="MAAS_PORT"):
        read_settings(port=-1)


def test_addresses_people_reach() -> None:
    assert Settings(host="::1", port=80).base_url == "http://[::1]:80"
    assert Settings(public_url="https://ride.example.org/").base_url == "https://ride.example.org"
    url = Settings(database_url="postgres://user@host/meguri").database_for("kaga")
    assert url == "postgresql+psycopg://user@host/meguri"
    assert Settings(data_dir=Path("/x")).database_for("kaga") == "sqlite:////x/kaga.db"
