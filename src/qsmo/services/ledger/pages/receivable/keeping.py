"""The page on which a Treasury account is taken into the books."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.page import render
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Symbol
from qsmo.services.ledger.pages.forms import refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.queries import reports


class AccountForm(forms.Form):
    """A Treasury account: its symbol, what pays it, how its money is apportioned."""

    tas = forms.CharField(
        label="Treasury account symbol", max_length=40,
        help_text="Such as 019-2026/2026-0113-000, 019-X-4500-000, 019-F-3875-000 or 019-3220-000",
    )  # fmt: skip
    title = forms.CharField(label="Title", max_length=200)
    financing = forms.ChoiceField(label="What pays it", choices=list(Symbol.FINANCING.items()))
    category = forms.ChoiceField(
        label="Apportioned",
        choices=[("A", "A, by quarter"), ("B", "B, by program"), ("E", "E, needs no apportionment")],
    )
    program_b = forms.RegexField(
        r"^\d{4}$", label="Line of the apportionment", required=False, help_text="Of category B, such as 6011"
    )
    bea = forms.ChoiceField(
        label="Budget category", choices=[("D", "D, discretionary"), ("M", "M, mandatory")]
    )


@opened_and_sent
def keep_account(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take a Treasury account into the books; one that is there is said anew, what is posted stays."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    if not viewer.may("ledger.settings", found):
        raise Refusal("not-allowed", "Treasury accounts are kept by an accountant", status=403)
    form, status = AccountForm(sent(request)), 200
    if form.is_valid():
        try:
            kept = actions.keep_symbol(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal, {"symbol": "tas"})
        else:
            messages.success(request, f"{kept.tas} is kept.")
            return HttpResponseRedirect(at("account", kept.pk))
    elif form.is_bound:
        status = 422
    context = {
        "title": "Keep a Treasury account", "form": form, "cancel": at("book", key),
        "about": f"Books of {found.customer.name}.",
        "words": "Orders of customers, receipts of the General Fund and money in suspense each have their own.",
        "trail": trail(found, "Keep a Treasury account"),
    }  # fmt: skip
    return render(request, "ledger/act.html", context, status=status)
