"""What may be done with a receivable and with money in suspense, each verb with its form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import day, dollars
from qsmo.platform.web.page import render
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.models import Receipt, Receivable
from qsmo.services.ledger.pages.forms import refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.receivable.forms import (
    ApplyForm,
    CostForm,
    DayForm,
    EndForm,
    PaymentForm,
    UseForm,
    WhyForm,
)
from qsmo.services.ledger.queries import receivable as queries
from qsmo.services.ledger.rules.receivable.debt import cleared_by


@dataclass(frozen=True, slots=True)
class Act:
    """A verb: its title, its form, the action, what is said of it, and of which states and kinds it is offered."""

    title: str
    form: type[forms.Form]
    do: Callable[..., object]
    words: str
    states: tuple[str, ...] = ("open",)
    kinds: tuple[str, ...] = ()
    move: str = ""


DEBT, OWED = ("general-fund",), ("general-fund", "reimbursable")
ACTS = {
    "issue": Act(
        "Send the notice", DayForm, verbs.issue,
        "It is posted, and interest runs from the day of the notice at the rate of that day.",
        ("draft",), move="issue",
    ),
    "drop": Act("Drop the draft", WhyForm, verbs.drop, "Nothing was posted of it.", ("draft",), move="drop"),
    "collect": Act(
        "Take in a payment", PaymentForm, verbs.collect,
        "Interest and penalty are charged through the day of the payment. It goes to costs paid out of what is "
        "collected, penalty, administrative costs, interest and principal, in this order (31 CFR 901.9(f)).",
        kinds=OWED,
    ),
    "assess": Act(
        "Charge interest and penalty", DayForm, verbs.assess,
        "What the law charges through a day, less what was charged before.", kinds=DEBT,
    ),
    "costs": Act(
        "Charge costs", CostForm, verbs.charge_costs, "What handling the debt cost, after it was due.", kinds=DEBT
    ),
    "earn": Act(
        "Earn a part of the advance", UseForm, verbs.earn, "Work that was done for it.", kinds=("advance",)
    ),
    "refund": Act(
        "Give back what is left", UseForm, verbs.refund, "The customer gets it back.", kinds=("advance",)
    ),
    "end": Act(
        "End collection", EndForm, verbs.end,
        "The accountant then writes off what is open. The debt stays a debt.", kinds=OWED, move="end",
    ),
    "go-on": Act(
        "Go on with collection", WhyForm, verbs.go_on, "The decision to end it is taken back.",
        ("ending",), OWED, "go-on",
    ),
    "write-off": Act(
        "Write it off", DayForm, verbs.write_off, "What is open of every part is allowed for and written off.",
        ("ending",), OWED, "write-off",
    ),
}  # fmt: skip


def offered(viewer: Viewer, found: Receivable) -> list[tuple[str, str]]:
    """What the viewer may do with a receivable as it stands: title and address."""
    moves = {move.name for move in open_moves(viewer, found)}
    posts = viewer.may("ledger.post", found)
    return [
        (act.title, at("act-receivable", found.pk, None, verb))
        for verb, act in ACTS.items()
        if found.book.is_open
        and found.state in act.states
        and (not act.kinds or found.kind in act.kinds)
        and (act.move in moves if act.move else posts)
    ]


@opened_and_sent
def act(request: HttpRequest, key: str, verb: str) -> HttpResponseBase:
    """The form of one verb, and doing it."""
    viewer = viewer_of(request)
    found = queries.receivable(viewer, key)
    wanted = ACTS.get(verb)
    if wanted is None:
        raise Refusal("verb", f"Nothing called “{verb[:20]}” is done with a receivable", status=404)
    if (wanted.title, request.path) not in offered(viewer, found):
        words = f"You may not do this with {found} now: {wanted.title.lower()}"
        raise Refusal("not-allowed", words, status=403)
    form = wanted.form(sent(request), initial={"on": clock.today()})
    status = 200
    if form.is_valid():
        try:
            wanted.do(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"{wanted.title}: done.")
            return HttpResponseRedirect(at("receivable", key))
    elif form.is_bound:
        status = 422
    way = (("Receivables", at("receivables", found.book_id)), (found.number, at("receivable", key)))
    context = {
        "title": wanted.title, "words": wanted.words, "form": form, "cancel": at("receivable", key),
        "about": f"{found.number}, {found.debtor.name}: {dollars(found.open_cents)} is open.",
        "trail": trail(found.book, wanted.title, *way),
    }  # fmt: skip
    return render(request, "ledger/act.html", context, status=status)


@opened_and_sent
def apply(request: HttpRequest, key: str) -> HttpResponseBase:
    """One receipt, and the form by which money in suspense is applied to a receivable."""
    viewer = viewer_of(request)
    found = queries.receipt(viewer, key)
    form, status = _form(request, viewer, found), 200
    if form is not None and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        try:
            verbs.apply(viewer, key, said["receivable_id"], on=said["on"])
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "The money left suspense.")
            return HttpResponseRedirect(at("receivable", said["receivable_id"]))
    elif form is not None and form.is_bound:
        status = 422
    context = {
        "receipt": found, "form": form, "facts": _facts(found),
        "trail": trail(found.book, found.number, ("Money that came", at("receipts", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/receivable/receipt.html", context, status=status)


def _form(request: HttpRequest, viewer: Viewer, found: Receipt) -> ApplyForm | None:
    may = found.state == "held" and found.book.is_open and viewer.may("ledger.post", found)
    if not may and request.method != "POST":
        return None
    rows = queries.receivables(viewer, found.book).filter(state="open").exclude(kind="advance")
    return ApplyForm(rows, sent(request), initial={"on": clock.today()})


def _facts(found: Receipt) -> list[tuple[str, ...]]:
    facts: list[tuple[str, ...]] = [
        ("Payer", found.payer),
        ("Amount", dollars(found.cents)),
        ("Came", day(found.received_on)),
    ]
    if found.symbol is not None:
        facts.append(("Clearing account", found.symbol.tas, at("account", found.symbol_id)))
        facts.append(("To be cleared by", day(cleared_by(found.received_on, clock.today()))))
    if found.receivable is not None:
        facts.append(("Applied to", found.receivable.number, at("receivable", found.receivable_id)))
    return facts
