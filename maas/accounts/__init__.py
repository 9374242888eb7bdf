"""People: accounts, signing in, roles, what is verified."""

from maas.accounts.addresses import mark_of
from maas.accounts.client_key import ClientKey, new_client_key
from maas.accounts.identities import Asked, Identities
from maas.accounts.opening import identities_of, login_sessions, passkeys_of
from maas.accounts.providers import Attribute, load_providers
from maas.accounts.queries import (
    attributes,
    members,
    memberships,
    organisations,
    require_organisation,
    seed_organisations,
)
from maas.accounts.roles import Actor, Permission, Role, key_holder
from maas.accounts.service import Accounts
from maas.accounts.sign_in import SignedIn, SignIn

__all__ = [
    "Accounts",
    "Actor",
    "Asked",
    "Attribute",
    "ClientKey",
    "Identities",
    "Permission",
    "Role",
    "SignIn",
    "SignedIn",
    "attributes",
    "identities_of",
    "key_holder",
    "load_providers",
    "login_sessions",
    "mark_of",
    "members",
    "memberships",
    "new_client_key",
    "organisations",
    "passkeys_of",
    "require_organisation",
    "seed_organisations",
]
