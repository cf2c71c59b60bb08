"""The statement of earnings and leave as a tagged PDF (PDF/UA-1): from plain data, the same bytes for the same data."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

from qsmo.kernel.finding import Refusal

_HERE = Path(__file__).parent
GROUPS = ("earning", "deduction", "contribution")
TOTALS = ("gross", "deductions", "net", "employer")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: every cell as it is printed; `because` names rule, table version and law."""

    title: str
    amount: str
    because: str
    quantity: str = ""
    rate: str = ""
    ytd: str = ""


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """One kind of leave in hours, as printed; `because` names table version and law."""

    title: str
    before: str
    earned: str
    used: str
    lost: str
    balance: str
    year_earned: str
    year_used: str
    because: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement says. `groups`: lines by the names of GROUPS; `totals`: by the names of TOTALS, each with the
    amount of the period and of the year to date, as printed."""

    agency: str
    employee_name: str
    employee_number: str
    position: str
    duty_station: str
    pay_period: str
    first_on: date
    last_on: date
    pay_date: date
    totals: Mapping[str, tuple[str, str]]
    groups: Mapping[str, Sequence[StatementLine]]
    leave: Sequence[LeaveLine] = ()
    remarks: Sequence[str] = ()


class StatementPrinter:
    """Prints statements in one language with one compiler that is kept warm; make one for each thread."""

    def __init__(self, language: str = "en", *, font_folders: Sequence[Path] = ()) -> None:
        texts = tomllib.loads((_HERE / "statement_texts.toml").read_text(encoding="utf-8"))
        if language not in texts:
            words = f"There is no statement in “{language}”; there is one in {', '.join(texts)}"
            raise Refusal("statement-language", words, status=422)
        self.language = language
        self.texts: dict[str, str] = texts[language]
        self._compiler = typst.Compiler(
            _HERE / "statement.typ",
            root=_HERE,
            font_paths=list(font_folders),
            ignore_system_fonts=True,  # the same fonts, so the same bytes, on every machine
        )

    def pdf(self, statement: Statement) -> bytes:
        """One statement as PDF/UA-1. It is dated by its pay date, not by the clock, so that it can be printed again.

        Refusal (422) for a character that no font at hand can show: the accessible form allows no empty boxes.
        """
        content = json.dumps(self._data(statement), ensure_ascii=False, sort_keys=True)
        made_at = datetime.combine(statement.pay_date, time(), tzinfo=UTC)
        try:
            printed = self._compiler.compile(
                format="pdf",
                sys_inputs={"statement": content},
                pdf_standards=["ua-1"],
                timestamp=made_at,
            )
        except typst.TypstError as fault:
            if "could not be displayed" not in str(fault):
                raise
            words = (
                f"The statement of {statement.employee_number} has a character that no font here can show."
            )
            raise Refusal("statement-character", words, status=422) from fault
        if not isinstance(printed, bytes):
            raise TypeError("the compiler gave no PDF")
        return printed

    def _data(self, statement: Statement) -> dict[str, object]:
        reasons: dict[str, int] = {}
        groups = []
        for name in GROUPS:
            lines = []
            for line in statement.groups.get(name, ()):
                number = reasons.setdefault(line.because, len(reasons) + 1)
                lines.append({**asdict(line), "why": str(number)})
            if lines:
                groups.append({"name": name, "lines": lines})
        leave = [
            {**asdict(kind), "why": str(reasons.setdefault(kind.because, len(reasons) + 1))}
            for kind in statement.leave
        ]
        unknown = set(statement.groups) - set(GROUPS) | set(statement.totals) ^ set(TOTALS)
        if unknown:
            raise ValueError(
                f"a statement has the groups {GROUPS} and the totals {TOTALS}: {sorted(unknown)}"
            )
        totals = [
            {"name": name, "amount": statement.totals[name][0], "ytd": statement.totals[name][1]}
            for name in TOTALS
        ]
        return {
            "language": self.language,
            "texts": self.texts,
            "agency": statement.agency,
            "employee": {
                "name": statement.employee_name,
                "number": statement.employee_number,
                "position": statement.position,
                "duty_station": statement.duty_station,
            },
            "period": {
                "number": statement.pay_period,
                "start": statement.first_on.isoformat(),
                "end": statement.last_on.isoformat(),
                "pay_date": statement.pay_date.isoformat(),
            },
            "totals": totals,
            "groups": groups,
            "leave": leave,
            "remarks": list(statement.remarks),
            "reasons": list(reasons),
        }
