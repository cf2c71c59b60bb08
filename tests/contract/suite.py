"""The examination of a service by the contract: each check takes a prepared service and asserts one promise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from qsmo.contract.documents import Usage
from qsmo.contract.service import Done, Refused, Service, Step, Subscription, Term, Waiting
from qsmo.kernel.ids import digest, new_id
from qsmo.kernel.period import Period
from tests.contract.case import Case, World
from tests.contract.reading import read_back

Check = Callable[[Service, Case, World], None]
CHECKS: dict[str, Check] = {}
MOST_WAITS = 20


def check(function: Check) -> Check:
    """Put a check on the list."""
    CHECKS[function.__name__] = function
    return function


@check
def the_manifest_describes_the_service(service: Service, case: Case, world: World) -> None:
    """Slug, name, words, meters, terms and permissions are stated, each once."""
    manifest = service.manifest
    assert re.fullmatch(r"[a-z][a-z0-9-]*", manifest.slug), f"“{manifest.slug}” is not a slug"
    assert manifest.name and manifest.area and manifest.words, "name, area and words are stated"
    assert manifest.meters, "a service has something to count"
    for meter in manifest.meters:
        assert meter.name and meter.unit and meter.words, f"the meter “{meter.name}” is not described"
        assert meter.closes_after_days >= 0, f"the meter “{meter.name}” closes before its period ends"
    for term in manifest.terms:
        assert term.name and term.words, f"the term “{term.name}” is not described"
        assert bool(term.choices) is (term.kind == "choice"), f"the term “{term.name}”: a choice has choices"
    for kind in ("meters", "terms"):
        names = [each.name for each in getattr(manifest, kind)]
        assert len(names) == len(set(names)), f"two {kind} have one name: {names}"


@check
def what_the_manifest_names_exists(service: Service, case: Case, world: World) -> None:
    """Permissions stand in the policy; activities, capabilities and measures in the business framework."""
    manifest = service.manifest
    named = {
        "permissions": (set(manifest.permissions), world.permissions),
        "activities": (set(manifest.activities), world.activities),
        "capabilities": ({each.capability for each in manifest.capabilities}, set(world.capabilities)),
        "measures": ({meter.measure for meter in manifest.meters if meter.measure}, world.measures),
    }
    for kind, (said, known) in named.items():
        assert not said - known, f"unknown {kind}: {', '.join(sorted(said - known))}"


@check
def a_claim_is_of_what_the_service_does_under_the_authority_that_is_published(
    service: Service, case: Case, world: World
) -> None:
    """Each capability is claimed once, belongs to an activity of the service, and has the authority as published."""
    manifest = service.manifest
    names = [each.capability for each in manifest.capabilities]
    assert len(names) == len(set(names)), f"claimed twice: {names}"
    for each in manifest.capabilities:
        activity, authority = world.capabilities[each.capability]
        assert activity in manifest.activities, f"{each.capability} belongs to {activity}"
        assert each.authority == authority, f"{each.capability} rests on {authority}, not {each.authority}"
        assert each.cited_by.split(" ")[0] in ("rule", "table", "test"), (
            f"{each.cited_by} is not one of those"
        )
        assert each.cited_as, f"{each.capability}: where {each.cited_by} cites it is not said"


@check
def opening_twice_is_opening_once(service: Service, case: Case, world: World) -> None:
    """A customer that is open stays as it was when it is opened again."""
    before = _state(service, case.subscription, case.closed_period)
    assert isinstance(_finish(service.open, case.subscription), Done), "opening again is done already"
    assert _state(service, case.subscription, case.closed_period) == before, "opening again changed something"


@check
def changing_to_the_present_terms_changes_nothing(service: Service, case: Case, world: World) -> None:
    """The terms that hold already may be stated again, and again."""
    before = _state(service, case.subscription, case.closed_period)
    for _ in range(2):
        assert isinstance(_finish(service.change, case.subscription), Done), "the present terms are accepted"
    assert _state(service, case.subscription, case.closed_period) == before, (
        "the same terms changed something"
    )


@check
def closing_twice_is_closing_once_and_loses_nothing(service: Service, case: Case, world: World) -> None:
    """The customer leaves with its data: export and usage are after the end what they were before."""
    assert isinstance(_finish(service.close, case.subscription), Done), "a customer may leave"
    after = _state(service, case.subscription, case.closed_period)
    assert after[0], "nothing can be exported after the end"
    assert after[1], "what was delivered before the end is no longer counted"
    assert isinstance(_finish(service.close, case.subscription), Done), "closing again is done already"
    assert _state(service, case.subscription, case.closed_period) == after, "closing again changed something"


@check
def closing_keeps_data_and_usage(service: Service, case: Case, world: World) -> None:
    """No record and no unit is lost or made by closing."""
    records = sum(copy.records for copy in read_back(service, case.subscription))
    used = _quantities(_usage(service, case.subscription, case.closed_period))
    _finish(service.close, case.subscription)
    assert sum(copy.records for copy in read_back(service, case.subscription)) >= records, "records are lost"
    assert _quantities(_usage(service, case.subscription, case.closed_period)) == used, "usage changed"


@check
def usage_is_exact_named_and_proved(service: Service, case: Case, world: World) -> None:
    """Each usage is a fraction of a known meter, within the period asked, with evidence."""
    meters = {meter.name for meter in service.manifest.meters}
    found = _usage(service, case.subscription, case.closed_period)
    assert found, "the prepared customer used something in the closed period"
    for usage in found:
        assert type(usage.quantity) is Fraction, f"a quantity is an exact fraction, not {usage.quantity!r}"
        assert usage.quantity > 0, f"a quantity is above zero, not {usage.quantity}"
        assert usage.meter in meters, f"“{usage.meter}” is not a meter of the manifest"
        assert usage.evidence, "usage points at its evidence"
        within = case.closed_period.overlap(usage.during) == usage.during
        assert within, f"usage of {usage.during} was not asked for with {case.closed_period}"


@check
def usage_of_a_period_is_the_sum_over_any_split_of_it(service: Service, case: Case, world: World) -> None:
    """Cut at any of the split days, at several, and at every day."""
    whole = _quantities(_usage(service, case.subscription, case.closed_period))
    assert case.split_days, "the case names days to split on"
    assert all(case.closed_period.start < day < case.closed_period.end for day in case.split_days)
    cuts = [days for size in (1, 2) for days in combinations(case.split_days, size)]
    for days in [*cuts, tuple(case.closed_period)]:
        parts = [_usage(service, case.subscription, part) for part in case.closed_period.split(*days)]
        total = _quantities([usage for part in parts for usage in part])
        assert total == whole, f"split into {len(parts)}: {dict(total)} is not {dict(whole)}"


@check
def a_closed_period_has_one_answer(service: Service, case: Case, world: World) -> None:
    """Metering may ask again at any time and seals the same digest."""
    first = _answers(service, case.subscription, case.closed_period)
    read_back(service, case.subscription)
    _finish(service.open, case.subscription)
    assert _answers(service, case.subscription, case.closed_period) == first, "the answer changed"


@check
def one_customers_usage_never_moves_anothers(service: Service, case: Case, world: World) -> None:
    """Two customers share no evidence, and what one does leaves the other as it was."""
    mine, other = case.subscription, case.other_subscription
    before = _state(service, mine, case.closed_period)
    _finish(service.open, other)
    evidence = {usage.evidence for usage in _usage(service, mine, case.closed_period)}
    shared = evidence & {usage.evidence for usage in _usage(service, other, case.closed_period)}
    assert not shared, f"both customers are charged for {', '.join(sorted(shared))}"
    with_records = {copy.digest for copy in read_back(service, mine) if copy.records}
    assert not with_records & {copy.digest for copy in read_back(service, other) if copy.records}, (
        "shared files"
    )
    impostor = replace(other, id=mine.id)
    assert not list(service.usage(impostor, case.closed_period)), (
        "another customer reads usage by the id alone"
    )
    assert not list(service.export(impostor)), "another customer exports by the id alone"
    _finish(service.close, other)
    assert _state(service, mine, case.closed_period) == before, "another customer's moves changed this one"


@check
def bad_terms_are_refused_with_words(service: Service, case: Case, world: World) -> None:
    """Missing, unknown and malformed terms: refused, said why, and nothing is made or changed."""
    mine = case.subscription
    before = _state(service, mine, case.closed_period)
    for terms in _bad_terms(service, mine.terms):
        new = replace(mine, id=new_id(), terms=terms)
        for step in (_finish(service.open, new), _finish(service.change, replace(mine, terms=terms))):
            assert isinstance(step, Refused), f"{dict(terms)} were accepted"
            assert step.findings, f"{dict(terms)} are refused without saying which is wrong"
        assert not list(service.export(new)), "a refused customer has data"
    assert _state(service, mine, case.closed_period) == before, "refused terms changed something"


@check
def a_stranger_has_nothing_and_breaks_nothing(service: Service, case: Case, world: World) -> None:
    """A subscription that was never opened has no usage and no data, and may be closed."""
    stranger = replace(case.subscription, id=new_id())
    assert not _usage(service, stranger, case.closed_period), "a stranger used something"
    assert not list(service.export(stranger)), "a stranger has data"
    assert not isinstance(_finish(service.close, stranger), Waiting)


@check
def an_export_can_be_read_back(service: Service, case: Case, world: World) -> None:
    """Files have names of their own, known forms, and as many records as they say; twice the same."""
    copies = read_back(service, case.subscription)
    assert sum(copy.records for copy in copies) > 0, "the prepared customer has records to take along"
    again = read_back(service, case.subscription)
    assert [(copy.name, copy.records) for copy in again] == [(copy.name, copy.records) for copy in copies]


def faults(service: Service, case: Case, world: World, name: str) -> str:
    """What one check has against a service, in words; empty when it is content."""
    try:
        CHECKS[name](service, case, world)
    except AssertionError as fault:
        return str(fault) or name
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return ""


def _finish(verb: Callable[[Subscription], Step], sub: Subscription) -> Step:
    """Say a verb until it no longer waits; every answer on the way has its form."""
    for _ in range(MOST_WAITS):
        step = verb(sub)
        assert isinstance(step, Done | Waiting | Refused), f"a verb answers with a step, not {step!r}"
        if isinstance(step, Done):
            return step
        assert step.words, "a service that waits or refuses says why"
        if isinstance(step, Refused):
            return step
        assert step.again.tzinfo is not None, "an instant says its time zone"
    raise AssertionError(f"still waiting after {MOST_WAITS} times: {step.words}")


def _usage(service: Service, sub: Subscription, period: Period) -> list[Usage]:
    found = list(service.usage(sub, period))
    assert all(isinstance(usage, Usage) for usage in found), "usage is made of Usage"
    return found


def _quantities(found: list[Usage]) -> Mapping[str, Fraction]:
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for usage in found:
        totals[usage.meter] += usage.quantity
    return totals


def _answers(service: Service, sub: Subscription, period: Period) -> str:
    return digest(sorted(usage.digest for usage in _usage(service, sub, period)))


def _state(service: Service, sub: Subscription, period: Period) -> tuple[list[tuple[str, int]], list[str]]:
    """What a customer can see of itself: its files with their records, and what it is charged for."""
    files = sorted((copy.name, copy.records) for copy in read_back(service, sub))
    return files, sorted(usage.digest for usage in _usage(service, sub, period))


def _bad_terms(service: Service, good: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    yield {**good, "no-such-term": "x"}
    for term in service.manifest.terms:
        if term.required:
            yield {name: value for name, value in good.items() if name != term.name}
        if wrong := _wrong(term):
            yield {**good, term.name: wrong}


def _wrong(term: Term) -> str:
    forms = {
        "integer": "a few",
        "cents": "a dollar",
        "date": "31 February",
        "choice": "none of these",
        "text": "",
    }
    return forms[term.kind]
