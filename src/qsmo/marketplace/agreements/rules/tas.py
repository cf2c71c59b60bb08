"""Treasury account symbols: their parts, their form in text, and in which years an account may be obligated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import Version

_FORMS = {
    "ata": (r"(?:\d{3})?", "three digits, or nothing"),
    "aid": (r"\d{3}", "three digits, such as 024"),
    "bpoa": (r"(?:(?:19|20|21)\d{2})?", "a fiscal year such as 2026, or nothing for a no-year account"),
    "epoa": (r"(?:(?:19|20|21)\d{2})?", "a fiscal year such as 2026, or nothing for a no-year account"),
    "availability": (r"X?", "X for a no-year account, or nothing"),
    "main": (r"\d{4}", "four digits, such as 4571"),
    "sub": (r"\d{3}", "three digits, 000 where there is none"),
}
_NAMES = {
    "ata": "allocation transfer agency",
    "aid": "agency identifier",
    "bpoa": "first year of availability",
    "epoa": "last year of availability",
    "availability": "availability type",
    "main": "main account",
    "sub": "sub-account",
}
PARTS = tuple(_FORMS)


@dataclass(frozen=True, slots=True)
class Tas:
    """The parts of one Treasury account symbol, each with its leading zeros; a part that is not there is empty."""

    ata: str = ""
    aid: str = ""
    bpoa: str = ""
    epoa: str = ""
    availability: str = ""
    main: str = ""
    sub: str = "000"

    @property
    def is_no_year(self) -> bool:
        """Whether the account stays open without a last year."""
        return self.availability == "X"

    def __str__(self) -> str:
        """The display form: parts joined with dashes, blanks dropped, `024-2026/2026-4571-000`."""
        years = f"{self.bpoa}/{self.epoa}" if self.bpoa else self.availability
        return "-".join(part for part in (self.ata, self.aid, years, self.main, self.sub) if part)


def tas_of(parts: Mapping[str, str]) -> Tas:
    """The symbol of parts as typed: spaces off, letters large; nothing is padded, so that a wrong part is seen."""
    return Tas(**{name: parts.get(name, "").strip().upper() for name in PARTS})


def form_findings(tas: Tas, place: str) -> Iterator[Finding]:
    """What is wrong with the form of a symbol: each part, and that it has a period or the letter, not both."""
    for name, (form, expected) in _FORMS.items():
        value = getattr(tas, name)
        if not re.fullmatch(form, value):
            words = f"“{value}” is not a Treasury account symbol's {_NAMES[name]}"
            yield Finding("tas-form", words, file=place, field=name, expected=expected)
    if bool(tas.bpoa) != bool(tas.epoa):
        words = "a period of availability has a first and a last year"
        yield Finding("tas-period", words, file=place, field="epoa", expected="both years, or neither")
    elif bool(tas.bpoa) == bool(tas.availability):
        words = "an account has either a period of availability or the letter X"
        yield Finding("tas-period", words, file=place, field="availability", expected="years, or X, not both")
    elif tas.bpoa > tas.epoa and len(tas.bpoa) == len(tas.epoa):
        words = f"the period ends in {tas.epoa}, before it starts in {tas.bpoa}"
        yield Finding("tas-period", words, file=place, field="epoa", expected=f"{tas.bpoa} or later")


def stage(tas: Tas, on: date, accounts: Version) -> str:
    """Where an account stands on a day: `future`, `unexpired`, `expired` or `canceled` (31 U.S.C. 1552)."""
    if tas.is_no_year:
        return "unexpired"
    if on < FiscalYear(int(tas.bpoa)).during.start:
        return "future"
    if on < FiscalYear(int(tas.epoa)).during.end:
        return "unexpired"
    last = int(tas.epoa) + accounts.integer("expired_years")
    return "expired" if on < FiscalYear(last).during.end else "canceled"
