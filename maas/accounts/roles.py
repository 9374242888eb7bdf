"""Who may do what: every check of a role or an organisation is made here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from maas.errors import ForbiddenError, NotSignedInError

STAFF_KEY = "staff-key"
"""Name, in the audit log, of whoever came with the staff key."""


class Permission(StrEnum):
    """What staff may do."""

    SEE_FLEET = "see_fleet"
    DRIVE = "drive"
    SERVE_RIDERS = "serve_riders"
    LEND = "lend"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What somebody is in an organisation."""

    DRIVER = "driver"
    CALL_TAKER = "call_taker"
    OPERATOR = "operator"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.DRIVER: frozenset({Permission.SEE_FLEET, Permission.DRIVE}),
    Role.CALL_TAKER: frozenset({Permission.SEE_FLEET, Permission.SERVE_RIDERS}),
    Role.OPERATOR: frozenset(set(Permission) - {Permission.ADMINISTER}),
    Role.ANALYST: frozenset({Permission.SEE_FLEET}),
    Role.ADMINISTRATOR: frozenset(Permission),
}
"""What each role may, in its own organisation; in the city's organisation: in all of them."""


@dataclass(frozen=True)
class Actor:
    """Who is asking.

    Parameters
    ----------
    id : str
        The account, `STAFF_KEY`, or empty for a stranger.
    roles : frozenset of tuple
        Organisation and role, pair by pair.
    city_id : str
        The organisation of the city, whose roles reach everywhere.
    session_id : str
        The session that is used; empty without one.
    """

    id: str = ""
    roles: frozenset[tuple[str, Role]] = field(default=frozenset())
    city_id: str = ""
    session_id: str = ""

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a person with an account."""
        return bool(self.session_id)

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of an organisation."""
        return bool(self.roles)

    def may(self, permission: Permission, organisation_id: str | None = None) -> bool:
        """Tell whether something is allowed.

        Parameters
        ----------
        permission : Permission
            What is to be done.
        organisation_id : str or None
            Whose it is; None: anywhere will do.

        Returns
        -------
        bool
            True for a role there, or in the city's organisation.
        """
        return any(
            permission in ROLES[role]
            for organisation, role in self.roles
            if organisation_id is None or organisation in {organisation_id, self.city_id}
        )

    def require(self, permission: Permission, organisation_id: str | None = None) -> None:
        """Refuse what is not allowed.

        Parameters
        ----------
        permission, organisation_id : Permission, str or None
            As in `may`.

        Raises
        ------
        NotSignedInError
            Nobody has signed in.
        ForbiddenError
            Somebody has, and may not.
        """
        if not self.id:
            raise NotSignedInError("Sign in first: this is for staff.")
        if not self.may(permission, organisation_id):
            raise ForbiddenError(
                "Your account may not do this. Ask an administrator of your organisation.",
                permission=permission.value,
            )

    def require_account(self) -> None:
        """Refuse who has no account of their own.

        Raises
        ------
        NotSignedInError
            Nobody has signed in.
        """
        if not self.is_signed_in:
            raise NotSignedInError("Sign in first: this belongs to an account.")


def key_holder(city_id: str) -> Actor:
    """Whoever comes with the staff key drives for everybody, and no more.

    Parameters
    ----------
    city_id : str
        The organisation of the city.

    Returns
    -------
    Actor
        A driver of the city.
    """
    return Actor(STAFF_KEY, frozenset({(city_id, Role.DRIVER)}), city_id)
