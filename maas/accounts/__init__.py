"""People: accounts, signing in, roles, what is verified."""

from maas.accounts.addresses import mark_of
from maas.accounts.queries import (
    attributes,
    members,
    memberships,
    organisations,
    seed_organisations,
)
from maas.accounts.roles import Actor, Permission, Role, key_holder
from maas.accounts.service import Accounts, Attribute
from maas.accounts.sign_in import SignedIn, SignIn

__all__ = [
    "Accounts",
    "Actor",
    "Attribute",
    "Permission",
    "Role",
    "SignIn",
    "SignedIn",
    "attributes",
    "key_holder",
    "mark_of",
    "members",
    "memberships",
    "organisations",
    "seed_organisations",
]
