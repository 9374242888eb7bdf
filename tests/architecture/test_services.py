"""The servers that other tests stand on."""

import psycopg
import pytest
import redis
from playwright.sync_api import Page

from tests.services import PostgresServer

pytestmark = pytest.mark.services


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Open a SQLAlchemy URL with psycopg itself."""
    return psycopg.connect(url.replace("+psycopg", ""))


def test_every_test_gets_an_empty_postgresql_database(postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchone() == (0,)


def test_a_database_can_be_copied_from_a_prepared_one(postgres_server: PostgresServer) -> None:
    prepared = postgres_server.create_database()
    with connect(prepared) as connection:
        connection.execute("CREATE TABLE stop AS SELECT '加賀温泉駅' AS name")
    copy = postgres_server.create_database(template=prepared)
    with connect(copy) as connection:
        assert connection.execute("SELECT name FROM stop").fetchone() == ("加賀温泉駅",)
    for url in (copy, prepared):
        postgres_server.drop_database(url)


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty_at_the_start_of_each_test(redis_url: str, turn: int) -> None:
    with redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("turn", turn)
        assert client.get("turn") == str(turn).encode()


@pytest.mark.browser
def test_the_browser_speaks_japanese_in_tokyo(browser_page: Page) -> None:
    assert browser_page.evaluate("navigator.language") == "ja-JP"
    zone = browser_page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert zone == "Asia/Tokyo"
