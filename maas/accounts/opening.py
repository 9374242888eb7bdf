"""The SQL of what opens accounts: links, steps, providers of identity, passkeys, sessions."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select, update

from maas.tables import LinkedIdentity, LoginLink, LoginSession, LoginStep, Passkey
from maas.tables.inserting import add_if_new


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


def identities_of(session: Session, account_id: str) -> Sequence[LinkedIdentity]:
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
    return add_if_new(session, row)


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


def passkeys_of(session: Session, account_id: str) -> Sequence[Passkey]:
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
    return add_if_new(session, row)


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


def login_sessions(session: Session, account_id: str, now_s: int) -> Sequence[LoginSession]:
    """Read which devices are signed in.

    Parameters
    ----------
    session : Session
        Any session.
    account_id : str
        Whose.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    Sequence[LoginSession]
        The newest first.
    """
    query = select(LoginSession).where(
        LoginSession.account_id == account_id,
        col(LoginSession.ended_s).is_(None),
        LoginSession.expires_s > now_s,
    )
    return session.exec(query.order_by(col(LoginSession.id).desc())).all()


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
