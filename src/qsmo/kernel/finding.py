"""What is wrong, said so that a person can mend it: a finding in data, or a refusal of a whole request."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with data: a stable code, a plain sentence, the place, and what would be right there."""

    code: str
    words: str
    severity: Severity = "error"
    file: str = ""
    line: int | None = None
    field: str = ""
    expected: str = ""
    who: str = ""

    @property
    def place(self) -> str:
        """Where it is, as `file:line field`, as far as known."""
        spot = self.file
        if self.line is not None:
            spot = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        return " ".join(part for part in (spot, self.field) if part)

    def __str__(self) -> str:
        stop = "" if self.words.endswith((".", "!", "?")) else "."
        right = f"{stop} Right would be: {self.expected}." if self.expected else ""
        who = f" [{self.who}]" if self.who else ""
        return f"{self.place}{who}: {self.words}{right}" if self.place else f"{self.words}{who}{right}"

    def as_dict(self) -> dict[str, object]:
        """The finding as plain data, for JSON and tables."""
        return asdict(self)


class Refusal(Exception):
    """A request that is not carried out, for a reason its sender can mend; nothing was changed.

    `status` is the HTTP status an edge answers with (403 not allowed, 404 not there for this viewer, 409 conflict,
    422 malformed); `findings` are the particulars.
    """

    def __init__(
        self, code: str, words: str, *, status: int = 409, findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.status = status
        self.findings = findings

    def __str__(self) -> str:
        return self.words
