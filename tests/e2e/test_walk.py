"""A stranger's walk through the house in a real browser, on the embedded city.

Type two places and a time, look at the journeys, book one with an on-demand ride, get a ticket, and
find the rider on the list of the driver who will come.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.services import free_port

pytestmark = pytest.mark.browser
NOW = "2026-11-24T08:30:00+09:00"
DAY = "2026-11-24"


@dataclass(frozen=True)
class Service:
    """A running ``maas serve``."""

    url: str
    driver_url: str


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve Kaga on a free port, with its worker, as ``make run`` does; end it by Ctrl-C."""
    environment = {name: value for name, value in os.environ.items() if "MAAS_" not in name}
    environment |= {"MAAS_NOW": NOW, "MAAS_DATA_DIR": str(tmp_path_factory.mktemp("var"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.cli.main", "serve", "--port", str(free_port()), "--json"],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = ""
    while line := process.stdout.readline():
        lines += line
        if line.startswith("}"):
            break
    assert lines, process.stderr.read() if process.stderr else ""
    said = json.loads(lines)
    yield Service(said["url"], said["driver_url"])
    process.send_signal(signal.SIGINT)
    _out, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130, -signal.SIGINT), errors
    assert "Traceback" not in errors


def choose(page: Page, side: str, typed: str, name: str) -> None:
    """Type into a place field and take the suggestion with that name."""
    page.get_by_test_id(f"{side}-input").fill(typed)
    page.get_by_test_id("suggestion").filter(has_text=name).first.click()


def search(page: Page, service: Service, language: str, places: list[tuple[str, str]]) -> None:
    """Search from the first place to the second on the Tuesday at ten."""
    page.goto(f"{service.url}/?lang={language}")
    for side, (typed, name) in zip(("from", "to"), places, strict=True):
        choose(page, side, typed, name)
    page.get_by_test_id("depart-date").fill(DAY)
    page.get_by_test_id("depart-time").fill("10:00")
    page.get_by_test_id("search").click()
    expect(page.get_by_test_id("journey").first).to_be_visible()


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

    card = page.locator("[data-testid=journey][data-bookable=true]").first
    if card.get_by_test_id("book").count() == 0:
        card.get_by_test_id("journey-open").click()
    expect(card).to_contain_text(ride)
    card.get_by_test_id("book").click()
    name = f"Rider {language}"
    page.get_by_test_id("rider-name").fill(name)
    page.get_by_test_id("rider-phone").fill("0761-00-0000")
    page.get_by_test_id("confirm-booking").click()

    page.wait_for_url("**/bookings/bkg_*")
    booking_id = page.url.split("?")[0].rsplit("/", 1)[1]
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
