"""What the rules of the DATA Act files read from the register of law: sums, lists of codes, and the years of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.report import Report, Rule, register_of
from qsmo.services.ledger.rules.checking.sheet import Sheet, Term

ListRow = Mapping[str, str]
ACCOUNT = re.compile(r"USSGL(\d+)_.*_(CPE|FYB)")
OBLIGATION = "TransactionObligatedAmount"
OUTLAY = {"B": "GrossOutlayAmountByProgramObjectClass_CPE", "C": "GrossOutlayAmountByAward_CPE"}
CODE, NAME, KEY = "ProgramActivityCode", "ProgramActivityName", "ProgramActivityReportingKey"
CLASS, FLAG, FUND, ADJUSTMENT = (
    "ObjectClass",
    "ByDirectReimbursableFundingSource",
    "DisasterEmergencyFundCode",
    "PriorYearAdjustment",
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a check is told beside the three files. Lists are None where they were not given; `year` and `period` are
    None where nobody said them; `at_least` is a year before which the columns of the files did not exist."""

    year: int | None = None
    period: int | None = None
    agency: str = ""
    at_least: int | None = None
    accounts: Sequence[ListRow] | None = None
    budget: Sequence[ListRow] | None = None
    keys: Sequence[ListRow] | None = None
    activities: Sequence[ListRow] | None = None
    procurement: Sequence[ListRow] | None = None
    assistance: Sequence[ListRow] | None = None
    prior: Sheet | None = None


@dataclass
class Case:
    """The files of one submission, what was given beside them, and the report they are checked into."""

    sheets: Mapping[str, Sheet]
    given: Given
    report: Report
    _balance: list[bool] = field(default_factory=list)

    def finding(
        self, code: str, sheet: Sheet, place: int | None, words: str, name: str = "", expected: str = ""
    ) -> None:
        """A finding on a row of a sheet, or on the whole of it."""
        self.report.found(
            code,
            sheet.of,
            words,
            file=sheet.name,
            line=None if place is None else sheet.lines[place],
            field=name,
            expected=expected,
            who="" if place is None else sheet.accounts[place],
        )

    def balances(self, sheet: Sheet) -> list[bool]:
        """Which rows of file C report balances: those without an obligation of a transaction."""
        if not self._balance:
            self._balance = sheet.cents(OBLIGATION).is_null().to_list()
        return self._balance

    def from_year(self, value: str) -> bool | None:
        """Whether a rule that begins in a fiscal year holds; None where the year is not known."""
        first = law()["dataact_rules"].versions[-1].integer(value)
        if self.given.year is not None:
            return self.given.year >= first
        return True if self.given.at_least is not None and self.given.at_least >= first else None


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """The register of rules, by code and file."""
    return register_of(law()["dataact_rules"].versions[-1])


@cache
def account_fields(of: str) -> dict[str, str]:
    """The fields of ledger accounts in a file, by `480100_CPE` and the like."""
    found = {}
    for row in law()["dataact_fields"].versions[-1].rows:
        match = ACCOUNT.fullmatch(row.text("name"))
        if match and row.text("file") == of:
            found[f"{match[1]}_{match[2]}"] = row.text("name")
    return found


@cache
def amounts_of(of: str) -> tuple[str, ...]:
    """The names of all amounts of a file."""
    rows = law()["dataact_fields"].versions[-1].rows
    return tuple(row.text("name") for row in rows if row.text("file") == of and row.text("kind") == "amount")


def terms_of(text: str, of: str) -> tuple[Term, ...]:
    """Terms such as `+480100_CPE -480100_FYB` as signs and fields."""
    accounts = account_fields(of)
    return tuple((-1 if each[0] == "-" else 1, accounts.get(each[1:], each[1:])) for each in text.split())


def short(name: str) -> str:
    """A field's name as it is said in a sentence: the account's number instead of its long name."""
    match = ACCOUNT.fullmatch(name)
    return f"{match[1]}_{match[2]}" if match else name


@cache
def fund_codes() -> frozenset[str]:
    """The disaster and emergency fund codes."""
    return frozenset(row.text("code") for row in law()["defc"].versions[-1].rows)


@cache
def object_classes() -> frozenset[str]:
    """Every form in which an object class may be written: three digits, a funding digit before, or a zero behind."""
    version = law()["object_classes"].versions[-1]
    codes = [row.text("code") for row in version.rows]
    before = [digit + code for digit in version.text("funding").split() for code in codes]
    return frozenset([*codes, *before, *(code + "0" for code in codes)])


NO_CLASS = frozenset({"0", "00", "000", "0000"})


def class_key(code: str) -> str:
    """An object class for comparing: ### and ###0 are the same."""
    if code in NO_CLASS:
        return "000"
    return code[:-1] if len(code) > len("000") and code.endswith("0") else code


def dollars(cents: int) -> str:
    """Cents as people read them."""
    return str(Money(cents))
