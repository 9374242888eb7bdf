"""The printed ticket: one sheet without script, in two languages, that says what is promised."""

from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from tests.apps.test_accounts_over_http import book
from tests.apps.test_api_walk import booked


class Sheet(HTMLParser):
    """What is written on a page, and what it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[str] = []
        self.elsewhere: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and what it loads."""
        self.tags.append(tag)
        self.elsewhere += [value or "" for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.said.append(data)


@pytest.mark.parametrize(("language", "title"), [("ja", "乗車券"), ("en", "Ticket")])
def test_all_that_is_promised_is_on_the_sheet(
    client: TestClient, language: str, title: str
) -> None:
    booking = booked(client)
    answer = client.get(f"/bookings/{booking['id']}/print?language={language}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    sheet = Sheet(answer.text)
    said = " ".join(sheet.said)
    window = booking["rides"][0]["pickup_window"]
    for text in (
        *(title, "Rider A", booking["id"], booking["rides"][0]["vehicle"]["id"]),
        *(window["earliest"][:10], window["earliest"][11:16], window["latest"][11:16]),
        booking["rides"][0]["arrival_latest"][11:16],
    ):
        assert text in said, text
    assert "svg" in sheet.tags
    assert "script" not in sheet.tags
    assert sheet.elsewhere == []


def test_what_riders_write_is_text(client: TestClient) -> None:
    name = "<script>alert(1)</script>&\"'"
    booking = book(client, "odd", rider={"name": name})
    answer = client.get(f"/bookings/{booking['id']}/print")
    assert name not in answer.text
    sheet = Sheet(answer.text)
    assert "script" not in sheet.tags
    assert name in sheet.said


def test_a_cancelled_booking_has_no_code(client: TestClient) -> None:
    booking = booked(client)
    client.post(f"/v1/bookings/{booking['id']}/cancel")
    assert "svg" not in Sheet(client.get(f"/bookings/{booking['id']}/print").text).tags


def test_without_its_identifier_there_is_nothing(client: TestClient) -> None:
    answer = client.get("/bookings/bkg_none/print")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
