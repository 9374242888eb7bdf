"""The SQL of accounts."""

from collections.abc import Mapping, Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from maas.tables import (
    Account,
    LinkedIdentity,
    LoginLink,
    LoginSession,
    LoginStep,
    Membership,
    Organisation,
    Passkey,
    VerifiedAttribute,
)


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
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.exec(select(Account).where(Account.email_mark == row.email_mark)).one()
    return row


def use_link(session: Session, token_hash: str, now_s: int) -> LoginLink | None:
    """Take a link out of use, if it is still good for something.

    Parameters
    ----------
    session : Session
        A writing session.
    token_hash : str
        Of the link's token.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    LoginLink or None
        None where it was used before, is too old, or never was.
    """
    good = (
        col(LoginLink.token_hash) == token_hash,
        col(LoginLink.used_s).is_(None),
        col(LoginLink.expires_s) > now_s,
    )
    # One statement: of two who use a link at once, one waits for the other and finds nothing.
    taken = session.exec(update(LoginLink).where(*good).values(used_s=now_s))
    if taken.rowcount != 1:
        return None
    return session.exec(select(LoginLink).where(LoginLink.token_hash == token_hash)).one()


def use_step(session: Session, kind: str, token_hash: str, now_s: int) -> LoginStep | None:
    """Take a step out of use, if it still waits for its answer.

    Parameters
    ----------
    session : Session
        A writing session.
    kind : str
        Of the answer.
    token_hash : str
        Of what came with the answer.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    LoginStep or None
        None where it was answered before, is too old, or never was.
    """
    good = (
        col(LoginStep.token_hash) == token_hash,
        col(LoginStep.kind) == kind,
        col(LoginStep.used_s).is_(None),
        col(LoginStep.expires_s) > now_s,
    )
    if session.exec(update(LoginStep).where(*good).values(used_s=now_s)).rowcount != 1:
        return None
    return session.exec(select(LoginStep).where(LoginStep.token_hash == token_hash)).one()


def add_step(session: Session, row: LoginStep, before_s: int) -> None:
    """Write a step down, and drop some that ended long ago.

    Parameters
    ----------
    session : Session
        A writing session.
    row : LoginStep
        The step.
    before_s : int
        What ended before may go, UTC epoch seconds.
    """
    session.add(row)
    old = select(LoginStep.id).where(LoginStep.expires_s < before_s).limit(20)
    # Two at once take different ones.
    found = session.exec(old.with_for_update(skip_locked=True)).all()
    if found:
        session.exec(delete(LoginStep).where(col(LoginStep.id).in_(found)))


def identity(session: Session, mark: str) -> LinkedIdentity | None:
    """Find who a provider speaks of.

    Parameters
    ----------
    session : Session
        Any session.
    mark : str
        Of the provider's subject.

    Returns
    -------
    LinkedIdentity or None
        None where it is linked to no account.
    """
    return session.exec(
        select(LinkedIdentity).where(LinkedIdentity.subject_mark == mark)
    ).one_or_none()


def identities(session: Session, account_id: str) -> Sequence[LinkedIdentity]:
    """Read by which providers somebody may sign in.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        The account.

    Returns
    -------
    Sequence[LinkedIdentity]
        In order of linking.
    """
    return session.exec(
        select(LinkedIdentity)
        .where(LinkedIdentity.account_id == account_id)
        .order_by(col(LinkedIdentity.id))
    ).all()


def add_identity(session: Session, row: LinkedIdentity) -> bool:
    """Link an account to what a provider says.

    Parameters
    ----------
    session : Session
        A writing session.
    row : LinkedIdentity
        The link.

    Returns
    -------
    bool
        False where another transaction linked the same meanwhile.
    """
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def drop_identities(session: Session, account_id: str, identity_id: str = "") -> int:
    """Unlink an account from providers.

    Parameters
    ----------
    session : Session
        A writing session.
    account_id : str
        The account.
    identity_id : str
        This link alone; empty for all.

    Returns
    -------
    int
        How many there were.
    """
    query = delete(LinkedIdentity).where(col(LinkedIdentity.account_id) == account_id)
    if identity_id:
        query = query.where(col(LinkedIdentity.id) == identity_id)
    return session.exec(query).rowcount


def passkeys(session: Session, account_id: str) -> Sequence[Passkey]:
    """Read the passkeys of an account.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        The account.

    Returns
    -------
    Sequence[Passkey]
        In order of making.
    """
    return session.exec(
        select(Passkey).where(Passkey.account_id == account_id).order_by(col(Passkey.id))
    ).all()


def passkey_by_mark(session: Session, mark: str) -> Passkey | None:
    """Find a passkey, and hold its row until the transaction ends.

    Parameters
    ----------
    session : Session
        A writing session.
    mark : str
        Of its credential.

    Returns
    -------
    Passkey or None
        None where it is not known.
    """
    query = select(Passkey).where(Passkey.credential_mark == mark).with_for_update()
    return session.exec(query).one_or_none()


def add_passkey(session: Session, row: Passkey) -> bool:
    """Add a passkey.

    Parameters
    ----------
    session : Session
        A writing session.
    row : Passkey
        The passkey.

    Returns
    -------
    bool
        False where it is known already.
    """
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def drop_passkeys(session: Session, account_id: str, passkey_id: str = "") -> None:
    """Remove passkeys.

    Parameters
    ----------
    session : Session
        A writing session.
    account_id : str
        Of this account.
    passkey_id : str
        This one alone; empty for all.
    """
    query = delete(Passkey).where(col(Passkey.account_id) == account_id)
    if passkey_id:
        query = query.where(col(Passkey.id) == passkey_id)
    session.exec(query)


def login_session(session: Session, token_hash: str) -> LoginSession | None:
    """Find a session by its token.

    Parameters
    ----------
    session : Session
        Any session.
    token_hash : str
        Of its token.

    Returns
    -------
    LoginSession or None
        None where there is none.
    """
    return session.exec(
        select(LoginSession).where(LoginSession.token_hash == token_hash)
    ).one_or_none()


def end_sessions(
    session: Session, account_id: str, now_s: int, *, only: str = "", but: str = ""
) -> None:
    """Sign devices out.

    Parameters
    ----------
    session : Session
        A writing session.
    account_id : str
        Whose devices.
    now_s : int
        The instant, UTC epoch seconds.
    only : str
        This session alone; empty for all.
    but : str
        Not this session.
    """
    query = update(LoginSession).where(
        col(LoginSession.account_id) == account_id, col(LoginSession.ended_s).is_(None)
    )
    if only:
        query = query.where(col(LoginSession.id) == only)
    session.exec(query.where(col(LoginSession.id) != but).values(ended_s=now_s))


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
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


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
