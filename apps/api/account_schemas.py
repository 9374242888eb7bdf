"""What routes of accounts take and give, as it stands in OpenAPI."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from apps.api.booking_schemas import Booking
from apps.api.schemas import Instant
from apps.api.wishes import Language, Text
from maas.accounts import Attribute, Role

Address = Annotated[str, Field(max_length=254, examples=["rider@example.jp"])]
Password = Annotated[str, Field(max_length=200)]
Reason = Annotated[Text, Field(min_length=3, max_length=120, examples=["asked by telephone"])]
"""Why somebody's data are looked at; the person reads it."""


class LinkIn(BaseModel):
    """Who wants a link by mail."""

    model_config = ConfigDict(extra="forbid")
    email: Address
    language: Language = "ja"


class LinkSent(BaseModel):
    """The same answer for every address, known or not."""

    sent: Literal[True] = True


class SessionIn(BaseModel):
    """A link's token, or address and password, a passkey, or the answer of a provider."""

    model_config = ConfigDict(extra="forbid")
    link: str = Field(default="", max_length=100)
    email: Address = ""
    password: Password = ""
    state: str = Field(default="", max_length=100)
    code: str = Field(default="", max_length=4000)
    iss: str = Field(default="", max_length=500)
    error: str = Field(default="", max_length=200)
    passkey: dict[str, Any] = Field(default_factory=dict, description="The device's answer")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_password = bool(self.email or self.password)
        by_provider = bool(self.state or self.code or self.iss or self.error)
        ways = (bool(self.link), by_password, by_provider, bool(self.passkey))
        if ways.count(True) != 1:
            raise ValueError(
                "send one of: link; email and password; passkey; state with code or error"
            )
        if by_provider and not self.state:
            raise ValueError("send state, as the provider gave it")
        return self


class ProviderName(BaseModel):
    """A provider of identity."""

    id: str = Field(examples=["digital-id"])
    name: dict[str, str]


class Providers(BaseModel):
    """Those that people may sign in with."""

    providers: list[ProviderName]


class QuestionIn(BaseModel):
    """How a provider is to be asked; ``link`` adds it to the account that is signed in."""

    model_config = ConfigDict(extra="forbid")
    language: Language = "ja"
    link: bool = False


class Question(BaseModel):
    """Where to go; the answer comes to the account page."""

    url: str


class KeySet(BaseModel):
    """A JSON web key set (RFC 7517)."""

    keys: list[dict[str, str]]


class Membership(BaseModel):
    """What somebody is in an organisation."""

    organisation: str
    role: Role


class VerifiedAttribute(BaseModel):
    """What somebody has checked about a person; ``valid_until`` null: it does not end by itself."""

    id: str
    kind: Attribute
    evidence: str
    verified: Instant
    valid_until: Instant | None
    revoked: Instant | None


class PasskeyName(BaseModel):
    """What somebody calls a passkey."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[Text, Field(min_length=1, max_length=60, examples=["My telephone"])]


class NewPasskeyIn(PasskeyName):
    """A device's answer to the options, as `PublicKeyCredential.toJSON` writes it."""

    credential: dict[str, Any]


class PasskeyOptions(BaseModel):
    """What to ask a device, as `PublicKeyCredential.parse…OptionsFromJSON` reads it."""

    options: dict[str, Any]


class Passkey(BaseModel):
    """A passkey; ``used`` null: not yet."""

    id: str
    name: str
    created: Instant
    used: Instant | None


class Identity(BaseModel):
    """A provider of identity that opens an account."""

    id: str
    provider: str
    name: dict[str, str]
    since: Instant
    used: Instant


class Person(BaseModel):
    """A person, as staff see them; without ``email`` where a provider of identity told none."""

    id: str
    email: str
    name: str
    phone: str
    language: Language
    memberships: list[Membership]
    attributes: list[VerifiedAttribute]


class Account(Person):
    """A person's own account, with the ways into it."""

    has_password: bool
    identities: list[Identity]
    passkeys: list[Passkey]


class Session(BaseModel):
    """A session; the token also comes as a cookie that scripts cannot read."""

    token: str
    expires: Instant
    account: Account


class Device(BaseModel):
    """A device that is signed in; ``how``: link, password, passkey or ``provider:`` and its id."""

    id: str
    device: str = Field(examples=["Firefox, Android"])
    how: str
    created: Instant
    expires: Instant
    is_current: bool


class Devices(BaseModel):
    """All devices that are signed in, the newest first."""

    sessions: list[Device]


class AccountChange(BaseModel):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[Text, Field(max_length=80)] | None = None
    phone: Annotated[Text, Field(max_length=80)] | None = None
    language: Language | None = None


class PasswordIn(BaseModel):
    """A new password, and the present one where there is one."""

    model_config = ConfigDict(extra="forbid")
    password: Password
    current: Password = ""


class AuditEntry(BaseModel):
    """One line of the audit log."""

    id: int
    at: Instant
    actor: str
    by: Literal["self", "staff", "service", "provider", "stranger"]
    action: str
    subject: str
    purpose: str
    detail: dict[str, str | int | bool | None]


class AuditPage(BaseModel):
    """A page of the audit log, the newest first; ``next`` continues it, null at its end."""

    entries: list[AuditEntry]
    next: int | None


class MemberIn(BaseModel):
    """Whom to make what."""

    model_config = ConfigDict(extra="forbid")
    email: Address
    role: Role


class Member(BaseModel):
    """Somebody of an organisation."""

    id: str
    account: str
    email: str
    name: str
    role: Role
    since: Instant


class Members(BaseModel):
    """Everybody of an organisation."""

    members: list[Member]


class PersonIn(BaseModel):
    """Whom staff look for, and why."""

    model_config = ConfigDict(extra="forbid")
    email: Address
    purpose: Reason


class AttributeIn(BaseModel):
    """What was checked, on what evidence (never a number), and until when it holds."""

    model_config = ConfigDict(extra="forbid")
    kind: Attribute
    evidence: Annotated[Text, Field(min_length=3, max_length=120, examples=["insurance card"])]
    valid_until: str | None = Field(default=None, max_length=40, examples=["2027-03-31T23:59"])


class Bookings(BaseModel):
    """A page of bookings, the newest first; ``next`` continues it, null at its end."""

    bookings: list[Booking]
    next: str | None


class CallerIn(BaseModel):
    """Whose bookings staff look for, and why."""

    model_config = ConfigDict(extra="forbid")
    phone: Annotated[str, Field(max_length=80, examples=["0761-72-0000"])]
    purpose: Reason


class Export(BaseModel):
    """Everything that is kept about a person."""

    made: Instant
    account: Account
    sessions: list[Device]
    bookings: list[Booking]
    audit: list[AuditEntry]
