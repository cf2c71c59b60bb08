"""What OMB, the coordinator, the board and an office do to a designation; each act leaves one dated fact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import digest
from qsmo.kernel.law import Row
from qsmo.marketplace.designation.flow import DESIGNATED, DESIGNATION, PRE_DESIGNATED
from qsmo.marketplace.designation.models import Designation, Office, StageFact
from qsmo.marketplace.designation.rules import LAW, missing_sections, vote_faults
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.door import action, add, move, one
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.organisations import enlist, organisation
from qsmo.platform.access.viewer import Viewer

SEEDED = "published history"
SHORT_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


@action("designation.open")
def open_area(
    viewer: Viewer, /, office: str, name: str, *, area: str = "", effective_on: date, decision: str
) -> Designation:
    """Open an area for research: an office without lead, with one scope for the whole of it."""
    _refuse_without_decision(decision)
    _refuse_misnamed(office, "office")
    covers = [release().area(area).code] if area else []
    own = Organisation(id=f"qsmo-{office}", name=f"{name} QSMO", kind="office")
    enlist(viewer, [own], "designation.open")
    add(
        viewer,
        Office(id=office, name=name, area=area, organisation=own),
        "designation.open",
        why=decision,
    )
    return _begin(
        viewer,
        office,
        "all",
        name,
        covers,
        None,
        DESIGNATION.initial,
        effective_on,
        decision,
        "designation.open",
    )


@action("designation.open")
def add_scope(
    viewer: Viewer,
    /,
    office: str,
    scope: str,
    name: str,
    *,
    covers: Sequence[str],
    effective_on: date,
    decision: str,
) -> Designation:
    """Add a scope to an office, to be designated in its own time; the older scopes are not touched."""
    _refuse_without_decision(decision)
    _refuse_misnamed(scope, "scope")
    for key in covers:
        release().covers(key)
    one(Office, viewer, office)
    return _begin(
        viewer,
        office,
        scope,
        name,
        list(covers),
        None,
        DESIGNATION.initial,
        effective_on,
        decision,
        "designation.open",
    )


@action("designation.decide")
def pre_designate(
    viewer: Viewer, /, designation: str, lead: str, *, effective_on: date, decision: str
) -> Designation:
    """Name the agency that leads a scope."""
    _refuse_without_decision(decision)
    record = _at_the_earliest(viewer, designation, effective_on)
    agency = _agency(lead)
    moved = move(viewer, record, "pre_designate", why=decision, lead=agency)
    return _told(viewer, moved, "pre_designate", effective_on, decision)


@action("designation.submit")
def submit_plan(
    viewer: Viewer, /, designation: str, sections: Mapping[str, str], *, effective_on: date
) -> Designation:
    """Submit the marketplace plan; `sections` maps each of the five to where it is read. Missing ones are refused."""
    missing = missing_sections(sections, effective_on)
    if missing:
        raise Refusal(
            "plan-incomplete", "The plan does not hold every section", status=422, findings=tuple(missing)
        )
    told = "; ".join(f"{section}: {text}" for section, text in sorted(sections.items()))
    return _make(viewer, designation, "submit_plan", effective_on, told)


@action("designation.assess")
def begin_review(viewer: Viewer, /, designation: str, *, assessment: str, effective_on: date) -> Designation:
    """Put a plan to the board with the coordinator's assessment."""
    _refuse_without_decision(assessment, "assessment")
    return _make(viewer, designation, "begin_review", effective_on, assessment)


@action("designation.assess")
def return_plan(viewer: Viewer, /, designation: str, *, questions: str, effective_on: date) -> Designation:
    """Return a plan to the office with one consolidated set of questions."""
    _refuse_without_decision(questions, "questions")
    return _make(viewer, designation, "return_plan", effective_on, questions)


@action("designation.recommend")
def recommend(
    viewer: Viewer,
    /,
    designation: str,
    *,
    votes_for: int,
    votes_against: int,
    seats_filled: int,
    effective_on: date,
) -> Designation:
    """Record that the board recommends the plan; refused without quorum or majority of those voting."""
    faults = vote_faults(votes_for, votes_against, seats_filled)
    if faults:
        raise Refusal("vote-fails", "The vote carries no recommendation", status=422, findings=tuple(faults))
    told = f"{votes_for} for, {votes_against} against, {seats_filled} seats filled"
    return _make(viewer, designation, "recommend", effective_on, told)


@action("designation.decide")
def send_back(viewer: Viewer, /, designation: str, *, decision: str, effective_on: date) -> Designation:
    """Return a recommended plan to the office."""
    _refuse_without_decision(decision)
    return _make(viewer, designation, "send_back", effective_on, decision)


@action("designation.decide")
def designate(viewer: Viewer, /, designation: str, *, effective_on: date, decision: str) -> Designation:
    """Designate an office for a scope, by written decision, from a day that may lie ahead."""
    _refuse_without_decision(decision)
    return _make(viewer, designation, "designate", effective_on, decision)


@action("designation.decide")
def withdraw(viewer: Viewer, /, designation: str, *, effective_on: date, decision: str) -> Designation:
    """End a designation without another lead."""
    _refuse_without_decision(decision)
    return _make(viewer, designation, "withdraw", effective_on, decision)


@action("designation.decide")
def transfer(
    viewer: Viewer,
    /,
    designation: str,
    lead: str,
    *,
    effective_on: date,
    decision: str,
    stage: str = PRE_DESIGNATED,
) -> Designation:
    """Pass a scope to another agency, who leads from the same day, pre-designated or designated; gives the new one."""
    _refuse_without_decision(decision)
    if stage not in (PRE_DESIGNATED, DESIGNATED):
        words = f"A new lead starts as {PRE_DESIGNATED} or {DESIGNATED}, not as “{stage}”"
        raise Refusal("transfer-stage", words, status=422)
    agency = _agency(lead)
    old = one(Designation, viewer, designation)
    if old.lead_id == lead:
        raise Refusal("transfer-same", f"{agency.name} leads this scope already", status=422)
    old = _make(viewer, designation, "transfer", effective_on, decision)
    return _begin(
        viewer,
        old.office_id,
        old.scope,
        old.name,
        list(old.covers),
        agency,
        stage,
        effective_on,
        decision,
        "designation.decide",
    )


def _make(viewer: Viewer, designation: str, name: str, effective_on: date, told: str) -> Designation:
    record = _at_the_earliest(viewer, designation, effective_on)
    return _told(viewer, move(viewer, record, name, why=told), name, effective_on, told)


def _begin(
    viewer: Viewer,
    office: str,
    scope: str,
    name: str,
    covers: list[str],
    lead: Organisation | None,
    stage: str,
    effective_on: date,
    decision: str,
    permission: str,
) -> Designation:
    record = Designation(
        office=one(Office, viewer, office), scope=scope, name=name, covers=covers, lead=lead, state=stage
    )
    add(viewer, record, permission, why=decision)
    act = "open" if lead is None else "take_over"
    return _told(viewer, record, act, effective_on, decision, permission)


def _told(
    viewer: Viewer, record: Designation, act: str, effective_on: date, decision: str, permission: str = ""
) -> Designation:
    """Leave the dated fact of an act, known from today."""
    held = permission or next(each.permission for each in DESIGNATION.moves if each.name == act)
    fact = StageFact(
        designation=record,
        number=record.facts.count() + 1,
        act=act,
        stage=record.state,
        effective_on=effective_on,
        known_on=clock.today(),
        decision=decision,
    )
    add(viewer, fact, held, why=decision)
    return record


def _at_the_earliest(viewer: Viewer, designation: str, effective_on: date) -> Designation:
    """The designation, unless its last fact takes effect later than the one that is to follow it."""
    record = one(Designation, viewer, designation)
    last = record.facts.order_by("-effective_on").first()
    if last is not None and effective_on < last.effective_on:
        words = (
            f"The last step takes effect on {last.effective_on}; the next one cannot do so on {effective_on}"
        )
        found = Finding(
            "effective-order", words, field="effective_on", expected=f"{last.effective_on} or later"
        )
        raise Refusal("effective-order", words, status=422, findings=(found,))
    return record


def _agency(lead: str) -> Organisation:
    agency = organisation(lead, kind="agency")
    if agency is None:
        words = f"No agency has the identifier “{lead}”"
        found = Finding("agency-unknown", words, field="lead", expected="three digits, such as 047")
        raise Refusal("agency-unknown", words, status=422, findings=(found,))
    return agency


def _refuse_misnamed(short_name: str, field: str) -> None:
    if not SHORT_NAME.fullmatch(short_name):
        words = f"“{short_name}” is not a short name"
        found = Finding(
            "short-name", words, field=field, expected="lower-case letters, digits, hyphens; at most 30"
        )
        raise Refusal("short-name", words, status=422, findings=(found,))


def _refuse_without_decision(text: str, field: str = "decision") -> None:
    if not text.strip():
        words = f"Without its {field} in writing nothing is decided"
        found = Finding("not-written", words, field=field, expected="the text, or where it is kept")
        raise Refusal("not-written", words, status=422, findings=(found,))


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much of the published history was new: offices, designations and dated facts."""

    offices: int
    designations: int
    facts: int


@action("designation.seed")
def seed(viewer: Viewer, /) -> Loaded:
    """Load the published history; what is on file already stays as it is, so a second time changes nothing."""
    offices, scopes, history = (LAW[name].versions[-1].rows for name in ("offices", "scopes", "history"))
    held_offices = set(Office.seen_by(viewer).values_list("pk", flat=True))
    new_offices = [row for row in offices if row.text("office") not in held_offices]
    for row in new_offices:
        office = Office(
            id=row.text("office"),
            name=row.text("name"),
            area=row.cells["area"],
            organisation_id=row.text("organisation"),
        )
        add(viewer, office, "designation.seed", why=SEEDED)
    last = {_designation_id(row): row for row in history}
    scope_of = {(row.text("office"), row.text("scope")): row for row in scopes}
    held = set(Designation.seen_by(viewer).values_list("pk", flat=True))
    for key in [key for key in last if key not in held]:
        add(viewer, _carried(key, last[key], scope_of), "designation.seed", why=SEEDED)
    told = set(StageFact.seen_by(viewer).values_list("pk", flat=True))
    new_facts = [fact for fact in _carried_facts(history) if fact.pk not in told]
    for fact in new_facts:
        add(viewer, fact, "designation.seed", why=SEEDED)
    return Loaded(len(new_offices), len(last.keys() - held), len(new_facts))


def _designation_id(row: Row) -> str:
    return "-".join(part for part in (row.text("office"), row.text("scope"), row.cells["lead"]) if part)


def _carried(key: str, last: Row, scope_of: Mapping[tuple[str, str], Row]) -> Designation:
    scope = scope_of[last.text("office"), last.text("scope")]
    return Designation(
        id=key,
        office_id=last.text("office"),
        scope=last.text("scope"),
        name=scope.text("name"),
        covers=scope.cells["covers"].split(),
        lead_id=last.cells["lead"] or None,
        state=last.text("stage"),
    )


def _carried_facts(history: Iterable[Row]) -> list[StageFact]:
    count: Counter[str] = Counter()
    facts = []
    for row in history:
        designation = _designation_id(row)
        count[designation] += 1
        fact = StageFact(
            id=digest([designation, count[designation]])[:32],
            designation_id=designation,
            number=count[designation],
            act=row.text("act"),
            stage=row.text("stage"),
            effective_on=date.fromisoformat(row.text("effective")),
            known_on=date.fromisoformat(row.text("known")),
            source=row.text("source"),
        )
        facts.append(fact)
    return facts
