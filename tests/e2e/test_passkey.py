"""A passkey in the browser: made, named, signed in with, removed; the device is Chromium's own."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.steps import Service
from tests.e2e.test_accessible import complaints
from tests.e2e.test_account import link_in_mail

pytestmark = pytest.mark.browser


def device(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a device that keeps passkeys and knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_a_passkey_opens_the_account(browser_page: Page, named_service: Service) -> None:
    page, service = browser_page, named_service
    session, authenticator = device(page)
    page.goto(f"{service.url}/account?lang=ja")
    page.get_by_test_id("email").fill("rider@example.jp")
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("link-sent")).to_be_visible()
    page.goto(link_in_mail(service.data_dir))
    page.get_by_test_id("passkey-name").fill("わたしの電話")
    page.get_by_test_id("passkey-add").click()
    passkey = page.get_by_test_id("passkey")
    expect(passkey).to_contain_text("わたしの電話")
    assert complaints(page) == []

    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("passkey-sign-in").click()
    expect(page.get_by_test_id("own-data")).to_contain_text("rider@example.jp")
    passkey.get_by_role("button", name="名前を変える").click()
    page.get_by_test_id("passkey-rename").fill("家の電話")
    page.get_by_test_id("passkey-rename").press("Enter")
    expect(passkey).to_contain_text("家の電話")

    # Somebody else's finger: the device does not sign.
    page.get_by_test_id("sign-out").click()
    verified = {"authenticatorId": authenticator, "isUserVerified": False}
    session.send("WebAuthn.setUserVerified", verified)
    page.get_by_test_id("passkey-sign-in").click()
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("own-data")).to_have_count(0)
    session.send("WebAuthn.setUserVerified", verified | {"isUserVerified": True})
    page.goto(f"{service.url}/account?lang=en")
    page.get_by_test_id("passkey-sign-in").click()
    expect(page.get_by_text("Add a passkey in this device")).to_be_visible()

    page.get_by_test_id("passkey-remove").click()
    expect(passkey).to_have_count(0)
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("passkey-sign-in").click()
    expect(page.get_by_test_id("problem")).to_have_attribute("data-code", "passkey_refused")
