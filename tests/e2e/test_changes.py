"""There and back, a change, a note, a child seat, and the cost before cancelling, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import DAY, Service, search
from tests.e2e.test_accessible import complaints

pytestmark = pytest.mark.browser
PLACES = [("加賀温泉駅", "加賀温泉駅"), ("菊の湯", "菊の湯")]


def test_there_and_back_changed_and_cancelled(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.set_viewport_size({"width": 360, "height": 900})
    search(page, service, "ja", PLACES)
    page.locator("details.party summary").click()
    for kind in ("infants", "child_seats", "luggage"):
        page.get_by_test_id(f"party-{kind}").get_by_role("button").last.click()
    with page.expect_response("**/v1/plans"):
        page.get_by_test_id("search").click()
    expect(page.locator(".results.stale")).to_have_count(0)

    card = page.locator("[data-testid=journey][data-bookable=true]").first
    card.get_by_test_id("journey-open").click()
    card.get_by_test_id("book").click()
    page.get_by_test_id("rider-name").fill("加賀 めぐり")
    page.get_by_test_id("rider-phone").fill("0761-00-0000")
    page.get_by_test_id("rider-note").fill("玄関まで来てください")
    page.get_by_test_id("return-wanted").check()
    page.get_by_test_id("return-time").fill("14:30")
    expect(page.get_by_test_id("return-found")).to_contain_text(":")
    expect(page.get_by_test_id("return-found")).to_contain_text("円")
    assert complaints(page) == []
    page.get_by_test_id("confirm-booking").click()
    page.wait_for_url("**/bookings/bkg_*")
    there = page.url.split("?")[0].rsplit("/", 1)[1]
    expect(page.get_by_test_id("other-way")).to_be_visible()
    expect(page.get_by_test_id("ticket")).to_contain_text("チャイルドシート1席・大きな荷物1個")

    booking = page.request.get(f"{service.url}/v1/bookings/{there}").json()
    ride = booking["rides"][0]
    assert (ride["child_seats"], ride["luggage"]) == (1, 1)
    driver = page.context.new_page()
    vehicle = ride["vehicle"]["id"]
    driver.goto(f"{service.driver_url}&vehicle={vehicle}&date={DAY}&lang=ja")
    mine = driver.locator(f'[data-testid=driver-stop][data-booking="{there}"]')
    expect(mine.first.get_by_test_id("driver-note")).to_contain_text("玄関まで来てください")
    driver.close()

    window = page.get_by_test_id("ticket-window").inner_text()
    page.get_by_test_id("change").click()
    page.get_by_test_id("change-time").fill("11:30")
    page.get_by_test_id("change-search").click()
    choice = page.get_by_test_id("change-choice").first
    expect(choice.get_by_test_id("cost")).to_contain_text("今の予約が残ります")
    expect(choice.get_by_test_id("change-total")).to_contain_text("円")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    choice.get_by_test_id("change-confirm").click()
    expect(page.get_by_test_id("ticket-window")).not_to_have_text(window)
    expect(page.get_by_test_id("ticket")).to_have_attribute("data-state", "confirmed")
    changed = page.request.get(f"{service.url}/v1/bookings/{there}").json()
    assert changed["rides"][0]["pickup_window"]["earliest"] >= f"{DAY}T11:30"

    page.get_by_test_id("cancel").click()
    cost = page.get_by_test_id("cost")
    expect(cost).to_have_attribute("data-fee", "0")
    expect(cost).to_contain_text("往復のもう片方")
    page.get_by_test_id("cancel-confirm").click()
    expect(page.get_by_test_id("ticket")).to_have_attribute("data-state", "cancelled")
    page.get_by_test_id("other-way").click()
    expect(page.get_by_test_id("ticket")).to_have_attribute("data-state", "confirmed")
