"""The site's own pages: home, health for machines."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from qsmo.platform.web.page import render


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the offices with their stages."""
    return render(request, "site/home.html", {})


def health(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


def ready(_request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True, "database": connection.vendor})


routes = [
    path("", home, name="home"),
    path("health", health, name="health"),
    path("ready", ready, name="ready"),
]
