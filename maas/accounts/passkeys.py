"""Passkeys: a key in somebody's device that opens their account (WebAuthn, level 2)."""

import logging
import struct
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from maas.accounts import opening, queries
from maas.accounts.roles import Actor
from maas.accounts.sign_in import SignedIn, SignIn, hashed
from maas.database import Session
from maas.errors import (
    InvalidRequestError,
    NotFoundError,
    PasskeyRefusedError,
    PasskeysUnavailableError,
)
from maas.ids import new_id
from maas.tables import Account, LoginStep, Passkey
from maas.tables.audit import note

CHALLENGE_LIFE_S = 5 * 60
_DAY_S = 24 * 3600
_MOST = 20
_UNREADABLE = (
    *(WebAuthnException, InvalidSignature, UnsupportedAlgorithm, struct.error),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)
"""What the library raises over what anybody may send."""

log = logging.getLogger(__name__)
_Found = TypeVar("_Found")


class Passkeys:
    """Registers passkeys and lets people in by them.

    Parameters
    ----------
    sign_in : SignIn
        Begins sessions.
    base_url : str
        Address at which people reach the service; its host is the relying party.
    city_name : str
        What devices call the service.
    """

    def __init__(self, sign_in: SignIn, base_url: str, city_name: str) -> None:
        parts = urlsplit(base_url)
        self._sign_in = sign_in
        self._host = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._name = city_name

    def offer(self, session: Session, actor: Actor, now_s: int) -> dict[str, Any]:
        """Ask a device for a fresh passkey.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            For whose account.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            Options for ``navigator.credentials.create``.

        Raises
        ------
        InvalidRequestError
            There are many already.
        PasskeysUnavailableError
            The service has no name that passkeys could be for.
        """
        account = self._account(session, actor)
        self._require_name()
        known = opening.passkeys_of(session, actor.id)
        if len(known) >= _MOST:
            raise InvalidRequestError(f"{_MOST} passkeys are enough; remove one first.")
        options = generate_registration_options(
            rp_id=self._host,
            rp_name=self._name,
            user_id=account.id.encode(),
            user_name=account.email or account.id,
            user_display_name=account.name or account.email or account.id,
            timeout=CHALLENGE_LIFE_S * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential))
                for row in known
            ],
        )
        self._remember(session, "passkey_new", options.challenge, actor.id, now_s)
        return options_to_json_dict(options)

    def ask(self, session: Session, now_s: int) -> dict[str, Any]:
        """Ask a device for a passkey it has; whose, it says itself.

        Parameters
        ----------
        session : Session
            A writing session.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        dict[str, Any]
            Options for ``navigator.credentials.get``.

        Raises
        ------
        PasskeysUnavailableError
            The service has no name that passkeys could be for.
        """
        self._require_name()
        options = generate_authentication_options(
            rp_id=self._host,
            timeout=CHALLENGE_LIFE_S * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        self._remember(session, "passkey", options.challenge, None, now_s)
        return options_to_json_dict(options)

    def recall(
        self, session: Session, kind: str, credential: Mapping[str, Any], now_s: int
    ) -> LoginStep:
        """Find the challenge that a device has answered; it is answered with that.

        Parameters
        ----------
        session : Session
            A writing session, to be committed before the answer is checked.
        kind : str
            ``passkey`` or ``passkey_new``.
        credential : Mapping[str, Any]
            The device's answer.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        LoginStep
            With the challenge.

        Raises
        ------
        PasskeyRefusedError
            It was answered before, is too old, or never was.
        """
        said = _readable(
            lambda: (
                parse_client_data_json(
                    base64url_to_bytes(credential["response"]["clientDataJSON"])
                ).challenge
            )
        )
        token = bytes_to_base64url(said)
        step = opening.use_step(session, kind, hashed(token), now_s)
        if step is None:
            raise PasskeyRefusedError("That took too long, or came twice. Try again.")
        return step

    def register(
        self,
        session: Session,
        actor: Actor,
        step: LoginStep,
        name: str,
        credential: dict[str, Any],
        now_s: int,
    ) -> Passkey:
        """Add a passkey to one's account.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        step : LoginStep
            From `recall`.
        name : str
            What its owner calls it.
        credential : dict[str, Any]
            The device's answer.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Passkey
            The passkey.

        Raises
        ------
        PasskeyRefusedError
            The answer does not stand up to the checks, or the passkey is known.
        """
        self._account(session, actor)
        if step.account_id != actor.id:
            raise PasskeyRefusedError("Another account is signed in now. Try again.")
        found = _readable(
            lambda: verify_registration_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(step.secret["challenge"]),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        )
        row = Passkey(
            id=new_id("psk"),
            account_id=actor.id,
            credential_mark=sha256(found.credential_id).hexdigest(),
            credential=bytes_to_base64url(found.credential_id),
            public_key=bytes_to_base64url(found.credential_public_key),
            sign_count=found.sign_count,
            name=name,
            created_s=now_s,
        )
        if not opening.add_passkey(session, row):
            raise PasskeyRefusedError("This passkey is known already.")
        note(session, actor.id, "passkey_added", f"account:{actor.id}", now_s)
        return row

    def enter(
        self,
        session: Session,
        step: LoginStep,
        credential: dict[str, Any],
        now_s: int,
        device: str = "",
    ) -> SignedIn:
        """Sign in by a passkey.

        Parameters
        ----------
        session : Session
            A writing session.
        step : LoginStep
            From `recall`.
        credential : dict[str, Any]
            The device's answer.
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
        PasskeyRefusedError
            The passkey is not known here, or its answer does not stand up to the checks: also
            where its count of signatures has not grown, as when somebody has copied it.
        """
        mark = _readable(lambda: sha256(base64url_to_bytes(credential["rawId"])).hexdigest())
        row = opening.passkey_by_mark(session, mark)
        if row is None:
            raise PasskeyRefusedError("This passkey is not known here. Sign in another way.")
        found = _readable(
            lambda: verify_authentication_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(step.secret["challenge"]),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(row.public_key),
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        )
        account = queries.account(session, row.account_id)
        assert account is not None, "a passkey belongs to an account"
        row.sign_count, row.used_s = found.new_sign_count, now_s
        return self._sign_in.begin(session, account, "passkey", now_s, device)

    def rename(self, session: Session, actor: Actor, passkey_id: str, name: str) -> Passkey:
        """Call one of one's passkeys something else.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        passkey_id, name : str
            Which, and what.

        Returns
        -------
        Passkey
            As it is now.
        """
        row = self._own(session, actor, passkey_id)
        row.name = name
        return row

    def remove(self, session: Session, actor: Actor, passkey_id: str, now_s: int) -> None:
        """Remove one of one's passkeys.

        Parameters
        ----------
        session : Session
            A writing session.
        actor : Actor
            Whose.
        passkey_id : str
            Which.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        LastWayInError
            Nothing else opens the account.
        """
        self._own(session, actor, passkey_id)
        self._sign_in.require_another_way(session, actor)
        opening.drop_passkeys(session, actor.id, passkey_id)
        note(session, actor.id, "passkey_removed", f"account:{actor.id}", now_s)

    @staticmethod
    def _own(session: Session, actor: Actor, passkey_id: str) -> Passkey:
        """Read one of somebody's own passkeys."""
        actor.require_account()
        known: Sequence[Passkey] = opening.passkeys_of(session, actor.id)
        for row in known:
            if row.id == passkey_id:
                return row
        raise NotFoundError("There is no such passkey.")

    @staticmethod
    def _account(session: Session, actor: Actor) -> Account:
        """Read the account of who is asking."""
        actor.require_account()
        account = queries.account(session, actor.id)
        assert account is not None, "who is signed in has an account"
        return account

    @staticmethod
    def _remember(
        session: Session, kind: str, challenge: bytes, account_id: str | None, now_s: int
    ) -> None:
        """Write a challenge down until it is answered."""
        token = bytes_to_base64url(challenge)
        step = LoginStep(
            id=new_id("stp"),
            kind=kind,
            token_hash=hashed(token),
            secret={"challenge": token},
            account_id=account_id,
            expires_s=now_s + CHALLENGE_LIFE_S,
        )
        opening.add_step(session, step, now_s - _DAY_S)

    def _require_name(self) -> None:
        """Refuse where people reach the service by a number: passkeys are for names."""
        try:
            ip_address(self._host)
        except ValueError:
            return
        raise PasskeysUnavailableError(
            "Passkeys need a name. Set MAAS_PUBLIC_URL to the address people use, such as "
            "https://mobility.example.jp or http://localhost:8000."
        )


def _readable(read: Callable[[], _Found]) -> _Found:
    """Read and check what a device sent."""
    try:
        return read()
    except _UNREADABLE as error:
        log.info("passkey refused: %s", error)
        raise PasskeyRefusedError(
            "The passkey was not accepted. Try again, or sign in by a link in a mail."
        ) from error
