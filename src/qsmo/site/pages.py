"""The site's own pages: home, my organization, keys, the API in words, and health for machines."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.kernel import clock
from qsmo.platform import web
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent, reads_nothing
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.actions import end_key, make_key
from qsmo.platform.api.queries import own_keys
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.site import overview

FAVICON = Path(web.__file__).parent / "static/web/favicon.svg"


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking."""
    return cast(Viewer, cast(Any, request).viewer)


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the offices with their stages as of a day."""
    true_on, known_by = overview.as_of(request.GET)
    context = {
        "as_of": true_on,
        "known": known_by or clock.today(),
        "known_asked": known_by is not None,
        "offices": overview.offices(viewer_of(request), true_on, known_by),
        "services": overview.services_in_words(viewer_of(request)),
        "story": overview.how_it_goes(),
    }
    return render(request, "site/home.html", context)


def mine(request: HttpRequest) -> HttpResponse:
    """My organization: what it has ordered, runs, owes and earns, its people, and my own statements and keys."""
    viewer = viewer_of(request)
    if not viewer.person:
        return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
    return render(request, "site/mine.html", overview.mine(viewer))


def waiting(request: HttpRequest) -> HttpResponseBase:
    """All that waits for me, a page at a time."""
    viewer = viewer_of(request)
    if not viewer.person:
        return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
    columns = [
        Column("what", "What to do", sort=True, link=lambda task: task.href),
        Column("name", "Record", sort=True),
        Column("about", "Between", sort=True),
        Column("since", "Since", kind="instant", sort=True),
    ]
    table = Table(request.GET, overview.waiting(viewer), columns, caption="Waiting for you")
    trail = [("My organization", reverse("mine")), ("Waiting for you", "")]
    return listing(request, "site/waiting.html", table, {"trail": trail})


@opened_and_sent
def keys(request: HttpRequest) -> HttpResponse:
    """My API keys; a new one is shown once."""
    viewer = viewer_of(request)
    if not viewer.person:
        return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
    form, secret = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _, secret = make_key(viewer, name=form.cleaned_data["name"])
        form = KeyForm()
    context = {
        "form": form,
        "keys": own_keys(viewer),
        "secret": secret,
        "may_make": viewer.may("key.make"),
        "trail": [("My organization", reverse("mine")), ("API keys", "")],
    }
    return render(request, "site/keys.html", context, status=422 if form.errors else 200)


@only_sent
def key_end(request: HttpRequest, key: str) -> HttpResponse:
    """End one of my keys."""
    end_key(viewer_of(request), key)
    messages.success(request, "The key has ended.")
    return HttpResponseRedirect(reverse("keys"))


def api_words(request: HttpRequest) -> HttpResponse:
    """The API, call by call, from its own description."""
    return render(request, "site/api.html", {"groups": overview.api_calls()})


def favicon(_request: HttpRequest) -> HttpResponse:
    """The mark of the site, for browsers that ask for it at the old place."""
    return HttpResponse(FAVICON.read_bytes(), content_type="image/svg+xml")


@reads_nothing
def health(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


def ready(_request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True, "database": connection.vendor})


class KeyForm(forms.Form):
    """The name of a new key."""

    name = forms.CharField(
        label="What the key is for", max_length=80, help_text="For example: nightly payroll feed"
    )


routes = [
    path("", home, name="home"),
    path("mine/", mine, name="mine"),
    path("mine/waiting/", waiting, name="waiting"),
    path("mine/keys/", keys, name="keys"),
    path("mine/keys/<str:key>/end", key_end, name="key-end"),
    path("api/", api_words, name="api-words"),
    path("favicon.ico", favicon, name="favicon"),
    path("health", health, name="health"),
    path("ready", ready, name="ready"),
]
