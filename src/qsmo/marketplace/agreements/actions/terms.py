"""General terms: drafted, shared, signed by four people, amended, ended."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.actions.keys import add_numbered, add_once, earlier, keyed
from qsmo.marketplace.agreements.actions.signing import (
    missing_capacities,
    refuse_if,
    sign,
    stated_capacity,
    stated_reason,
)
from qsmo.marketplace.agreements.models import STARTERS, GeneralTerms, Order
from qsmo.marketplace.agreements.rules import bounds, limits
from qsmo.marketplace.agreements.rules.limits import Limits, limits_of
from qsmo.platform.access.door import action, move, one
from qsmo.platform.access.organisations import organisations
from qsmo.platform.access.viewer import Viewer

LAW = register(Path(__file__).parent.parent / "law")
STATED = ("number", "requesting_id", "servicing_id", "starts_on", "ends_on", "ceiling_cents", "termination_days",
          "authority", "authority_citation", "is_assisted", "allows_advance", "orders_start")  # fmt: skip


@action("agreement.draft")
def draft_terms(
    viewer: Viewer,
    /,
    *,
    requesting_id: str,
    servicing_id: str,
    starts_on: date,
    ends_on: date,
    ceiling_cents: int,
    termination_days: int,
    authority: str,
    authority_citation: str = "",
    number: str = "",
    is_assisted: bool = False,
    allows_advance: bool = False,
    orders_start: str = "requesting",
    key: str = "",
) -> GeneralTerms:
    """Draft general terms between two organisations, by somebody of either. `ends_on` is the first day after.

    The same person's `key` again answers the same draft; with other content it is refused (409).
    """
    terms = GeneralTerms(
        number=number,
        requesting_id=requesting_id,
        servicing_id=servicing_id,
        starts_on=starts_on,
        ends_on=ends_on,
        ceiling_cents=ceiling_cents,
        termination_days=termination_days,
        authority=authority,
        authority_citation=_citation(authority, authority_citation.strip()),
        is_assisted=is_assisted,
        allows_advance=allows_advance,
        orders_start=orders_start,
        prepared_by_id=viewer.person or None,
    )
    there = earlier(viewer, keyed(terms, key, {name: getattr(terms, name) for name in STATED}))
    if there is not None:
        return there
    refuse_if(_draft_findings(terms), "These general terms cannot be drafted")
    if number:
        return add_once(viewer, terms, "agreement.draft")[0]
    return add_numbered(viewer, terms, "agreement.draft", partial(_next_number, viewer, terms))


@action("agreement.draft")
def share_terms(viewer: Viewer, /, terms_id: str) -> GeneralTerms:
    """Show a draft to the other side."""
    return move(viewer, one(GeneralTerms, viewer, terms_id), "share")


@action("agreement.draft")
def open_approval(viewer: Viewer, /, terms_id: str) -> GeneralTerms:
    """Open shared terms for the four signatures; earlier signatures no longer count."""
    terms = one(GeneralTerms, viewer, terms_id)
    return move(viewer, terms, "open_approval", round=terms.round + 1)


@action("agreement.sign")
def sign_terms(viewer: Viewer, /, terms_id: str, capacity: str) -> GeneralTerms:
    """Sign in one capacity. The fourth signature approves the terms, or puts a signed amendment in force."""
    terms = one(GeneralTerms, viewer, terms_id)
    sign(viewer, terms, stated_capacity(capacity))
    if missing_capacities(terms):
        return terms
    changes: dict[str, Any] = {
        name: date.fromisoformat(new) if name == "ends_on" else new for name, new in terms.proposed.items()
    }
    refuse_if(_amendment_findings(terms, changes), "The amendment no longer fits")
    return move(viewer, terms, "approve", proposed={}, **changes)


@action("agreement.sign")
def reject_terms(viewer: Viewer, /, terms_id: str, *, why: str) -> GeneralTerms:
    """Send shared terms back, with the reason."""
    return move(viewer, one(GeneralTerms, viewer, terms_id), "reject", why=stated_reason(why))


@action("agreement.draft")
def redraft_terms(viewer: Viewer, /, terms_id: str) -> GeneralTerms:
    """Take rejected terms up again as a draft."""
    return move(viewer, one(GeneralTerms, viewer, terms_id), "redraft")


@action("agreement.draft")
def amend_terms(
    viewer: Viewer,
    /,
    terms_id: str,
    *,
    why: str,
    ceiling_cents: int | None = None,
    ends_on: date | None = None,
) -> GeneralTerms:
    """Propose another ceiling or end. What was approved stays in force until all four officials have signed."""
    terms = one(GeneralTerms, viewer, terms_id)
    changes: dict[str, int | date] = {}
    if ceiling_cents is not None:
        changes["ceiling_cents"] = ceiling_cents
    if ends_on is not None:
        changes["ends_on"] = ends_on
    if not changes:
        raise Refusal("nothing-proposed", "An amendment changes the ceiling or the end", status=422)
    refuse_if(_amendment_findings(terms, changes), "These general terms cannot be amended so")
    proposed = {name: new.isoformat() if isinstance(new, date) else new for name, new in changes.items()}
    counts: dict[str, Any] = {"round": terms.round + 1, "amendment": terms.amendment + 1}
    return move(viewer, terms, "amend", why=stated_reason(why), proposed=proposed, **counts)


@action("agreement.sign")
def drop_amendment(viewer: Viewer, /, terms_id: str, *, why: str) -> GeneralTerms:
    """Refuse an amendment; the terms stay as they were."""
    terms = one(GeneralTerms, viewer, terms_id)
    return move(viewer, terms, "drop_amendment", why=stated_reason(why), proposed={})


@action("agreement.end")
def terminate_terms(viewer: Viewer, /, terms_id: str, *, ends_on: date, why: str) -> GeneralTerms:
    """End terms early, with the agreed notice. No new order is taken; running orders keep what they agreed."""
    terms = one(GeneralTerms, viewer, terms_id)
    findings = list(bounds.notice(clock.today(), ends_on, terms.termination_days))
    if ends_on > terms.ends_on:
        words = f"{ends_on} is after the agreed end"
        findings.append(
            Finding("ends-anyway", words, field="ends_on", expected=f"{terms.ends_on} or earlier")
        )
    refuse_if(findings, "The terms cannot end then")
    return move(viewer, terms, "terminate", why=stated_reason(why), ends_on=ends_on)


@action("agreement.end")
def close_terms(viewer: Viewer, /, terms_id: str) -> GeneralTerms:
    """Close terms under which no order is open any more."""
    terms = one(GeneralTerms, viewer, terms_id)
    running = Order.seen_by(viewer).filter(general_terms=terms).exclude(state__in=("closed", "cancelled"))
    names = ", ".join(running.values_list("number", flat=True)[:12])
    if names:
        raise Refusal("orders-open", f"Orders under these general terms are still open: {names}")
    return move(viewer, terms, "close")


def _draft_findings(terms: GeneralTerms) -> list[Finding]:
    found: list[Finding] = []
    bounded = _limits()
    sides = {"requesting_id": terms.requesting_id, "servicing_id": terms.servicing_id}
    known = set(organisations(set(sides.values())))
    for name, side in sides.items():
        if side not in known:
            words, expected = f"“{side}” is not an organization known here", "the code of one that is"
            found.append(Finding("organisation-unknown", words, field=name, expected=expected))
    if terms.requesting_id == terms.servicing_id:
        words = "an organization makes no terms with itself"
        found.append(Finding("one-side", words, field="servicing_id", expected="another organization"))
    starting = list(limits.start(terms.starts_on, bounded))
    found += starting or limits.term(terms.starts_on, terms.ends_on, bounded)
    found += limits.ceiling(Money(terms.ceiling_cents), Money(0), bounded)
    if terms.orders_start not in STARTERS:
        words, expected = f"“{terms.orders_start}” starts no orders", "one of " + ", ".join(STARTERS)
        found.append(Finding("starter-unknown", words, field="orders_start", expected=expected))
    if not terms.authority_citation:
        words, expected = "this authority needs its citation", "the section of law that it stands on"
        found.append(Finding("authority", words, field="authority_citation", expected=expected))
    return found


def _amendment_findings(terms: GeneralTerms, changes: dict[str, int | date]) -> list[Finding]:
    found: list[Finding] = []
    bounded = _limits()
    amount, ends_on = changes.get("ceiling_cents"), changes.get("ends_on")
    if isinstance(amount, int):
        found += limits.ceiling(Money(amount), Money(terms.taken_cents), bounded)
    if isinstance(ends_on, date):
        found += limits.term(terms.starts_on, ends_on, bounded)
        running = terms.orders.exclude(state__in=("rejected", "cancelled", "closed")).order_by("-ends_on")
        last = running.first()
        if last is not None and last.ends_on > ends_on:
            words, expected = f"order {last.number} would run past it", f"{last.ends_on} or later"
            found.append(Finding("order-past-end", words, field="ends_on", expected=expected))
    return found


def _limits() -> Limits:
    today = clock.today()
    return limits_of(LAW["limits"].at(on=today), today)


def _citation(authority: str, stated: str) -> str:
    table = LAW["authorities"].at(on=clock.today())
    known = {row.text("slug"): row.text("citation") for row in table.rows}
    if authority not in known:
        words, expected = (
            f"“{authority}” is not a statutory authority known here",
            "one of " + ", ".join(known),
        )
        refuse_if(
            [Finding("authority-unknown", words, field="authority", expected=expected)],
            "These general terms cannot be drafted",
        )
    return stated or ("" if known[authority].startswith("stated") else known[authority])


def _next_number(viewer: Viewer, terms: GeneralTerms, taken: str) -> str:
    """The number after those of the terms between these two, and after one that was taken meanwhile."""
    sides = "-".join(side.replace("/", "") for side in (terms.requesting_id, terms.servicing_id))
    between = GeneralTerms.seen_by(viewer).filter(
        requesting_id=terms.requesting_id, servicing_id=terms.servicing_id
    )
    after = max(between.count(), int(taken.rpartition("-")[2] or 0))
    return f"GTC-{sides}-{FiscalYear.of(terms.starts_on)}-{after + 1:03d}"
