"""Bills with their lines, settlement and journals; and what a bill would be if it were computed now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Prefetch, QuerySet

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.marketplace.billing.flow import ISSUED
from qsmo.marketplace.billing.models import Bill, BillLine, Settlement, SettlementPart
from qsmo.marketplace.billing.rules.lines import Answered, Billed, Line, charged, corrected
from qsmo.marketplace.billing.rules.price import Metered, Price
from qsmo.marketplace.catalogue.models import Plan, PriceVersion
from qsmo.marketplace.metering.models import Reading, SealedUsage, UsageLine
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.record.models import OutboxDocument

BILLING = program("billing")


def bills(viewer: Viewer) -> QuerySet[Bill]:
    """The bills that the viewer may see, newest period first."""
    return Bill.seen_by(viewer).select_related("customer", "provider", "order")


def bill(viewer: Viewer, key: str) -> Bill:
    """One bill; refused (404) when the viewer cannot see it."""
    rows = bills(viewer).select_related("sealed__reading").prefetch_related(_plan())
    found = rows.filter(pk=key).first()
    return found or one(Bill, viewer, key)


def bill_for(viewer: Viewer, instance_id: str, period: Period) -> Bill:
    """The bill of a subscription and period; refused (404) when there is none that the viewer can see."""
    days = {"starts_on": period.start, "ends_on": period.end}
    found = Bill.seen_by(viewer).filter(instance_id=instance_id, **days).first()
    if found is None:
        raise Refusal("not-found", f"There is no bill for {period} that you can see", status=404)
    return found


def lines(viewer: Viewer, of: Bill) -> QuerySet[BillLine]:
    """The lines of a bill's present calculation, in order."""
    found = BillLine.seen_by(viewer).filter(bill=of, calculation=of.calculation)
    return found.select_related("bill", "usage_line__sealed").prefetch_related(_price()).order_by("number")


def line(viewer: Viewer, key: str) -> BillLine:
    """One line; refused (404) when the viewer cannot see it."""
    rows = BillLine.seen_by(viewer).select_related("bill", "usage_line__sealed__reading")
    rows = rows.prefetch_related(_price())
    return rows.filter(pk=key).first() or one(BillLine, viewer, key)


def settlement_of(viewer: Viewer, of: Bill) -> Settlement | None:
    """The settlement of a bill, once there is one."""
    return Settlement.seen_by(viewer).filter(bill=of).first()


def settlement_parts(viewer: Viewer, of: Settlement) -> QuerySet[SettlementPart]:
    """The accounting of both sides, buyer first."""
    return SettlementPart.seen_by(viewer).filter(settlement=of).order_by("party", "number")


def journals(viewer: Viewer, of: Bill) -> QuerySet[OutboxDocument]:
    """The journals left for a bill that the viewer may see: of both sides, or of the own organisation."""
    left = OutboxDocument.seen_by(viewer).filter(
        sender="billing", kind="journal", key__startswith=f"{of.pk}/"
    )
    return left.select_related("entity").order_by("made_at", "id")


def latest_answer(viewer: Viewer, of: Bill) -> SealedUsage | None:
    """The sealed answer that counts for a bill's period, or None as long as nothing is sealed."""
    days = {"starts_on": of.starts_on, "ends_on": of.ends_on}
    reading = Reading.seen_by(viewer).filter(instance_id=of.instance_id, **days).first()
    return reading.latest if reading else None


def prices(viewer: Viewer, plan: Plan) -> list[Price]:
    """Every price version of a plan that has been recorded, as the rules read it."""
    rows = PriceVersion.seen_by(viewer).filter(plan=plan)
    return [priced(each, plan_words(plan)) for each in rows]


def _plan() -> Prefetch[str]:
    """What a bill says was bought, also when it has gone from the catalog since."""
    return Prefetch("plan", Plan.seen_by(BILLING).select_related("offering"))


def _price() -> Prefetch[str]:
    """The price that a line was charged at, also when its offering has gone from the catalog since."""
    return Prefetch("price", PriceVersion.seen_by(BILLING).select_related("plan__offering"))


def plan_words(plan: Plan) -> str:
    """A plan with its offering, as lines and refusals name it."""
    return f"{plan.offering.name}, {plan.name}"


def lines_now(viewer: Viewer, of: Bill, sealed: SealedUsage) -> list[Line]:
    """The lines that a bill would have now: its own period, then corrections of periods billed before."""
    usages = [metered(each) for each in _usages(viewer, sealed)]
    found = charged(usages, plan_words(of.plan), prices(viewer, of.plan))
    for before in _billed_before(viewer, of):
        answer = before.reading.latest
        rows = _usages(viewer, answer) if answer else []
        answered = [Answered(metered(each), _content(each)) for each in rows]
        plan = before.bill.plan
        found += corrected(before.lines, answered, plan_words(plan), prices(viewer, plan))
    return found


def metered(row: UsageLine) -> Metered:
    """A sealed usage as the price rules read it."""
    return Metered(row.pk, row.meter, row.during, row.quantity)


def priced(row: PriceVersion, plan: str) -> Price:
    """A price version as the price rules read it."""
    return Price(
        key=row.pk,
        plan=plan,
        meter=row.meter,
        effective=row.effective_on,
        figures={"unit": row.exact * 100},
        model=row.model,
        recorded=row.fact.order,
    )


def _usages(viewer: Viewer, sealed: SealedUsage) -> list[UsageLine]:
    return list(UsageLine.seen_by(viewer).filter(sealed=sealed).order_by("number"))


def _content(row: UsageLine) -> tuple[str, ...]:
    return (row.meter, str(row.during), row.quantity_exact, row.evidence)


@dataclass(frozen=True, slots=True)
class _Before:
    """An issued bill, what it read, and the lines about that reading which no issued bill takes back."""

    bill: Bill
    reading: Reading
    lines: list[Billed]


def _billed_before(viewer: Viewer, of: Bill) -> list[_Before]:
    """What other issued bills of this subscription charge, by period; a period billed with no line counts too."""
    others = Bill.seen_by(viewer).filter(instance_id=of.instance_id, state__in=ISSUED).exclude(pk=of.pk)
    others = others.select_related("sealed__reading").prefetch_related(_plan()).order_by("starts_on")
    found = {each.sealed.reading_id: _Before(each, each.sealed.reading, []) for each in others if each.sealed}
    rows = BillLine.seen_by(viewer).filter(bill__in=others, calculation=F("bill__calculation"))
    present = list(rows.select_related("usage_line__sealed").order_by("bill__starts_on", "number"))
    taken_back = {row.corrects_id for row in present if row.corrects_id}
    for row in present:
        if row.kind != "withdrawn" and row.pk not in taken_back:
            held = found[row.usage_line.sealed.reading_id]
            held.lines.append(Billed(row.pk, _content(row.usage_line), row.line))
    return list(found.values())
