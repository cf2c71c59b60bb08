"""What makes a service's answer fit to be sealed, from which day it may be asked, and its one spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from qsmo.contract.documents import Usage
from qsmo.contract.service import Manifest
from qsmo.kernel.finding import Finding
from qsmo.kernel.ids import canonical, digest
from qsmo.kernel.period import Period


def askable_on(manifest: Manifest, period: Period) -> date:
    """The first day on which a period's usage can no longer change: its end, plus the days its slowest meter needs."""
    days = max((meter.closes_after_days for meter in manifest.meters), default=0)
    return period.end + timedelta(days=days)


def usage_findings(manifest: Manifest, period: Period, answer: Sequence[object]) -> tuple[Finding, ...]:
    """Everything wrong with an answer, item by item (`line` counts from 1). Empty when it may be sealed."""
    return tuple(_findings(manifest, period, answer))


def _findings(manifest: Manifest, period: Period, answer: Sequence[object]) -> Iterator[Finding]:
    meters = ", ".join(meter.name for meter in manifest.meters)
    known = {meter.name for meter in manifest.meters}
    for number, usage in enumerate(answer, start=1):
        if not isinstance(usage, Usage):
            words = f"the service answered with {type(usage).__name__}"
            yield Finding("usage-form", words, line=number, expected="a Usage")
            continue
        if usage.meter not in known:
            words = f"{manifest.name} has no meter “{usage.meter}”"
            yield Finding("usage-meter", words, line=number, field="meter", expected=meters)
        if usage.during.overlap(period) != usage.during:
            words = f"the days {usage.during} are not all inside the period asked"
            yield Finding("usage-days", words, line=number, field="during", expected=f"days of {period}")
        if not isinstance(usage.quantity, Fraction) or usage.quantity < 0:
            words = f"{usage.quantity!r} is not an exact quantity of zero or more"
            yield Finding(
                "usage-quantity", words, line=number, field="quantity", expected="a Fraction of at least 0"
            )
        if not usage.evidence.strip():
            words = "nothing is named that the service can show for it"
            yield Finding(
                "usage-evidence", words, line=number, field="evidence", expected="a pointer to evidence"
            )
    yield from _twice(answer)


def _twice(answer: Sequence[object]) -> Iterator[Finding]:
    counts = Counter((each.meter, each.during, each.evidence) for each in answer if isinstance(each, Usage))
    for (meter, during, evidence), count in counts.items():
        if count > 1:
            words = f"{meter} on {during} is answered {count} times with the evidence “{evidence}”"
            yield Finding(
                "usage-twice",
                words,
                field="evidence",
                expected="each piece of evidence once a meter and period",
            )


def canonical_order(usages: Sequence[Usage]) -> list[Usage]:
    """The usages in the one order in which they are numbered and sealed, whatever order the service gave them."""
    return sorted(usages, key=lambda usage: (usage.during, usage.meter, usage.evidence, canonical(usage)))


def answer_digest(instance: str, period: Period, usages: Sequence[Usage]) -> str:
    """The SHA-256 that stands for an answer: same instance, period and usages, same digest."""
    return digest({"instance": instance, "period": period, "usages": canonical_order(usages)})


def overlapping(period: Period, others: Sequence[Period]) -> Period | None:
    """The first other period that shares days with this one without being the same, or None."""
    return next((other for other in sorted(others) if other != period and other.overlap(period)), None)
