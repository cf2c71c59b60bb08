"""Leaving for the identity provider and coming back: signature, audience, age, nonce and level are checked."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from qsmo.platform.access.oidc.client import KeyClient

NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce", "acr"]
LEEWAY_SECONDS = 10


class KeyAdapter(OAuth2Adapter):
    """The provider's addresses as it publishes them, and the checks on what it answers."""

    provider_id = "oidc"
    client_class = KeyClient
    scope_delimiter = " "
    stashed: dict[str, Any]

    @cached_property
    def published(self) -> dict[str, Any]:
        """The provider's configuration document; one that speaks for another issuer is refused."""
        server = self.get_provider().app.settings["server"].rstrip("/")
        document = self._fetched(f"{server}/.well-known/openid-configuration")
        if str(document.get("issuer", "")).rstrip("/") != server:
            raise OAuth2Error("the configuration document is that of another issuer")
        return document

    @property
    def access_token_url(self) -> str:
        """Where codes are exchanged."""
        return str(self.published["token_endpoint"])

    @property
    def authorize_url(self) -> str:
        """Where the browser is sent."""
        return str(self.published["authorization_endpoint"])

    def get_client(self, request: HttpRequest, app: SocialApp) -> KeyClient:
        """The client with its key."""
        client: KeyClient = super().get_client(request, app)
        client.key_file = Path(app.settings["key_file"])
        return client

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who signed in, from an answer that holds; the person's particulars must be about the same subject."""
        claims = self._claims(app, str(kwargs["response"].get("id_token", "")))
        person = self._fetched(
            self.published["userinfo_endpoint"], {"Authorization": f"Bearer {token.token}"}
        )
        if person.get("sub") != claims["sub"]:
            raise OAuth2Error("the particulars are about somebody else")
        kept = {name: person.get(name) for name in ("sub", "email", "email_verified")}
        return self.get_provider().sociallogin_from_response(request, {**kept, "acr": claims["acr"]})

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key(id_token),
                algorithms=["RS256"],
                audience=app.client_id,
                issuer=self.published["issuer"],
                leeway=LEEWAY_SECONDS,
                options={"require": NEEDED},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"the identity token does not hold: {error}") from error
        if not hmac.compare_digest(
            str(claims["nonce"]).encode(), str(self.stashed.get("nonce", "")).encode()
        ):
            raise OAuth2Error("the identity token answers another request")
        if claims["acr"] not in app.settings["acr"]:
            raise OAuth2Error(f"the level of assurance is too low: {claims['acr']}")
        return claims

    def _key(self, id_token: str) -> Any:
        wanted = jwt.get_unverified_header(id_token).get("kid")
        for each in self._fetched(self.published["jwks_uri"]).get("keys", ()):
            if each.get("kid") == wanted and each.get("kty") == "RSA":
                return jwt.PyJWK(each, algorithm="RS256").key
        raise OAuth2Error("the identity token is signed with a key that is not published")

    @staticmethod
    def _fetched(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers)
        answer.raise_for_status()
        document = answer.json()
        if not isinstance(document, dict):
            raise RequestException(f"{address} did not answer with an object")
        return document


class Callback(OAuth2CallbackView):
    """The way back, which hands what was put by on leaving to the adapter, whose checks need it."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.stashed = state or {}
        return state, response


def _known(view: type[OAuth2LoginView] | type[Callback]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = view.adapter_view(KeyAdapter)(request, *args, **kwargs)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        return response

    open_to_all: Callable[..., HttpResponse] = login_not_required(answer)
    return open_to_all


oauth2_login = _known(OAuth2LoginView)
oauth2_callback = _known(Callback)
