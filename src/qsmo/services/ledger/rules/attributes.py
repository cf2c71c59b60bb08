"""Which attributes an account reports in a fiscal year, and what a line lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import cast

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalYear
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.position import NAMES, Attributes

MOST_KEPT = 100 * 100
"""How many combinations of account and attributes are remembered."""
SURE = ("sourced", "high")
WORDS = {
    "federal": "whether its partner is federal",
    "partner": "its trading partner's agency",
    "partner_main": "its trading partner's main account",
    "authority": "its type of authority",
    "reimbursable": "whether it is direct or reimbursable",
    "category": "its apportionment category",
    "program_b": "its category B line",
    "availability_time": "when it becomes available",
    "bea": "whether it is discretionary or mandatory",
    "exchange": "whether it is exchange or nonexchange",
    "adjustment": "whether it adjusts a prior year",
    "authority_year": "whether it spends new authority or a balance",
    "defc": "its disaster emergency fund code",
    "object_class": "its object class",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One attribute that an account reports: whether it must be there, under which code of another, what a blank is."""

    name: str
    required: bool
    when: str
    codes: tuple[str, ...]
    blank: str
    always: str
    mark: str

    def value(self, attributes: Attributes) -> str:
        """What is reported: what the table fixes, else what the line says, else what a blank means."""
        return self.always or cast(str, getattr(attributes, self.name)) or self.blank

    def applies(self, attributes: Attributes) -> bool:
        """Whether it is reported beside the line's other attributes."""
        return not self.when or getattr(attributes, self.when) in self.codes


@cache
def needs(account: str, year: int) -> tuple[Need, ...]:
    """The attributes that an account reports in a fiscal year, in the order in which attributes are written."""
    found: dict[str, Need] = {}
    for row in law()["attributes"].at(on=FiscalYear(year).during.start).rows:
        if year < row.integer("from_year") or not fnmatchcase(account, row.text("accounts")):
            continue
        when, _, codes = row.cells["when"].partition("=")
        need = Need(
            name=row.text("attribute"),
            required=row.text("need") == "required",
            when=when,
            codes=tuple(codes.split("|")),
            blank=row.cells["blank"],
            always=row.cells["always"],
            mark=row.text("mark"),
        )
        if need.name not in found or (need.required and not found[need.name].required):
            found[need.name] = need
    return tuple(sorted(found.values(), key=lambda need: NAMES.index(need.name)))


@lru_cache(maxsize=MOST_KEPT)
def reported(account: str, attributes: Attributes, year: int) -> Attributes:
    """Only what the account reports: all else blank, and what a blank means filled in."""
    filled = replace(
        attributes,
        **{need.name: need.value(attributes) for need in needs(account, year)},
    )
    return Attributes(
        **{need.name: getattr(filled, need.name) for need in needs(account, year) if need.applies(filled)}
    )


@lru_cache(maxsize=MOST_KEPT)
def missing(account: str, attributes: Attributes, year: int, as_written: bool = False) -> tuple[Finding, ...]:
    """A finding for each attribute that the account must report and the line does not give.

    Where the table is not sure that the account reports it (mark medium or low), it is a warning. `as_written` takes a
    blank as a blank, as in a file of others, whatever it means in books.
    """
    given = attributes if as_written else reported(account, attributes, year)
    return tuple(
        Finding(
            "attribute-missing",
            f"Account {account} must say {WORDS.get(need.name, need.name)} in FY{year}"
            + (f", because {need.when} is {getattr(given, need.when)}" if need.when else ""),
            severity="error" if need.mark in SURE else "warning",
            field=need.name,
        )
        for need in needs(account, year)
        if need.required and need.applies(given) and not getattr(given, need.name)
    )
