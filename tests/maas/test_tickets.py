"""Tickets are genuine, whole and for their time."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from maas.tickets import (
    STEP_S,
    Ticket,
    TicketInvalidError,
    code_at,
    is_fresh,
    key_id,
    qr_svg,
    sign_ticket,
    verify_ticket,
    web_key,
    with_code,
    without_code,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
TICKET = Ticket("bkg_01", 1_000_000, 1_010_000, 2, 1)


def test_a_ticket_says_what_was_signed() -> None:
    assert verify_ticket(sign_ticket(TICKET, KEY), KEYS, 1_005_000) == TICKET


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(TicketInvalidError, match="not issued"):
        verify_ticket(
            sign_ticket(TICKET, KEY),
            {"another": Ed25519PrivateKey.generate().public_key()},
            1_005_000,
        )


def test_every_changed_character_is_noticed() -> None:
    text = sign_ticket(TICKET, KEY)
    for index in range(len(text)):
        changed = text[:index] + ("0" if text[index] != "0" else "1") + text[index + 1 :]
        try:
            found = verify_ticket(changed, KEYS, 1_005_000)
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
        assert verify_ticket(text, KEYS, now_s) == TICKET
    else:
        with pytest.raises(TicketInvalidError, match="another time"):
            verify_ticket(text, KEYS, now_s)


@pytest.mark.parametrize("text", ["", "MG1:", "hello", "MG1:!!!", "MG1:" + "A" * 5000])
def test_other_codes_are_not_tickets(text: str) -> None:
    with pytest.raises(TicketInvalidError, match="not a ticket"):
        verify_ticket(text, KEYS, 1_005_000)


def test_the_code_fits_a_coarse_qr() -> None:
    text = sign_ticket(TICKET, KEY)
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(text) < 330
    assert qr_svg(text).startswith(b"<svg")


def test_a_ticket_names_its_key() -> None:
    older = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    both = {key_id(key.public_key()): key.public_key() for key in (KEY, older)}
    for key in (KEY, older):
        assert verify_ticket(sign_ticket(TICKET, key), both, 1_005_000) == TICKET
    # Under another's name it is nobody's, even where that key is published too.
    swapped = {key_id(KEY.public_key()): older.public_key()} | {
        key_id(older.public_key()): KEY.public_key()
    }
    with pytest.raises(TicketInvalidError, match="not issued"):
        verify_ticket(sign_ticket(TICKET, KEY), swapped, 1_005_000)


def test_a_key_is_named_as_the_standard_says() -> None:
    """The key and the thumbprint of RFC 8037, appendices A.2 and A.3."""
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "="))
    thumbprint = base64.urlsafe_b64decode("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=")
    assert web_key(key)["x"] == x
    assert web_key(key)["kid"] == base64.urlsafe_b64encode(thumbprint[:8]).decode().rstrip("=")


def test_a_code_lasts_half_a_minute_and_a_little() -> None:
    key, now_s = b"a key", 1_000_000 - 1_000_000 % STEP_S
    code = code_at(key, "bkg_01", now_s)
    assert [code_at(key, "bkg_01", now_s + s) == code for s in (-1, 29, 30)] == [False, True, False]
    fresh = [is_fresh(key, "bkg_01", code, now_s + s) for s in (-31, -30, 59, 60)]
    assert fresh == [False, True, True, False]
    assert not is_fresh(key, "bkg_02", code, now_s)
    assert not is_fresh(b"another", "bkg_01", code, now_s)
    assert not is_fresh(key, "bkg_01", "４２８９１３", now_s)


def test_a_ticket_and_its_code_come_apart_as_they_went_together() -> None:
    text = sign_ticket(TICKET, KEY)
    live = with_code(text, "042891")
    assert without_code(live) == (text, "042891")
    assert without_code(text) == (text, None)
    assert set(live) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
