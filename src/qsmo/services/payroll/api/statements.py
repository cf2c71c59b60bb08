"""Statements for programs: the lines, the accounts of leave, and how each figure came about."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest
from ninja import Router, Schema

from qsmo.platform.api.door import PROBLEMS, Key, Word, viewer_of
from qsmo.services.payroll import queries

router = Router(tags=["payroll"])


class StatementLineOut(Schema):
    """One line of a statement; the amount in cents, `name` opens it."""

    section: str
    name: str
    title: str
    quantity: str
    rate: str
    amount: int
    because: str


class LeaveOut(Schema):
    """One kind of leave in hundredths of an hour: before - lost + earned - used is the balance. `name` opens it."""

    kind: str
    name: str
    title: str
    before: int
    earned: int
    used: int
    lost: int
    balance: int
    year_earned: int | None
    year_used: int
    because: str


class StatementOut(Schema):
    """A statement."""

    run: str
    employee: str
    lines: list[StatementLineOut]
    leave: list[LeaveOut]


class InputOut(Schema):
    """What went into a figure; `name` opens it where it has a rule of its own."""

    name: str
    title: str
    shown: str
    opens: bool


class TableOut(Schema):
    """The version of a table that a figure rests on."""

    title: str
    reference: str
    cite: str
    source: str
    figures: list[list[str]]


class ExplanationOut(Schema):
    """How a figure came about."""

    name: str
    title: str
    shown: str
    words: str
    cite: str
    inputs: list[InputOut]
    tables: list[TableOut]


@router.get("/runs/{run}/statements/{employee}", response={200: StatementOut, **PROBLEMS})
def statement(request: HttpRequest, run: Key, employee: Word) -> StatementOut:
    """One statement."""
    found = queries.statement(viewer_of(request), run, employee)
    lines = [
        StatementLineOut(
            section=line.section, name=line.name, title=line.title, quantity=line.quantity, rate=line.rate,
            amount=line.amount.cents, because=line.because,
        )
        for line in found.lines
    ]  # fmt: skip
    leave = [LeaveOut(**asdict(account)) for account in found.leave]
    return StatementOut(run=run, employee=employee, lines=lines, leave=leave)


@router.get("/runs/{run}/statements/{employee}/{name}", response={200: ExplanationOut, **PROBLEMS})
def explanation(request: HttpRequest, run: Key, employee: Word, name: Word) -> ExplanationOut:
    """How one figure of a statement came about."""
    found = queries.explanation(viewer_of(request), run, employee, name)
    return ExplanationOut(
        name=found.name,
        title=found.title,
        shown=found.shown,
        words=found.words,
        cite=found.cite,
        inputs=[InputOut(name=i.name, title=i.title, shown=i.shown, opens=i.opens) for i in found.inputs],
        tables=[
            TableOut(
                title=use.title,
                reference=use.reference,
                cite=use.cite,
                source=use.source,
                figures=[list(pair) for pair in use.figures],
            )
            for use in found.tables
        ],
    )
