"""Pages that exist for the tests only: each fails in a way of its own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.web.page import render
from qsmo.platform.web.tests.gallery import HOSTILE


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """A refusal with one finding."""
    finding = Finding(
        "hours", f"Hours are wrong {HOSTILE}", file="time.xml", line=8, field="Hours", expected="0 to 24"
    )
    raise Refusal("file-refused", f"The file was refused {HOSTILE}", status=status, findings=(finding,))


def forbidden(request: HttpRequest) -> HttpResponse:
    """Not allowed, by Django's own exception."""
    raise PermissionDenied


def unreadable(request: HttpRequest) -> HttpResponse:
    """A request that makes no sense."""
    raise SuspiciousOperation("odd")


def broken(request: HttpRequest) -> HttpResponse:
    """A bug."""
    raise RuntimeError("secret detail")


def plain(request: HttpRequest) -> HttpResponse:
    """The empty shell."""
    return render(request, "web/page.html")


urlpatterns = [
    path("refused/<int:status>", refused),
    path("forbidden", forbidden),
    path("unreadable", unreadable),
    path("broken", broken),
    path("plain", plain, name="plain"),
    path("plain/below", plain),
]
handler400 = "qsmo.platform.web.errors.bad_request"
handler403 = "qsmo.platform.web.errors.forbidden"
handler404 = "qsmo.platform.web.errors.not_found"
handler500 = "qsmo.platform.web.errors.server_error"
