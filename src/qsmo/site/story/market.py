"""Steps 1 to 3: the offices of two days, the search for payroll, and an agreement signed by four people."""

from __future__ import annotations

from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.actions.orders import LineDraft, OrderDraft
from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.catalogue import queries as catalogue
from qsmo.marketplace.designation.queries import OfficeRow, offices_as_of
from qsmo.platform import console
from qsmo.platform.access.viewer import PUBLIC
from qsmo.platform.web.formats import words
from qsmo.site.story.agreeing import Deal, agreed
from qsmo.site.story.telling import Story, person

OPENING = date(2020, 6, 29)
SIGNED_ON = date(2026, 1, 20)
PEOPLE = 2000
PLAN = "ibc-payroll-full"
COMPARED = ("ibc-payroll", "nfc-payroll")
SBA_MONEY = {
    "aid": "073", "bpoa": "2026", "epoa": "2026", "main": "0100", "sub": "000", "betc": "DISB", "alc": "73000001",
}  # fmt: skip
IBC_MONEY = {"aid": "014", "availability": "X", "main": "4523", "sub": "000", "alc": "14010001"}
PAYROLL = Deal(
    number="GTC-2026-073-IBC-1",
    customer="073",
    provider="ibc",
    signed_on=SIGNED_ON,
    manager="mia.larsen@sba.example",
    admin="paula.adler@ibc.example",
    signers=(
        "greg.pohl@sba.example",
        "lena.cruz@sba.example",
        "peter.quist@ibc.example",
        "fiona.reyes@ibc.example",
    ),
    terms={
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2028, 10, 1),
        "ceiling_cents": 1_500_000_00,
        "termination_days": 90,
        "authority": "working_capital_fund",
        "authority_citation": "43 U.S.C. 1467",
    },
    draft=OrderDraft(
        date(2026, 2, 1),
        date(2026, 10, 1),
        "Pay of the agency's General Schedule employees for the rest of the year",
    ),
    line=LineDraft(
        PLAN, "Employees paid, 18 pay periods", PEOPLE * 18, "employee paid per pay period", "6.3375"
    ),
    buys=SBA_MONEY,
    sells=IBC_MONEY | {"betc": "COLL"},
    twice="requesting_funding",
)


def offices(story: Story) -> None:
    """The areas, offices and stages on the opening day and today, in one table."""
    story.step(1, f"Areas, offices and stages: {OPENING}, and today")
    then = {(row.office, row.scope): row for row in offices_as_of(PUBLIC, OPENING, OPENING)}
    now = {(row.office, row.scope): row for row in offices_as_of(PUBLIC, clock.today())}
    rows = []
    for key in sorted({**then, **now}):
        shown = then.get(key) or now[key]
        at_first, at_last = then.get(key), now.get(key)
        rows.append(
            {
                "office": shown.office_name,
                "scope": shown.scope_name,
                "then": _stage(at_first),
                "now": _stage(at_last),
            }
        )
    console.table(rows, {"office": "office", "scope": "scope", "then": str(OPENING), "now": "today"})
    designated = sorted({(row.office, row.lead) for row in then.values() if row.stage == "designated"})
    story.figure("designated on the opening day", [f"{office} led by {lead}" for office, lead in designated])
    story.check(
        "offices with a designated scope that day",
        [office for office, _ in designated],
        ["cyber", "fm", "hr"],
    )
    grants = {row.stage for row in then.values() if row.office == "grants"}
    story.check("grants that day", sorted(grants), ["pre_designated"])


def _stage(row: OfficeRow | None) -> str:
    return f"{words(row.stage)} ({row.lead_name or 'no lead'})" if row else ""


def find(story: Story) -> None:
    """Search, compare two offerings side by side, and estimate for the agency's own size."""
    story.step(
        2, f"An agency of {PEOPLE:,} looks for payroll, compares two offerings, and asks what it would cost"
    )
    buyer = person("mia.larsen@sba.example")
    with clock.at(SIGNED_ON):
        found = catalogue.search(buyer, catalogue.Ask(words="payroll", area=("HCM",)))
        story.say(f"{found.total} offerings for “payroll” in human capital:")
        rows = [
            {
                "id": hit.offering.pk,
                "name": hit.offering.name,
                "provider": str(hit.offering.provider),
                "label": hit.label_words,
            }
            for hit in found.hits
        ]
        console.table(
            rows, {"id": "offering", "name": "name", "provider": "provider", "label": "designation"}
        )
        story.figure("offerings found", [row["id"] for row in rows])
        side = catalogue.comparison(buyer, COMPARED, SIGNED_ON)
        columns = {"label": ""} | {
            str(place): each.offering.name for place, each in enumerate(side.offerings)
        }
        compared = [
            {"label": row.label} | {str(p): value for p, value in enumerate(row.values)} for row in side.rows
        ]
        console.table(compared, columns)
        estimate = catalogue.estimated(buyer, PLAN, PEOPLE, 2026)
    story.say(f"Estimate for 2026: {PEOPLE:,} people, {estimate.occasions} pay dates")
    for share in estimate.shares:
        story.say(
            f"  {share.quantity} × ${share.price.shown} = ${share.amount}, from {share.price.effective_on}"
        )
    story.figure("estimate for 2026", estimate.total)
    story.check(
        "lines of the estimate add up to", Money.total(line.amount for line in estimate.lines), estimate.total
    )


def agree(story: Story) -> Order:
    """General terms and an order, each signed by four different people; one person cannot sign twice."""
    story.step(3, "General terms and an order, signed by four people")
    order = agreed(story, PAYROLL)
    story.figure("order ceiling", order.total_cents)
    return order
