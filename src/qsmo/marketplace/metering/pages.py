"""Pages on metering: readings, one reading with its answers, one sealed answer with its lines, sealing a period."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.marketplace.metering import actions, queries
from qsmo.marketplace.metering.flow import READING, SEAL
from qsmo.marketplace.metering.models import Reading, SealedUsage
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import day, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table


class ReadingFilter(django_filters.FilterSet):
    """Readings by what came of them."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(state, words(state)) for state in READING.states], empty_label="Any"
    )

    class Meta:
        model = Reading
        fields = ("state",)


class SealForm(forms.Form):
    """Which subscription and period to ask for."""

    instance = forms.CharField(label="Subscription", max_length=40)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label="First day after", widget=forms.DateInput(attrs={"type": "date"}), help_text="not asked for"
    )
    why = forms.CharField(
        label="Reason", required=False, help_text="for a later answer: what was corrected", max_length=500
    )


def home(request: HttpRequest) -> HttpResponseBase:
    """The readings that the viewer may see."""
    columns = [
        Column("period", "Period", value=_days, sort="starts_on", link=_reading_link),
        Column("customer", "Customer", value="customer.name", sort="customer__name"),
        Column("provider", "Provider", value="provider.name", sort="provider__name"),
        Column("state", "State", kind="state", sort=True),
        Column("answers", "Sealed answers", kind="number", sort=True),
    ]
    rows = queries.readings(_viewer(request))
    table = Table(
        request.GET,
        rows,
        columns,
        caption="Readings",
        name="readings",
        order="-period",
        filterset=ReadingFilter,
    )
    return listing(request, "metering/home.html", table, {"may_seal": _viewer(request).may(SEAL)})


def reading(request: HttpRequest, key: str) -> HttpResponseBase:
    """One reading: what came of it, and every sealed answer."""
    viewer = _viewer(request)
    found = queries.reading(viewer, key)
    columns = [
        Column("number", "Answer", kind="number", sort=True, link=_answer_link),
        Column("made_at", "Sealed at", kind="instant", sort=True),
        Column("signed_name", "Signed by"),
        Column("line_count", "Lines", kind="number"),
        Column("why", "Reason"),
        Column("digest", "Digest"),
    ]
    table = Table(
        request.GET, queries.answers(viewer, found), columns, caption="Sealed answers", name="answers"
    )
    trail = [("Metering", reverse("metering:home")), (_days(found), "")]
    return listing(request, "metering/reading.html", table, {"reading": found, "trail": trail})


def answer(request: HttpRequest, key: str) -> HttpResponseBase:
    """One sealed answer as the service gave it."""
    viewer = _viewer(request)
    found = queries.sealed(viewer, key)
    columns = [
        Column("number", "Line", kind="number", sort=True),
        Column("meter", "Meter", sort=True),
        Column("days", "Days", value=_days, sort="starts_on"),
        Column("quantity", "Quantity", value=lambda row: str(row.quantity)),
        Column("evidence", "Evidence"),
        Column("words", "The service says"),
    ]
    table = Table(request.GET, queries.lines(viewer, found), columns, caption="Usage", name="usage")
    trail = [
        ("Metering", reverse("metering:home")),
        (_days(found.reading), reverse("metering:reading", args=[found.reading_id])),
        (f"Answer {found.number}", ""),
    ]
    return listing(request, "metering/answer.html", table, {"sealed": found, "trail": trail})


@opened_and_sent
def seal(request: HttpRequest) -> HttpResponseBase:
    """Ask a service for a closed period and seal its answer."""
    form = SealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            period = Period(asked["starts_on"], asked["ends_on"])
            made = actions.seal(_viewer(request), asked["instance"], period, why=asked["why"])
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            return HttpResponseRedirect(reverse("metering:reading", args=[made.pk]))
    trail = [("Metering", reverse("metering:home")), ("Seal usage", "")]
    status = 422 if form.errors else 200
    return render(request, "metering/seal.html", {"form": form, "trail": trail}, status=status)


def _days(row: Any) -> str:
    return f"{day(row.during.start)} to {day(row.during.last)}"


def _reading_link(row: Reading) -> str:
    return reverse("metering:reading", args=[row.pk])


def _answer_link(row: SealedUsage) -> str:
    return reverse("metering:answer", args=[row.pk])


def _viewer(request: HttpRequest) -> Viewer:
    return cast(Viewer, cast(Any, request).viewer)


routes = [
    path("", home, name="home"),
    path("seal/", seal, name="seal"),
    path("answers/<str:key>/", answer, name="answer"),
    path("<str:key>/", reading, name="reading"),
]
