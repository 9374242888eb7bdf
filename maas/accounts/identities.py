"""Signing in by a provider of identity, linking it to an account, and what it verifies."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from maas.accounts import opening, queries
from maas.accounts.addresses import clean_address, mark_of
from maas.accounts.client_key import ClientKey
from maas.accounts.providers import Provider, Question
from maas.accounts.roles import Actor
from maas.accounts.sign_in import SignedIn, SignIn, hashed
from maas.clock import local_date
from maas.database import Session
from maas.errors import (
    IdentityRefusedError,
    IdentityTakenError,
    IdentityUnknownError,
    InvalidRequestError,
    NotFoundError,
    SignInFailedError,
)
from maas.ids import new_id
from maas.tables import Account, LinkedIdentity, LoginStep, VerifiedAttribute
from maas.tables.audit import note

if TYPE_CHECKING:
    from maas.accounts.oidc import OidcGateway

STEP_LIFE_S = 15 * 60
_DAY_S = 24 * 3600


@dataclass(frozen=True)
class Asked:
    """A question on its way to a provider.

    Parameters
    ----------
    provider : Provider
        Whom.
    question : Question
        What must be known again.
    language : str
        Of the person; of their account where a new one is made.
    account_id : str or None
        The account it is to be linked to; None to sign in.
    """

    provider: Provider
    question: Question
    language: str
    account_id: str | None = None


class Identities:
    """Knows the providers of identity, and who of them is who here.

    Parameters
    ----------
    providers : Mapping[str, Provider]
        By identifier.
    key : ClientKey
        Shows the providers who we are.
    sign_in : SignIn
        Begins sessions.
    mark_key : bytes
        Key of marks of persons.
    redirect_uri : str
        Where answers are sent: the account page.
    timezone : ZoneInfo
        Of the city, for ages.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        key: ClientKey,
        sign_in: SignIn,
        mark_key: bytes,
        redirect_uri: str,
        timezone: ZoneInfo,
    ) -> None:
        self.providers = providers
        self._key = key
        self._sign_in = sign_in
        self._mark_key = mark_key
        self._redirect_uri = redirect_uri
        self._timezone = timezone

    @cached_property
    def _gateways(self) -> "dict[str, OidcGateway]":
        from maas.accounts.oidc import OidcGateway  # its libraries take longer than most commands

        return {name: OidcGateway(one, self._key) for name, one in self.providers.items()}

    def ask(self, provider_id: str, language: str, linking: Actor | None) -> tuple[Asked, str]:
        """Think of a question, and where it is asked; speaks with the provider.

        Parameters
        ----------
        provider_id : str
            Whom to ask.
        language : str
            Of the person.
        linking : Actor or None
            Whose account is to be linked; None to sign in.

        Returns
        -------
        tuple[Asked, str]
            To `remember`, and the address to open.

        Raises
        ------
        NotFoundError
            There is no such provider.
        """
        if linking is not None:
            linking.require_account()
        if provider_id not in self.providers:
            raise NotFoundError(f"There is no identity provider {provider_id!r}.")
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        question = Question(state, nonce, verifier, self._redirect_uri)
        account_id = None if linking is None else linking.id
        asked = Asked(self.providers[provider_id], question, language, account_id)
        return asked, self._gateways[provider_id].address(question, language)

    def remember(self, session: Session, asked: Asked, now_s: int) -> None:
        """Write a question down until its answer comes.

        Parameters
        ----------
        session : Session
            A writing session.
        asked : Asked
            From `ask`.
        now_s : int
            The instant, UTC epoch seconds.
        """
        secret = {
            "provider": asked.provider.id,
            "question": asdict(asked.question),
            "language": asked.language,
        }
        step = LoginStep(
            id=new_id("stp"),
            kind="provider",
            token_hash=hashed(asked.question.state),
            secret=secret,
            account_id=asked.account_id,
            expires_s=now_s + STEP_LIFE_S,
        )
        opening.add_step(session, step, now_s - _DAY_S)

    def recall(self, session: Session, state: str, actor: Actor, now_s: int) -> Asked:
        """Find the question that an answer belongs to; it is answered with that.

        Parameters
        ----------
        session : Session
            A writing session.
        state : str
            Of the answer.
        actor : Actor
            Who brings it.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Asked
            As it was asked.

        Raises
        ------
        SignInFailedError
            It was answered before, is too old, or was asked for somebody else.
        """
        step = opening.use_step(session, "provider", hashed(state), now_s)
        if step is None or step.secret["provider"] not in self.providers:
            raise SignInFailedError("This answer came too late, or twice. Begin again.")
        if step.account_id is not None and step.account_id != actor.id:
            raise SignInFailedError("Another account is signed in now. Begin again.")
        return Asked(
            self.providers[step.secret["provider"]],
            Question(**step.secret["question"]),
            step.secret["language"],
            step.account_id,
        )

    def redeem(self, asked: Asked, code: str, issuer: str, error: str) -> dict[str, Any]:
        """Have an answer's code exchanged; speaks with the provider.

        Parameters
        ----------
        asked : Asked
            From `recall`.
        code, issuer, error : str
            Of the answer.

        Returns
        -------
        dict[str, Any]
            What the provider says of the person, checked.

        Raises
        ------
        IdentityRefusedError
            The provider refuses, the person said no, or the answer does not stand up.
        """
        if error or not code:
            raise IdentityRefusedError(
                "The provider did not say who you are. Try again, or sign in by a link in a mail.",
                provider=asked.provider.id,
            )
        return self._gateways[asked.provider.id].claims(asked.question, code, issuer)

    def enter(
        self,
        session: Session,
        asked: Asked,
        claims: Mapping[str, Any],
        now_s: int,
        device: str = "",
    ) -> SignedIn:
        """Sign in whom a provider speaks of, and write down what that verifies.

        Parameters
        ----------
        session : Session
            A writing session.
        asked : Asked
            From `recall`.
        claims : Mapping[str, Any]
            From `redeem`.
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
        IdentityTakenError
            It is linked to another account.
        IdentityUnknownError
            It is linked to none, and none may be opened for it.
        """
        provider = asked.provider
        mark = mark_of(f"identity {provider.id} {claims['sub']}", self._mark_key)
        known = opening.identity(session, mark)
        if known is None:
            account = self._account_for(session, asked, claims, now_s)
            known = self._link(session, account, provider, mark, now_s)
            if known.account_id != account.id and not (account.email or asked.account_id):
                session.delete(account)  # somebody was faster: this one was opened for nothing
        if asked.account_id is not None and known.account_id != asked.account_id:
            raise IdentityTakenError(
                "This identity is linked to another account. Sign in with it, or unlink it there."
            )
        owner = queries.account(session, known.account_id)
        assert owner is not None, "a link belongs to an account"
        known.used_s = now_s
        self._verify(session, owner, provider, claims, now_s)
        return self._sign_in.begin(session, owner, f"provider:{provider.id}", now_s, device)

    def unlink(self, session: Session, actor: Actor, identity_id: str, now_s: int) -> None:
        """Unlink one's account from a provider; what it verified is taken back.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        identity_id : str
            The link.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        NotFoundError
            There is no such link.
        LastWayInError
            Nothing else opens the account.
        """
        actor.require_account()
        linked = {row.id: row for row in opening.identities_of(session, actor.id)}
        if identity_id not in linked:
            raise NotFoundError("There is no such link to a provider.")
        self._sign_in.require_another_way(session, actor)
        provider_id = linked[identity_id].provider
        opening.drop_identities(session, actor.id, identity_id)
        for row in queries.attributes(session, actor.id):
            if row.verified_by == f"provider:{provider_id}" and row.revoked_s is None:
                row.revoked_s = now_s
        subject = f"account:{actor.id}"
        note(session, actor.id, "identity_unlinked", subject, now_s, provider=provider_id)

    def _account_for(
        self, session: Session, asked: Asked, claims: Mapping[str, Any], now_s: int
    ) -> Account:
        """Find the account to link a new identity to, or open one."""
        if asked.account_id is not None:
            own = queries.account(session, asked.account_id)
            assert own is not None, "who is signed in has an account"
            return own
        address = _address(claims)
        if address:
            there = queries.account_by_mark(session, self._sign_in.mark(address))
            if there is not None and asked.provider.trusts_email:
                return there
            if there is not None:
                raise IdentityUnknownError(
                    "There is an account with your address already. Sign in by a link in a mail "
                    "and link the provider there.",
                    provider=asked.provider.id,
                )
        if not asked.provider.opens_accounts:
            raise IdentityUnknownError(
                "No account is linked to this identity. Sign in by a link in a mail and link the "
                "provider there.",
                provider=asked.provider.id,
            )
        if address:
            return self._sign_in.account_of(session, address, asked.language, now_s)
        account = Account(id=new_id("acc"), language=asked.language, created_s=now_s)
        session.add(account)
        session.flush()
        return account

    @staticmethod
    def _link(
        session: Session, account: Account, provider: Provider, mark: str, now_s: int
    ) -> LinkedIdentity:
        """Link an account; where somebody else was faster, theirs is the link."""
        row = LinkedIdentity(
            id=new_id("idn"),
            account_id=account.id,
            provider=provider.id,
            subject_mark=mark,
            since_s=now_s,
            used_s=now_s,
        )
        subject = f"account:{account.id}"
        if not opening.add_identity(session, row):
            faster = opening.identity(session, mark)
            assert faster is not None, "a link that is there already"
            return faster
        note(session, account.id, "identity_linked", subject, now_s, provider=provider.id)
        return row

    def _verify(
        self,
        session: Session,
        account: Account,
        provider: Provider,
        claims: Mapping[str, Any],
        now_s: int,
    ) -> None:
        """Write down what the claims verify; what they no longer do is taken back."""
        source, subject = f"provider:{provider.id}", f"account:{account.id}"
        held = {
            row.kind: row
            for row in queries.attributes(session, account.id)
            if row.verified_by == source and row.revoked_s is None
        }
        today = local_date(now_s, self._timezone)
        for kind, days in provider.verified(claims, today):
            until_s = None if days is None else now_s + days * _DAY_S
            row = held.pop(kind.value, None)
            if row is not None:
                row.verified_s, row.valid_until_s = now_s, until_s
                continue
            fresh = VerifiedAttribute(
                id=new_id("att"),
                account_id=account.id,
                kind=kind.value,
                evidence=provider.name.get("en") or next(iter(provider.name.values())),
                verified_by=source,
                verified_s=now_s,
                valid_until_s=until_s,
            )
            session.add(fresh)
            note(session, source, "verified", subject, now_s, kind=kind.value)
        for row in held.values():
            row.revoked_s = now_s
            note(session, source, "revoked", subject, now_s, kind=row.kind)


def _address(claims: Mapping[str, Any]) -> str:
    """Take the address that a provider has verified; empty where there is none."""
    if claims.get("email_verified") is not True:
        return ""
    try:
        return clean_address(str(claims.get("email", "")))
    except InvalidRequestError:
        return ""
