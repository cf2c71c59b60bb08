"""Services that each break one promise of the contract, and the check that must notice it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qsmo.contract.documents import Usage
from qsmo.contract.service import (
    Done,
    ExportedFile,
    Manifest,
    Meter,
    Refused,
    Step,
    Subscription,
    Term,
    Waiting,
)
from qsmo.kernel import clock
from qsmo.kernel.period import Period
from tests.contract.sound import CLAIM, MANIFEST, Water


@dataclass(frozen=True)
class Broken:
    """One way to break the contract: a name in words, the check that must notice, and the service."""

    words: str
    caught_by: str
    make: Callable[[], Water]


BROKEN: list[Broken] = []


def broken(caught_by: str) -> Callable[[type[Water]], type[Water]]:
    """Put a broken service on the list."""

    def listed(kind: type[Water]) -> type[Water]:
        BROKEN.append(Broken(f"{kind.__name__}: {kind.__doc__}", caught_by, kind))
        return kind

    return listed


def manifest(**changes: Any) -> Manifest:
    """The sound manifest but for something."""
    return replace(MANIFEST, **changes)


LITRE, TAP = MANIFEST.meters[0], MANIFEST.terms[0]
DESCRIBED = "the_manifest_describes_the_service"
CLAIMED = "a_claim_is_of_what_the_service_does_under_the_authority_that_is_published"
UNSAID: dict[str, Manifest] = {
    "a slug with a space": manifest(slug="good water"),
    "no words": manifest(words=""),
    "nothing to count": manifest(meters=()),
    "a meter without words": manifest(meters=(replace(LITRE, words=""),)),
    "a meter that closes early": manifest(meters=(replace(LITRE, closes_after_days=-1),)),
    "two meters of one name": manifest(meters=(LITRE, LITRE)),
    "a term without words": manifest(terms=(replace(TAP, words=""),)),
    "a choice without choices": manifest(terms=(replace(TAP, choices=()),)),
    "choices that are no choice": manifest(terms=(Term("x", "text", "x", choices=("a",)),)),
    "two terms of one name": manifest(terms=(TAP, TAP)),
}
UNKNOWN: dict[str, Manifest] = {
    "a permission that no policy has": manifest(permissions=("water.drink",)),
    "an activity that is not listed": manifest(activities=("UTL.999",)),
    "a capability that is not listed": manifest(capabilities=(replace(CLAIM, capability="UTL.CAP.9"),)),
    "a measure that is not listed": manifest(meters=(Meter("litre", "l", "litres", measure="none"),)),
}
OVERCLAIMED: dict[str, Manifest] = {
    "a capability claimed twice": manifest(capabilities=(CLAIM, CLAIM)),
    "a capability of another activity": manifest(
        capabilities=(replace(CLAIM, capability="UTL.CAP.2", authority="Water Act § 2"),)
    ),
    "another authority than the published": manifest(capabilities=(replace(CLAIM, authority="Wine Act"),)),
    "a claim that rests on nothing": manifest(capabilities=(replace(CLAIM, cited_by="ourselves"),)),
    "a claim without a citation": manifest(capabilities=(replace(CLAIM, cited_as=""),)),
}


def _says(said: Manifest) -> Callable[[], Water]:
    return type("Says", (Water,), {"manifest": said})


BROKEN += [Broken(words, DESCRIBED, _says(said)) for words, said in UNSAID.items()]
BROKEN += [Broken(words, "what_the_manifest_names_exists", _says(said)) for words, said in UNKNOWN.items()]
BROKEN += [Broken(words, CLAIMED, _says(said)) for words, said in OVERCLAIMED.items()]


@broken("opening_twice_is_opening_once")
class OpensAnew(Water):
    """Opening again doubles what is there."""

    def open(self, sub: Subscription) -> Step:
        """Doubles."""
        step = super().open(sub)
        if account := self.account(sub):
            account.deliveries += account.deliveries
        return step


@broken("opening_twice_is_opening_once")
class OpensOnce(Water):
    """Opening again is an error."""

    def open(self, sub: Subscription) -> Step:
        """Raises the second time."""
        if sub.id in self.accounts:
            raise KeyError(sub.id)
        return super().open(sub)


@broken("opening_twice_is_opening_once")
class OpensInSilence(Water):
    """A verb answers nothing."""

    def open(self, sub: Subscription) -> Any:
        """Answers None."""
        super().open(sub)


@broken("opening_twice_is_opening_once")
class WaitsForEver(Water):
    """Opening never ends."""

    def open(self, sub: Subscription) -> Step:
        """Waits."""
        super().open(sub)
        return Waiting("soon", clock.now())


@broken("opening_twice_is_opening_once")
class WaitsByNoClock(Water):
    """Nobody can tell when to ask again."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def open(self, sub: Subscription) -> Step:
        """Waits once, until an instant without a zone."""
        self.asked += 1
        naive = clock.now().replace(tzinfo=None)
        return Waiting("soon", naive) if self.asked == 2 else super().open(sub)


@broken("changing_to_the_present_terms_changes_nothing")
class ChangesAnew(Water):
    """Stating the present terms empties the account."""

    def change(self, sub: Subscription) -> Step:
        """Empties."""
        step = super().change(sub)
        if isinstance(step, Done) and (account := self.account(sub)):
            account.deliveries = account.deliveries[1:]
        return step


@broken("closing_twice_is_closing_once_and_loses_nothing")
class Forgets(Water):
    """Closing throws the customer's data away."""

    def close(self, sub: Subscription) -> Step:
        """Forgets."""
        self.accounts.pop(sub.id, None)
        return Done()


@broken("closing_twice_is_closing_once_and_loses_nothing")
class ClosesOnce(Water):
    """Closing again is refused."""

    def close(self, sub: Subscription) -> Step:
        """Refuses the second time."""
        account = self.account(sub)
        if account and not account.is_open:
            return Refused("It is closed")
        return super().close(sub)


@broken("closing_keeps_data_and_usage")
class LosesTheLast(Water):
    """Closing loses the newest delivery."""

    def close(self, sub: Subscription) -> Step:
        """Drops one, once."""
        account = self.account(sub)
        if account and account.is_open:
            account.deliveries = account.deliveries[:-1]
        return super().close(sub)


class Altered(Water):
    """A sound service whose usage is altered one by one."""

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Each usage, altered."""
        return [self.altered(usage, period) for usage in super().usage(sub, period)]

    def altered(self, usage: Usage, period: Period) -> Usage:
        """Nothing, here."""
        return usage


@broken("usage_is_exact_named_and_proved")
class CountsInFloats(Altered):
    """Quantities are floating point."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """A float."""
        quantity: Any = float(usage.quantity)
        return replace(usage, quantity=quantity)


@broken("usage_is_exact_named_and_proved")
class CountsBackwards(Altered):
    """Quantities are below zero."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """Negative."""
        return replace(usage, quantity=-usage.quantity)


@broken("usage_is_exact_named_and_proved")
class CountsSomethingElse(Altered):
    """Usage is of a meter that the manifest does not have."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """Another meter."""
        return replace(usage, meter="gallon")


@broken("usage_is_exact_named_and_proved")
class ProvesNothing(Altered):
    """Usage has no evidence."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """No evidence."""
        return replace(usage, evidence="")


@broken("usage_is_exact_named_and_proved")
class CountsOtherDays(Altered):
    """Usage is of days that were not asked for."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """A month later."""
        return replace(usage, during=Period(period.start, period.end.replace(day=2)))


@broken("usage_is_exact_named_and_proved")
class CountsNothing(Water):
    """Usage is always empty."""

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Nothing."""
        return ()


@broken("usage_of_a_period_is_the_sum_over_any_split_of_it")
class RoundsEachPart(Altered):
    """Each part is rounded to whole litres, so that parts do not add up."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """Whole litres, one at least."""
        return replace(usage, quantity=Fraction(max(1, round(usage.quantity))))


@broken("usage_of_a_period_is_the_sum_over_any_split_of_it")
class ChargesWholeDeliveries(Water):
    """A delivery that touches a period is charged whole."""

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Whole deliveries."""
        account = self.account(sub)
        for number, delivery in enumerate(account.deliveries if account else ()):
            if shared := delivery.during.overlap(period):
                yield Usage("litre", shared, Fraction(delivery.litres), evidence=f"water/{sub.id}/{number}")


@broken("a_closed_period_has_one_answer")
class AnswersByMood(Altered):
    """The same question has another answer each time."""

    def altered(self, usage: Usage, period: Period) -> Usage:
        """A random word."""
        return replace(usage, words=str(random.random()))


@broken("one_customers_usage_never_moves_anothers")
class TrustsTheId(Water):
    """Whoever knows the id of a subscription reads its data."""

    def account(self, sub: Subscription) -> Any:
        """By the id alone."""
        return self.accounts.get(sub.id)


@broken("one_customers_usage_never_moves_anothers")
class ChargesEverybody(Water):
    """Every customer is charged for all deliveries."""

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Everybody's."""
        for each, account in self.accounts.items():
            yield from super().usage(replace(sub, id=each, customer=account.customer), period)


@broken("one_customers_usage_never_moves_anothers")
class MixesCustomers(Water):
    """Closing one customer takes from all."""

    def close(self, sub: Subscription) -> Step:
        """Takes one delivery from each account."""
        for account in self.accounts.values():
            account.deliveries = account.deliveries[1:]
        return super().close(sub)


@broken("bad_terms_are_refused_with_words")
class TakesAnyTerms(Water):
    """Terms are not looked at."""

    def open(self, sub: Subscription) -> Step:
        """Opens."""
        return super().open(replace(sub, terms={"tap": "north", "start": "2026-01-01"}))


@broken("bad_terms_are_refused_with_words")
class StumblesOverTerms(Water):
    """Bad terms are an exception."""

    def open(self, sub: Subscription) -> Step:
        """Raises."""
        if sub.terms["tap"] not in ("north", "south"):
            raise ValueError(sub.terms["tap"])
        return super().open(sub)


@broken("bad_terms_are_refused_with_words")
class RefusesInSilence(Water):
    """Bad terms are refused without words."""

    def open(self, sub: Subscription) -> Step:
        """Refuses without words."""
        step = super().open(sub)
        return Refused("", step.findings) if isinstance(step, Refused) else step


@broken("bad_terms_are_refused_with_words")
class RefusesInGeneral(Water):
    """Bad terms are refused without saying which is wrong."""

    def change(self, sub: Subscription) -> Step:
        """Refuses without findings."""
        step = super().change(sub)
        return Refused(step.words) if isinstance(step, Refused) else step


@broken("bad_terms_are_refused_with_words")
class RefusesAndOpens(Water):
    """Bad terms are refused, and the account is there all the same."""

    def open(self, sub: Subscription) -> Step:
        """Opens, then judges."""
        super().open(replace(sub, terms={"tap": "north", "start": "2026-01-01"}))
        return super().open(sub)


@broken("a_stranger_has_nothing_and_breaks_nothing")
class KnowsEverybody(Water):
    """A subscription that was never opened is an error."""

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Raises for strangers."""
        if self.account(sub) is None:
            raise LookupError(sub.id)
        return super().usage(sub, period)


class Exporting(Water):
    """A sound service whose exported files are altered."""

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        """Each file, altered."""
        for file in super().export(sub):
            yield from self.altered(file)

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """Nothing, here."""
        return [file]


READABLE = "an_export_can_be_read_back"


@broken(READABLE)
class Miscounts(Exporting):
    """A file says one record more than it has."""

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """One more."""
        return [replace(file, records=file.records + 1)]


@broken(READABLE)
class WritesTwice(Exporting):
    """Two files have one name."""

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """The same twice."""
        return [file, file]


@broken(READABLE)
class WritesElsewhere(Exporting):
    """A file would be written outside the folder that it is unpacked in."""

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """Upwards."""
        return [replace(file, name="../../deliveries.csv")]


@broken(READABLE)
class WritesNothing(Exporting):
    """A file is empty."""

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """No bytes."""
        return [replace(file, pieces=[])]


@broken(READABLE)
class WritesGarbage(Exporting):
    """A file is not what it says it is."""

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """CSV that is called Parquet."""
        return [replace(file, media_type="application/vnd.apache.parquet")]


@broken(READABLE)
class WritesForItself(Exporting):
    """A file is in a form that only the service can read."""

    def altered(self, file: ExportedFile) -> Iterable[ExportedFile]:
        """A form of its own."""
        return [replace(file, media_type="application/x-water")]
