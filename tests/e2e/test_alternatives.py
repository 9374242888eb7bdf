"""Where a ride is refused, the page shows what could be had instead, and books it."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.steps import Service, search
from tests.e2e.test_accessible import complaints

pytestmark = pytest.mark.browser
PLACES = [("加賀温泉駅", "加賀温泉駅"), ("菊の湯", "菊の湯")]
SAID = "10:35なら、加賀温泉駅から乗れます（遅い時刻）。"


def as_alternative(route: Route) -> None:
    """Answer as the service does when the first bookable journey is refused: it comes instead."""
    response = route.fetch()
    plan = response.json()
    journeys = plan["journeys"]
    first = next(journey for journey in journeys if journey["bookable"])
    ride = next(leg for leg in first["legs"] if leg["mode"] == "ON_DEMAND")
    plan["journeys"] = [journey for journey in journeys if not journey["bookable"]]
    plan["alternatives"] = [
        {
            "kind": "later",
            "message": SAID,
            "pickup": ride["pickup_window"]["earliest"],
            "from": ride["from"],
            "to": ride["to"],
            "walk_m": 0,
            "journey": first,
        }
    ]
    route.fulfill(response=response, json=plan)


def test_an_alternative_is_shown_and_booked(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.set_viewport_size({"width": 360, "height": 900})
    page.route("**/v1/plans", as_alternative)
    search(page, service, "ja", PLACES)
    other = page.get_by_test_id("alternatives")
    expect(other).to_contain_text("代わりにご利用いただける便")
    expect(other).to_contain_text(SAID)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    other.get_by_test_id("journey-open").click()
    other.get_by_test_id("book").click()
    page.get_by_test_id("rider-name").fill("加賀 めぐり")
    page.get_by_test_id("rider-phone").fill("0761-00-0000")
    page.get_by_test_id("confirm-booking").click()
    page.wait_for_url("**/bookings/bkg_*")
