"""Payment schedules: proposed by one, certified by another, handed over, confirmed; and what lists say of payees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from qsmo.kernel import clock
from qsmo.kernel.calendar import is_workday
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.ids import digest
from qsmo.platform.access.door import action, add, allow, edit, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.payable.invoices import reduce_accrual
from qsmo.services.ledger.actions.payable.orders import post_shares
from qsmo.services.ledger.actions.posting import reverse
from qsmo.services.ledger.actions.retrying import retried
from qsmo.services.ledger.formats.paying.answers import Screening
from qsmo.services.ledger.formats.paying.nacha import NEEDS as OF_ACH
from qsmo.services.ledger.formats.paying.spr import NEEDS
from qsmo.services.ledger.models import (
    Book,
    Invoice,
    PayingOffice,
    Payment,
    PaymentSchedule,
    PurchaseOrder,
    Screened,
)
from qsmo.services.ledger.models.paying import kept_share
from qsmo.services.ledger.queries.payable import owed, paying
from qsmo.services.ledger.rules.payable.prompt import interest_class
from qsmo.services.ledger.rules.payable.shares import Share, reserved, shares, split

MOST_PAYMENTS = 10_000


@action("ledger.payable")
def keep_office(viewer: Viewer, book_id: str, said: Mapping[str, str]) -> PayingOffice:
    """Keep what the paying office states about itself; unknown names are refused (422)."""
    book = one(Book, viewer, book_id)
    unknown = sorted(set(said) - {*NEEDS, *OF_ACH})
    code = said.get("location_code", "")
    if unknown or not (code.isascii() and code.isdigit() and len(code) == len("00000000")):
        words = (
            "An agency location code has eight digits" if not unknown else f"Not known: {', '.join(unknown)}"
        )
        found = (
            Finding(
                "office", words, field=unknown[0] if unknown else "location_code", expected="eight digits"
            ),
        )
        raise Refusal("office", words, status=422, findings=found)
    kept = {name: value for name, value in said.items() if value}
    there = paying.office_of(viewer, book)
    if there is None:
        return add(viewer, PayingOffice(book=book, said=kept), "ledger.payable")
    return edit(viewer, there, "ledger.payable", said=kept) if there.said != kept else there


@action("ledger.payable")
def screen(viewer: Viewer, book_id: str, adapter: Screening) -> tuple[int, int]:
    """Ask an adapter about all vendors of a book. Answers how many answers are new, and how many of them matched."""
    book = one(Book, viewer, book_id)
    vendors = {each.uei: each for each in owed.vendors(viewer, book)}
    new = matched = 0
    for answer in adapter.answers(vendors):
        named = {
            "vendor": vendors[answer.uei],
            "listing": answer.listing,
            "asked_on": answer.asked_on,
            "reference": answer.reference,
        }
        if answer.asked_on > clock.today():
            raise Refusal("answers", f"Line {answer.line}: {answer.asked_on} is still to come", status=422)
        if not Screened.seen_by(viewer).filter(**named).exists():
            add(viewer, Screened(matched=answer.matched, **named), "ledger.payable")
            new, matched = new + 1, matched + answer.matched
    return new, matched


@action("ledger.certify")
def clear_match(viewer: Viewer, answer_id: str, why: str) -> Screened:
    """Say why a match means somebody else; the vendor may be paid again."""
    found = one(Screened, viewer, answer_id)
    if not found.matched or not why.strip():
        raise Refusal("reason", "Only a match is cleared, with a reason", status=422)
    return edit(viewer, found, "ledger.certify", why=why, cleared=why)


@retried
@action("ledger.payable")
def propose_schedule(
    viewer: Viewer, book_id: str, *, pays_on: date, invoices: Sequence[str], number: str = ""
) -> PaymentSchedule:
    """Propose the payment of invoices on a day, each with the discount that is taken and the interest that is owed.

    The same number with the same invoices once more is the same schedule. Refused (422): a day that is no workday or
    over, no invoices; (409): an invoice that is not ready, accounting that is not open, a rate that is not on file.
    """
    book = one(Book, viewer, book_id)
    allow(viewer, "ledger.payable", book)
    year = FiscalYear.of(pays_on).year
    named = number or paying.next_number(viewer, book, pays_on)
    there = paying.schedules(viewer, book).filter(year=year, number=named).first()
    if there is not None:
        held = set(Payment.seen_by(viewer).filter(schedule=there).values_list("invoice_id", flat=True))
        if (held, there.pays_on) == (set(invoices), pays_on):
            return there
        raise Refusal(
            "document-differs", f"Schedule {named} of FY{year} was proposed before, with other content"
        )
    _check_day(named, pays_on, invoices)
    rows = {each.pk: each for each in paying.ready(viewer, book).filter(pk__in=list(invoices))}
    missing = [each for each in invoices if each not in rows]
    if missing:
        words = f"{len(missing)} of the invoices are not ready to be paid"
        found = tuple(Finding("invoice", "It does not wait for payment", who=each) for each in missing)
        raise Refusal("not-ready", words, findings=found)
    # whoever proposes another schedule from the same orders waits here
    orders = {each.order_id for each in rows.values()}
    list(PurchaseOrder.seen_by(viewer).filter(pk__in=orders).order_by("pk").select_for_update(of=("self",)))
    made = [_payment(viewer, rows[key], pays_on) for key in dict.fromkeys(invoices)]
    schedule = add(
        viewer,
        PaymentSchedule(
            book=book, number=named, year=year, pays_on=pays_on, made_on=clock.now(), count=len(made),
            cents=sum(each.cents for each in made),
        ),
        "ledger.payable",
    )  # fmt: skip
    for place, each in enumerate(made, start=1):
        each.schedule, each.key = schedule, f"{named}-{place:05d}"
        add(viewer, each, "ledger.payable")
        move(viewer, each.invoice, "schedule")
    _check_shares(viewer, book, made)
    return move(viewer, schedule, "propose")


def _check_day(number: str, pays_on: date, invoices: Sequence[str]) -> None:
    found = []
    if not all(each.isascii() and (each.isupper() or each.isdigit() or each == "-") for each in number) or (
        len(number) > len("V2026-00000000")
    ):
        words = f"“{number}” is no number of a schedule"
        found.append(
            Finding("number", words, field="number", expected="at most 14 capitals, digits, hyphens")
        )
    if pays_on < clock.today() or not is_workday(pays_on):
        words = f"{pays_on} is {'over' if pays_on < clock.today() else 'no workday'}"
        found.append(Finding("day", words, field="pays_on", expected="a workday, today or later"))
    if not 0 < len(invoices) <= MOST_PAYMENTS:
        expected = f"1 to {MOST_PAYMENTS:,}"
        found.append(
            Finding("invoices", f"There are {len(invoices)} invoices", field="invoices", expected=expected)
        )
    if found:
        words = "The schedule is not right"
        raise Refusal("schedule", words, status=422, findings=tuple(found))


def _payment(viewer: Viewer, invoice: Invoice, pays_on: date) -> Payment:
    costs, vendor = paying.costs_of(viewer, invoice, pays_on), invoice.vendor
    return Payment(
        invoice=invoice,
        payee=vendor.legal_name,
        taxpayer=vendor.ein,
        routing=vendor.routing,
        account=vendor.account,
        account_kind=vendor.account_kind,
        principal_cents=invoice.amount_cents - costs.off,
        discount_cents=costs.off,
        interest_cents=costs.interest.paid.cents,
        shares=[],
    )


def _check_shares(viewer: Viewer, book: Book, made: Sequence[Payment]) -> None:
    """Say for each payment which accounting it falls on: what is accrued, less what other payments will take."""
    for order_id in {each.invoice.order_id for each in made}:
        own = [each for each in made if each.invoice.order_id == order_id]
        order = own[0].invoice.order
        others = Payment.seen_by(viewer).filter(state="scheduled", invoice__order=order)
        taken = [share for each in others for share in (*each.paid_from, *_open_less(each))]
        open_ = reserved(owed.open_of(viewer, book, order.number, owed.ACCRUED), taken)
        for each in own:
            whole = shares(each.invoice.amount, open_, f"what is accrued on order {order.number}")
            open_ = reserved(open_, whole)
            kept, less = split(whole, each.discount_cents)
            edit(
                viewer,
                each,
                "ledger.payable",
                shares=[kept_share(share) for share in kept],
                less=[kept_share(share) for share in less],
            )


def _open_less(payment: Payment) -> Sequence[Share]:
    """The discount of a payment as long as it was not posted: certifying posts it."""
    return payment.taken_off if payment.schedule.state == "proposed" else ()


@retried
@action("ledger.certify")
def certify_schedule(viewer: Viewer, schedule_id: str, why: str = "") -> PaymentSchedule:
    """Certify a schedule that another person proposed: every check is looked at anew and kept with its outcome.

    Interest and discounts are posted, so that money is there for what is certified. Refused (409, `checks`) with each
    check that does not hold and may not be waived; what may be is waived by a reason.
    """
    schedule = one(PaymentSchedule, viewer, schedule_id)
    allow(viewer, "ledger.certify", schedule)
    schedule = paying.schedule(viewer, schedule_id)
    checks = paying.checks_of(viewer, schedule)
    stops = [each for each in checks if not each.holds and not (each.may_be_waived and why.strip())]
    if stops:
        words = f"{len(stops)} of {len(checks)} checks do not hold"
        found = tuple(
            Finding(
                each.code,
                words,
                field=each.title,
                expected="a reason to waive it" if each.may_be_waived else "",
            )
            for each in stops
            for words in each.wrong
        )
        raise Refusal("checks", words, findings=found)
    at = clock.now().isoformat()
    kept = [
        {
            "code": each.code,
            "title": each.title,
            "outcome": "holds" if each.holds else "waived",
            "words": "; ".join(each.wrong),
            "why": "" if each.holds else why,
            "by": viewer.name,
            "at": at,
        }
        for each in checks
    ]
    content = paying.request_of(viewer, schedule)
    done = move(viewer, schedule, "certify", why=why, checks=kept, digest=digest(content))
    for payment in paying.payments(viewer, schedule):
        entries = _posted_before_paying(viewer, schedule.book, payment)
        if entries:
            edit(viewer, payment, "ledger.certify", entries=entries)
    return done


def _posted_before_paying(viewer: Viewer, book: Book, payment: Payment) -> list[int]:
    today, order = clock.today(), payment.invoice.order.number
    key, made = f"payment/{payment.pk}", []
    if payment.discount_cents:
        words = f"Discount on invoice {payment.invoice.number}"
        first = min(
            (each.accepted_on or today for each in owed.delivered_for(viewer, payment.invoice)), default=today
        )
        made += reduce_accrual(
            viewer, payment.invoice, payment.discount_cents, today, key, words, first, payment.taken_off
        )
    if payment.interest_cents:
        words = f"Interest for late payment of invoice {payment.invoice.number}"
        made += post_shares(
            viewer, book, "PROMPT_PAY_INTEREST", [interest_share(payment)], today, key, words, order
        )
    return made


def interest_share(payment: Payment) -> Share:
    """Where the interest of a payment is charged: the accounting of the invoice, with the object class of interest."""
    first = payment.paid_from[0]
    return replace(
        first,
        cents=payment.interest_cents,
        attributes=replace(first.attributes, object_class=interest_class()),
    )


@action("ledger.certify")
def decline_schedule(viewer: Viewer, schedule_id: str, why: str) -> PaymentSchedule:
    """Send a schedule back, with a reason; its invoices wait for payment again."""
    return _dropped(viewer, schedule_id, "decline", why)


@action("ledger.payable")
def withdraw_schedule(viewer: Viewer, schedule_id: str, why: str) -> PaymentSchedule:
    """Take a schedule back before it is certified; its invoices wait for payment again."""
    return _dropped(viewer, schedule_id, "withdraw", why)


def _dropped(viewer: Viewer, schedule_id: str, verb: str, why: str) -> PaymentSchedule:
    if not why.strip():
        raise Refusal("reason", "Say why", status=422)
    done = move(viewer, one(PaymentSchedule, viewer, schedule_id), verb, why=why)
    for payment in paying.payments(viewer, done):
        move(viewer, payment, "drop")
        move(viewer, payment.invoice, "release")
    return done


@action("ledger.payable")
def send_schedule(viewer: Viewer, schedule_id: str) -> PaymentSchedule:
    """Say that the file of a certified schedule was handed over; it is still the file that was certified."""
    schedule = paying.schedule(viewer, schedule_id)
    if schedule.digest and digest(paying.request_of(viewer, schedule)) != schedule.digest:
        raise Refusal(
            "file-differs", "The file is not the one that was certified: the paying office was changed"
        )
    return move(viewer, schedule, "send")


@retried
@action("ledger.payable")
def reject_schedule(viewer: Viewer, schedule_id: str, why: str) -> PaymentSchedule:
    """Say that Treasury did not take a certified schedule: what was posted for it is reversed, nothing is paid."""
    done = _dropped(viewer, schedule_id, "reject", why)
    for payment in paying.payments(viewer, done):
        for entry in payment.entries:
            reverse(viewer, entry, on=clock.today(), why=why)
    return done


@retried
@action("ledger.payable")
def confirm_schedule(
    viewer: Viewer, schedule_id: str, on: date, traces: Mapping[str, str] | None = None
) -> PaymentSchedule:
    """Take in that a schedule was paid on a day: each payment is posted by its rule. `traces` by payment number."""
    schedule = paying.schedule(viewer, schedule_id)
    if not schedule.pays_on - timedelta(days=1) <= on <= clock.today():
        words = f"It is paid between {schedule.pays_on - timedelta(days=1)} and today, not on {on}"
        raise Refusal("day", words, status=422)
    known = traces or {}
    rows = list(paying.payments(viewer, schedule))
    strange = sorted(set(known) - {each.key for each in rows})
    if strange:
        found = tuple(Finding("payment", "The schedule has no such payment", who=each) for each in strange)
        raise Refusal("confirmation", "The confirmation names other payments", status=422, findings=found)
    done = move(viewer, schedule, "confirm", paid_on=on)
    for each in rows:
        words, order = f"Invoice {each.invoice.number} paid to {each.payee}", each.invoice.order.number
        key = f"payment/{each.pk}"
        made = post_shares(viewer, schedule.book, "PAY", each.paid_from, on, key, words, order)
        if each.interest_cents:
            made += post_shares(
                viewer, schedule.book, "PAY_INTEREST", [interest_share(each)], on, key, words, order
            )
        move(
            viewer,
            each,
            "confirm",
            paid_on=on,
            trace=known.get(each.key, "")[:30],
            entries=[*each.entries, *made],
        )
        move(viewer, each.invoice, "pay")
    return done


@retried
@action("ledger.payable")
def return_payment(viewer: Viewer, payment_id: str, *, on: date, why: str, wrong_account: bool) -> Payment:
    """Take in that a payment came back: it is reversed, the invoice waits for payment again.

    Where the account was wrong, days owe no interest until a week after it was corrected and approved.
    """
    return _undone(viewer, payment_id, "return", on, why, wrong_account=wrong_account)


@retried
@action("ledger.payable")
def cancel_payment(viewer: Viewer, payment_id: str, *, on: date, why: str) -> Payment:
    """Take in that Treasury canceled a payment: it is reversed, the invoice waits for payment again."""
    return _undone(viewer, payment_id, "cancel", on, why, wrong_account=False)


def _undone(
    viewer: Viewer, payment_id: str, verb: str, on: date, why: str, *, wrong_account: bool
) -> Payment:
    payment = paying.payment(viewer, payment_id)
    if not why.strip():
        raise Refusal("reason", "Say why", status=422)
    if payment.paid_on and not payment.paid_on <= on <= clock.today():
        raise Refusal("day", f"It comes back between {payment.paid_on} and today, not on {on}", status=422)
    done = move(viewer, payment, verb, why=why)
    for entry in reversed(payment.entries):
        reverse(viewer, entry, on=on, why=f"{verb} of payment {payment.key}: {why}"[:240])
    pauses = payment.invoice.pauses
    if wrong_account:
        pauses = [*pauses, {"kind": "bank", "first": (payment.paid_on or on).isoformat(), "last": ""}]
    move(viewer, payment.invoice, "reopen", why=why, pauses=pauses)
    return done
