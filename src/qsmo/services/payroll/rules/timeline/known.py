"""The day on which a batch became known: what somebody says, what the message says, or the latest day in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qsmo.contract.documents import TimeRecord
from qsmo.kernel.finding import Finding
from qsmo.kernel.period import Period
from qsmo.services.payroll.rules.timeline.calendar import tax_year
from qsmo.services.payroll.rules.timeline.events import Event, Timed

CHANGES = ("position", "pay", "award", "correction", "cancellation")
"""Families of actions that change pay from a day on."""
_DAY = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Batch:
    """One message as it came: its name, the day on which it was sent as it says itself, and what it holds."""

    name: str
    sent_on: date | None
    events: tuple[Event, ...] = ()
    times: tuple[TimeRecord, ...] = ()
    findings: tuple[Finding, ...] = ()


def arrivals(
    batches: Sequence[Batch], span: Period, said: Mapping[str, date]
) -> tuple[list[Event], list[Timed]]:
    """Every event and time record with the day on which it became known, in order of arrival.

    The day of a batch is what `said` has for its name; else the day on which it says it was sent, else a day in its
    name, where that lies in the `span` of the replay (a set sent anew years later says nothing of the order of then);
    else each record was known when it took effect. A time record comes with the latest pay period of its batch. What a
    later batch says again word for word is nothing new.
    """
    events: list[Event] = []
    times: list[Timed] = []
    dated = [(arrived_on(batch, span, said), batch) for batch in batches]
    dated.sort(key=lambda each: (each[0] or span.start, each[1].sent_on or span.start, each[1].name))
    for order, (known_on, batch) in enumerate(dated):
        events += [replace(each, known_on=known_on, order=order) for each in batch.events]
        times += _timed(batch, said.get(batch.name), order)
    return _once(events), times


def _once(events: Sequence[Event]) -> list[Event]:
    """Without the events that another batch said before, all alike: the same file is sent twice, an award is not paid
    twice. Of those alike the first whose day is known stands."""
    first: dict[str, Event] = {}
    words = [repr(replace(each, known_on=None, order=0, file="", line=None)) for each in events]
    for said, each in zip(words, events, strict=True):
        held = first.setdefault(said, each)
        if held.known_on is None and each.known_on is not None:
            first[said] = each
    return [each for said, each in zip(words, events, strict=True) if each.order == first[said].order]


def arrived_on(batch: Batch, span: Period, said: Mapping[str, date]) -> date | None:
    """The day on which a batch became known; None where nothing says it."""
    if batch.name in said:
        return said[batch.name]
    if batch.sent_on is not None and batch.sent_on in span:
        return batch.sent_on
    days = [day for found in _DAY.finditer(batch.name) if (day := _day(found)) is not None and day in span]
    return days[0] if len(days) == 1 else None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def _timed(batch: Batch, said: date | None, order: int) -> Iterable[Timed]:
    latest = max((each.during.last for each in batch.times), default=None)
    for each in batch.times:
        late = said if said is not None and said > each.during.last else None
        known_on = latest if late is None and latest is not None and each.during.last < latest else late
        yield Timed(each, known_on, order, batch.name)


def times_in_open_years(batches: Sequence[Batch]) -> tuple[list[Batch], list[Finding]]:
    """The batches without time for a year that is closed, and a finding for each such record.

    Closed is every tax year before the first in which a batch has its latest pay period: time for an earlier one
    amends what was paid in this replay, never what was paid in a year before it.
    """
    latest = [max(each.during.start for each in batch.times) for batch in batches if batch.times]
    first = min((tax_year(day) for day in latest), default=0)
    found: list[Finding] = []
    kept: list[Batch] = []
    for batch in batches:
        old = [each for each in batch.times if tax_year(each.during.start) < first]
        found += [_closed(each, batch.name) for each in old]
        kept.append(replace(batch, times=tuple(each for each in batch.times if each not in old)))
    return kept, found


def _closed(time: TimeRecord, file: str) -> Finding:
    words = (
        f"The time is for {time.during.start} to {time.during.last}, which was paid in a year that is closed."
    )
    expected = "a correction of that year by hand, with corrected wage statements"
    field = "TCSummary@TABeginDate"
    return Finding("year-closed", words, file=file, field=field, expected=expected, who=time.employee)


def in_open_years(events: Iterable[Event], span: Period, year: int) -> tuple[list[Event], list[Finding]]:
    """The events that can still act, and a finding for each change that takes effect in a year that is closed.

    Profiles, appointments and elections may be older: they say how things stand. A change of pay in a year before the
    first `year` of the replay would change that year's taxes, which payroll does by hand.
    """
    kept: list[Event] = []
    found: list[Finding] = []
    for event in events:
        late = event.known_on is None or event.known_on >= span.start
        if (
            event.family in CHANGES
            and event.effective_on.year < year
            and event.effective_on < span.start
            and late
        ):
            words = f"Action {event.nature} takes effect on {event.effective_on}, in a year that is closed."
            expected = "a correction of that year by hand, with corrected wage statements"
            found.append(event.finding("year-closed", words, expected=expected))
        else:
            kept.append(event)
    return kept, found
