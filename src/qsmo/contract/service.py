"""What a service is: a manifest, and five verbs over a subscription. The marketplace knows nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable

from qsmo.contract.documents import Usage
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period

TermKind = Literal["text", "integer", "cents", "date", "choice"]


@dataclass(frozen=True, slots=True)
class Meter:
    """A unit of charge. `measure` is the FIBF service measure it counts, empty where the framework has none.

    `closes_after_days` is how long after the last day of a period its usage may still change; metering asks later.
    """

    name: str
    unit: str
    words: str
    measure: str = ""
    closes_after_days: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a customer states when it subscribes, and what is accepted there."""

    name: str
    kind: TermKind
    words: str
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A standard capability that a service says it covers, and why that may be believed.

    `authority` is the citation that the framework publishes for it, word for word. `cited_by` is what rests on that
    authority (`rule name`, `table name` or `test name`) and `cited_as` the part of its own citation that names it.
    """

    capability: str
    authority: str
    cited_by: str
    cited_as: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a service says of itself: who it is, what it counts, which permissions and terms it has, what it covers."""

    slug: str
    name: str
    area: str
    words: str
    meters: tuple[Meter, ...]
    permissions: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    activities: tuple[str, ...] = ()
    capabilities: tuple[Claim, ...] = ()
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """One customer's live use of one offering under one order; all that a service learns of the marketplace."""

    id: str
    customer: str
    provider: str
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The verb is finished. Saying it again changes nothing."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The verb is under way; ask again at an instant, the same way."""

    words: str
    again: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The verb cannot be done, for reasons the customer can mend; nothing was changed."""

    words: str
    findings: tuple[Finding, ...] = ()


Step = Done | Waiting | Refused


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of a customer's data: its name, media type, content in pieces, and how many records it holds.

    A record is what a reader of the form counts: a row of CSV or Parquet, an item of a JSON list.
    """

    name: str
    media_type: str
    pieces: Iterable[bytes]
    records: int


@runtime_checkable
class Service(Protocol):
    """A delivered service. Verbs are idempotent; what a customer can mend is `Refused`, never an exception."""

    manifest: Manifest

    def open(self, sub: Subscription) -> Step:
        """Make the service ready for this customer."""

    def change(self, sub: Subscription) -> Step:
        """Take the subscription's present terms over."""

    def close(self, sub: Subscription) -> Step:
        """End the use. The customer's data stays exportable."""

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """What was delivered on the days of a closed period; the same period always has the same answer."""

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        """The customer's data, complete, in forms it can read without us."""


def term_findings(manifest: Manifest, terms: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is wrong with terms, by the manifest alone: missing, unknown, or not of the kind. Empty when all is well."""
    return tuple(_term_findings(manifest, terms))


def _term_findings(manifest: Manifest, terms: Mapping[str, str]) -> Iterator[Finding]:
    known = {term.name: term for term in manifest.terms}
    for name in sorted(set(terms) - set(known)):
        expected = ", ".join(known) or "no terms at all"
        yield Finding(
            "term-unknown", f"“{name}” is not a term of {manifest.name}", field=name, expected=expected
        )
    for term in manifest.terms:
        value = terms.get(term.name, "").strip()
        if not value:
            if term.required:
                yield Finding(
                    "term-missing", f"{term.words} is not stated", field=term.name, expected=_form(term)
                )
        elif not _fits(term, value):
            yield Finding(
                "term-form", f"“{value}” does not fit {term.words}", field=term.name, expected=_form(term)
            )


def _form(term: Term) -> str:
    forms = {
        "text": "some text",
        "integer": "a whole number",
        "cents": "dollars such as 12.50",
        "date": "2026-01-31",
    }
    return "one of " + ", ".join(term.choices) if term.kind == "choice" else forms[term.kind]


_READERS: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "integer": int,
    "cents": Money.parse,
    "date": date.fromisoformat,
}


def _fits(term: Term, value: str) -> bool:
    if term.kind == "choice":
        return value in term.choices
    try:
        _READERS[term.kind](value)
    except (ValueError, Refusal):
        return False
    return True
