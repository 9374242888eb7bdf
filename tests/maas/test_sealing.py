"""What is personal lies sealed; keys change without a pause; without the key nothing opens."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import select

from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from maas.errors import InvalidRequestError, SealBrokenError
from maas.sealing import Keyring, add_key, load_keyring, new_key
from maas.tables import Booking
from maas.tables.sealed import renew_seals, sealed_columns, sealed_tables
from tests.builders import toytown
from tests.maas.conftest import Open
from tests.maas.riders import ask, book, ride_offer


def raw_booking(town: Runtime) -> str:
    with town.database.reading() as session:
        found = session.connection().exec_driver_sql("SELECT * FROM booking")
        return " ".join(str(field) for row in found for field in row)


def test_a_booking_lies_sealed_and_is_read_as_it_was(town: Runtime) -> None:
    offer = ride_offer(ask(town))
    booking = book(town, offer, "k", name="山田 A")
    raw = raw_booking(town)
    assert booking.id in raw
    assert "山田" not in raw
    assert '"legs"' not in raw  # where from and where to are personal, too
    with town.database.reading() as session:
        found = session.exec(select(Booking)).one()
        assert found.rider_name == "山田 A"
        assert found.journey == booking.journey


def test_what_is_sealed_is_named() -> None:
    names = {f"{table.name}.{column.name}" for table in sealed_tables()
             for column in sealed_columns(table)}  # fmt: skip
    assert {"booking.rider_name", "booking.rider_phone", "booking.journey"} <= names
    assert "signing_key.secret" in names


def test_a_new_key_is_found_by_who_runs_and_old_seals_are_renewed(open_town: Open) -> None:
    town = open_town()
    for number in range(5):
        book(town, ride_offer(ask(town, time=f"1{number}:00")), f"k{number}")
    path = add_key(town.settings.data_dir)
    rotated = open_town()
    book(rotated, ride_offer(ask(rotated, time="16:00")), "new")
    with town.database.reading() as session:  # it still knew only the old key
        assert len(session.exec(select(Booking)).all()) == 6
    assert renew_seals(rotated.database, limit=2) == 5 * 4 + 4  # four fields each, four secrets
    assert renew_seals(rotated.database, limit=2) == 0

    path.write_text(path.read_text().splitlines()[0])  # the old key is thrown away
    with open_town().database.reading() as session:
        assert len(session.exec(select(Booking)).all()) == 6


def test_without_its_key_the_service_does_not_start_and_writes_nothing(open_town: Open) -> None:
    town = open_town()
    strange = town.settings.model_copy(update={"secret_keys": new_key()})
    with pytest.raises(SealBrokenError, match="MAAS_SECRET_KEYS"), open_runtime(strange):
        pass
    assert open_town().keys.offer == town.keys.offer


def test_keys_by_setting(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = load_keyring(old, tmp_path).seal("text")
    both = load_keyring(f"{new}, {old}", tmp_path)
    assert both.open(sealed) == "text"
    assert not both.is_newest(sealed)
    assert both.is_newest(both.seal("text"))
    assert list(tmp_path.iterdir()) == []  # no file is made


def test_a_changed_seal_is_refused() -> None:
    ring = Keyring([new_key()], "a test")
    sealed = ring.seal("text")
    for broken in (sealed[:-2] + "AA", "", "text", sealed[1:]):
        with pytest.raises(SealBrokenError):
            ring.open(broken)


@pytest.mark.parametrize("text", ["key", "ä" * 44, ",", "0" * 44 + ",x"])
def test_a_text_that_is_no_key(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="MAAS_SECRET_KEYS"):
        load_keyring(text, tmp_path)


def test_the_file_is_for_its_owner_and_made_once(tmp_path: Path) -> None:
    start = Barrier(8)

    def come_up(_number: int) -> str:
        start.wait()
        return load_keyring("", tmp_path).seal("text")

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(come_up, range(8)))
    ring = load_keyring("", tmp_path)
    assert {ring.open(text) for text in sealed} == {"text"}
    assert [path.name for path in tmp_path.iterdir()] == ["secret.keys"]
    assert (tmp_path / "secret.keys").stat().st_mode & 0o777 == 0o600


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.keys").write_text("")
    with pytest.raises(InvalidRequestError, match=r"secret\.keys holds no key"):
        load_keyring("", tmp_path)


def test_settings_do_not_show_keys() -> None:
    key = new_key()
    assert key not in repr(Settings(secret_keys=key))


def test_the_town_seals_by_the_file_in_its_folder(tmp_path: Path) -> None:
    settings = Settings(city=toytown(tmp_path / "town"), data_dir=tmp_path / "var")
    with open_runtime(settings):
        assert (tmp_path / "var" / "secret.keys").is_file()
