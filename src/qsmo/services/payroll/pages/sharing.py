"""Bank accounts that people of an account may share: who accepted which, why, and an end to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions.sharing import end_sharing
from qsmo.services.payroll.models import Account
from qsmo.services.payroll.pages.forms import ReasonForm
from qsmo.services.payroll.pages.parts import sent, viewer_of
from qsmo.services.payroll.queries.sharing import shared, shared_bank

TITLE = "Shared bank accounts"


def shared_banks(request: HttpRequest, key: str) -> HttpResponseBase:
    """What was accepted, newest first; a bank account itself is never shown."""
    viewer = viewer_of(request)
    found = queries.account(viewer, key)
    if not viewer.may("payroll.payment.read", found):
        raise Refusal("not-allowed", "You may not see who shares a bank account", status=403)
    columns = [
        Column("employees", "Employees", value=lambda row: ", ".join(row.employees),
               link=lambda row: reverse("payroll:shared-bank", args=[row.pk])),
        Column("reason", "Why"),
        Column("accepted_by", "Accepted by", sort=True),
        Column("made_at", "Since", kind="instant", sort=True),
        Column("state", "State", kind="state", sort=True),
    ]  # fmt: skip
    table = Table(request.GET, shared(viewer, found), columns, caption=TITLE, order="-made_at")
    context = {"account": found, "title": TITLE, "trail": _trail(found)}
    return listing(request, "payroll/shared.html", table, context)


@opened_and_sent
def shared_bank_(request: HttpRequest, key: str) -> HttpResponse:
    """One of them, and the form that ends it."""
    viewer = viewer_of(request)
    found = shared_bank(viewer, key)
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            end_sharing(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "It is accepted no longer; the next calculation asks again.")
            return HttpResponseRedirect(reverse("payroll:shared-banks", args=[found.account_id]))
    may = "end" in {move.name for move in open_moves(viewer, found)}
    items = [
        ("Employees", ", ".join(found.employees)),
        ("Why", found.reason),
        ("Accepted by", found.accepted_by),
    ]
    context = {
        "each": found, "title": TITLE, "items": items, "form": form if may or form.errors else None,
        "trail": [*_trail(found.account, linked=True), (", ".join(found.employees), "")],
    }  # fmt: skip
    return render(request, "payroll/shared_bank.html", context, status=422 if form.errors else 200)


def _trail(found: Account, *, linked: bool = False) -> list[tuple[str, str]]:
    here = reverse("payroll:shared-banks", args=[found.pk]) if linked else ""
    return [
        ("Pay runs", reverse("payroll:runs")),
        (f"Calendar of {found.customer.name}", reverse("payroll:account", args=[found.pk])),
        (TITLE, here),
    ]
