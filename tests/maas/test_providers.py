"""Providers of identity by settings: claims that verify, and files that say what makes no sense."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from maas.accounts import ClientKey, load_providers, new_client_key
from maas.accounts.providers import Rule
from maas.errors import InvalidRequestError

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("rule", "claims", "holds"),
    [
        ({"equals": True}, {"x": True}, True),
        ({"equals": True}, {"x": 1}, False),
        ({"equals": "a"}, {"x": "a"}, True),
        ({"equals": "a"}, {"x": ["a"]}, False),
        ({"equals": "a"}, {}, False),
        ({"one_of": ["a", "b"]}, {"x": "b"}, True),
        ({"one_of": ["a", "b"]}, {"x": "c"}, False),
        ({"starts_with": "石川県加賀市"}, {"x": "石川県加賀市大聖寺"}, True),
        ({"starts_with": "石川県加賀市"}, {"x": "石川県金沢市"}, False),
        ({"starts_with": "1"}, {"x": 12}, False),
        ({"age_at_least": 65}, {"x": "1961-11-24"}, True),  # the birthday itself
        ({"age_at_least": 65}, {"x": "1961-11-25"}, False),
        ({"age_at_least": 65}, {"x": "1961"}, False),
        ({"age_at_least": 0}, {"x": "2026-11-24"}, True),
        ({"age_below": 12}, {"x": "2014-11-25"}, True),
        ({"age_below": 12}, {"x": "2014-11-24"}, False),
        ({"age_below": 12}, {"x": None}, False),
    ],
)
def test_what_a_claim_verifies(rule: dict[str, Any], claims: dict[str, Any], holds: bool) -> None:
    assert Rule(claim="x", **rule).holds(claims, TODAY) is holds


def test_dots_lead_into_a_claim() -> None:
    rule = Rule(claim="address.locality", equals="加賀市")
    assert rule.holds({"address": {"locality": "加賀市"}}, TODAY)
    assert not rule.holds({"address": "加賀市"}, TODAY)
    assert not rule.holds({"address.locality": "加賀市"}, TODAY)


GOOD = """[[provider]]
id = "a"
name = { en = "A" }
issuer = "https://a.example"
client_id = "us"
"""


def test_a_file_of_two(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text(GOOD + GOOD.replace('"a"', '"b"'), encoding="utf-8")
    assert list(load_providers(str(file))) == ["a", "b"]
    assert load_providers("") == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + GOOD, "two providers"),
        (GOOD.replace("https:", "http:"), "https"),
        (GOOD + 'scope = "email"', "openid"),
        (GOOD + "colour = 1", "colour"),
        (GOOD + "[provider.attributes]\nqueen = { claim = 'x', equals = 1 }", "queen"),
        (GOOD + "[provider.attributes]\nsenior = { claim = 'x' }", "one of equals"),
        (GOOD.replace('"a"', '"A b"'), "id"),
        ("[[provider", "cannot be read"),
    ],
)
def test_a_file_that_makes_no_sense_says_what_to_mend(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "p.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRequestError, match=says):
        load_providers(str(file))
    with pytest.raises(InvalidRequestError, match="MAAS_IDENTITY_PROVIDERS"):
        load_providers(str(tmp_path / "nowhere.toml"))


def pem(key: Any) -> str:
    """Write a private key down."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    return str(key.private_bytes(*form, serialization.NoEncryption()).decode())


def test_the_key_is_published_by_its_public_half_alone() -> None:
    for text, private, kind in (
        (new_client_key(), {"d"}, "ES256"),
        (pem(rsa.generate_private_key(65537, 2048)), {"d", "p", "q", "dp", "dq", "qi"}, "RS256"),
    ):
        key = ClientKey(text, "a test")
        (published,) = key.published["keys"]
        assert not private & set(published)
        assert (published["alg"], published["use"], published["kid"]) == (kind, "sig", key.id)
        assert ClientKey(text, "a test").id == key.id


@pytest.mark.parametrize(
    "text",
    ["", "no key", pem(rsa.generate_private_key(65537, 1024)),
     pem(ec.generate_private_key(ec.SECP384R1()))],
    ids=["empty", "words", "short", "another curve"],
)  # fmt: skip
def test_a_key_that_cannot_be_used(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="my key"):
        ClientKey(text, "my key")
