"""Speaking with a provider of OpenID Connect: authorization code, PKCE, private_key_jwt.

OpenID Connect Core 1.0, sections 3.1 (the flow), 3.1.3.7 (checks of the ID token), 5.3 (UserInfo)
and 9 (private_key_jwt); Discovery 1.0, section 4; RFC 7636 (PKCE); RFC 9207 (issuer of an answer).
"""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from maas.accounts.client_key import ClientKey
from maas.accounts.providers import Provider, Question, is_safe
from maas.errors import IdentityRefusedError, ProviderUnavailableError

_TIMEOUT_S = 10.0
_KEPT_S = 3600
_ASSERTION_S = 60
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "Ed25519", "EdDSA")
"""Of signatures of providers: none that is made with a shared secret, and never none."""

log = logging.getLogger(__name__)


class OidcGateway:
    """Asks one provider who somebody is.

    Parameters
    ----------
    provider : Provider
        The provider.
    key : ClientKey
        Signs for this service.
    now : Callable
        The present instant, UTC epoch seconds: the real one, which the provider lives in too.
    """

    def __init__(
        self, provider: Provider, key: ClientKey, now: Callable[[], float] = time.time
    ) -> None:
        self._provider = provider
        self._key = key
        self._now = now
        self._lock = Lock()
        self._found: dict[str, Any] = {}
        self._found_s = 0.0
        self._keys: KeySet | None = None

    def address(self, question: Question, language: str) -> str:
        """Write the address at which a person tells the provider who they are.

        Parameters
        ----------
        question : Question
            Fresh.
        language : str
            Of the person.

        Returns
        -------
        str
            To go to in a browser.

        Raises
        ------
        ProviderUnavailableError
            The provider cannot be asked how.
        """
        endpoint = self._discovered()["authorization_endpoint"]
        query = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": question.redirect_uri,
            "scope": self._provider.scope,
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": create_s256_code_challenge(question.verifier),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def claims(self, question: Question, code: str, issuer: str) -> dict[str, Any]:
        """Exchange the code of an answer for what the provider says of the person.

        Parameters
        ----------
        question : Question
            What was asked.
        code : str
            Of the answer.
        issuer : str
            ``iss`` of the answer; empty where there was none.

        Returns
        -------
        dict[str, Any]
            Claims of the ID token, and of UserInfo where the provider has it.

        Raises
        ------
        IdentityRefusedError
            The provider refuses, or what it says does not stand up to the checks.
        ProviderUnavailableError
            It cannot be reached, or does not speak the language.
        """
        found = self._discovered()
        says_issuer = found.get("authorization_response_iss_parameter_supported") is True
        if (issuer or says_issuer) and issuer != self._provider.issuer:
            raise self._refused("the answer comes from another provider")
        token = self._token(found["token_endpoint"], question, code)
        claims = self._checked(token, question)
        if "userinfo_endpoint" not in found:
            return claims
        more = self._user_info(found["userinfo_endpoint"], token["access_token"])
        if more.get("sub") != claims["sub"]:
            raise self._refused("UserInfo speaks of somebody else")
        return more | claims

    def _token(self, endpoint: str, question: Question, code: str) -> dict[str, Any]:
        """Exchange a code, and say who we are by a signature."""
        assertion = private_key_jwt_sign(
            self._key.private,
            self._provider.client_id,
            endpoint,
            alg=self._key.algorithm,
            header={"kid": self._key.id},
            expires_in=_ASSERTION_S,
        )
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.redirect_uri,
            "code_verifier": question.verifier,
            "client_id": self._provider.client_id,
            "client_assertion_type": _ASSERTION,
            "client_assertion": assertion,
        }
        answer = self._ask("POST", endpoint, data=form)
        document = self._document(answer)
        if answer.is_client_error:
            raise self._refused(f"it answered {document.get('error', answer.status_code)}")
        wanted = ("id_token", "access_token")
        if not all(isinstance(document.get(name), str) for name in wanted):
            raise self._unavailable("its answer to a code holds no tokens")
        return document

    def _checked(self, token: Mapping[str, Any], question: Question) -> dict[str, Any]:
        """Check an ID token: signature, issuer, audience, times, nonce, access token."""
        opened = self._opened(str(token["id_token"]))
        client_id = self._provider.client_id
        options = {
            "iss": {"essential": True, "value": self._provider.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": client_id},
        }
        params = {
            "nonce": question.nonce,
            "client_id": client_id,
            "access_token": token["access_token"],
        }
        claims = CodeIDToken(opened.claims, opened.header, options, params)
        try:
            claims.validate(int(self._now()), self._provider.skew_s)
        except (JoseError, TypeError, ValueError) as error:
            raise self._refused(f"its ID token fails a check: {error}") from error
        if not isinstance(claims["sub"], str):
            raise self._refused("its ID token names nobody")
        return dict(claims)

    def _opened(self, text: str) -> jwt.Token:
        """Check the signature of what the provider signed; once more where it has new keys."""
        try:
            return jwt.decode(text, self._key_set(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            self._keys = None
        try:
            return jwt.decode(text, self._key_set(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise self._refused(f"its signature does not hold: {error}") from error

    def _user_info(self, endpoint: str, access_token: str) -> dict[str, Any]:
        """Ask for further claims."""
        answer = self._ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
        if answer.is_client_error:
            raise self._refused(f"UserInfo answered {answer.status_code}")
        if not answer.headers.get("content-type", "").startswith("application/jwt"):
            return self._document(answer)
        claims = self._opened(answer.text).claims
        if claims.get("iss") != self._provider.issuer:
            raise self._refused("UserInfo is signed by somebody else")
        return claims

    def _discovered(self) -> dict[str, Any]:
        """Read what the provider says of itself, kept for an hour."""
        with self._lock:
            if self._found and self._now() - self._found_s < _KEPT_S:
                return self._found
        address = self._provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = self._document(self._ask("GET", address))
        if found.get("issuer") != self._provider.issuer:
            raise self._unavailable("it says it is another one; compare `issuer` in the settings")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        asked = (*needed, *(["userinfo_endpoint"] if "userinfo_endpoint" in found else []))
        if not all(isinstance(found.get(name), str) and is_safe(found[name]) for name in asked):
            raise self._unavailable("it does not say by safe addresses where it can be asked")
        with self._lock:
            self._found, self._found_s = found, self._now()
        return found

    def _key_set(self) -> KeySet:
        """Read the keys the provider signs with, kept until one is missing."""
        known = self._keys
        if known is None:
            document = self._document(self._ask("GET", self._discovered()["jwks_uri"]))
            try:
                known = KeySet.import_key_set(document)  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise self._unavailable("its keys cannot be read") from error
            self._keys = known
        return known

    def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        """Send a request; nobody is sent elsewhere by the answer."""
        try:
            answer = httpx.request(
                method, address, timeout=_TIMEOUT_S, follow_redirects=False, **more
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unavailable(f"{type(error).__name__}") from error
        if answer.is_server_error or answer.is_redirect:
            raise self._unavailable(f"it answered {answer.status_code}")
        return answer

    def _document(self, answer: httpx.Response) -> dict[str, Any]:
        """Read an answer that must be a JSON object."""
        try:
            document = answer.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise self._unavailable("its answer is no JSON object")
        return document

    def _refused(self, why: str) -> IdentityRefusedError:
        """Word a refusal; why is for the operator's log, without a word of the person."""
        log.warning("identity provider %s: %s", self._provider.id, why)
        return IdentityRefusedError(
            "The provider's answer was not accepted. Try again, or sign in by a link in a mail.",
            provider=self._provider.id,
        )

    def _unavailable(self, why: str) -> ProviderUnavailableError:
        """Word that the provider cannot be asked."""
        log.warning("identity provider %s: %s", self._provider.id, why)
        return ProviderUnavailableError(
            "The provider cannot be asked now. Try again later, or sign in by a link in a mail.",
            provider=self._provider.id,
        )
