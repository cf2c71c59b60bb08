"""The Treasury account symbol: its seven parts, its text forms, its federal account, its fund, and its life by date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import Version
from qsmo.services.ledger.rules.chart import law

Life = Literal["future", "unexpired", "expired", "canceled"]
COLUMNS = (
    "AllocationTransferAgencyIdentifier",
    "AgencyIdentifier",
    "BeginningPeriodOfAvailability",
    "EndingPeriodOfAvailability",
    "AvailabilityTypeCode",
    "MainAccountCode",
    "SubAccountCode",
)
"""The names of the seven parts in the files of the reporting standard, in the order of the symbol."""
_DISPLAY = re.compile(
    r"(?:(?P<transfer>\d+)-)?(?P<agency>\d+)-"
    r"(?:(?P<begins>\d+)/(?P<ends>\d+)-|(?P<kind>[A-Z])-)?(?P<main>\d+)-(?P<sub>\d+)"
)


@cache
def _parts() -> Version:
    return law()["account_symbols"].versions[-1]


@dataclass(frozen=True, slots=True)
class TreasuryAccount:
    """A symbol. Parts that do not apply are empty; `kind` is X, F or C, and empty where the account has years.

    `transfer` is the agency that received an allocation (ATA), `agency` the owner (AID), `begins` and `ends` the first
    and last fiscal year of availability (BPOA, EPOA), `main` and `sub` the account codes.
    """

    transfer: str
    agency: str
    begins: str
    ends: str
    kind: str
    main: str
    sub: str

    @classmethod
    def of(
        cls,
        transfer: str = "",
        agency: str = "",
        begins: str = "",
        ends: str = "",
        kind: str = "",
        main: str = "",
        sub: str = "",
    ) -> TreasuryAccount:
        """From parts as files carry them: blanks around them dropped, leading zeros put back, letters made capital."""
        values = _parts()
        three, four, width = values.integer("agency"), values.integer("year"), values.integer("sub")
        return cls(
            _filled(transfer, three),
            _filled(agency, three),
            _filled(begins, four),
            _filled(ends, four),
            kind.strip().upper(),
            _filled(main, values.integer("main")),
            _filled(sub, width),
        )

    @classmethod
    def from_columns(cls, row: Mapping[str, str | None]) -> TreasuryAccount:
        """From a row that names the parts as `COLUMNS` does."""
        return cls.of(*((row.get(name) or "") for name in COLUMNS))

    @classmethod
    def parse(cls, text: str) -> TreasuryAccount:
        """Read the display form (`019-2016/2016-0113-000`) or the key of 22 characters; 422 for anything else."""
        match = _DISPLAY.fullmatch(text.strip().upper())
        if match is not None:
            found = cls.of(**{name: value or "" for name, value in match.groupdict().items()})
        else:
            found = cls._from_key(text)
        if found.fault:
            raise Refusal(
                "symbol-form", f"“{text}” is not a Treasury account symbol: {found.fault}", status=422
            )
        return found

    @classmethod
    def _from_key(cls, text: str) -> TreasuryAccount:
        values = _parts()
        agency, year = values.integer("agency"), values.integer("year")
        kind, main = values.integer("availability"), values.integer("main")
        widths = (agency, agency, year, year, kind, main, values.integer("sub"))
        if len(text) != sum(widths):
            words = (
                f"“{text}” is not a Treasury account symbol such as 019-2016/2016-0113-000 or 019-X-0306-000"
            )
            raise Refusal("symbol-form", words, status=422)
        cut, start = [], 0
        for width in widths:
            cut.append(text[start : start + width])
            start += width
        transfer, owner, begins, ends, letter, main_account, sub = cut
        cleared = (part if part.strip("0") else "" for part in (transfer, begins, ends))
        transfer, begins, ends = cleared
        return cls.of(transfer, owner, begins, ends, letter, main_account, sub)

    @property
    def fault(self) -> str:
        """What is wrong with the parts themselves, or an empty text."""
        for name, value in (("agency", self.agency), ("main account", self.main), ("sub-account", self.sub)):
            if not value:
                return f"the {name} is missing"
        numbers = (self.transfer, self.agency, self.begins, self.ends, self.main, self.sub)
        values = _parts()
        three, four = values.integer("agency"), values.integer("year")
        widths = (three, three, four, four, values.integer("main"), values.integer("sub"))
        for value, width in zip(numbers, widths, strict=True):
            if value and not (value.isascii() and value.isdigit() and len(value) == width):
                return f"“{value}” is not {width} digits"
        if self.kind not in ("", "X", "F", "C"):
            return f"availability type “{self.kind}” is not X, F or C"
        for year in filter(None, (self.begins, self.ends)):
            if not values.text("first_year") <= year <= values.text("last_year"):
                return f"{year} is not a fiscal year of this government"
        if bool(self.begins) != bool(self.ends):
            return "one year of availability is given without the other"
        if self.kind and self.begins:
            return "it has both years and an availability type; it may have one of them"
        if self.begins > self.ends:
            return f"it ends in {self.ends}, before it begins in {self.begins}"
        return ""

    @property
    def display(self) -> str:
        """The form that people read: parts joined by hyphens, empty ones left out, years as `first/last`."""
        period = f"{self.begins}/{self.ends}" if self.begins else self.kind
        return "-".join(part for part in (self.transfer, self.agency, period, self.main, self.sub) if part)

    @property
    def key(self) -> str:
        """The form of 22 characters: full widths, empty parts as zeros, no availability type as a blank."""
        values = _parts()
        agency, year, kind = values.integer("agency"), values.integer("year"), values.integer("availability")
        return (
            self.transfer.rjust(agency, "0")
            + self.agency.rjust(agency, "0")
            + self.begins.rjust(year, "0")
            + self.ends.rjust(year, "0")
            + self.kind.rjust(kind)
            + self.main.rjust(values.integer("main"), "0")
            + self.sub.rjust(values.integer("sub"), "0")
        )

    @property
    def columns(self) -> dict[str, str]:
        """The seven parts under their names in files."""
        parts = (self.transfer, self.agency, self.begins, self.ends, self.kind, self.main, self.sub)
        return dict(zip(COLUMNS, parts, strict=True))

    @property
    def federal_account(self) -> str:
        """The account without its years, as `agency-main`."""
        return f"{self.agency}-{self.main}"

    @property
    def group(self) -> str:
        """The fund group that the main account code says (mark medium in the table), or an empty text."""
        found = (row for row in _parts().rows if row.text("first") <= self.main <= row.text("last"))
        return next((row.text("group") for row in found), "")

    @property
    def expires_on(self) -> date | None:
        """The last day for new obligations: 30 September of the last year of availability; None without years."""
        if not self.ends:
            return None
        return FiscalYear(int(self.ends)).during.end - timedelta(days=1)

    @property
    def cancels_on(self) -> date | None:
        """The day on which every balance is canceled (31 U.S.C. 1552(a)); None for an account without years."""
        if not self.ends:
            return None
        last = int(self.ends) + _parts().integer("years_expired")
        return FiscalYear(last).during.end - timedelta(days=1)

    def life(self, on: date) -> Life:
        """Its state on a day: before its first year, open to new obligations, only for adjustment, or gone.

        An account is adjusted through 30 September of the fifth year after its last one, and is gone the day after.
        """
        if self.kind == "C":
            return "canceled"
        expires, cancels = self.expires_on, self.cancels_on
        if expires is None or cancels is None:
            return "unexpired"
        if on < FiscalYear(int(self.begins)).during.start:
            return "future"
        if on <= expires:
            return "unexpired"
        return "expired" if on <= cancels else "canceled"

    def __str__(self) -> str:
        return self.display


def _filled(part: str, width: int) -> str:
    part = part.strip()
    return part.rjust(width, "0") if part else ""
