"""What people do in the browser, step by step."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

NOW = "2026-11-24T08:30:00+09:00"
DAY = "2026-11-24"
STAFF_KEY = "key-of-a-test"


@dataclass(frozen=True)
class Service:
    """A running ``maas serve``."""

    url: str
    driver_url: str
    data_dir: Path


def choose(page: Page, side: str, typed: str, name: str) -> None:
    """Type into a place field and take the suggestion with that name."""
    page.get_by_test_id(f"{side}-input").fill(typed)
    page.get_by_test_id("suggestion").filter(has_text=name).first.click()


def search(
    page: Page,
    service: Service,
    language: str,
    places: list[tuple[str, str]],
    time: str = "10:00",
) -> None:
    """Search from the first place to the second on the Tuesday."""
    page.goto(f"{service.url}/?lang={language}")
    for side, (typed, name) in zip(("from", "to"), places, strict=True):
        choose(page, side, typed, name)
    page.get_by_test_id("depart-date").fill(DAY)
    page.get_by_test_id("depart-time").fill(time)
    page.get_by_test_id("search").click()
    expect(page.get_by_test_id("journey").first).to_be_visible(timeout=30_000)


def book_first_ride(page: Page, name: str) -> str:
    """Book the first journey that can be booked; gives the booking's identifier."""
    card = page.locator("[data-testid=journey][data-bookable=true]").first
    if card.get_by_test_id("book").count() == 0:
        card.get_by_test_id("journey-open").click()
    card.get_by_test_id("book").click()
    page.get_by_test_id("rider-name").fill(name)
    page.get_by_test_id("rider-phone").fill("0761-00-0000")
    page.get_by_test_id("confirm-booking").click()
    page.wait_for_url("**/bookings/bkg_*")
    return page.url.split("?")[0].rsplit("/", 1)[1]
