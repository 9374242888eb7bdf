"""One worker per task: leases by the database's clock, takeover, and writes that are fenced."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import col, select

from apps.runtime import Runtime
from apps.worker.election import Election
from maas.errors import LeaseLostError
from maas.tables import Lease, Vehicle, leases
from tests.apps.test_events import eventually
from tests.backings import Backing
from tests.builders import toytown
from tests.conftest import ROOT

TAKEOVER_S = 10.0


def over(town: Runtime) -> None:
    """Let all leases end, as time would."""
    with town.database.transaction() as session:
        for lease in session.exec(select(Lease)):
            lease.ends_ms = 0


def test_one_of_many_is_elected_per_task(town: Runtime) -> None:
    everybody = [Election(town.database, ["relay", "area:yoyaku"]) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(Election.stand, everybody)) == [0] * 7 + [2]
    holder = next(one for one in everybody if one.token("relay") is not None)
    assert holder.stand() == 2
    assert holder.token("area:yoyaku") == 1


def test_whoever_follows_has_a_higher_token(town: Runtime) -> None:
    first, second = Election(town.database, ["a"]), Election(town.database, ["a"])
    assert (first.stand(), second.stand()) == (1, 0)
    over(town)
    assert (second.stand(), first.stand()) == (1, 0)
    assert (first.token("a"), second.token("a")) == (None, 2)
    second.step_down()
    assert first.stand() == 1
    assert first.token("a") == 3


def test_a_lease_ends_by_the_databases_clock(town: Runtime) -> None:
    with town.database.transaction() as session:
        begun = leases.take(session, ["a"], "one", 200)["a"][1]
        assert leases.take(session, ["a"], "other", 200) == {}
    assert abs(begun - 200 - time.time() * 1000) < 60_000
    time.sleep(0.25)
    with town.database.transaction() as session:
        token, ends_ms = leases.take(session, ["a"], "other", 200)["a"]
        assert token == 2
        assert ends_ms > begun


def test_who_slept_through_the_end_of_its_lease_writes_nothing(town: Runtime) -> None:
    sleeper, follower = Election(town.database, ["a"]), Election(town.database, ["a"])
    sleeper.stand()
    database = sleeper.database_for("a")
    over(town)
    with database.transaction() as session:  # it is over, but nobody followed: no harm done
        session.exec(select(Vehicle)).one().kind = "bus"
    follower.stand()
    with pytest.raises(LeaseLostError), database.transaction() as session:
        session.exec(select(Vehicle)).one().kind = "tram"
    with town.database.reading() as session:
        assert session.exec(select(col(Vehicle.kind))).one() == "bus"
    with town.database.transaction() as session:  # what riders do needs no lease
        session.exec(select(Vehicle)).one().kind = "van"


def test_a_worker_without_a_lease_writes_nothing(town: Runtime) -> None:
    with (
        pytest.raises(LeaseLostError),
        Election(town.database, ["a"]).database_for("a").transaction(),
    ):
        pass


@pytest.fixture
def environment(tmp_path: Path, backing: Backing) -> dict[str, str]:
    """Settings of a toy town for processes of their own."""
    return {
        "PATH": "/usr/bin:/bin",
        "MAAS_CITY": str(toytown(tmp_path / "town")),
        "MAAS_DATA_DIR": str(tmp_path / "var"),
        **backing.environment,
    }


@contextmanager
def working(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a worker process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.cli.main", "worker"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "yoyaku" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def holders(town: Runtime) -> set[str]:
    """Name who does the tasks of the town."""
    with town.database.reading() as session:
        return set(session.exec(select(col(Lease.holder))))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_another_process_takes_over(
    town: Runtime, environment: dict[str, str], how: signal.Signals
) -> None:
    with working(environment) as first:
        assert eventually(lambda: len(holders(town) - {""}) == 1)
        before = holders(town)
        with working(environment):
            assert holders(town) == before  # whoever comes later waits
            first.send_signal(how)
            first.wait()
            assert eventually(lambda: not holders(town) & (before | {""}), TAKEOVER_S)
            assert len(holders(town)) == 1
