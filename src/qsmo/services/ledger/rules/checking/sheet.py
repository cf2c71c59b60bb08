"""A table read from a file, by column: texts as they stand, amounts in whole cents, the line of each row, and what of
it could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from qsmo.services.ledger.rules.symbol import COLUMNS, TreasuryAccount

CENTS = pl.Int128
Term = tuple[int, str]
APART = "\x1f"


@dataclass
class Sheet:
    """One file. `of` says which kind it is; `bad` holds the rows whose amounts or dates could not be read.

    Texts are never null; amounts are whole cents (128 bits, room for every amount that has room in a field), null where
    the cell is blank. A column that the file does not have reads as blanks.
    """

    name: str
    of: str
    frame: pl.DataFrame
    lines: Sequence[int]
    bad: frozenset[int] = field(default_factory=frozenset)
    last_line: int = 0

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.lines)

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.frame.columns

    def series(self, name: str) -> pl.Series:
        """A column of texts."""
        return self.frame[name] if self.has(name) else pl.Series(name, [""] * self.size, dtype=pl.String)

    def text(self, name: str) -> list[str]:
        """A column of texts as a list."""
        return self.series(name).to_list()

    def upper(self, name: str) -> list[str]:
        """A column of texts in capitals as a list."""
        return self.series(name).str.to_uppercase().to_list()

    def cents(self, name: str) -> pl.Series:
        """A column of amounts; null where the cell is blank."""
        return self.frame[name] if self.has(name) else pl.Series(name, [None] * self.size, dtype=CENTS)

    def amount(self, name: str) -> list[int | None]:
        """A column of amounts as a list."""
        return self.cents(name).to_list()

    def is_nil(self, name: str) -> bool:
        """Whether a column of amounts holds nothing but blanks and zeros."""
        return name not in self._filled

    @cached_property
    def _filled(self) -> set[str]:
        return {
            name
            for name, kind in self.frame.schema.items()
            if kind == CENTS and (self.frame[name].fill_null(0) != 0).any()
        }

    def total(self, terms: Iterable[Term]) -> pl.Series:
        """The sum of terms, each a sign and a column, on every row; blanks count as zero."""
        found = pl.zeros(self.size, dtype=pl.Int64, eager=True).cast(CENTS)
        for sign, name in terms:
            if not self.is_nil(name):
                column = self.frame[name].fill_null(0)
                found = found + column if sign > 0 else found - column
        return found

    def some(self, names: Iterable[str]) -> pl.Series:
        """On which rows one of these amounts is other than zero."""
        found = pl.repeat(False, self.size, eager=True)
        for name in names:
            if not self.is_nil(name):
                found = found | (self.frame[name].fill_null(0) != 0)
        return found

    def given(self, names: Iterable[str]) -> pl.Series:
        """On which rows one of these amounts is given, be it as zero."""
        found = pl.repeat(False, self.size, eager=True)
        for name in names:
            if self.has(name):
                found = found | self.frame[name].is_not_null()
        return found

    @cached_property
    def account_series(self) -> pl.Series:
        """The account symbol of each row as people read it."""
        keys = self.frame.select(
            pl.concat_str(*(pl.lit(self.series(name)) for name in COLUMNS), separator=APART).alias("account")
        )["account"]
        known = {}
        for key in keys.unique().to_list():
            symbol = TreasuryAccount.of(*key.split(APART))
            self._known[symbol.display] = symbol
            known[key] = symbol.display
        return keys.replace_strict(known, return_dtype=pl.String) if known else keys

    @cached_property
    def _known(self) -> dict[str, TreasuryAccount]:
        return {}

    @cached_property
    def accounts(self) -> list[str]:
        """The account symbols as a list."""
        return self.account_series.to_list()

    @property
    def known(self) -> dict[str, TreasuryAccount]:
        """Every account symbol of the file by the form that people read."""
        if not self._known:
            self.account_series  # noqa: B018  (fills what is known)
        return self._known

    def symbol(self, place: int) -> TreasuryAccount:
        """The account symbol of a row."""
        return self.known[self.accounts[place]]

    @cached_property
    def has_amount(self) -> list[bool]:
        """Whether any amount of the row is other than zero."""
        return self.some(self._filled).to_list()

    def places(self, where: pl.Series) -> list[int]:
        """The rows on which something holds."""
        return where.arg_true().to_list()
