"""Nobody left behind: axe finds nothing to complain of on any page, on a phone and on a desk."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import DAY, Service, book_first_ride, search

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "apps/web/node_modules/axe-core/axe.min.js"
PLACES = {
    "ja": [("加賀温泉駅", "加賀温泉駅"), ("菊の湯", "菊の湯")],
    "en": [("Kaga-Onsen St", "Kaga-Onsen Station"), ("Kikunoyu", "Kikunoyu")],
}


def complaints(page: Page) -> list[str]:
    """Run axe on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['impact']} {rule['id']}: {rule['help']} {node['target']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("language", "width"), [("ja", 360), ("en", 1280)])
def test_every_page(browser_page: Page, service: Service, language: str, width: int) -> None:
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{service.url}/?lang={language}")
    expect(page.get_by_test_id("search")).to_be_visible()
    assert complaints(page) == []
    search(page, service, language, PLACES[language])
    assert complaints(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    booking_id = book_first_ride(page, "Rider A")
    expect(page.get_by_test_id("ticket-qr")).to_be_visible()
    assert complaints(page) == []
    booking = page.request.get(f"{service.url}/v1/bookings/{booking_id}").json()
    vehicle = booking["rides"][0]["vehicle"]["id"]
    page.goto(f"{service.driver_url}&vehicle={vehicle}&date={DAY}&lang={language}")
    expect(page.get_by_test_id("driver-stop").first).to_be_visible()
    assert complaints(page) == []
