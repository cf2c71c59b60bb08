"""The replay: every pay period in order, everybody with what was known then, late knowledge as differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.leave.kept import Account, accounts_through
from qsmo.services.payroll.rules.timeline.calendar import begins
from qsmo.services.payroll.rules.timeline.computing import Balances, Compute, Computed, Missing
from qsmo.services.payroll.rules.timeline.events import Event, Timed
from qsmo.services.payroll.rules.timeline.papers import Extra, Papers
from qsmo.services.payroll.rules.timeline.retro import Difference, Overpaid, differences, gross, overpaid
from qsmo.services.payroll.rules.timeline.state import known_in, paid_once

BACK_PAY = "back_pay"


@dataclass(frozen=True, slots=True)
class Statement:
    """One person's pay in one pay period. `missing` says what is left out because no rule or rate of it is on
    file."""

    employee: str
    ssn: str
    name: str
    period: PayPeriod
    row: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()
    overpaid: tuple[Overpaid, ...] = ()
    missing: Missing | None = None
    leave: tuple[Account, ...] = ()

    @property
    def gross(self) -> Money:
        """All earnings; differences of earlier periods are among them."""
        return Money(int(self.row["gross_cents"]))

    @property
    def deductions(self) -> Money:
        """All deductions, with those of differences and what is taken of overpayments; not those left out."""
        return self._listed("deductions_cents", "deduction") + self._of("deduction") + self.taken

    @property
    def net(self) -> Money:
        """What is paid out."""
        return self.gross - self.deductions

    @property
    def government(self) -> Money:
        """What the agency pays on top."""
        return self._listed("employer_cents", "employer") + self._of("employer")

    @property
    def taken(self) -> Money:
        """What is taken at once for overpayments, as far as the pay goes."""
        left = self.gross - self._listed("deductions_cents", "deduction") - self._of("deduction")
        due = sum((each.amount for each in self.overpaid if each.at_once), Money(0))
        return min(due, max(left, Money(0)))

    def _listed(self, total: str, section: str) -> Money:
        """A total without the lines that are left out."""
        left_out = self.missing.lines if self.missing else frozenset()
        kinds = {rule.name: rule.kind for rule in rules_on(self.period.pay_date)}
        names = (name for name in left_out if kinds.get(name) == section)
        return Money(int(self.row[total]) - sum(int(self.row.get(name) or 0) for name in names))

    def _of(self, section: str) -> Money:
        return Money(sum(each.cents for each in self.differences if each.section == section))


@dataclass(frozen=True, slots=True)
class Refused:
    """One person who was not paid in a pay period, and why. No period: nobody can say which."""

    who: str
    period: PayPeriod | None
    findings: tuple[Finding, ...]
    name: str = ""


@dataclass(slots=True)
class Ran:
    """One pay period of the replay."""

    period: PayPeriod
    statements: list[Statement] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Person:
    employee: str
    events: list[Event] = field(default_factory=list)
    times: list[Timed] = field(default_factory=list)
    wrong: list[tuple[date | None, Finding]] = field(default_factory=list)
    name: str = ""
    paid: dict[PayPeriod, tuple[Papers, Mapping[str, Any] | None]] = field(default_factory=dict)
    opened: dict[PayPeriod, Balances] = field(default_factory=dict)
    balances: Balances = ()
    year: int = 0


@dataclass(slots=True)
class _Late:
    """What a person's earlier pay periods come to in the current one."""

    differences: list[Difference] = field(default_factory=list)
    overpaid: list[Overpaid] = field(default_factory=list)


def replay(
    events: Iterable[Event],
    times: Iterable[Timed],
    wrong: Mapping[str, Sequence[tuple[date | None, Finding]]],
    periods: Sequence[PayPeriod],
    compute: Compute,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Ran]:
    """Run every pay period. `wrong` holds, by employee, findings on records that could not be used, with the day from
    which they matter (None: always); such a person is refused from then on."""
    people: dict[str, _Person] = {}
    for event in events:
        person = people.setdefault(event.employee, _Person(event.employee))
        person.events.append(event)
        if event.stated.get("given_name") and event.stated.get("last_name"):
            person.name = f"{event.stated['given_name']} {event.stated['last_name']}"
    for timed in times:
        employee = timed.record.employee
        people.setdefault(employee, _Person(employee)).times.append(timed)
    for who, found in wrong.items():
        people.setdefault(who, _Person(who)).wrong.extend(found)
    for place, period in enumerate(periods):
        yield _run([people[who] for who in sorted(people)], period, periods[:place], compute)
        progress(1)


def _run(people: Sequence[_Person], period: PayPeriod, before: Sequence[PayPeriod], compute: Compute) -> Ran:
    ran = Ran(period)
    by = period.during.last
    due: dict[str, Papers] = {}
    for person in people:
        _turn_of_year(person, period)
        papers = _papers(person, period, before, by)
        findings = _before_pay(person, papers, period)
        if findings:
            ran.refused.append(Refused(person.employee, period, tuple(findings), person.name))
        elif papers is not None and papers.known.assignments:
            due[person.employee] = papers
    who = {each.employee: each for each in people}
    late = _earlier(who, before, ran, compute)
    ran.refused += [_left(who[each], late[each], period) for each in sorted(set(late) - set(due))]
    due = {employee: _with_back_pay(papers, late.get(employee)) for employee, papers in due.items()}
    computed = compute(list(due.values()), period, {each: who[each].balances for each in due})
    ran.warnings = list(computed.warnings)
    for employee, papers in due.items():
        _settle(ran, who[employee], papers, period, computed, late.get(employee) or _Late())
    return ran


def _papers(person: _Person, period: PayPeriod, before: Sequence[PayPeriod], by: date) -> Papers | None:
    """What there is to pay by in a pay period, as known by a day; None where nothing says anything of it."""
    if not person.events and not person.times:
        return None
    known = known_in(person.events, period.during, by, begins)
    arrived = [
        each
        for each in person.times
        if each.record.during == period.during and (each.known_on is None or each.known_on <= by)
    ]
    time = max(arrived, key=lambda each: each.order).record if arrived else None
    earlier = before[-1].during.last if before else None
    extras = tuple(
        Extra(pay.code, pay.amount, pay.words, event.effective_on)
        for event, pay in paid_once(person.events, period.during, earlier, min(by, period.during.last))
    )
    return Papers(person.employee, known, time, extras)


def _before_pay(person: _Person, papers: Papers | None, period: PayPeriod) -> list[Finding]:
    """What keeps a person from being paid before anything is computed."""
    found = [each for since, each in person.wrong if since is None or since <= period.during.last]
    if papers is None:
        return found
    known = papers.known
    if papers.time is not None and not known.assignments:
        found += known.findings or [_not_employed(person, period)]
    elif papers.time is not None and papers.time.ssn != known.assignments[-1].ssn:
        words = (
            "The social security number of the time record is not that of human resources (neither is shown)."
        )
        found.append(Finding("ssn-other", words, expected="one number in both", who=person.employee))
    return found if papers.time is not None or known.assignments else []


def _not_employed(person: _Person, period: PayPeriod) -> Finding:
    words = f"There is time for {period.during.start} to {period.during.last}, and no appointment covers any day of it."
    return Finding("not-employed", words, expected="an appointment, or no time", who=person.employee)


def _left(person: _Person, late: _Late, period: PayPeriod) -> Refused:
    """Who is owed or owes something of earlier pay periods and has no pay now: somebody must decide how it is paid."""
    of = {each.of.label for each in late.differences} | {each.of.label for each in late.overpaid}
    labels = ", ".join(sorted(of))
    words = f"Pay of {labels} changed by what became known now, and there is no pay in this pay period to settle it in."
    found = Finding("late-without-pay", words, expected="an off-cycle payment or a debt", who=person.employee)
    return Refused(person.employee, period, (found,), person.name)


def _earlier(
    who: Mapping[str, _Person], before: Sequence[PayPeriod], ran: Ran, compute: Compute
) -> dict[str, _Late]:
    """Every earlier pay period of which more is known now than when it was last computed, computed once more."""
    late: dict[str, _Late] = {}
    by = ran.period.during.last
    for place, earlier in enumerate(before):
        again: dict[str, Papers] = {}
        for employee, person in who.items():
            last = person.paid.get(earlier)
            if last is None or not _heard_since(person, before[-1].during.last, by):
                continue
            papers = _papers(person, earlier, before[:place], by)
            if papers is not None and papers != _as_extras(papers, last[0]) and papers.known.assignments:
                again[employee] = _as_extras(papers, last[0], keep=papers)
        if not again:
            continue
        opened = {each: who[each].opened.get(earlier, ()) for each in again}
        computed = compute(list(again.values()), earlier, opened)
        for employee, papers in again.items():
            row = computed.rows.get(employee)
            if row is not None:
                _note(late.setdefault(employee, _Late()), who[employee], papers, earlier, row, ran.period)
            elif who[employee].paid[earlier][1] is not None:
                found = tuple(each for each in computed.findings if each.who == employee)
                ran.refused.append(Refused(employee, earlier, found, who[employee].name))
    return late


def _heard_since(person: _Person, before: date, by: date) -> bool:
    """Whether anything became known of a person between two days."""
    days = (*(each.known_on for each in person.events), *(each.known_on for each in person.times))
    return any(day is not None and before < day <= by for day in days)


def _as_extras(papers: Papers, last: Papers, keep: Papers | None = None) -> Papers:
    """Payments that fall due once are not paid again by a run of an earlier period: they stay as they were."""
    if keep is not None:
        return Papers(keep.employee, keep.known, keep.time, last.extras)
    return Papers(last.employee, last.known, last.time, papers.extras)


def _note(
    late: _Late, person: _Person, papers: Papers, earlier: PayPeriod, row: Mapping[str, Any], now: PayPeriod
) -> None:
    paid = person.paid[earlier][1]
    found = differences(earlier, paid, row)
    if paid is not None and gross(found) < 0:
        late.overpaid.append(overpaid(earlier, paid, row, now))
    else:
        late.differences += found
    person.paid[earlier] = (papers, row)


def _with_back_pay(papers: Papers, late: _Late | None) -> Papers:
    if late is None:
        return papers
    extras = []
    for of in sorted({each.of for each in late.differences}):
        amount = Money(gross([each for each in late.differences if each.of == of]))
        if amount:
            words = f"Difference of pay period {of.label}"
            extras.append(Extra(BACK_PAY, amount, words, of.during.start))
    return Papers(papers.employee, papers.known, papers.time, (*papers.extras, *extras))


def _settle(
    ran: Ran, person: _Person, papers: Papers, period: PayPeriod, computed: Computed, late: _Late
) -> None:
    row = computed.rows.get(person.employee)
    person.opened[period] = person.balances
    own = Papers(papers.employee, papers.known, papers.time, _own(papers))
    person.paid[period] = (own, row)
    if row is None:
        found = tuple(each for each in computed.findings if each.who == person.employee)
        ran.refused.append(Refused(person.employee, period, found, person.name))
        return
    first = papers.known.assignments[-1]
    ran.statements.append(
        Statement(
            employee=person.employee,
            ssn=first.ssn,
            name=f"{first.given_name} {first.last_name}",
            period=period,
            row=row,
            differences=tuple(each for each in late.differences if each.section != "earning"),
            overpaid=tuple(late.overpaid),
            missing=computed.missing.get(person.employee),
            leave=_leave(person),
        )
    )
    person.balances = computed.balances[person.employee]


def _leave(person: _Person) -> tuple[Account, ...]:
    """The leave accounts after the last pay period, over every one that was paid, as it is known now."""
    rows = [row for _, row in person.paid.values() if row is not None]
    return accounts_through(sorted(rows, key=lambda row: row["period_start"]))


def _own(papers: Papers) -> tuple[Extra, ...]:
    return tuple(each for each in papers.extras if each.code != BACK_PAY)


def _turn_of_year(person: _Person, period: PayPeriod) -> None:
    """A new tax year begins at nothing, but for the wages of the year before."""
    if person.year and person.year != period.tax_year:
        wages = dict(person.balances).get("medicare_wages", 0)
        person.balances = (("prior_year_wages", wages),)
    person.year = period.tax_year
