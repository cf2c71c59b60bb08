"""Asking about payees: what an adapter to the Do Not Pay lists must do, and the one that reads recorded answers.

Recorded answers are CSV: uei, list, asked_on, matched, reference; a line for each payee and list that was asked about.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from qsmo.kernel.finding import Finding, Refusal
from qsmo.services.ledger.formats.text import read_text

HEADER = ("uei", "list", "asked_on", "matched", "reference")
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a list said of a payee on a day; `line` is where it stands in the recorded answers."""

    uei: str
    listing: str
    asked_on: date
    matched: bool
    reference: str
    line: int


class Screening(Protocol):
    """An adapter to whoever keeps the lists: it is asked about payees and answers for each list."""

    def answers(self, payees: Iterable[str]) -> tuple[Answer, ...]:
        """What the lists say of payees, by their identifiers; those that it does not know are left out."""


@dataclass(frozen=True)
class Recorded:
    """Answers that were recorded when the lists were asked."""

    content: bytes
    name: str
    lists: frozenset[str]

    def answers(self, payees: Iterable[str]) -> tuple[Answer, ...]:
        """The recorded answers about payees. Refused (422) with every line that is no answer."""
        read = read_text(self.content)
        if read.unreadable or read.wrong:
            words = read.unreadable or read.wrong[0][1]
            raise Refusal("answers", words, status=422, findings=(Finding("file", words, file=self.name),))
        rows = csv.reader(io.StringIO(read.text, newline=""))
        header = [cell.strip().lower() for cell in next(rows, [])]
        if tuple(header) != HEADER:
            words = f"The header is {', '.join(header)[:200]}"
            found = (Finding("header", words, file=self.name, line=1, expected=", ".join(HEADER)),)
            raise Refusal("answers", "The file is no list of answers", status=422, findings=found)
        asked, made, wrong = set(payees), [], []
        for cells in rows:
            if any(cells):
                one = self._answer([cell.strip() for cell in cells], rows.line_num)
                if isinstance(one, Finding):
                    wrong.append(one)
                elif one.uei in asked:
                    made.append(one)
        if wrong:
            raise Refusal("answers", "Some lines are no answers", status=422, findings=tuple(wrong))
        return tuple(made)

    def _answer(self, cells: list[str], line: int) -> Answer | Finding:
        def no(field: str, words: str, expected: str) -> Finding:
            return Finding("answer", words, file=self.name, line=line, field=field, expected=expected)

        if len(cells) != len(HEADER):
            return no("", f"{len(cells)} cells where the header has {len(HEADER)}", ", ".join(HEADER))
        uei, listing, asked_on, matched, reference = cells
        if listing not in self.lists:
            return no("list", f"“{listing}” is no list that is asked", ", ".join(sorted(self.lists)))
        if matched not in YES_NO:
            return no("matched", f"“{matched}” is neither yes nor no", "yes or no")
        try:
            day = date.fromisoformat(asked_on)
        except ValueError:
            return no("asked_on", f"“{asked_on}” is not a day", "2026-01-20")
        return Answer(uei, listing, day, YES_NO[matched], reference[:60], line)
