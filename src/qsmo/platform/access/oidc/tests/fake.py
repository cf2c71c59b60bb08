"""A small identity provider on the loopback address, as strict as the real one, whose answers a test may bend."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "urn:gov:gsa:openidconnect.profiles:sp:sso:qsmo:test"
LEVELS = ("urn:acr.login.gov:verified", "urn:acr.login.gov:verified-facial-match-required")
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def key_of(_whose: str) -> rsa.RSAPrivateKey:
    """Somebody's key pair, made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Fake:
    """The provider: what it was asked, and how its answers differ from good ones."""

    def __init__(self, folder: Path) -> None:
        self.key, self.client_key = key_of("provider"), key_of("client")
        self.key_file = folder / "key.pem"
        self.key_file.write_bytes(
            self.client_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.asked: dict[str, str] = {}
        self.bent: dict[str, Any] = {}
        self.person: dict[str, Any] = {"sub": "s-1", "email": "mia@agency.example", "email_verified": True}
        self.used: set[str] = set()
        self.refusals: list[str] = []
        self.signing: Any = self.key
        self.server = ""

    def leave(self, address: str) -> str:
        """What the person does there: agree. Answers the query of the way back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"code=good&state={self.asked['state']}"

    def settings(self) -> dict[str, Any]:
        """The site's settings for this provider."""
        stated = {"server": self.server, "key_file": str(self.key_file), "acr": list(LEVELS)}
        return {"oidc": {"APP": {"name": "Login.gov", "client_id": CLIENT, "settings": stated}}}

    def document(self) -> dict[str, str]:
        """The published configuration."""
        names = {"token_endpoint": "token", "authorization_endpoint": "authorize", "jwks_uri": "keys"}
        return {
            "issuer": self.bent.get("issuer_published", self.server),
            "userinfo_endpoint": f"{self.server}/person",
        } | {name: f"{self.server}/{path}" for name, path in names.items()}

    def keys(self) -> dict[str, Any]:
        """The published keys."""
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**jwk, "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The tokens, if the client proves who it is and that it began this."""
        fault = self._fault(sent)
        if fault:
            self.refusals.append(fault)
            return 400, {"error": "invalid_request", "error_description": fault}
        now = int(time.time())
        claims = {
            "iss": self.server, "sub": "s-1", "aud": CLIENT, "iat": now, "nbf": now, "exp": now + 300,
            "acr": self.asked["acr_values"], "nonce": self.asked["nonce"], "jti": "j", **self.bent.get("claims", {}),
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        algorithm = self.bent.get("algorithm", "RS256")
        signed = jwt.encode(
            claims, self.signing, algorithm=algorithm, headers={"kid": self.bent.get("kid", "k1")}
        )
        return 200, {"access_token": "a-1", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def _fault(self, sent: dict[str, str]) -> str:
        if sent.get("client_assertion_type") != ASSERTION or "client_secret" in sent:
            return "no assertion, or a secret"
        endpoint = f"{self.server}/token"
        try:
            stated = jwt.decode(
                sent["client_assertion"], self.client_key.public_key(), algorithms=["RS256"], audience=endpoint,
                options={"require": ["iss", "sub", "aud", "jti", "exp", "iat"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            return f"assertion: {error}"
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        checks = {
            "client": stated["iss"] == stated["sub"] == CLIENT,
            "five minutes": 0 < stated["exp"] - stated["iat"] <= 300,
            "used once": stated["jti"] not in self.used,
            "challenge": challenge.rstrip(b"=").decode() == self.asked["code_challenge"],
            "method": self.asked["code_challenge_method"] == "S256",
            "code": sent["code"] == "good" and sent["grant_type"] == "authorization_code",
        }
        self.used.add(stated["jti"])
        return ", ".join(name for name, holds in checks.items() if not holds)


@contextmanager
def running(folder: Path) -> Iterator[Fake]:
    """The provider, answering on a port of its own."""
    fake = Fake(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers.get("Authorization") == "Bearer a-1"
            known = {
                "/.well-known/openid-configuration": fake.document(),
                "/keys": fake.keys(),
                **({"/person": fake.person} if allowed else {}),
            }
            self._say(200 if self.path in known else 404, known.get(self.path, {}))

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*fake.token({name: values[0] for name, values in parse_qs(text).items()}))

        def _say(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.server = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
