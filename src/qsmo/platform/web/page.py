"""The way every page is rendered: the shell around it knows the site's name, the navigation and who is looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render as render_template
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from qsmo.platform.web.table import Table


@dataclass(frozen=True)
class Link:
    """One entry of the primary navigation."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Shell:
    """What stands around every page."""

    title: str
    official: bool
    links: tuple[Link, ...]
    person: str
    sign_in: str
    sign_out: str


def shell(request: HttpRequest) -> Shell:
    """The shell for a request, from the settings SITE_TITLE, SITE_OFFICIAL, SITE_NAVIGATION and SITE_SIGN_OUT."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    links = []
    for label, name, *only in getattr(settings, "SITE_NAVIGATION", ()):
        if signed_in or "signed-in" not in only:
            href = resolve_url(name)
            links.append(Link(label, href, _within(request.path, href)))
    return Shell(
        title=getattr(settings, "SITE_TITLE", "Quality Service Management"),
        official=getattr(settings, "SITE_OFFICIAL", False),
        links=tuple(links),
        person=str(user) if signed_in else "",
        sign_in=f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}",
        sign_out=resolve_url(getattr(settings, "SITE_SIGN_OUT", "account_logout")) if signed_in else "",
    )


def around(request: HttpRequest) -> dict[str, Shell]:
    """The shell for templates that others render, such as those of the sign-in library."""
    return {"shell": shell(request)}


def _within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href if href.endswith("/") else f"{href}/"))


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page from a template that extends `web/page.html`."""
    return render_template(request, template, context or {}, status=status)


def listing(
    request: HttpRequest, template: str, table: Table, context: dict[str, Any] | None = None
) -> HttpResponse | StreamingHttpResponse:
    """A page around a table, or the table as CSV where the query string asks for it."""
    if table.csv_wanted:
        return table.csv()
    return render(request, template, {"table": table, **(context or {})})
