"""What is known of a person on a day, from the events that had arrived by another: the assignments of a pay period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from qsmo.contract.documents import PayAssignment, Withholding
from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.rules.timeline.events import ELECTED, NOT_STATED, PROFILE, Event, Pay

FORM = ("status", "step2_checked", "form", "entries", "state")
PROSPECTIVE = {
    **{name: kind for kind, names in ELECTED.items() for name in names},
    **dict.fromkeys(FORM, "form"),
}
"""Fields of which a change begins with a pay period, with the kind of election that they belong to."""
SPLITS = (
    *("agency", "duty_station", "pay_plan", "grade", "step", "basic_pay", "adjusted_pay", "pay_basis"),
    *("work_schedule", "tour_hours", "flsa", "retirement"),
)
"""Fields of which a change inside a pay period splits it."""
NEEDED = ("ssn", "given_name", "last_name", "born_on", *SPLITS, "fegli")
OTHERS = tuple(each.name for each in fields(PayAssignment) if each.name not in {*NEEDED, *NOT_STATED, "fehb"})
"""Fields that may be left out; they are handed on as they were stated last."""
Begins = Callable[[date], date]


@dataclass(frozen=True, slots=True)
class Known:
    """A person in a pay period as known by a day: the assignments in force, and what is asked of the pay.

    No assignments: not employed in the period. `ended_on` is the last day, where it lies before the period's end;
    `limited_to` the day to which the appointment is limited, if it is.
    """

    assignments: tuple[PayAssignment, ...] = ()
    savings: tuple[Fraction, Money, Fraction, Money] = (Fraction(0), Money(0), Fraction(0), Money(0))
    held: tuple[tuple[str, Money], ...] = ()
    entries: tuple[tuple[str, Any], ...] = ()
    ended_on: date | None = None
    began_on: date | None = None
    limited_to: date | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    on: date
    name: str
    value: Any
    event: Event


@dataclass(slots=True)
class _State:
    values: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Money] = field(default_factory=dict)
    began_on: date | None = None
    ended_on: date | None = None

    def apply(self, change: _Change) -> None:
        """One change more."""
        if change.name == "began_on":
            self.began_on, self.ended_on = self.began_on or change.on, None
        elif change.name == "ended_on":
            self.ended_on = change.on
        elif change.name == "held":
            self.held[change.value.code] = change.value.amount
        elif change.name == "entries":
            self.values["entries"] = {**self.values.get("entries", {}), **change.value}
        else:
            if change.name == "form":  # a whole form takes the place of what messages said of the one before
                self.values.pop("status", None)
                self.values.pop("step2_checked", None)
            self.values[change.name] = change.value


def known_in(events: Sequence[Event], during: Period, by: date, begins: Begins) -> Known:
    """The person in a pay period as known by a day. `begins` is the first day of the pay period that begins on a day
    or after it."""
    changes = sorted(_changes(arrived(events, by), begins), key=lambda each: each.on)
    state = _State()
    inside: list[date] = []
    for change in changes:
        if change.on <= during.start:
            state.apply(change)
        elif change.on in during and (not inside or inside[-1] != change.on):
            inside.append(change.on)
    found: list[PayAssignment] = []
    lacking: set[str] = set()
    ended = state.ended_on
    for day in (during.start, *inside):
        if day != during.start:
            for change in changes:
                if change.on == day:
                    state.apply(change)
        if state.ended_on is not None and (ended is None or state.ended_on > ended):
            ended = state.ended_on
        if state.began_on is None or (state.ended_on is not None and state.ended_on < day):
            continue
        lacking = {name for name in NEEDED if name not in state.values}
        if not lacking:
            found.append(_assignment(state, events[0].employee, max(day, state.began_on) if found else day))
    if not found:
        return Known(findings=tuple(_incomplete(events, lacking)))
    return _known(found, state, during)


def _known(found: list[PayAssignment], state: _State, during: Period) -> Known:
    parts = [found[0]]
    for each in found[1:]:
        if any(getattr(each, name) != getattr(parts[-1], name) for name in SPLITS):
            parts.append(replace(each, effective_on=each.effective_on))
    first = parts[0]
    began = state.began_on or first.effective_on
    if began in during:
        parts[0] = replace(first, effective_on=began)
    values = state.values
    ended = state.ended_on if state.ended_on and state.ended_on in during else None
    return Known(
        assignments=tuple(parts),
        savings=(
            values.get("tsp_percent", Fraction(0)),
            values.get("tsp_amount", Money(0)),
            values.get("roth_percent", Fraction(0)),
            values.get("roth_amount", Money(0)),
        ),
        held=tuple(sorted((code, amount) for code, amount in state.held.items() if amount)),
        entries=tuple(sorted(values.get("entries", {}).items())),
        ended_on=ended,
        began_on=began,
        limited_to=values.get("limited_to"),
    )


def arrived(events: Iterable[Event], by: date) -> list[Event]:
    """The events known by a day, in the order in which they act, without those that were cancelled or corrected."""
    known = [each for each in events if each.known_on is None or each.known_on <= by]
    struck = {(each.effective_on, each.corrects): each.order for each in known if each.corrects}
    left = [
        each
        for each in known
        if each.family != "cancellation" and not struck.get((each.effective_on, each.nature), -1) > each.order
    ]
    return sorted(left, key=lambda each: (each.effective_on, each.sequence, each.order))


def paid_once(
    events: Iterable[Event], during: Period, before: date | None, by: date
) -> list[tuple[Event, Pay]]:
    """The awards and incentives that are due in a pay period: effective in it, or effective before and known only
    since the run before (which was made with what was known by `before`)."""
    due = []
    for event in arrived(events, by):
        late = event.known_on is not None and before is not None and event.known_on > before
        if event.effective_on in during or (event.effective_on < during.start and late):
            due += [(event, pay) for pay in event.pays]
    return due


def _changes(events: Iterable[Event], begins: Begins) -> Iterable[_Change]:
    seen: dict[str, Any] = {}
    for event in events:
        family = event.family
        if family in ("appointment", PROFILE) or (family == "correction" and "began_on" not in seen):
            seen["began_on"] = True
            yield _Change(event.effective_on, "began_on", True, event)
        if family == "separation":
            yield _Change(event.effective_on, "ended_on", True, event)
        for held in event.held:
            yield _Change(event.effective_on, "held", held, event)
        for name, value in event.stated.items():
            if name in ("basic_pay", "adjusted_pay") and _confirms(event, name, value, seen):
                continue
            yield _Change(_day(event, name, name in seen, begins), name, value, event)
            seen[name] = value


def _day(event: Event, name: str, again: bool, begins: Begins) -> date:
    kind = PROSPECTIVE.get(name)
    if kind is None:
        return event.effective_on
    day = event.elected_on.get(kind, event.effective_on)
    return begins(max(day, event.known_on or day)) if again else day


def _confirms(event: Event, name: str, value: Money, seen: Mapping[str, Any]) -> bool:
    """Whether a rate in an action is the one on file, only said less exactly."""
    before = seen.get(name)
    if before is None or not event.within:
        return False
    same = all(
        event.stated.get(each, seen.get(each)) == seen.get(each) for each in ("pay_plan", "grade", "step")
    )
    return same and abs(value.cents - before.cents) <= event.within.cents


def _assignment(state: _State, employee: str, day: date) -> PayAssignment:
    values = state.values
    roth = bool(values.get("roth_percent") or values.get("roth_amount"))
    plain = bool(values.get("tsp_percent") or values.get("tsp_amount"))
    kind: Literal["roth", "tsp"] = "roth" if roth and not plain else "tsp"
    others = {name: values[name] for name in OTHERS if name in values}
    return PayAssignment(
        employee=employee,
        effective_on=day,
        fehb=values.get("fehb", ""),
        tsp_percent=values.get(f"{kind}_percent", Fraction(0)),
        tsp_amount=values.get(f"{kind}_amount", Money(0)),
        tsp_roth=kind == "roth",
        withholding=_form(values),
        **{name: values[name] for name in NEEDED},
        **others,
    )


def _form(values: Mapping[str, Any]) -> Withholding:
    """The form W-4: what the profile had, what messages say of status and step 2, and what entries of ours add."""
    form: Withholding = values.get("form", Withholding())
    status = values.get("status", form.status)
    if (
        form.status == "head" and status == "single"
    ):  # messages know who is married, not who heads a household
        status = "head"
    form = replace(form, status=status, step2_checked=values.get("step2_checked", form.step2_checked))
    entries = {name: value for name, value in values.get("entries", {}).items() if name in FORM_ENTRIES}
    form = replace(form, **entries)
    if form.form == "2019":
        nothing = Money(0)
        form = replace(form, step2_checked=False, step3=nothing, step4a=nothing, step4b=nothing)
        form = replace(form, status="single") if form.status == "head" else form
    return form


FORM_ENTRIES = tuple(each.name for each in fields(Withholding))


def _incomplete(events: Sequence[Event], lacking: set[str]) -> Iterable[Finding]:
    if lacking:
        words = f"No profile and no appointment states {', '.join(sorted(lacking))}, so there is nothing to pay by."
        expected = "an HRData record, or an appointment with position, work and person"
        yield events[0].finding("profile-missing", words, expected=expected)
