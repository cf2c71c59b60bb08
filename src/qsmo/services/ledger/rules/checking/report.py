"""What a check of files gives back: its findings, which rules ran, which could not and why, as one stable document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Version

State = Literal["ran", "partly", "not run"]
FORM = "1"
"""The version of the document's form."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the register: `of` is the file it looks at (or *), `needs` what it cannot do without, `effect` what
    Treasury does when it is broken (payment files), `mark` how sure the source is."""

    code: str
    of: str
    severity: Literal["fatal", "warning"]
    category: str
    title: str
    needs: tuple[str, ...] = ()
    effect: str = ""
    mark: str = "sourced"


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at: its name, which of the kinds it was taken for, and how many rows or records it has."""

    name: str
    of: str
    rows: int
    lines: int


@dataclass
class Report:
    """The outcome. `readable` is False where a file could not be read at all; then no rule about its content ran."""

    kind: str
    rules: Mapping[tuple[str, str], Rule]
    files: list[Looked] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    states: dict[tuple[str, str], tuple[State, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    readable: bool = True

    def rule(self, code: str, of: str) -> Rule:
        """The rule that a code means for a file."""
        return self.rules.get((code, of)) or self.rules[code, "*"]

    def ran(self, code: str, of: str) -> None:
        """Note that a rule was applied to all there is."""
        self.states.setdefault((code, of), ("ran", ""))

    def partly(self, code: str, of: str, why: str) -> None:
        """Note that a rule was applied as far as it could be."""
        self.states[code, of] = ("partly", why)

    def skipped(self, code: str, of: str, why: str) -> None:
        """Note that a rule could not be applied, and what it needs."""
        self.states.setdefault((code, of), ("not run", why))

    def complete(self, kinds: Iterable[str]) -> None:
        """Give a state to every rule about files of these kinds that has none: it could not be applied."""
        given = set(kinds)
        unread = given - {each.of for each in self.files if each.rows}
        for code, of in self.rules:
            for kind in given if of == "*" else given & {of}:
                why = (
                    "the file has no rows that could be read"
                    if kind in unread
                    else "the file could not be read"
                )
                self.states.setdefault((code, kind), ("not run", why))

    def found(
        self,
        code: str,
        of: str,
        words: str,
        *,
        file: str = "",
        line: int | None = None,
        field: str = "",
        expected: str = "",
        who: str = "",
    ) -> None:
        """Add a finding; its severity is that of the rule."""
        severity: Literal["error", "warning"] = (
            "error" if self.rule(code, of).severity == "fatal" else "warning"
        )
        self.findings.append(Finding(code, words, severity, file, line, field, expected, who))

    @property
    def fatal(self) -> int:
        """How many findings are fatal."""
        return sum(each.severity == "error" for each in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.findings) - self.fatal

    @property
    def exit_code(self) -> int:
        """0 without a fatal finding, 1 with one, 2 where a file could not be read at all."""
        return (2 if not self.readable else 1) if self.fatal or not self.readable else 0

    def in_order(self) -> list[Finding]:
        """The findings by file, line and rule; what concerns a whole file comes first."""
        place = {each.name: number for number, each in enumerate(self.files)}
        return sorted(
            self.findings,
            key=lambda each: (
                place.get(each.file, len(place)),
                each.line or 0,
                each.severity,
                each.code,
                each.field,
            ),
        )

    def run(self) -> list[dict[str, object]]:
        """Each rule that concerns what was given: whether it ran, why not, and how many findings it has."""
        of_file = {each.name: each.of for each in self.files}
        counts = Counter((each.code, of_file.get(each.file, "")) for each in self.findings)
        rows: list[dict[str, object]] = []
        for (code, of), (state, why) in self.states.items():
            rule = self.rule(code, of)
            rows.append(
                {
                    "rule": code,
                    "file": of,
                    "severity": rule.severity,
                    "state": state,
                    "why": why,
                    "findings": counts[code, of],
                    "title": rule.title,
                    "effect": rule.effect,
                    "mark": rule.mark,
                }
            )
        return rows

    def as_document(self) -> dict[str, object]:
        """The whole report as plain data, in a form that stays: names of keys are only added to."""
        return self.summary() | {"findings": list(self.plain())}

    def plain(self) -> Iterator[dict[str, object]]:
        """Each finding as plain data, in order, one at a time: there may be a million of them."""
        of_file = {each.name: each.of for each in self.files}
        for each in self.in_order():
            yield self._plain(each, of_file.get(each.file, ""))

    def summary(self) -> dict[str, object]:
        """The document but for its findings: what was looked at, how much was found, which rules ran."""
        run = self.run()
        return {
            "form": FORM,
            "check": self.kind,
            "readable": self.readable,
            "passed": self.exit_code == 0,
            "counts": {
                "findings": len(self.findings),
                "fatal": self.fatal,
                "warning": self.warnings,
                "rules_run": sum(row["state"] == "ran" for row in run),
                "rules_partly": sum(row["state"] == "partly" for row in run),
                "rules_not_run": sum(row["state"] == "not run" for row in run),
            },
            "files": [
                {"name": each.name, "file": each.of, "rows": each.rows, "lines": each.lines}
                for each in self.files
            ],
            "rules": run,
            "notes": list(dict.fromkeys(self.notes)),
        }

    def _plain(self, each: Finding, of: str) -> dict[str, object]:
        rule = self.rule(each.code, of)
        return {
            "rule": each.code,
            "severity": rule.severity,
            "file": each.file,
            "of": of,
            "line": each.line,
            "field": each.field,
            "words": each.words,
            "expected": each.expected,
            "who": each.who,
            "effect": rule.effect,
        }


def register_of(version: Version) -> dict[tuple[str, str], Rule]:
    """The rules that a table holds, by code and file."""
    found = {}
    for row in version.rows:
        severity: Literal["fatal", "warning"] = "fatal" if row.text("severity") == "fatal" else "warning"
        rule = Rule(
            row.text("rule"),
            row.cells.get("file") or "*",
            severity,
            row.cells.get("category", ""),
            row.text("title"),
            tuple((row.cells.get("needs") or "").split()),
            row.cells.get("effect", ""),
            row.cells.get("mark") or "sourced",
        )
        found[rule.code, rule.of] = rule
    return found


def count_by_rule(findings: Iterable[Finding]) -> Counter[str]:
    """How many findings each rule has."""
    return Counter(each.code for each in findings)


def joined(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
