"""The outside identity provider as the sign-in library sees it. What is asked of it stands in settings alone."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base import AuthProcess, ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from qsmo.platform.access.oidc.views import KeyAdapter


class KeyProvider(OAuth2Provider):
    """OpenID Connect with PKCE, a nonce and an assurance level; nothing in the address of a request changes these."""

    id = "oidc"
    name = "Identity provider"
    account_class = ProviderAccount
    oauth2_adapter_class = KeyAdapter
    pkce_enabled_default = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = self.app.name

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """The same for every request."""
        return ["openid", "email"]

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Where to go afterwards, and nothing else from the request: it is always a sign-in, never a connection."""
        kwargs = super().get_redirect_from_request_kwargs(request)
        return {**kwargs, "process": AuthProcess.LOGIN}

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """The level that is asked for: the weakest of those accepted."""
        return {"acr_values": self.app.settings["acr"][0], "prompt": "select_account"}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Send the browser there with a nonce that its answer must carry."""
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {**kwargs.get("auth_params", {}), "nonce": nonce}
        try:
            answer: HttpResponse = super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)
        except (RequestException, OAuth2Error) as error:
            answer = render_authentication_error(request, self, exception=error)
        return answer

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The provider's own identifier of the person."""
        return str(data["sub"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """The e-mail address."""
        return {"email": data.get("email"), "email_verified": data.get("email_verified") is True}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The e-mail address, with whether the provider has verified it."""
        if not data.get("email"):
            return []
        return [EmailAddress(email=data["email"], verified=data.get("email_verified") is True, primary=True)]


provider_classes = [KeyProvider]
