"""Tickets are genuine, whole and for their time."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from maas.tickets import Ticket, TicketInvalidError, qr_svg, sign_ticket, verify_ticket

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TICKET = Ticket("bkg_01", 1_000_000, 1_010_000, 2, 1)


def test_a_ticket_says_what_was_signed() -> None:
    assert verify_ticket(sign_ticket(TICKET, KEY), KEY.public_key(), 1_005_000) == TICKET


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(TicketInvalidError, match="not issued"):
        verify_ticket(
            sign_ticket(TICKET, KEY), Ed25519PrivateKey.generate().public_key(), 1_005_000
        )


def test_every_changed_character_is_noticed() -> None:
    text = sign_ticket(TICKET, KEY)
    for index in range(len(text)):
        changed = text[:index] + ("0" if text[index] != "0" else "1") + text[index + 1 :]
        try:
            found = verify_ticket(changed, KEY.public_key(), 1_005_000)
        except TicketInvalidError:
            continue
        # zlib ignores nothing but its own trailing check, which the signature makes needless
        assert found == TICKET


@pytest.mark.parametrize(
    ("now_s", "valid"),
    [(999_879, False), (999_880, True), (1_010_120, True), (1_010_121, False)],
)
def test_clocks_may_differ_by_two_minutes(now_s: int, valid: bool) -> None:
    text = sign_ticket(TICKET, KEY)
    if valid:
        assert verify_ticket(text, KEY.public_key(), now_s) == TICKET
    else:
        with pytest.raises(TicketInvalidError, match="another time"):
            verify_ticket(text, KEY.public_key(), now_s)


@pytest.mark.parametrize("text", ["", "MG1:", "hello", "MG1:!!!", "MG1:" + "A" * 5000])
def test_other_codes_are_not_tickets(text: str) -> None:
    with pytest.raises(TicketInvalidError, match="not a ticket"):
        verify_ticket(text, KEY.public_key(), 1_005_000)


def test_the_code_fits_a_coarse_qr() -> None:
    text = sign_ticket(TICKET, KEY)
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(text) < 330
    assert qr_svg(text).startswith(b"<svg")
