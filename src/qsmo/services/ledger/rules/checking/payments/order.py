"""The order of records in a payment request, and the counts and sums of its trailers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.checking.payments.one import attach, finish, start
from qsmo.services.ledger.rules.checking.payments.records import (
    KIND,
    Payment,
    Records,
    Schedule,
    cell,
    check_fields,
    forms,
    number,
    rules,
    words_of,
)

HEADERS, PAYMENTS = ("01", "11"), ("02", "12")
KINDS = {"01": "02", "11": "12"}
NUMBER = re.compile(r"[A-Z0-9-]+")


@dataclass
class _State:
    """Where the reading stands."""

    file: Records
    same_day: bool = False
    schedule: Schedule | None = None
    payment: Payment | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    schedules: int = 0
    payments: int = 0
    cents: int | None = 0
    ended: int | None = None


def check_records(file: Records) -> None:
    """Apply every rule to a file, record by record."""
    for code, _ in rules():
        file.report.ran(code, KIND)
    state = _State(file)
    known = forms()
    for place, record in enumerate(file.records):
        if not (record.isascii() and record.isprintable()):
            sign = next(each for each in record if not " " <= each <= "~")
            words = f"Character {record.index(sign) + 1} of the record is {sign!r}, not a printable character"
            file.found("character", place, words)
        code = record[:2].strip()
        form = known.get(code)
        if form is None or record[:2] != code.ljust(2):
            file.found("record-code", place, f"“{record[:2]}” is not a record code", "RecordCode")
            continue
        check_fields(file, place, form, record)
        if state.ended is not None:
            file.found("file-trailer", place, "A record stands after the file trailer")
            continue
        if (code == "H") != (place == 0):
            words = "The file does not begin with its header" if place == 0 else "A second file header"
            file.found("file-header", place, words, "RecordCode", "H")
        _next(state, place, code, record)
    _end(state)


def _next(state: _State, place: int, code: str, record: str) -> None:
    if code == "H":
        _header(state, place, record)
    elif code in HEADERS:
        _close(state, place, "Another schedule begins")
        _schedule(state, place, code, record)
    elif code == "T":
        _trailer(state, place, record)
    elif code == "E":
        _close(state, place, "The file ends")
        _file_trailer(state, place, record)
    elif state.schedule is None:
        state.file.found("record-order", place, f"Record {code} stands outside of any schedule", "RecordCode")
    elif code in PAYMENTS:
        _finish(state)
        if code != KINDS[state.schedule.code]:
            words = f"Payment record {code} stands in a schedule that began with {state.schedule.code}"
            state.file.found("schedule-kind", place, words, "RecordCode", KINDS[state.schedule.code])
        state.payment = start(state.file, state.schedule, place, code, record, same_day=state.same_day)
    elif state.payment is None:
        state.file.found("record-order", place, f"Record {code} stands before any payment", "RecordCode")
    else:
        attach(state.file, state.schedule, state.payment, place, code, record)


def _header(state: _State, place: int, record: str) -> None:
    if not cell(record, "InputSystem"):
        state.file.found("input-system", place, "The input system is blank", "InputSystem")
    version = cell(record, "StandardPaymentRequestVersionNumber")
    if version != words_of("version")[0]:
        name = "StandardPaymentRequestVersionNumber"
        state.file.found("version", place, f"The version is “{version}”", name, words_of("version")[0])
    state.same_day = cell(record, "IsRequestedForSameDayACH") == "1"


def _schedule(state: _State, place: int, code: str, record: str) -> None:
    file = state.file
    said = "".join(cell(record, "ScheduleNumber").split()).upper()
    form = forms()[code].places["ScheduleNumber"]
    key = said.rjust(form.end - form.start, "0")
    if not NUMBER.fullmatch(said):
        file.found("schedule-number", place, f"“{said}” is not a schedule number", "ScheduleNumber")
    elif key in state.numbers:
        line = file.lines[state.numbers[key]]
        file.found("schedule-once", place, f"Schedule {said} began before, on line {line}", "ScheduleNumber")
    else:
        state.numbers[key] = place
    kind = cell(record, "PaymentTypeCode")
    known = words_of("payment_types", "|")
    if kind.casefold() not in {each.casefold() for each in known}:
        words = f"“{kind}” is not a type of payment" if kind else "The type of payment is blank"
        file.found("payment-type", place, words, "PaymentTypeCode", ", ".join(known))
    entry_class = cell(record, "StandardEntryClassCode") if code == "01" else ""
    if code == "01" and not entry_class:
        file.found("entry-class", place, "The entry class is blank", "StandardEntryClassCode")
    stub = code == "11" and cell(record, "CheckPaymentEnclosureCode").casefold() == words_of("stub")[0]
    state.schedule = Schedule(place, code, said, entry_class, stub)
    state.schedules += 1
    if state.same_day and (code == "11" or entry_class == "IAT"):
        words = "Same-day payment is asked for, and the schedule is not ACH within the country"
        file.found("same-day", place, words, who=said)


def _finish(state: _State) -> None:
    if state.payment is not None and state.schedule is not None:
        finish(state.file, state.schedule, state.payment)
    state.payment = None


def _trailer(state: _State, place: int, record: str) -> None:
    _finish(state)
    schedule, file = state.schedule, state.file
    if schedule is None:
        file.found("record-order", place, "A schedule trailer stands without a schedule", "RecordCode")
        return
    count, cents = number(record, "ScheduleCount"), number(record, "ScheduleAmount")
    if count is not None and count != len(schedule.payments):
        words = f"The trailer counts {count:,} payments, the schedule has {len(schedule.payments):,}"
        file.found(
            "schedule-count", place, words, "ScheduleCount", str(len(schedule.payments)), schedule.number
        )
    own = schedule.cents
    if cents is not None and own is not None and cents != own:
        words = f"The trailer says {Money(cents)}, the payments come to {Money(own)}"
        file.found("schedule-amount", place, words, "ScheduleAmount", str(Money(own)), schedule.number)
    _leave(state)


def _close(state: _State, place: int, words: str) -> None:
    """Leave a schedule that has no trailer."""
    _finish(state)
    if state.schedule is not None:
        said = f"{words} before the trailer of schedule {state.schedule.number}"
        state.file.found("schedule-trailer", place, said, "RecordCode", "T", state.schedule.number)
        _leave(state)


def _leave(state: _State) -> None:
    schedule, file = state.schedule, state.file
    if schedule is None:
        return
    if not schedule.payments:
        file.found("schedule-empty", schedule.place, f"Schedule {schedule.number} has no payment")
    trying = set(words_of("trying"))
    if any(code in trying for _, _, code, _ in schedule.payments):
        for place, cents, _, id_ in schedule.payments:
            if cents:
                words = f"{Money(cents)} stands in a schedule that tries accounts"
                file.found("prenote", place, words, "Amount", "0.00", id_)
    state.payments += len(schedule.payments)
    own = schedule.cents
    state.cents = None if own is None or state.cents is None else state.cents + own
    state.schedule = None


def _file_trailer(state: _State, place: int, record: str) -> None:
    state.ended = place
    own = (
        ("file-records", "TotalCount_Records", place + 1, "records"),
        ("file-payments", "TotalCount_Payments", state.payments, "payments"),
    )
    for rule, name, right, what in own:
        said = number(record, name)
        if said is not None and said != right:
            words = f"The trailer counts {said:,} {what}, the file has {right:,}"
            state.file.found(rule, place, words, name, str(right))
    cents = number(record, "TotalAmount_Payments")
    if cents is not None and state.cents is not None and cents != state.cents:
        words = f"The trailer says {Money(cents)}, the payments come to {Money(state.cents)}"
        state.file.found("file-amount", place, words, "TotalAmount_Payments", str(Money(state.cents)))


def _end(state: _State) -> None:
    last = len(state.file.records) - 1
    if state.ended is None:
        _close(state, last, "The file ends")
        state.file.found("file-trailer", last, "The file ends without its trailer", "RecordCode", "E")
    if not state.schedules:
        state.file.found("file-empty", None, "The file has no schedule")
