"""The driver's day in the browser: the list, boarding, and a ticket that follows by itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import DAY, Service, book_first_ride, search

pytestmark = pytest.mark.browser
PLACES = [("片山津温泉", "片山津温泉"), ("こおろぎ橋", "こおろぎ橋")]


def test_the_ticket_follows_what_the_driver_reports(browser_page: Page, service: Service) -> None:
    rider = browser_page
    search(rider, service, "ja", PLACES)
    booking_id = book_first_ride(rider, "Rider A")
    ticket = rider.get_by_test_id("ticket")
    expect(ticket).to_have_attribute("data-state", "confirmed")
    booking = rider.request.get(f"{service.url}/v1/bookings/{booking_id}").json()
    vehicle = booking["rides"][0]["vehicle"]["id"]

    driver = rider.context.new_page()
    driver.goto(f"{service.driver_url}&vehicle={vehicle}&date={DAY}&lang=ja")
    mine = driver.locator(f'[data-testid=driver-stop][data-booking="{booking_id}"]')
    expect(mine).to_have_count(2)
    expect(mine.first).to_contain_text("500円")
    for _ in range(driver.get_by_test_id("driver-stop").count()):
        if mine.get_by_test_id("driver-done").count() == 0 and not _open(driver):
            break
        driver.get_by_test_id("driver-done").first.click()
        driver.wait_for_timeout(1200)  # a second tap too soon is not taken
    expect(ticket).to_have_attribute("data-state", "completed", timeout=15_000)


def _open(driver: Page) -> bool:
    """Tell whether a stop still waits for the driver."""
    return driver.get_by_test_id("driver-done").count() > 0


def test_a_cancelled_ride_leaves_the_list_by_itself(browser_page: Page, service: Service) -> None:
    rider = browser_page
    search(rider, service, "ja", [("山中座", "山中座"), ("大聖寺駅", "大聖寺駅")])
    booking_id = book_first_ride(rider, "Rider B")
    booking = rider.request.get(f"{service.url}/v1/bookings/{booking_id}").json()
    vehicle = booking["rides"][0]["vehicle"]["id"]
    driver = rider.context.new_page()
    driver.goto(f"{service.driver_url}&vehicle={vehicle}&date={DAY}&lang=ja")
    mine = driver.locator(f'[data-testid=driver-stop][data-booking="{booking_id}"]')
    expect(mine).to_have_count(2)

    rider.get_by_test_id("cancel").click()
    rider.get_by_test_id("cancel-confirm").click()
    expect(rider.get_by_test_id("ticket")).to_have_attribute("data-state", "cancelled")
    expect(mine).to_have_count(0, timeout=15_000)


def test_the_code_on_the_riders_screen_is_good_once(browser_page: Page, service: Service) -> None:
    rider = browser_page
    search(rider, service, "ja", [("山中座", "山中座"), ("大聖寺駅", "大聖寺駅")], "09:10")
    booking_id = book_first_ride(rider, "Rider C")
    shown = rider.get_by_test_id("ticket-code")
    expect(shown).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    expect(rider.get_by_test_id("ticket-qr")).to_have_attribute("src", re.compile("live=true"))
    booking = rider.request.get(f"{service.url}/v1/bookings/{booking_id}").json()
    driver = rider.context.new_page()
    driver.goto(
        f"{service.driver_url}&vehicle={booking['rides'][0]['vehicle']['id']}&date={DAY}&lang=ja"
    )
    driver.get_by_test_id("ticket-text").fill(shown.inner_text())
    driver.get_by_test_id("ticket-check").click()
    good = driver.get_by_test_id("ticket-good")
    expect(good).to_contain_text("Rider C")
    expect(good).to_have_attribute("data-live", "true")
    driver.get_by_test_id("ticket-text").fill(shown.inner_text())
    driver.get_by_test_id("ticket-check").click()
    expect(driver.get_by_test_id("problem")).to_have_attribute("data-code", "ticket_used")

    rider.get_by_role("link", name="印刷").click()
    expect(rider.get_by_role("heading", name="乗車券")).to_be_visible()
