"""Telephone numbers: one spelling each, and none where it is no number."""

import pytest

from maas.bookings.phones import plain_number


@pytest.mark.parametrize(
    "text",
    [
        "0761-72-0000",
        "0761 72 0000",
        "(0761)72-0000",
        "０７６１－７２－００００",
        "+81 761 72 0000",
    ],
)
def test_one_number_however_it_is_written(text: str) -> None:
    assert plain_number(text, "JP") == "+81761720000"


@pytest.mark.parametrize("text", ["", "Rider A", "110", "-", "0" * 40, "+999 12"])
def test_what_is_no_number(text: str) -> None:
    assert plain_number(text, "JP") == ""


def test_without_a_country_only_whole_numbers_count() -> None:
    assert plain_number("0761-72-0000", "") == ""
    assert plain_number("+49 30 1234567", "") == "+49301234567"
