"""Ending collection: the agency decides, the accountant writes off; the debt stays a debt."""

from __future__ import annotations

from datetime import date

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import action, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.receivable.posting import held, note, post
from qsmo.services.ledger.models import Receivable
from qsmo.services.ledger.queries.receivable import left_of
from qsmo.services.ledger.rules.receivable import debt


@action("ledger.write-off")
def end(viewer: Viewer, key: str, why: str, *, justice: str = "") -> Receivable:
    """Decide that collection ends. Above the limit of the law it names the decision of the Department of Justice."""
    found = one(Receivable, viewer, key)
    allow(viewer, "ledger.write-off", found)
    if not why.strip():
        raise Refusal("reason", "Say why", status=422, findings=(Finding("why", "Say why", field="why"),))
    if found.kind == "advance":
        raise Refusal("receivable-kind", "An advance is owed to the customer; it is refunded", status=422)
    principal = left_of(viewer, found).get(debt.PRINCIPAL, Money(0))
    if found.noticed_on and debt.needs_justice(found.noticed_on, principal) and not justice.strip():
        words = f"{principal} of principal: only the Department of Justice may end collection (31 U.S.C. 3711(a)(2))"
        finding = Finding("justice", words, field="justice", expected="the number of its decision")
        raise Refusal("justice", words, status=422, findings=(finding,))
    return move(viewer, found, "end", why=why, evidence=justice)


@action("ledger.write-off")
def go_on(viewer: Viewer, key: str, why: str) -> Receivable:
    """Take the decision back: collection goes on."""
    return move(viewer, one(Receivable, viewer, key), "go-on", why=why)


@action("ledger.post")
def write_off(viewer: Viewer, key: str, *, on: date) -> Receivable:
    """Write off what is open of every part, after what is not yet allowed for is; by another than who decided."""
    found = held(viewer, key, "ending")
    for part, amount in sorted(left_of(viewer, found).items()):
        if not amount:
            continue
        words = f"{debt.TITLES[part]} written off"
        allowed = post(viewer, found, "allow", part, amount, on=on, key=f"allow/{part}", words=words)
        entry = post(viewer, found, "write-off", part, amount, on=on, key=f"write-off/{part}", words=words)
        steps = [f"allowed for by entry {allowed}, written off against the allowance by entry {entry}"]
        note(viewer, found, "write-off", part, -amount, on=on, entry=entry, words=words, steps=steps)
    return move(viewer, found, "write-off", open_cents=0)
