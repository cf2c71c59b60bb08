"""What a replay writes: statements.csv, lines.csv, refused.csv and overpaid.csv. Dollars have two decimals."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.earnings.codes import FIRST_CODE
from qsmo.services.payroll.rules.explain import lines
from qsmo.services.payroll.rules.timeline.codes import code_of
from qsmo.services.payroll.rules.timeline.run import Ran, Refused, Statement

STATEMENTS = (
    *("ssn", "employee", "pay_period", "begin", "end", "gross", "federal_taxable", "deductions_total", "net"),
    "government_total",
)
LINES = ("ssn", "pay_period", "kind", "code", "hours", "amount", "because")
REFUSED = ("who", "period", "why")
OVERPAID = ("ssn", "pay_period", "of", "amount", "taken", "noticed_on", "hearing_by", "waiver_by")
DEBT = "428"
TIMED = {"comp": "comp_used"}
"""Kind of leave: the kind of hours that takes of it, where that has another name."""
MISSING = "missing"
"""The code of a line that says what is left out of a statement; such a statement's sums are not complete."""


class Files:
    """The four files of a replay, written as the pay periods come and put in place whole at the end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._open: dict[str, IO[str]] = {}
        self._writers: dict[str, Any] = {}
        for name, columns in (
            ("statements", STATEMENTS),
            ("lines", LINES),
            ("refused", REFUSED),
            ("overpaid", OVERPAID),
        ):
            file = self._part(name).open("w", encoding="utf-8", newline="")
            self._open[name] = file
            self._writers[name] = csv.writer(file, lineterminator="\n")
            self._writers[name].writerow(columns)

    def __enter__(self) -> Files:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._open.values():
            file.close()
        for name in self._open:
            if kind is None:
                self._part(name).replace(self.folder / f"{name}.csv")
            else:
                self._part(name).unlink(missing_ok=True)

    def write(self, ran: Ran) -> None:
        """One pay period more."""
        for statement in ran.statements:
            self._writers["statements"].writerow(_statement(statement))
            self._writers["lines"].writerows(_lines(statement))
            self._writers["overpaid"].writerows(_overpaid(statement))
        self.refuse(ran.refused)

    def refuse(self, refused: Iterable[Refused]) -> None:
        """Who was not paid, one row for each reason."""
        for each in refused:
            label = each.period.label if each.period else ""
            who = f"{each.name.upper()} ({each.who})" if each.name else each.who
            self._writers["refused"].writerows((who, label, why(found)) for found in each.findings)

    def _part(self, name: str) -> Path:
        return self.folder / f".{name}.csv.part"


def why(found: Finding) -> str:
    """A finding as the work list says it: the code, what is wrong, where, and what would be right."""
    stop = "" if found.words.endswith((".", "!", "?")) else "."
    right = f" Right would be: {found.expected}." if found.expected else ""
    place = f" ({found.place})" if found.place else ""
    return f"{found.code}: {found.words}{stop}{right}{place}"


def _statement(each: Statement) -> Sequence[str]:
    during = each.period.during
    return (
        each.ssn,
        each.name.upper(),
        each.period.label,
        str(during.start),
        str(during.last),
        dollars(each.gross),
        dollars(Money(int(each.row["income_tax_wages_cents"]))),
        dollars(each.deductions),
        dollars(each.net),
        dollars(each.government),
    )


def _lines(each: Statement) -> Iterator[Sequence[str]]:
    own = (each.ssn, each.period.label)
    retirement = str(each.row.get("retirement", ""))
    left_out = each.missing.lines if each.missing else frozenset()
    for line in lines(each.row):
        if line.section != "total" and line.name not in left_out:
            code = code_of(line.section, line.name, retirement)
            hours = line.quantity.partition(" ")[0]
            yield (*own, code.kind, code.code, hours, dollars(line.amount), line.because)
    for found in each.differences:
        code = code_of(found.section, found.name, retirement)
        because = f"{found.title}: difference of pay period {found.of.label}, computed once more"
        yield (*own, code.kind, code.code, "", dollars(Money(found.cents)), because)
    if each.taken:
        labels = ", ".join(debt.of.label for debt in each.overpaid if debt.at_once)
        yield (
            *own,
            "deduction",
            DEBT,
            "",
            dollars(each.taken),
            f"Paid too much in {labels}; 5 U.S.C. 5514(a)(3)",
        )
    if each.missing:
        what = " and ".join(sorted(each.missing.what))
        yield (
            *own,
            "deduction",
            "missing",
            "",
            "",
            f"Without {what}, so net is not complete: {why(each.missing.why)}",
        )
    yield from _leave(each)


def _leave(each: Statement) -> Iterator[Sequence[str]]:
    """Leave taken under its time code; what is earned, lost and left under names of ours."""
    own = (each.ssn, each.period.label, "leave")
    for account in each.leave:
        hours = {
            f"{account.kind}_earned": account.earned,
            FIRST_CODE[TIMED.get(account.kind, account.kind)]: account.used,
            f"{account.kind}_lost": account.lost,
        }
        told = {code: centihours for code, centihours in hours.items() if centihours}
        for code, centihours in (told | {f"{account.kind}_balance": account.balance}).items():
            yield (*own, code, dollars(Money(centihours)), dollars(Money(0)), account.because)


def _overpaid(each: Statement) -> Iterator[Sequence[str]]:
    left = each.taken
    for debt in each.overpaid:
        taken = min(left, debt.amount) if debt.at_once else Money(0)
        left = left - taken
        days = (str(debt.noticed_on), str(debt.hearing_by), str(debt.waiver_by))
        label = each.period.label
        yield (each.ssn, label, debt.of.label, dollars(debt.amount), dollars(taken), *days)


def dollars(amount: Money) -> str:
    """An amount with two decimals and no separators: 3274.43, -12.00."""
    sign = "-" if amount.cents < 0 else ""
    whole, part = divmod(abs(amount.cents), 100)
    return f"{sign}{whole}.{part:02d}"
