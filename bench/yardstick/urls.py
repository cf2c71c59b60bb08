"""A page of 20 cards from one query, and one row as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from ninja import NinjaAPI, Schema

from qsmo.marketplace.catalogue.models import Offering

api = NinjaAPI(urls_namespace="yardstick", docs_url=None)


class OfferingOut(Schema):
    """A few columns."""

    id: str
    name: str
    area: str
    kind: str
    summary: str


@api.get("/row/{key}", response=OfferingOut)
def row(request: HttpRequest, key: str) -> Any:  # noqa: ARG001  # the frame hands it over
    """One offering."""
    return Offering.every.get(pk=key)


def page(request: HttpRequest) -> HttpResponse:
    """Twenty offerings with their providers."""
    offerings = Offering.every.filter(state="published").select_related("provider").order_by("name")[:20]
    return render(request, "page.html", {"offerings": offerings})


urlpatterns = [path("page", page), path("api/", api.urls)]
