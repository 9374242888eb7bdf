"""Signing in: by a link in a mail, or by a password; and who comes with which session."""

import hashlib
import secrets
from dataclasses import dataclass

from maas.accounts import opening, queries
from maas.accounts.addresses import clean_address, mark_of
from maas.accounts.passwords import hash_password, is_outdated, is_password
from maas.accounts.roles import Actor, Role
from maas.database import Session
from maas.errors import LastWayInError, NotFoundError, SignInFailedError
from maas.ids import new_id
from maas.tables import Account, LoginLink, LoginSession
from maas.tables.audit import note
from maas.tables.notices import send

LINK_LIFE_S = 30 * 60
_RIDER_SESSION_S = 90 * 24 * 3600
_STAFF_SESSION_S = 12 * 3600
"""Riders stay signed in on their telephone; staff share computers."""

MOST_TRIES = 10
LOCK_S = 3600
"""After so many wrong passwords, one after the other, the password rests so long."""

_SUBJECT = {"ja": "Meguri へのログイン", "en": "Sign in to Meguri"}
_BODY = {
    "ja": """次のリンクを開くとログインできます（30分以内、1回限り）。

{link}

お心当たりがない場合は、このメールを破棄してください。何も起こりません。
""",
    "en": """Open this link to sign in. It works once, within 30 minutes.

{link}

If you did not ask for it, throw this mail away: nothing will happen.
""",
}

_LOCKED_SUBJECT = {
    "ja": "パスワードの入力が続けて失敗しました",
    "en": "Wrong passwords for your account",
}
_LOCKED_BODY = {
    "ja": """あなたのアカウントで、パスワードの入力が続けて失敗しました。
1時間はパスワードではログインできません。メールのリンクでは、いつでもログインできます。
{link}
""",
    "en": """Somebody entered wrong passwords for your account, again and again.
For an hour the password opens nothing. A link by mail always works.
{link}
""",
}


@dataclass(frozen=True)
class SignedIn:
    """A fresh session.

    Parameters
    ----------
    account : Account
        Who signed in.
    token : str
        The key to the session; it is kept nowhere here.
    expires_s : int
        When it ends, UTC epoch seconds.
    """

    account: Account
    token: str
    expires_s: int


class SignIn:
    """Lets people in.

    Parameters
    ----------
    city_id : str
        The organisation of the city.
    mark_key : bytes
        Key of the marks of addresses.
    base_url : str
        Address at which people reach the service, for links in mails.
    """

    def __init__(self, city_id: str, mark_key: bytes, base_url: str) -> None:
        self._city_id = city_id
        self._mark_key = mark_key
        self._base_url = base_url

    def mark(self, email: str) -> str:
        """Compute the mark of an address.

        Parameters
        ----------
        email : str
            As a person wrote it.

        Returns
        -------
        str
            Equal for equal addresses; for limits, too.
        """
        return mark_of(clean_address(email), self._mark_key)

    def mail_link(self, session: Session, email: str, language: str, now_s: int) -> str:
        """Mail a link that signs in, whether there is an account or not: nobody can tell.

        Parameters
        ----------
        session : Session
            A writing session.
        email : str
            Where to.
        language : str
            ``ja`` or ``en``.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        str
            The link, for those who print it.
        """
        address = clean_address(email)
        token = secrets.token_urlsafe(32)
        session.add(
            LoginLink(
                id=new_id("lnk"),
                token_hash=hashed(token),
                email=address,
                language=language,
                expires_s=now_s + LINK_LIFE_S,
            )
        )
        # Behind the number sign: no server and no log on the way sees it.
        link = f"{self._base_url}/account#link={token}"
        send(session, address, _SUBJECT[language], _BODY[language].format(link=link), now_s)
        return link

    def by_link(self, session: Session, token: str, now_s: int, device: str = "") -> SignedIn:
        """Sign in with the link of a mail; the first time makes the account.

        Parameters
        ----------
        session : Session
            A writing session.
        token : str
            From the link.
        now_s : int
            The instant, UTC epoch seconds.
        device : str
            In words, for its owner.

        Returns
        -------
        SignedIn
            The session.

        Raises
        ------
        SignInFailedError
            The link was used before, or is too old.
        """
        link = opening.use_link(session, hashed(token), now_s)
        if link is None:
            raise SignInFailedError("This link was used before or is too old. Ask for a new one.")
        account = self.account_of(session, link.email, link.language, now_s)
        return self.begin(session, account, "link", now_s, device)

    def by_password(
        self, session: Session, email: str, password: str, now_s: int, device: str = ""
    ) -> SignedIn | None:
        """Sign in with a password.

        Parameters
        ----------
        session : Session
            A writing session.
        email, password : str
            As a person wrote them.
        now_s : int
            The instant, UTC epoch seconds.
        device : str
            In words, for its owner.

        Returns
        -------
        SignedIn or None
            None where they are wrong, which is noted: so the transaction must be committed. The
            answer is the same, and takes as long, where there is no such account, or where the
            password rests after too many wrong tries.
        """
        account = queries.account_by_mark(session, self.mark(email))
        kept = None if account is None else account.password_hash
        is_right = is_password(password, kept)
        if account is None:
            return None
        if account.locked_until_s is not None and now_s < account.locked_until_s:
            return None
        if not is_right:
            self._fail(session, account, now_s)
            return None
        if kept is not None and is_outdated(kept):
            account.password_hash = hash_password(password)
        return self.begin(session, account, "password", now_s, device)

    def _fail(self, session: Session, account: Account, now_s: int) -> None:
        """Count a wrong password; after many it rests, and its owner is told."""
        note(session, "", "sign_in_failed", f"account:{account.id}", now_s)
        account.failed_tries += 1
        if account.failed_tries < MOST_TRIES:
            return
        account.failed_tries, account.locked_until_s = 0, now_s + LOCK_S
        note(session, "", "password_locked", f"account:{account.id}", now_s)
        body = _LOCKED_BODY[account.language].format(link=f"{self._base_url}/account")
        send(session, account.email, _LOCKED_SUBJECT[account.language], body, now_s)

    def actor(self, session: Session, token: str, now_s: int) -> Actor:
        """Tell who comes with a session's token.

        Parameters
        ----------
        session : Session
            Any session.
        token : str
            From `SignedIn`.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Actor
            A stranger where the session has ended.
        """
        row = opening.login_session(session, hashed(token))
        if row is None or row.ended_s is not None or row.expires_s <= now_s:
            return Actor(city_id=self._city_id)
        roles = {
            (one.organisation_id, Role(one.role))
            for one in queries.memberships(session, row.account_id)
        }
        return Actor(row.account_id, frozenset(roles), self._city_id, row.id)

    def require_another_way(self, session: Session, actor: Actor) -> None:
        """Refuse to take the last way into an account away.

        Parameters
        ----------
        session : Session
            Any session.
        actor : Actor
            Whose account; a passkey or a link to a provider is about to go.

        Raises
        ------
        LastWayInError
            It is the last one.
        """
        account = queries.account(session, actor.id)
        has_address = account is not None and bool(account.email)
        ways = len(opening.identities_of(session, actor.id)) + len(
            opening.passkeys_of(session, actor.id)
        )
        if not has_address and ways < 2:
            raise LastWayInError("Nothing else opens this account. Add another way in first.")

    def end(self, session: Session, actor: Actor, now_s: int, session_id: str = "") -> None:
        """Sign a device out.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Who.
        now_s : int
            The instant, UTC epoch seconds.
        session_id : str
            Which of their devices; empty for the one that is used.

        Raises
        ------
        NotFoundError
            They have no such device.
        """
        actor.require_account()
        ended = session_id or actor.session_id
        if ended not in {row.id for row in opening.login_sessions(session, actor.id, now_s)}:
            raise NotFoundError("There is no such device.")
        opening.end_sessions(session, actor.id, now_s, only=ended)
        note(session, actor.id, "signed_out", f"account:{actor.id}", now_s)

    def end_everywhere(self, session: Session, actor: Actor, now_s: int) -> None:
        """Sign all devices out.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        now_s : int
            The instant, UTC epoch seconds.
        """
        actor.require_account()
        opening.end_sessions(session, actor.id, now_s)
        note(session, actor.id, "signed_out_everywhere", f"account:{actor.id}", now_s)

    def account_of(self, session: Session, address: str, language: str, now_s: int) -> Account:
        """Find the account of an address, or make it.

        Parameters
        ----------
        session : Session
            A writing session.
        address : str
            From `addresses.clean_address`.
        language : str
            Of a new account.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Account
            Perhaps a new one.
        """
        mark = mark_of(address, self._mark_key)
        found = queries.account_by_mark(session, mark)
        if found is not None:
            return found
        account = Account(
            id=new_id("acc"), language=language, email=address, email_mark=mark, created_s=now_s
        )
        return queries.add_account(session, account)

    def begin(
        self, session: Session, account: Account, how: str, now_s: int, device: str = ""
    ) -> SignedIn:
        """Begin a session of somebody who has shown who they are.

        Parameters
        ----------
        session : Session
            A writing session.
        account : Account
            Theirs.
        how : str
            ``link``, ``password``, ``passkey`` or a provider.
        now_s : int
            The instant, UTC epoch seconds.
        device : str
            In words, for its owner.

        Returns
        -------
        SignedIn
            The session.
        """
        token = secrets.token_urlsafe(32)
        is_staff = bool(queries.memberships(session, account.id))
        expires_s = now_s + (_STAFF_SESSION_S if is_staff else _RIDER_SESSION_S)
        row = LoginSession(
            id=new_id("ses"),
            account_id=account.id,
            token_hash=hashed(token),
            how=how,
            device=device,
            created_s=now_s,
            expires_s=expires_s,
        )
        session.add(row)
        account.failed_tries, account.locked_until_s = 0, None
        note(session, account.id, "signed_in", f"account:{account.id}", now_s, how=how)
        return SignedIn(account, token, expires_s)


def hashed(token: str) -> str:
    """Hash a token: who reads the database cannot sign in with it.

    Parameters
    ----------
    token : str
        Long and random.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    return hashlib.sha256(token.encode()).hexdigest()
