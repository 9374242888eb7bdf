"""An account in the browser: a link by mail, one's own data, who looked at them, the way out."""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import Service
from tests.e2e.test_accessible import complaints

pytestmark = pytest.mark.browser


def link_in_mail(folder: Path) -> str:
    """Wait for the worker to send the mail, and take the link out of it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        mails = sorted((folder / "mail").glob("*.eml")) if (folder / "mail").is_dir() else []
        for path in reversed(mails):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            found = re.search(r"http\S+#link=\S+", mail.get_content())  # type: ignore[attr-defined]
            path.unlink()
            if found:
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no mail came")


def test_from_a_mail_to_ones_own_data_and_out(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{service.url}/account?lang=ja")
    page.get_by_test_id("email").fill("rider@example.jp")
    assert complaints(page) == []
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("link-sent")).to_contain_text("rider@example.jp")

    link = link_in_mail(service.data_dir)
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_test_id("own-data")).to_contain_text("rider@example.jp")
    assert "link=" not in page.url
    page.get_by_test_id("own-name").fill("加賀 めぐり")
    page.get_by_test_id("save-data").click()
    expect(page.get_by_text("保存しました")).to_be_visible()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.reload()  # the cookie keeps the session
    expect(page.get_by_test_id("own-name")).to_have_value("加賀 めぐり")
    page.get_by_text("わたしの情報を見た人").click()
    expect(page.get_by_test_id("audit")).to_contain_text("ログイン")

    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("email")).to_be_visible()
    page.goto("about:blank")
    page.goto(link)  # a second time
    expect(page.get_by_test_id("problem")).to_have_attribute("data-code", "sign_in_failed")
