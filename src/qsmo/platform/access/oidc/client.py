"""The client's side of the token request: it proves who it is by a statement signed with its private key."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.utils import timezone

LASTS = timedelta(minutes=5)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class KeyClient(OAuth2Client):
    """An OAuth 2 client that authenticates by `private_key_jwt` (OpenID Connect Core, section 9; RFC 7523)."""

    key_file: Path

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Exchange a code for tokens. The key is read each time, so that it may be replaced while the site runs."""
        stated = {"client_assertion_type": ASSERTION, "client_assertion": self.assertion()}
        answer: dict[str, Any] = super().get_access_token(
            code, pkce_code_verifier, {**(extra_data or {}), **stated}
        )
        return answer

    def assertion(self) -> str:
        """The signed statement: this client, to this token endpoint, once, for five minutes."""
        now = timezone.now()  # the other side's clock is real, also where ours is set for a demonstration
        claims = {
            "iss": self.consumer_key,
            "sub": self.consumer_key,
            "aud": self.access_token_url,
            "jti": secrets.token_urlsafe(32),
            "iat": now,
            "exp": now + LASTS,
        }
        return jwt.encode(claims, self.key_file.read_bytes(), algorithm="RS256")
