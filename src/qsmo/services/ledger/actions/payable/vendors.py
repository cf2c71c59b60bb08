"""Keeping vendors: entered and changed by one person, approved by another; and the rates of late payment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, add, edit, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Book, Invoice, PublishedRate, Vendor
from qsmo.services.ledger.rules.payable.drafts import VendorDraft, exact, refuse, vendor_findings
from qsmo.services.ledger.rules.payable.prompt import bank_pause_ends

HALVES = {(1, 1): (6, 30), (7, 1): (12, 31)}
"""The Treasury publishes a rate of prompt payment for each half of a year: its first and last day."""


@action("ledger.payable")
def enter_vendor(viewer: Viewer, book_id: str, draft: VendorDraft) -> Vendor:
    """Enter a vendor; it waits for another person to approve it. The same once more is the same vendor."""
    book = one(Book, viewer, book_id)
    refuse("vendor", "The vendor is not right", vendor_findings(draft))
    there = Vendor.seen_by(viewer).filter(book=book, uei=draft.uei).first()
    if there is not None and all(getattr(there, name) == value for name, value in asdict(draft).items()):
        return there
    made = add(viewer, Vendor(book=book, **asdict(draft)), "ledger.payable")
    return move(viewer, made, "propose")


@action("ledger.payable")
def change_vendor(viewer: Viewer, vendor_id: str, draft: VendorDraft, why: str) -> Vendor:
    """Change a vendor, with a reason; nothing is paid to it until another person has approved it again."""
    vendor = one(Vendor, viewer, vendor_id)
    refuse("vendor", "The vendor is not right", vendor_findings(draft))
    return move(viewer, vendor, "change", why=_reason(why), **asdict(draft))


@action("ledger.certify")
def approve_vendor(viewer: Viewer, vendor_id: str) -> Vendor:
    """Approve a vendor as another person entered or changed it.

    Interest on payments that came back for a wrong account runs again a week after that.
    """
    done = move(viewer, one(Vendor, viewer, vendor_id), "approve")
    last = bank_pause_ends(clock.today()).isoformat()
    for invoice in Invoice.seen_by(viewer).filter(vendor=done, state="matched"):
        if any(each["kind"] == "bank" and not each["last"] for each in invoice.pauses):
            pauses = [{**each, "last": each["last"] or last} for each in invoice.pauses]
            edit(viewer, invoice, "ledger.certify", pauses=pauses)
    return done


@action("ledger.payable")
def hold_vendor(viewer: Viewer, vendor_id: str, why: str) -> Vendor:
    """Pay nothing more to a vendor: a debt, a doubt about its bank details, an order of a court."""
    return move(viewer, one(Vendor, viewer, vendor_id), "hold", why=_reason(why))


@action("ledger.certify")
def release_vendor(viewer: Viewer, vendor_id: str, why: str) -> Vendor:
    """Let a vendor be paid again."""
    return move(viewer, one(Vendor, viewer, vendor_id), "release", why=_reason(why))


@action("ledger.payable")
def keep_rate(
    viewer: Viewer, book_id: str, *, kind: str, begins_on: date, ends_on: date, rate: str, source: str
) -> PublishedRate:
    """Keep a published rate with the notice that it was taken from; the same once more is the same."""
    book = one(Book, viewer, book_id)
    refuse("rate", "The rate is not right", _rate_findings(kind, begins_on, ends_on, rate, source))
    said: dict[str, Any] = {"ends_on": ends_on, "rate": rate, "source": source}
    there = PublishedRate.seen_by(viewer).filter(book=book, kind=kind, begins_on=begins_on).first()
    if there is None:
        return add(viewer, PublishedRate(book=book, kind=kind, begins_on=begins_on, **said), "ledger.payable")
    changed = {name: value for name, value in said.items() if getattr(there, name) != value}
    return edit(viewer, there, "ledger.payable", **changed) if changed else there


def _rate_findings(kind: str, begins_on: date, ends_on: date, rate: str, source: str) -> list[Finding]:
    found = []
    if kind not in PublishedRate.KINDS:
        expected = ", ".join(PublishedRate.KINDS)
        found.append(Finding("kind", f"“{kind}” is no rate that is kept", field="kind", expected=expected))
    half = HALVES.get((begins_on.month, begins_on.day))
    if kind == "prompt-payment" and (half is None or ends_on != date(begins_on.year, *half)):
        words = "A rate of prompt payment is for half a calendar year"
        expected = "1 January to 30 June, or 1 July to 31 December"
        found.append(Finding("half", words, field="begins_on", expected=expected))
    elif ends_on < begins_on:
        found.append(
            Finding("days", "It ends before it begins", field="ends_on", expected=f"{begins_on} or later")
        )
    value = exact(rate)
    if not value or value >= 1:
        words = f"“{rate}” is not a rate as a part of one"
        found.append(Finding("rate", words, field="rate", expected="such as 0.04125 for 4 1/8 percent"))
    if not source.strip():
        words = "Say which notice it was taken from"
        found.append(
            Finding("source", words, field="source", expected="such as a page of the Federal Register")
        )
    return found


def _reason(why: str) -> str:
    if not why.strip():
        raise Refusal("reason", "Say why", status=422)
    return why
