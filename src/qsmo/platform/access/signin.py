"""How somebody becomes a viewer: by session, after password, code, passkey or identity provider; or by command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.models import Person
from qsmo.platform.access.viewer import PUBLIC, Viewer
from qsmo.platform.web.errors import refused


class ViewerMiddleware:
    """Puts the viewer on every request: the person signed in with the grants that stand now, else the public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its viewer set."""
        viewer = session_viewer(request)
        cast(Any, request).viewer = viewer
        carried = request.path + request.META.get("QUERY_STRING", "").replace("%00", "\0")
        # The API says the same in its own form.
        if "\0" in carried and not request.path.startswith("/api/v1/"):
            words = "An address cannot hold the character with the code 0"
            return refused(request, Refusal("nul-character", words, status=422))
        response = self.get_response(request)
        if viewer is not PUBLIC and not response.has_header("Cache-Control"):
            # What somebody signed in has seen must not come back from a cache after they signed out.
            response["Cache-Control"] = "private, no-store"
        return response


def session_viewer(request: HttpRequest) -> Viewer:
    """The viewer of a browser session."""
    user = request.user
    return user.viewer("session") if isinstance(user, Person) else PUBLIC


def command_viewer(email: str) -> Viewer:
    """The viewer of a command run as a person; refused (404) when nobody has this address."""
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise Refusal(
            "no-such-person", f"Nobody signs in as “{email}”. See them with: qsmo people", status=404
        )
    return person.viewer("command")


class ClosedDoor(DefaultAccountAdapter):
    """People are given access by an administrator of their organisation; nobody makes an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class KnownPeople(DefaultSocialAccountAdapter):
    """Who comes from an outside identity provider is a person known here, by an address verified there, or nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Bind a first sign-in to the person of that address; refused (403) when there is none."""
        if sociallogin.is_existing:
            return
        addresses = [each.email for each in sociallogin.email_addresses if each.verified]
        person = next(
            (
                found
                for each in addresses
                if (found := Person.objects.filter(email__iexact=each, is_active=True).first())
            ),
            None,
        )
        if person is None:
            words = "Nobody with this address has been given access here. Ask the administrator of your organization."
            raise ImmediateHttpResponse(refused(request, Refusal("not-known", words, status=403)))
        sociallogin.connect(request, person)
