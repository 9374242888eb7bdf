"""Every code a rider can meet has a sentence in both languages."""

import re
from pathlib import Path

import pytest

from dispatch.insertion import REASONS, UNREACHABLE_CODE
from maas.offers.words import note_text, reason_text, refusal_text

ROOT = Path(__file__).resolve().parents[2]
CLOSED = {"booking_closed", "booking_not_open", "outside_service_hours", "no_service_today"}
REFUSALS = {*REASONS, UNREACHABLE_CODE, "plan_infeasible", *CLOSED}
NOTES = {"straight_line_walks", "widened", "no_journey", "historical_timetable", "shortened",
         "no_stop_near_origin", "no_stop_near_destination", "wheelchair_unknown"}  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_refusals(code: str, language: str) -> None:
    assert refusal_text(code, language) != code


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", sorted(NOTES))
def test_notes(code: str, language: str) -> None:
    assert note_text(code, language) != code


@pytest.mark.parametrize("language", ["ja", "en"])
def test_reasons(language: str) -> None:
    source = (ROOT / "maas/offers/reasons.py").read_text("utf-8")
    codes = set(re.findall(r'_Point\("(\w+)", "(\w*)"', source))
    said = {code for pair in codes for code in pair if code} | {"another_way"}
    assert len(said) >= 14
    assert all(reason_text(code, language) != code for code in said)


def test_the_planner_says_no_code_unknown_here() -> None:
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "routing").glob("*.py")))
    said = set(re.findall(r'RideRefusal\(\s*\w+,\s*"(\w+)"', source))
    assert said <= REFUSALS


def test_an_unknown_code_stands_for_itself() -> None:
    assert refusal_text("strange", "ja") == "strange"
