"""What was true of a designation on one day as far as it was known by another, and whether a plan or a vote stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from qsmo.kernel.finding import Finding
from qsmo.kernel.law import register
from qsmo.kernel.period import Period

LAW = register(Path(__file__).parent / "law")


@dataclass(frozen=True, slots=True)
class Event:
    """One dated fact: from `effective` the designation is in `stage`, as published on `known`.

    `number` counts the facts of one designation in the order in which they came to file.
    """

    act: str
    stage: str
    effective: date
    known: date
    decision: str
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The stage of a designation on a day: since when, by which fact."""

    stage: str
    since: date
    event: Event


@dataclass(frozen=True, slots=True)
class Span:
    """A stage and the days during which it held; the last one of a history runs to the day asked about."""

    stage: str
    during: Period


def standing(events: Iterable[Event], true_on: date, known_by: date | None = None) -> Standing | None:
    """The stage that held on a day, from the facts known by another day (all facts without one); None before any.

    Of facts with the same effective day the one known later counts, so that a correction replaces what it corrects; of
    those known on the same day the one that came later.
    """
    held: Standing | None = None
    for event in _in_order(events, true_on, known_by):
        same = held is not None and held.stage == event.stage
        held = Standing(event.stage, held.since if held and same else event.effective, event)
    return held


def spans(events: Iterable[Event], until: date, known_by: date | None = None) -> tuple[Span, ...]:
    """The stages one after another, from the first fact up to and with a day; those that took no day are left out."""
    found = _in_order(events, until, known_by)
    starts = [(event.stage, event.effective) for event in found]
    edges = [*starts, ("", date.fromordinal(until.toordinal() + 1))]
    return tuple(
        Span(stage, Period(start, end)) for (stage, start), (_, end) in pairwise(edges) if start < end
    )


def missing_sections(sections: Mapping[str, str], on: date) -> list[Finding]:
    """The sections that a marketplace plan must hold on a day and that are absent or empty."""
    rows = LAW["plan-sections"].at(on=on).rows
    return [
        Finding(
            "section-missing", f"The plan has no section “{row.text('title')}”", field=row.text("section")
        )
        for row in rows
        if not sections.get(row.text("section"), "").strip()
    ]


def vote_faults(votes_for: int, votes_against: int, seats_filled: int) -> list[Finding]:
    """Why a vote of the board carries no recommendation: nothing when it does.

    Without a rule of its own, a collective body acts by the majority of a quorum, and a majority of its filled seats
    is a quorum (FTC v. Flotill Products, 389 U.S. 179, 183 (1967)). Members who recuse themselves do not vote.
    """
    if min(votes_for, votes_against, seats_filled) < 0 or votes_for + votes_against > seats_filled:
        return [
            Finding("vote-count", "More votes than filled seats, or a count below zero", field="votes_for")
        ]
    found = []
    if 2 * (votes_for + votes_against) <= seats_filled:
        words = f"{votes_for + votes_against} of {seats_filled} filled seats voted: no quorum"
        found.append(
            Finding("vote-quorum", words, field="seats_filled", expected="more than half of the seats")
        )
    if votes_for <= votes_against:
        words = f"{votes_for} for and {votes_against} against is no majority"
        found.append(Finding("vote-majority", words, field="votes_for"))
    return found


def _in_order(events: Iterable[Event], true_on: date, known_by: date | None) -> list[Event]:
    told = [
        event
        for event in events
        if event.effective <= true_on and (known_by is None or event.known <= known_by)
    ]
    return sorted(told, key=lambda event: (event.effective, event.known, event.number))
