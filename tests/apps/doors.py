"""Who may ask what of the API, route by route, and whose data the answer may then show.

A new route needs a line in `RULES` (tests/architecture holds them against the OpenAPI document);
`test_no_leaks` then asks it as everybody, for somebody else's identifiers.
"""

from typing import Any, NamedTuple, cast

from apps.api import create_app
from apps.runtime import Runtime

ROLES = frozenset({"driver", "call_taker", "operator", "analyst", "administrator"})
"""Roles of staff of the city; with ``elsewhere:`` before it, of another organisation."""


def anywhere(*roles: str) -> frozenset[str]:
    """Those of the city and those of another organisation."""
    return frozenset({*roles, *(f"elsewhere:{role}" for role in roles)})


SIGNED_IN = anywhere(*ROLES) | {"rider"}
STAFF = anywhere(*ROLES) | {"key"}
EVERYBODY = SIGNED_IN | {"stranger", "key"}
SERVING = anywhere("call_taker", "operator", "administrator")
DRIVING = frozenset({"driver", "operator", "administrator", "key"})
LENDING = frozenset({"operator", "administrator"})
CHIEFS = frozenset({"administrator"})
NOBODY: frozenset[str] = frozenset()


class Rule(NamedTuple):
    """Who gets an answer, who of them may read of somebody else, and what to ask with.

    ``is_own``: the identifier in the address must be one's own; another's is not found.
    """

    may: frozenset[str]
    may_read: frozenset[str] = NOBODY
    body: dict[str, Any] | None = None
    query: str = ""
    ends_session: bool = False
    is_own: bool = False


PUBLIC = Rule(EVERYBODY)
"""Nothing personal is behind it."""

HOLDER = Rule(EVERYBODY, EVERYBODY)
"""The identifier in the address is the key: whoever has it may read."""

REASON = {"purpose": "asked by telephone"}

RULES: dict[str, Rule] = {
    "GET /healthz": PUBLIC,
    "GET /metrics": Rule(STAFF),
    "GET /readyz": PUBLIC,
    "GET /v1/city": PUBLIC,
    "GET /v1/departures": PUBLIC,
    "GET /v1/map": PUBLIC,
    "GET /v1/places": PUBLIC,
    "GET /v1/products": PUBLIC,
    "GET /v1/reach": PUBLIC,
    "GET /v1/ticket-keys": PUBLIC,
    "POST /v1/plans": PUBLIC,
    "POST /v1/why-not": PUBLIC,
    # Bookings: the identifier is the key
    "POST /v1/bookings": PUBLIC,
    "GET /v1/bookings/{booking_id}": HOLDER,
    "POST /v1/bookings/{booking_id}/cancel": HOLDER,
    "GET /v1/bookings/{booking_id}/cancellation": HOLDER,
    "POST /v1/bookings/{booking_id}/change-offers": HOLDER,
    "POST /v1/bookings/{booking_id}/change": HOLDER,
    "GET /v1/bookings/{booking_id}/events": HOLDER,
    "POST /v1/bookings/{booking_id}/series": HOLDER,
    "GET /v1/series/{series_id}": HOLDER,
    "POST /v1/series/{series_id}/skip": HOLDER,
    "GET /v1/series/{series_id}/cancellation": HOLDER,
    "POST /v1/series/{series_id}/cancel": HOLDER,
    "GET /v1/bookings/{booking_id}/qr.svg": HOLDER,
    "GET /v1/bookings/{booking_id}/codes": HOLDER,
    # Signing in, and one's own
    "POST /v1/login-links": PUBLIC,
    "GET /.well-known/jwks.json": PUBLIC,
    "GET /v1/identity-providers": PUBLIC,
    "POST /v1/identity-providers/{provider_id}/questions": Rule(EVERYBODY, body={}),
    "POST /v1/sessions": Rule(EVERYBODY, body={"link": "none"}),
    "DELETE /v1/sessions/current": Rule(SIGNED_IN, ends_session=True),
    "GET /v1/account": Rule(SIGNED_IN),
    "GET /v1/account/export": Rule(SIGNED_IN),
    "GET /v1/account/sessions": Rule(SIGNED_IN),
    "DELETE /v1/account/sessions": Rule(SIGNED_IN, ends_session=True),
    "DELETE /v1/account/sessions/{session_id}": Rule(SIGNED_IN, is_own=True),
    "PATCH /v1/account": Rule(SIGNED_IN, body={"language": "en"}),
    "DELETE /v1/account": Rule(SIGNED_IN, ends_session=True),
    "POST /v1/passkey-challenges": PUBLIC,
    "POST /v1/account/passkey-options": Rule(SIGNED_IN),
    "POST /v1/account/passkeys": Rule(SIGNED_IN, body={"name": "x", "credential": {}}),
    "PATCH /v1/account/passkeys/{passkey_id}": Rule(SIGNED_IN, body={"name": "x"}, is_own=True),
    "DELETE /v1/account/passkeys/{passkey_id}": Rule(SIGNED_IN, is_own=True),
    "DELETE /v1/account/identities/{identity_id}": Rule(SIGNED_IN, is_own=True),
    "PUT /v1/account/password": Rule(SIGNED_IN, body={"password": "seven hubs, three springs"}),
    "GET /v1/account/audit": Rule(SIGNED_IN),
    "GET /v1/account/bookings": Rule(SIGNED_IN, query="before={booking_id}x"),
    # Staff who serve riders
    "POST /v1/people/bookings": Rule(SERVING, SERVING, REASON | {"phone": "{phone}"}),
    "POST /v1/people/find": Rule(SERVING, SERVING, REASON | {"email": "{email}"}),
    "POST /v1/people/{account_id}/attributes": Rule(
        SERVING, body={"kind": "senior", "evidence": "insurance card"}
    ),
    "DELETE /v1/people/{account_id}/attributes/{attribute_id}": Rule(SERVING),
    # Administrators
    "GET /v1/organisations/{organisation_id}/members": Rule(CHIEFS, CHIEFS),
    "POST /v1/organisations/{organisation_id}/members": Rule(
        CHIEFS, body={"email": "new@example.jp", "role": "driver"}
    ),
    "DELETE /v1/organisations/{organisation_id}/members/{member_id}": Rule(CHIEFS),
    "GET /v1/organisations/{organisation_id}/loans": Rule(LENDING, LENDING),
    "POST /v1/organisations/{organisation_id}/loans": Rule(
        LENDING,
        body={
            "area": "none",
            "name": "x",
            "seats": 4,
            "stop": "x",
            "start": "2026-11-24T10:00",
            "end": "2026-11-24T12:00",
        },
    ),
    "DELETE /v1/organisations/{organisation_id}/loans/{vehicle_id}": Rule(LENDING),
    "GET /v1/audit": Rule(CHIEFS, CHIEFS),
    # Drivers
    "GET /v1/vehicles": Rule(STAFF),
    "GET /v1/vehicles/{vehicle_id}/stops": Rule(DRIVING, DRIVING, query="date=2026-11-24"),
    "POST /v1/vehicles/{vehicle_id}/stops/{stop_id}/done": Rule(DRIVING, DRIVING),
    "POST /v1/vehicles/{vehicle_id}/stops/{stop_id}/no-show": Rule(DRIVING, DRIVING),
    "POST /v1/vehicles/{vehicle_id}/breakdown": Rule(DRIVING, DRIVING, {}),
    "POST /v1/vehicles/{vehicle_id}/delay": Rule(DRIVING, DRIVING, {"minutes": 5}),
    "POST /v1/vehicles/{vehicle_id}/back": Rule(DRIVING, DRIVING),
    "GET /v1/vehicles/of/{city_id}/events": Rule(STAFF),
    "GET /v1/vehicles/{vehicle_id}/events": Rule(DRIVING),
    # A ticket that is none: the rules of good ones are in test_tickets_at_the_door
    "POST /v1/vehicles/{vehicle_id}/tickets": Rule(DRIVING, body={"text": "000000"}),
}


def operations() -> list[str]:
    """Name every operation of the OpenAPI document, as `RULES` does."""
    paths = create_app(cast(Runtime, None)).openapi()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
