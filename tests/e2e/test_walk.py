"""A stranger's walk through the house in a real browser, on the embedded city.

Type two places and a time, look at the journeys, book one with an on-demand ride, get a ticket, and
find the rider on the list of the driver who will come.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import DAY, Service, book_first_ride, search

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("browser_page", "language", "places", "yen", "ride"),
    [
        ("ja-JP", "ja", [("加賀温泉駅", "加賀温泉駅"), ("菊の湯", "菊の湯")], "円", "のりあい号"),
        (
            "en-GB",
            "en",
            [("Kaga-Onsen St", "Kaga-Onsen Station"), ("Kikunoyu", "Kikunoyu")],
            "¥",
            "Noriai",
        ),
    ],
    indirect=["browser_page"],
)
def test_from_a_wish_to_the_drivers_list(
    browser_page: Page,
    service: Service,
    language: str,
    places: list[tuple[str, str]],
    yen: str,
    ride: str,
) -> None:
    page = browser_page
    search(page, service, language, places)
    expect(page.locator("html")).to_have_attribute("lang", language)

    journeys = page.get_by_test_id("journey")
    all_modes = [card.get_attribute("data-modes") or "" for card in journeys.all()]
    assert any("BUS" in modes for modes in all_modes), all_modes
    assert any("ON_DEMAND" in modes for modes in all_modes), all_modes
    for price in journeys.get_by_test_id("price").all():
        expect(price).to_contain_text(yen)
    expect(page.get_by_test_id("map").locator("canvas")).to_be_visible()
    expect(page.get_by_test_id("notice")).not_to_be_empty()

    expect(page.locator("[data-testid=journey][data-bookable=true]").first).to_contain_text(ride)
    name = f"Rider {language}"
    booking_id = book_first_ride(page, name)
    qr = page.get_by_test_id("ticket-qr")
    expect(qr).to_be_visible()
    expect(qr).to_have_js_property("complete", True)
    assert qr.evaluate("image => image.naturalWidth") > 0
    expect(page.get_by_test_id("ticket-window")).to_contain_text(":")
    vehicle = page.get_by_test_id("ticket-vehicle").inner_text()

    booking = page.request.get(f"{service.url}/v1/bookings/{booking_id}").json()
    vehicle_id = booking["rides"][0]["vehicle"]["id"]
    assert booking["state"] == "confirmed"
    assert booking["rides"][0]["vehicle"]["name"] in vehicle or language == "en"

    page.goto(f"{service.driver_url}&vehicle={vehicle_id}&date={DAY}&lang={language}")
    stops = page.locator(f'[data-testid=driver-stop][data-booking="{booking_id}"]')
    expect(stops).to_have_count(2)
    expect(stops.get_by_test_id("driver-rider").first).to_contain_text(name)
    assert "key=" not in page.url


@pytest.mark.parametrize("browser_page", ["ja-JP"], indirect=True)
def test_later_journeys_and_back(browser_page: Page, service: Service) -> None:
    page = browser_page
    search(page, service, "ja", [("加賀温泉駅", "加賀温泉駅"), ("菊の湯", "菊の湯")])
    page.get_by_test_id("journey-open").first.click()
    expect(page.get_by_test_id("co2").first).to_contain_text("CO₂")
    first = page.locator("[data-testid=journey] time").all_inner_texts()
    with page.expect_response("**/v1/plans"):
        page.get_by_test_id("later").click()
    expect(page.locator(".results.stale")).to_have_count(0)
    later = page.locator("[data-testid=journey] time").all_inner_texts()
    assert later
    assert min(later) > "10:00"
    assert later != first
    with page.expect_response("**/v1/plans"):
        page.get_by_test_id("earlier").click()
    expect(page.get_by_test_id("journey").first).to_be_visible()


def test_an_unknown_place_offers_near_ones(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.goto(f"{service.url}/?lang=ja")
    page.get_by_test_id("from-input").fill("加賀温せん")
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    expect(page.get_by_test_id("suggestion").filter(has_text="加賀温泉駅").first).to_be_visible()


def test_the_drivers_page_needs_its_key(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.goto(f"{service.url}/driver?lang=en")
    expect(page.get_by_test_id("driver-stop")).to_have_count(0)
    expect(page.get_by_test_id("staff-key")).to_be_visible()


def test_the_api_page_needs_no_other_machine(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.goto(f"{service.url}/docs")
    expect(page.get_by_text("/v1/plans").first).to_be_visible()
