"""Other services that say who somebody is: which there are, and what their claims verify here."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from maas.errors import InvalidRequestError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Attribute(StrEnum):
    """What can be verified about a person, for prices and for care."""

    RESIDENT = "resident"
    SENIOR = "senior"
    CHILD = "child"
    DISABILITY = "disability"
    E_RESIDENT = "e_resident"
    COMPANION = "companion"


class Rule(BaseModel):
    """Which claim verifies an attribute.

    ``claim`` may lead into a document by dots, such as ``address.locality``. Just one of the
    others says when it does: the claim is this value, or one of these; begins with a text; is a
    date of birth (``YYYY-MM-DD``) that makes somebody so old, or younger than that. The attribute
    holds ``valid_days`` from the last sign-in on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    claim: str = Field(min_length=1)
    equals: str | bool | int | None = None
    one_of: tuple[str | bool | int, ...] = ()
    starts_with: str = ""
    age_at_least: int | None = Field(default=None, ge=0, le=130)
    age_below: int | None = Field(default=None, ge=1, le=130)
    valid_days: int | None = Field(default=None, ge=1, le=3660)

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = (self.equals, self.one_of or None, self.starts_with or None)
        ages = (self.age_at_least, self.age_below)
        if sum(test is not None for test in (*tests, *ages)) != 1:
            raise ValueError("give one of equals, one_of, starts_with, age_at_least and age_below")
        return self

    def holds(self, claims: Mapping[str, Any], today: date) -> bool:
        """Tell whether claims verify the attribute.

        Parameters
        ----------
        claims : Mapping[str, Any]
            What the provider says of a person.
        today : date
            The day, for ages.

        Returns
        -------
        bool
            False also where the claim is missing, or of another kind.
        """
        found: Any = claims
        for part in self.claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if found is None:
            return False
        if self.equals is not None:
            return _same(found, self.equals)
        if self.one_of:
            return any(_same(found, one) for one in self.one_of)
        if self.starts_with:
            return isinstance(found, str) and found.startswith(self.starts_with)
        age = _age(found, today)
        if age is None:
            return False
        if self.age_below is not None:
            return age < self.age_below
        return self.age_at_least is not None and age >= self.age_at_least


class Provider(BaseModel):
    """A provider of OpenID Connect, and how this service is known there.

    ``trusts_email`` lets a verified address of the provider open the account that has it already;
    without it, its owner signs in there first and then links the two.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: dict[str, str] = Field(min_length=1)
    issuer: str
    client_id: str = Field(min_length=1)
    scope: str = "openid"
    skew_s: int = Field(default=60, ge=0, le=600)
    opens_accounts: bool = True
    trusts_email: bool = False
    attributes: dict[Attribute, Rule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not is_safe(self.issuer):
            raise ValueError("issuer must be an https address")
        if "openid" not in self.scope.split():
            raise ValueError("scope must name openid")
        return self

    def verified(
        self, claims: Mapping[str, Any], today: date
    ) -> Iterator[tuple[Attribute, int | None]]:
        """Tell what claims verify.

        Parameters
        ----------
        claims : Mapping[str, Any]
            What the provider says of a person.
        today : date
            The day, for ages.

        Yields
        ------
        tuple[Attribute, int or None]
            Each attribute, and for how many days; None: until the provider says otherwise.
        """
        for attribute, rule in self.attributes.items():
            if rule.holds(claims, today):
                yield attribute, rule.valid_days


class _File(BaseModel):
    """The file that names providers."""

    model_config = ConfigDict(extra="forbid")
    provider: list[Provider] = Field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """What is asked of a provider, and must be known again when its answer comes.

    Parameters
    ----------
    state, nonce, verifier : str
        Random texts: of the answer, of the ID token, and of who exchanges the code.
    redirect_uri : str
        Where the answer is sent.
    """

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


def load_providers(file: str) -> dict[str, Provider]:
    """Read which providers there are.

    Parameters
    ----------
    file : str
        The path of a TOML file with ``[[provider]]`` tables; empty: there are none.

    Returns
    -------
    dict[str, Provider]
        By identifier, in the order of the file.

    Raises
    ------
    InvalidRequestError
        The file cannot be read, or says what makes no sense.
    """
    if not file:
        return {}
    path = Path(file)
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidRequestError(
            f"The identity providers in {path} cannot be read ({error}). Correct the file, or the "
            "path in MAAS_IDENTITY_PROVIDERS."
        ) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise InvalidRequestError(f"Correct {path}: {faults}.") from error
    providers = {one.id: one for one in read.provider}
    if len(providers) != len(read.provider):
        raise InvalidRequestError(f"Correct {path}: two providers have one id.")
    return providers


def is_safe(address: str) -> bool:
    """Tell whether an address may be asked for who somebody is.

    Parameters
    ----------
    address : str
        A URL.

    Returns
    -------
    bool
        True over TLS, and on this very machine, as in rehearsals.
    """
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _same(found: Any, wanted: str | bool | int) -> bool:
    """Compare a claim; 1 and true are two things."""
    return type(found) is type(wanted) and bool(found == wanted)


def _age(found: Any, today: date) -> int | None:
    """Count the birthdays somebody has had; None where no full date is told."""
    try:
        born = date.fromisoformat(found)
    except (TypeError, ValueError):
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
