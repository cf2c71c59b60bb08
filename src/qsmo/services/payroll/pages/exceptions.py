"""The work list of exceptions: who sees to what, what is answered and by whom, and one exception opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import words
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import answers
from qsmo.services.payroll.actions.sharing import share_bank
from qsmo.services.payroll.flow import EXCEPTION
from qsmo.services.payroll.models import IntakeException, PayRun
from qsmo.services.payroll.pages.forms import AnswerForm, OwnerForm, OwnersForm, ReasonForm
from qsmo.services.payroll.pages.parts import run_trail, sent, viewer_of
from qsmo.services.payroll.queries.edits import BANK_TWICE

SEVERITIES = [("error", "Error: the person is not paid"), ("warning", "Warning: somebody answers for it")]
NAMES = {"none-chosen": "code", "too-many": "code"}


class ExceptionFilter(django_filters.FilterSet):
    """Exceptions by state, severity, code, owner and employee."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in EXCEPTION.states], empty_label="Any"
    )
    severity = django_filters.ChoiceFilter(label="Severity", choices=SEVERITIES, empty_label="Any")
    code = django_filters.CharFilter(label="Code", max_length=60)
    owner = django_filters.CharFilter(
        label="Seen to by (part of the name)",
        field_name="owner__name",
        lookup_expr="icontains",
        max_length=60,
    )
    who = django_filters.CharFilter(
        label="Employee begins with", lookup_expr="startswith", max_length=60, widget=forms.TextInput()
    )

    class Meta:
        model = IntakeException
        fields = ("state", "severity", "code", "owner", "who")


def work_list(request: HttpRequest, key: str) -> HttpResponseBase:
    """Every exception of a run, and the forms that answer for, or hand over, all open ones of a code."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    columns = [
        Column("who", "Employee", sort=True, value=lambda row: row.who or row.finding.place,
               link=lambda row: reverse("payroll:exception", args=[row.pk])),
        Column("words", "What it is"),
        Column("severity", "Severity", sort=True),
        Column("state", "State", kind="state", sort=True),
        Column("owner", "Seen to by", value="owner.name", sort="owner__name"),
        Column("reason", "Answer", value=_answer),
        Column("place", "Where", value="finding.place", sort="file"),
        Column("code", "Code", sort=True),
    ]  # fmt: skip
    rows = queries.exceptions(viewer, found).select_related("owner")
    table = Table(request.GET, rows, columns, caption="Exceptions", filterset=ExceptionFilter, order="state")
    opened = queries.exception_codes(viewer, found, state="open")
    accepts, assigns = _may(viewer, found, "payroll.accept"), _may(viewer, found, "payroll.assign")
    context = {
        "run": found,
        "trail": run_trail(found, "Exceptions"),
        "codes": opened,
        "answer": AnswerForm(opened) if opened and accepts else None,
        "owners": OwnersForm(opened) if opened and assigns else None,
        "title": f"Exceptions of pay period {found.called}",
    }
    return listing(request, "payroll/exceptions.html", table, context)


@only_sent
def accept_all(request: HttpRequest, key: str) -> HttpResponse:
    """Answer for all open exceptions of a code."""
    found = queries.run(viewer_of(request), key)
    form = AnswerForm(queries.exception_codes(viewer_of(request), found, state="open"), sent(request))
    return _done(request, found, form, "Answer for exceptions", "accepted", answers.accept)


@only_sent
def assign_all(request: HttpRequest, key: str) -> HttpResponse:
    """Hand all open exceptions of a code to somebody."""
    found = queries.run(viewer_of(request), key)
    form = OwnersForm(queries.exception_codes(viewer_of(request), found, state="open"), sent(request))
    return _done(request, found, form, "Hand exceptions over", "handed over", answers.assign)


@opened_and_sent
def exception(request: HttpRequest, key: str) -> HttpResponse:
    """One exception: what it is, where, who sees to it, how it was answered, and what may be done."""
    viewer = viewer_of(request)
    found = queries.exception(viewer, key)
    verbs = _verbs(viewer, found)
    asked = request.POST.get("verb", "") if request.method == "POST" else ""
    made = {
        verb: (OwnerForm if verb == "assign" else ReasonForm)(request.POST if verb == asked else None)
        for verb in verbs
    }
    if asked and asked not in verbs:
        raise Refusal("move-not-open", "This is not open here, or not to you")
    if asked and made[asked].is_valid():
        try:
            _act(viewer, found, asked, made[asked].cleaned_data)
        except Refusal as refusal:
            show_refusal(made[asked], refusal)
        else:
            messages.success(request, "Done.")
            return HttpResponseRedirect(reverse("payroll:exception", args=[key]))
    context = {
        "each": found,
        "run": found.run,
        "trail": [
            *run_trail(found.run, "")[:-1],
            ("Exceptions", reverse("payroll:exceptions", args=[found.run_id])),
            (found.code, ""),
        ],
        "items": _items(found),
        "forms": [(verb, VERBS[verb], form) for verb, form in made.items()],
    }
    return render(
        request, "payroll/exception.html", context, status=422 if asked and made[asked].errors else 200
    )


VERBS = {
    "accept": "Accept",
    "share": "Accept that they share it, in later pay periods too",
    "assign": "Hand over",
    "take_back": "Take the answer back",
}


def _act(viewer: Viewer, found: IntakeException, verb: str, said: dict[str, Any]) -> None:
    if verb == "share":
        share_bank(viewer, found.pk, **said)
        return
    act: Callable[..., int] = getattr(answers, verb)
    act(viewer, found.run_id, [found.pk], **said)


def _verbs(viewer: Viewer, found: IntakeException) -> list[str]:
    if found.run.state not in answers.ANSWERED_IN:
        return []
    share = ("share",) if found.code == BANK_TWICE else ()
    by_state = {"open": ("accept", *share, "assign"), "accepted": ("take_back",)}.get(found.state, ())
    needs = {"assign": "payroll.assign"}
    return [verb for verb in by_state if viewer.may(needs.get(verb, "payroll.accept"), found)]


def _done(
    request: HttpRequest, found: PayRun, form: Any, title: str, done: str, act: Callable[..., int]
) -> HttpResponse:
    back = reverse("payroll:exceptions", args=[found.pk])
    if form.is_valid():
        try:
            count = act(viewer_of(request), found.pk, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal, NAMES)
        else:
            messages.success(request, f"{count:,} exceptions were {done}.")
            return HttpResponseRedirect(back)
    context = {
        "run": found, "form": form, "title": title, "submit": title, "trail": run_trail(found, title),
        "lead": "All open exceptions of one code are meant.",
    }  # fmt: skip
    return render(request, "payroll/step.html", context, status=422 if form.errors else 200)


def _may(viewer: Viewer, found: PayRun, permission: str) -> bool:
    return found.state in answers.ANSWERED_IN and viewer.may(permission, found)


def _answer(row: IntakeException) -> str:
    return f"{row.answered_by}: {row.reason}" if row.answered_by else ""


def _items(found: IntakeException) -> list[tuple[str, str]]:
    items = [
        ("Employee", found.who),
        ("What would be right", found.expected),
        ("Where", found.finding.place),
        ("Severity", dict(SEVERITIES).get(found.severity, found.severity)),
        ("Seen to by", str(found.owner.name) if found.owner else "nobody yet"),
        ("Answered by", found.answered_by),
        ("Answer", found.reason),
    ]
    return [(label, text) for label, text in items if text]
