"""The SQL of accounts."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, delete, select

from maas.errors import NotFoundError
from maas.tables import (
    Account,
    Membership,
    Organisation,
    VerifiedAttribute,
)
from maas.tables.inserting import add_if_new


def account(session: Session, account_id: str) -> Account | None:
    """Read an account.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        Its identifier.

    Returns
    -------
    Account or None
        None where there is none.
    """
    return session.exec(select(Account).where(Account.id == account_id)).one_or_none()


def account_by_mark(session: Session, mark: str) -> Account | None:
    """Find the account of an address.

    Parameters
    ----------
    session : Session
        Any session.
    mark : str
        The address's mark.

    Returns
    -------
    Account or None
        None where there is none.
    """
    return session.exec(select(Account).where(Account.email_mark == mark)).one_or_none()


def add_account(session: Session, row: Account) -> Account:
    """Add an account, or find the one that another transaction made of the address meanwhile.

    Parameters
    ----------
    session : Session
        A writing session.
    row : Account
        The new account, with a mark.

    Returns
    -------
    Account
        The one account of the address.
    """
    if add_if_new(session, row):
        return row
    return session.exec(select(Account).where(Account.email_mark == row.email_mark)).one()


def memberships(session: Session, account_id: str) -> Sequence[Membership]:
    """Read what somebody is, and where.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        The account.

    Returns
    -------
    Sequence[Membership]
        In order of identifiers.
    """
    return session.exec(
        select(Membership).where(Membership.account_id == account_id).order_by(col(Membership.id))
    ).all()


def members(session: Session, organisation_id: str) -> Sequence[tuple[Membership, Account]]:
    """Read who belongs to an organisation.

    Parameters
    ----------
    session : Session
        Any session.
    organisation_id : str
        The organisation.

    Returns
    -------
    Sequence[tuple[Membership, Account]]
        In order of joining.
    """
    return session.exec(
        select(Membership, Account)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(Membership.organisation_id == organisation_id)
        .order_by(col(Membership.id))
    ).all()


def add_membership(session: Session, row: Membership) -> bool:
    """Make somebody a member.

    Parameters
    ----------
    session : Session
        A writing session.
    row : Membership
        The membership.

    Returns
    -------
    bool
        False where they are already.
    """
    return add_if_new(session, row)


def drop_memberships(session: Session, account_id: str, membership_id: str = "") -> int:
    """End memberships.

    Parameters
    ----------
    session : Session
        A writing session.
    account_id : str
        Of this account.
    membership_id : str
        This one alone; empty for all.

    Returns
    -------
    int
        How many there were.
    """
    query = delete(Membership).where(col(Membership.account_id) == account_id)
    if membership_id:
        query = query.where(col(Membership.id) == membership_id)
    return session.exec(query).rowcount


def membership(session: Session, membership_id: str) -> Membership | None:
    """Read a membership.

    Parameters
    ----------
    session : Session
        Any session.
    membership_id : str
        Its identifier.

    Returns
    -------
    Membership or None
        None where there is none.
    """
    return session.exec(select(Membership).where(Membership.id == membership_id)).one_or_none()


def organisations(session: Session) -> Sequence[Organisation]:
    """Read all organisations.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    Sequence[Organisation]
        In order of identifiers.
    """
    return session.exec(select(Organisation).order_by(col(Organisation.id))).all()


def require_organisation(session: Session, organisation_id: str) -> None:
    """Refuse an organisation that nobody knows.

    Parameters
    ----------
    session : Session
        Any session.
    organisation_id : str
        Its identifier.

    Raises
    ------
    NotFoundError
        There is none.
    """
    if organisation_id not in {one.id for one in organisations(session)}:
        raise NotFoundError(
            f"There is no organisation {organisation_id!r}. `maas accounts organisation` adds one."
        )


def seed_organisations(
    session: Session, city_id: str, named: Mapping[str, Mapping[str, str]]
) -> None:
    """Bring the organisations up to what the city's feeds say; none is taken away.

    Parameters
    ----------
    session : Session
        A writing session.
    city_id : str
        Which of them is the city.
    named : Mapping
        Names by language, by identifier.
    """
    known = {row.id: row for row in organisations(session)}
    for organisation_id, name in named.items():
        row = known.get(organisation_id)
        if row is None:
            kind = "city" if organisation_id == city_id else "operator"
            session.add(Organisation(id=organisation_id, kind=kind, name=dict(name)))
        elif row.name != name:
            row.name = dict(name)


def attributes(session: Session, account_id: str) -> Sequence[VerifiedAttribute]:
    """Read what was verified about somebody.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        The account.

    Returns
    -------
    Sequence[VerifiedAttribute]
        In order of verification, those revoked too.
    """
    return session.exec(
        select(VerifiedAttribute)
        .where(VerifiedAttribute.account_id == account_id)
        .order_by(col(VerifiedAttribute.id))
    ).all()
