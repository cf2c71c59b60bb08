"""One payment of a request: its own fields, and the records that stand with it."""

from __future__ import annotations

from functools import cache

from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.checking.payments.records import (
    Payment,
    Records,
    Schedule,
    cell,
    figure,
    number,
    words_of,
)
from qsmo.services.ledger.rules.symbol import TreasuryAccount

SYMBOL = (
    "AllocationTransferAgencyIdentifier",
    "AgencyIdentifier",
    "BeginningPeriodOfAvailability",
    "EndingPeriodOfAvailability",
    "AvailabilityTypeCode",
    "MainAccountCode",
    "Sub-accountCode",
)
ADDENDA = {"PPD": (0, 1), "CCD": (0, 1), "IAT": (0, 2)}


def start(
    file: Records, schedule: Schedule, place: int, code: str, record: str, *, same_day: bool
) -> Payment:
    """Begin a payment: what its own record must hold."""
    id_, cents = cell(record, "PaymentID"), number(record, "Amount")
    payment = Payment(place, code, id_, record, cents)
    if not id_:
        file.found("payment-id", place, "The payment has no identification", "PaymentID")
    elif id_ in schedule.ids:
        line = file.lines[schedule.ids[id_]]
        file.found(
            "payment-once", place, f"Payment {id_} stands before, on line {line}", "PaymentID", who=id_
        )
    schedule.ids.setdefault(id_, place)
    if not cell(record, "PayeeName"):
        file.found("payee", place, "The payee has no name", "PayeeName", who=id_)
    taxpayer = cell(record, "TIN")
    if taxpayer and not (
        taxpayer.isascii() and taxpayer.isdigit() and len(taxpayer) == figure("taxpayer_digits")
    ):
        file.found("taxpayer", place, f"“{taxpayer}” is not nine digits", "TIN", who=id_)
    action = cell(record, "ACH_TransactionCode") if code == "02" else ""
    if code == "02":
        _to_account(file, schedule, payment, action)
    else:
        _by_check(file, payment)
    if same_day and (cents or 0) > figure("same_day_cents"):
        words = f"{Money(cents or 0)} is beyond {Money(figure('same_day_cents'))} for a same-day payment"
        file.found("same-day", place, words, "Amount", who=id_)
    schedule.payments.append((place, cents, action, id_))
    return payment


def _to_account(file: Records, schedule: Schedule, payment: Payment, action: str) -> None:
    record, place, id_ = payment.record, payment.place, payment.id
    routing = cell(record, "RoutingNumber")
    if routing.isdigit() and not passes(routing):
        words = f"Routing number {routing} does not pass its check digit"
        file.found("routing-number", place, words, "RoutingNumber", who=id_)
    if routing < schedule.routing:
        words = f"Routing number {routing} stands after {schedule.routing}"
        file.found("routing-order", place, words, "RoutingNumber", "in order of routing numbers", id_)
    schedule.routing = max(routing, schedule.routing)
    if not cell(record, "AccountNumber").strip("0"):
        file.found("account-number", place, "The account number is blank or zero", "AccountNumber", who=id_)
    if not action:
        file.found("field-code", place, "The transaction code is blank", "ACH_TransactionCode", who=id_)
    zero, trying = action in words_of("zero_codes"), action in words_of("trying")
    if payment.cents == 0 and not trying and schedule.entry_class != "CTX":
        words = f"The amount is zero, and code {action} neither tries an account nor is the payment CTX"
        file.found("zero-amount", place, words, "Amount", who=id_)
    if payment.cents and zero:
        words = f"Code {action} is for zero dollars, and the amount is {Money(payment.cents)}"
        file.found("zero-code", place, words, "ACH_TransactionCode", who=id_)
    if schedule.entry_class == "IAT":
        for name in ("PayeeAddressLine_1", "CityName", "CountryCodeText"):
            if not cell(record, name).strip("0"):
                file.found("foreign-address", place, f"{name} is blank on a payment abroad", name, who=id_)


@cache
def _weights() -> tuple[int, ...]:
    return tuple(int(each) for each in words_of("routing_weights"))


@cache
def passes(routing: str) -> bool:
    """Whether the weighted sum of the nine digits ends in zero."""
    weights = _weights()
    total = sum(int(digit) * weights[place % len(weights)] for place, digit in enumerate(routing))
    return len(routing) % len(weights) == 0 and str(total).endswith("0")


def _by_check(file: Records, payment: Payment) -> None:
    record, place, id_ = payment.record, payment.place, payment.id
    if payment.cents == 0:
        file.found("check-amount", place, "The amount of a check is zero", "Amount", who=id_)
    elif payment.cents and payment.cents < figure("small_check_cents"):
        words = f"A check of {Money(payment.cents)} costs more than it pays"
        file.found("small-check", place, words, "Amount", who=id_)
    for name in ("PayeeAddressLine_1", "PostalCode"):
        if not cell(record, name):
            file.found("check-address", place, f"{name} is blank", name, who=id_)


def attach(file: Records, schedule: Schedule, payment: Payment, place: int, code: str, record: str) -> None:
    """Take in a record that stands with a payment."""
    id_ = cell(record, "PaymentID")
    if id_ != payment.id:
        words = f"Record {code} carries identification “{id_}” and stands with payment “{payment.id}”"
        file.found("payment-together", place, words, "PaymentID", payment.id, payment.id)
        return
    if code == "G":
        _symbol(file, payment, place, record)
    elif code in ("03", "04"):
        payment.addenda.append((code, place, cell(record, "AddendaInformation")))
        right = "04" if schedule.entry_class == "CTX" else "03"
        if not schedule.is_ach or code != right:
            words = f"Addendum {code} does not go with {schedule.entry_class or 'checks'}"
            file.found("addendum-kind", place, words, "RecordCode", right if schedule.is_ach else "", id_)
    elif code == "13":
        payment.stubs += 1
    elif code == "DD":
        payment.screenings += 1


def _symbol(file: Records, payment: Payment, place: int, record: str) -> None:
    payment.symbols += 1
    cents = number(record, "AccountClassificationAmount")
    if cents is None:
        payment.unsure = True
    elif cell(record, "IsCredit") == "1":
        payment.credits += cents
    else:
        payment.debits += cents
    fault = _fault(tuple(cell(record, name) for name in SYMBOL))
    if fault:
        file.found(
            "symbol", place, f"The account symbol makes no sense: {fault}", "MainAccountCode", who=payment.id
        )
    if not cell(record, "BusinessEventTypeCode"):
        words = "The business event type is blank"
        file.found("event-type", place, words, "BusinessEventTypeCode", who=payment.id)


@cache
def _fault(parts: tuple[str, ...]) -> str:
    return TreasuryAccount.of(*parts).fault


def finish(file: Records, schedule: Schedule, payment: Payment) -> None:
    """End a payment: what must have stood with it."""
    place, id_ = payment.place, payment.id
    if payment.symbols and not payment.unsure and payment.cents is not None:
        sums = (payment.debits + payment.credits, payment.debits - payment.credits)
        if payment.cents not in sums:
            words = f"Its account symbols come to {Money(sums[0])}, the payment is {Money(payment.cents)}"
            file.found("symbol-amount", place, words, "Amount", str(Money(payment.cents)), id_)
    if payment.symbols > figure("most_symbols"):
        words = f"The payment has {payment.symbols} account symbols"
        file.found("symbol-count", place, words, expected=f"at most {figure('most_symbols')}", who=id_)
    if payment.screenings > 1:
        file.found(
            "screening", place, f"The payment has {payment.screenings} records for Do Not Pay", who=id_
        )
    wanted = 1 if schedule.encloses else 0
    if payment.stubs != wanted:
        words = f"The payment has {payment.stubs} stubs, the schedule asks for {wanted}"
        file.found("stub", place, words, expected=str(wanted), who=id_)
    _addenda(file, schedule, payment)


def _addenda(file: Records, schedule: Schedule, payment: Payment) -> None:
    if not schedule.is_ach:
        return
    least, most = ADDENDA.get(schedule.entry_class, (1, figure("most_addenda")))
    count = len(payment.addenda)
    if schedule.entry_class in (*ADDENDA, "CTX") and not least <= count <= most:
        words = f"The payment has {count} addenda; {schedule.entry_class} has {least} to {most}"
        file.found("addendum-count", payment.place, words, expected=f"{least} to {most}", who=payment.id)
    if schedule.entry_class == "CTX" and payment.addenda:
        _, place, text = payment.addenda[0]
        if not text.startswith("ISA"):
            words = "The first addendum of a CTX payment does not begin with ISA"
            file.found("addendum-start", place, words, "AddendaInformation", "ISA…", payment.id)
