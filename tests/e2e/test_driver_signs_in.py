"""A driver with an account of their own opens the driver's page without a key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import NOW, Service

pytestmark = pytest.mark.browser


def test_by_the_link_of_the_invitation(browser_page: Page, service: Service) -> None:
    page = browser_page
    page.goto(f"{service.url}/driver?lang=ja")
    expect(page.get_by_test_id("staff-sign-in")).to_be_visible()
    expect(page.get_by_test_id("vehicle-select")).to_have_count(0)

    settings = {"MAAS_NOW": NOW, "MAAS_DATA_DIR": str(service.data_dir)}
    words = ["accounts", "invite", "driver@example.jp", "--role", "driver"]
    told = subprocess.run(
        [sys.executable, "-m", "apps.cli.main", *words],
        env=dict(os.environ) | settings | {"MAAS_PUBLIC_URL": service.url},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    page.goto(told.stdout.split("30 minutes: ")[1].strip())
    page.get_by_test_id("to-driver").click()
    expect(page.get_by_test_id("vehicle-select")).to_be_visible()
    expect(page.get_by_test_id("staff-key")).to_have_count(0)
