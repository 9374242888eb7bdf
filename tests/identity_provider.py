"""A real provider of OpenID Connect on a free port, made of authlib's server parts.

It checks what a strict provider checks, with authlib's code: the client's signed assertion
(private_key_jwt) with audience, lifetime and one use, the redirect address, the code and PKCE.
Whoever comes to its authorization page is `person`; `lies` makes its answers wrong in one way.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT_ID = "meguri-of-the-toy-town"


class Client:
    """The one client that is registered."""

    def __init__(self, redirect_uri: str, keys: Callable[[], dict[str, Any]]) -> None:
        self.redirect_uri, self.keys = redirect_uri, keys
        self.id_token_signed_response_alg = "ES256"

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_assertion_jwt", "token")


@dataclass
class Code:
    """A code that was given out."""

    person: dict[str, Any]
    query: dict[str, str]
    code_challenge: str = ""
    code_challenge_method: str = ""

    def get_redirect_uri(self) -> str:
        return self.query["redirect_uri"]

    def get_scope(self) -> str:
        return self.query["scope"]

    def get_nonce(self) -> str:
        return self.query.get("nonce", "")

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Request(OAuth2Request):  # type: ignore[misc]
    """A request as authlib's parts read it."""

    def __init__(self, method: str, uri: str, form: dict[str, str], headers: Any) -> None:
        # authlib wants TLS; on this machine there is none to want.
        super().__init__(method, uri.replace("http:", "https:", 1), None, dict(headers))
        self._args, self._form = dict(parse_qsl(urlsplit(uri).query)), form
        self.payload = BasicOAuth2Payload(form or self._args)

    @property
    def args(self) -> dict[str, str]:
        return self._args

    @property
    def form(self) -> dict[str, str]:
        return self._form


class Server(AuthorizationServer):  # type: ignore[misc]
    """authlib's server, spoken to by the HTTP handler below."""

    def __init__(self, provider: "IdentityProvider") -> None:
        super().__init__()
        self.provider = provider

    def query_client(self, client_id: str) -> Client | None:
        return self.provider.client if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: Request) -> None:
        self.provider.tokens[token["access_token"]] = request.user

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:
        return status, body, headers


@dataclass
class IdentityProvider:
    """The provider; `url` is its issuer."""

    client: Client
    person: dict[str, Any] | None = None
    lies: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "1"}))
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def discovery(self) -> dict[str, Any]:
        document = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
        return document | self.lies.get("discovery", {})

    def user_info(self, token: str) -> tuple[int, Any, list[tuple[str, str]]]:
        person = self.tokens.get(token)
        if person is None:
            return 401, {"error": "invalid_token"}, []
        claims = person | self.lies.get("userinfo", {})
        if self.lies.get("signed_userinfo"):
            signed = jwt.encode({"alg": "ES256", "kid": "1"}, {"iss": self.url, **claims}, self.key)
            return 200, signed, [("Content-Type", "application/jwt")]
        return 200, claims, []


class Assertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """Checks the client's signature."""

    def __init__(self, provider: IdentityProvider) -> None:
        super().__init__()
        self.provider = provider

    def get_audiences(self) -> list[str]:
        return [f"{self.provider.url}/token"]

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        fresh = jti not in self.provider.seen
        self.provider.seen.add(jti)
        return fresh

    def resolve_client_public_key(self, client: Client) -> KeySet:
        return KeySet.import_key_set(client.keys())  # type: ignore[arg-type]


class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Gives codes out and takes them back."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_assertion_jwt"]  # noqa: RUF012 - authlib's way

    def save_authorization_code(self, code: str, request: Request) -> None:
        query = request.args
        if query.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is required")
        challenge = query["code_challenge"]
        self.server.provider.codes[code] = Code(request.user, query, challenge, "S256")

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found: Code | None = self.server.provider.codes.get(code)
        return found

    def delete_authorization_code(self, code: Code) -> None:
        codes = self.server.provider.codes
        del codes[next(text for text, one in codes.items() if one is code)]

    def authenticate_user(self, code: Code) -> dict[str, Any]:
        return code.person


class IdTokens(OpenIDCode):  # type: ignore[misc]
    """Says who came."""

    def __init__(self, provider: IdentityProvider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: Request) -> bool:
        return any(code.get_nonce() == nonce for code in self.provider.codes.values())

    def resolve_client_private_key(self, client: Client) -> ECKey:
        key: ECKey = self.provider.lies.get("key", self.provider.key)
        return key

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": "ES256", "kid": str(self.provider.key.kid)}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.provider.url}

    def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
        return UserInfo({"sub": user["sub"]} | self.provider.lies.get("id_token", {}))


def server_of(provider: IdentityProvider) -> Server:
    """Put authlib's parts together."""
    server = Server(provider)
    server.register_client_auth_method("client_assertion_jwt", Assertion(provider))
    server.register_token_generator("default", BearerTokenGenerator(lambda **_: new_token()))
    server.register_grant(Grant, [CodeChallenge(), IdTokens(provider)])
    return server


class Listening(ThreadingHTTPServer):
    """The port, and who answers there."""

    provider: IdentityProvider
    grants: Server


class Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers."""

    server: Listening

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(dict(parse_qsl(self.rfile.read(length).decode())))

    def _answer(self, form: dict[str, str]) -> None:
        provider, grants = self.server.provider, self.server.grants
        path = urlsplit(self.path).path
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        request = Request(self.command, provider.url + self.path, form, self.headers)
        if path in provider.lies.get("down", ()):
            self._send(500, "<html>", [])
        elif path == "/.well-known/openid-configuration":
            self._send(200, provider.discovery(), [])
        elif path == "/jwks":
            self._send(200, {"keys": [provider.key.as_dict(private=False)]}, [])
        elif path == "/authorize":
            grant = grants.get_consent_grant(request, provider.person)
            self._send(*grants.create_authorization_response(request, provider.person, grant))
        elif path == "/token":
            self._send(*grants.create_token_response(request))
        elif path == "/userinfo":
            self._send(*provider.user_info(token))
        else:
            self._send(404, {}, [])

    def _send(self, status: int, body: Any, headers: list[tuple[str, str]]) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **dict(headers)}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words: Any) -> None:
        pass


def new_token() -> str:
    """Make an access token."""
    return f"token-{time.monotonic_ns()}"


@contextmanager
def identity_provider(
    redirect_uri: str, keys: Callable[[], dict[str, Any]]
) -> Iterator[IdentityProvider]:
    """Run a provider that one client is registered at.

    Parameters
    ----------
    redirect_uri : str
        The client's.
    keys : Callable
        Reads the client's published keys.

    Yields
    ------
    IdentityProvider
        While it runs.
    """
    provider = IdentityProvider(Client(redirect_uri, keys))
    with Listening(("127.0.0.1", 0), Handler) as listening:
        listening.provider, listening.grants = provider, server_of(provider)
        provider.url = f"http://127.0.0.1:{listening.server_port}"
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            listening.shutdown()
            thread.join()
