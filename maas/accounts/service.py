"""What people do with their accounts, and staff for them: changes, members, verified attributes."""

from collections.abc import Mapping

from maas.accounts import opening, queries
from maas.accounts.addresses import clean_address
from maas.accounts.passwords import hash_password, is_password
from maas.accounts.providers import Attribute
from maas.accounts.roles import Actor, Permission, Role
from maas.accounts.sign_in import SignIn
from maas.database import Session
from maas.errors import InvalidRequestError, NotFoundError, SignInFailedError
from maas.ids import new_id
from maas.tables import Account, Membership, VerifiedAttribute
from maas.tables.audit import note


class Accounts:
    """Knows people.

    Parameters
    ----------
    sign_in : SignIn
        Lets them in.
    """

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    def set_password(
        self, session: Session, actor: Actor, password: str, current: str, now_s: int
    ) -> None:
        """Choose a password; all other devices are signed out.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        password, current : str
            The new one; the present one, where there is one.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        SignInFailedError
            The present one is wrong.
        """
        account = self.own(session, actor)
        if account.password_hash is not None and not is_password(current, account.password_hash):
            raise SignInFailedError(
                "The present password is wrong. Without it, sign in by a link and ask staff."
            )
        account.password_hash = hash_password(password)
        opening.end_sessions(session, actor.id, now_s, but=actor.session_id)
        note(session, actor.id, "password_set", f"account:{actor.id}", now_s)

    def change(self, session: Session, actor: Actor, changes: Mapping[str, str]) -> Account:
        """Change what an account says of its person.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        changes : Mapping[str, str]
            New ``name``, ``phone`` or ``language``.

        Returns
        -------
        Account
            As it is now.
        """
        account = self.own(session, actor)
        for name, text in changes.items():
            setattr(account, name, text.strip())
        return account

    def close(self, session: Session, actor: Actor, now_s: int) -> None:
        """Close an account: nothing personal stays, and it can be opened by nobody.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        now_s : int
            The instant, UTC epoch seconds.
        """
        account = self.own(session, actor)
        account.state = "closed"
        account.name = account.phone = account.email = ""
        account.email_mark = account.password_hash = None
        queries.drop_memberships(session, account.id)
        opening.drop_identities(session, account.id)
        opening.drop_passkeys(session, account.id)
        opening.end_sessions(session, account.id, now_s)
        note(session, actor.id, "account_closed", f"account:{account.id}", now_s)

    def own(self, session: Session, actor: Actor) -> Account:
        """Read the account of who is asking.

        Parameters
        ----------
        session : Session
            Any session.
        actor : Actor
            Who.

        Returns
        -------
        Account
            Theirs.
        """
        actor.require_account()
        return self._known(session, actor.id)

    def find(self, session: Session, actor: Actor, email: str, purpose: str, now_s: int) -> Account:
        """Find somebody by their address, for staff; it is noted, with the reason.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Who looks.
        email : str
            The address.
        purpose : str
            Why.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Account
            The account.

        Raises
        ------
        NotFoundError
            Nobody has an account with it.
        """
        actor.require(Permission.SERVE_RIDERS)
        account = queries.account_by_mark(session, self._sign_in.mark(email))
        if account is None:
            raise NotFoundError("Nobody has an account with this address; book as for a guest.")
        note(session, actor.id, "read_person", f"account:{account.id}", now_s, purpose)
        return account

    def verify(
        self,
        session: Session,
        actor: Actor,
        account_id: str,
        kind: Attribute,
        evidence: str,
        valid_until_s: int | None,
        now_s: int,
    ) -> VerifiedAttribute:
        """Write down that somebody has checked something about a person.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Who checked.
        account_id : str
            About whom.
        kind : Attribute
            What is true.
        evidence : str
            What was looked at.
        valid_until_s : int or None
            When it ends, UTC epoch seconds; None: not by itself.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        VerifiedAttribute
            The attribute.

        Raises
        ------
        InvalidRequestError
            It would be over already, or would be about oneself.
        """
        actor.require(Permission.SERVE_RIDERS)
        if actor.id == account_id:
            raise InvalidRequestError("Nobody verifies themselves; ask a colleague.")
        if valid_until_s is not None and valid_until_s <= now_s:
            raise InvalidRequestError("valid_until has passed; give a later one.")
        self._known(session, account_id)
        row = VerifiedAttribute(
            id=new_id("att"),
            account_id=account_id,
            kind=kind.value,
            evidence=evidence,
            verified_by=actor.id,
            verified_s=now_s,
            valid_until_s=valid_until_s,
        )
        session.add(row)
        note(session, actor.id, "verified", f"account:{account_id}", now_s, kind=kind.value)
        return row

    def revoke(
        self, session: Session, actor: Actor, account_id: str, attribute_id: str, now_s: int
    ) -> None:
        """Take back what was verified.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Who takes it back.
        account_id, attribute_id : str
            About whom, and what.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        NotFoundError
            There is no such attribute.
        """
        actor.require(Permission.SERVE_RIDERS)
        known = {row.id: row for row in queries.attributes(session, account_id)}
        if attribute_id not in known:
            raise NotFoundError("There is no such attribute.")
        row = known[attribute_id]
        if row.revoked_s is None:
            row.revoked_s = now_s
            note(session, actor.id, "revoked", f"account:{row.account_id}", now_s, kind=row.kind)

    def invite(
        self,
        session: Session,
        actor: Actor,
        organisation_id: str,
        email: str,
        role: Role,
        now_s: int,
    ) -> str:
        """Make somebody a member of an organisation, and mail them a link.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            An administrator there.
        organisation_id : str
            The organisation.
        email : str
            Whom.
        role : Role
            What they are there.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        str
            The link of the mail.

        Raises
        ------
        NotFoundError
            There is no such organisation.
        """
        actor.require(Permission.ADMINISTER, organisation_id)
        queries.require_organisation(session, organisation_id)
        account = self._sign_in.account_of(session, clean_address(email), "ja", now_s)
        row = Membership(
            id=new_id("mbr"),
            account_id=account.id,
            organisation_id=organisation_id,
            role=role.value,
            since_s=now_s,
        )
        if queries.add_membership(session, row):
            note(
                session,
                actor.id,
                "member_added",
                f"organisation:{organisation_id}",
                now_s,
                account=account.id,
                role=role.value,
            )
        return self._sign_in.mail_link(session, email, account.language, now_s)

    def dismiss(
        self, session: Session, actor: Actor, organisation_id: str, membership_id: str, now_s: int
    ) -> None:
        """End a membership; the person's devices are signed out.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            An administrator there.
        organisation_id, membership_id : str
            Where, and what.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        NotFoundError
            There is no such membership.
        """
        actor.require(Permission.ADMINISTER, organisation_id)
        row = queries.membership(session, membership_id)
        if row is None or row.organisation_id != organisation_id:
            raise NotFoundError("There is no such membership.")
        queries.drop_memberships(session, row.account_id, membership_id)
        opening.end_sessions(session, row.account_id, now_s)
        note(
            session,
            actor.id,
            "member_removed",
            f"organisation:{row.organisation_id}",
            now_s,
            account=row.account_id,
            role=row.role,
        )

    @staticmethod
    def _known(session: Session, account_id: str) -> Account:
        """Read an account that must be there."""
        account = queries.account(session, account_id)
        if account is None or account.state != "open":
            raise NotFoundError("There is no such account.")
        return account
