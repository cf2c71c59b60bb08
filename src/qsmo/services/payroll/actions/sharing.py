"""Bank accounts that people may share: accepted once, for all later pay periods, until somebody changes theirs."""

from __future__ import annotations

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.actions.answers import ANSWERED_IN, accept
from qsmo.services.payroll.actions.saying import reasoned
from qsmo.services.payroll.models import Account, IntakeException, SharedBank
from qsmo.services.payroll.queries.edits import BANK_TWICE
from qsmo.services.payroll.queries.sharing import groups_of


@action("payroll.accept")
def share_bank(viewer: Viewer, /, exception_id: str, *, why: str) -> SharedBank:
    """Accept that the people of an exception share a bank account, with the reason, now and in later pay periods.

    Their open exceptions of this run are accepted with it. Refused (409) where it is not about that, or where the list
    of bank accounts no longer has them together.
    """
    found = one(IntakeException, viewer, exception_id)
    allow(viewer, "payroll.accept", found)
    reason, run = reasoned(why), found.run
    if found.code != BANK_TWICE or found.state == "corrected" or run.state not in ANSWERED_IN:
        raise Refusal("not-shared", "This is no bank account that several people have, or no longer one")
    kept = run.account.paying.get("banks", {}).get("kept", "")
    groups = groups_of(kept) if kept else {}
    mark = next((mark for mark, numbers in groups.items() if found.who in numbers), "")
    if not mark:
        raise Refusal("not-shared", f"{found.who} shares no bank account by the list that is kept now")
    numbers = groups[mark]
    for former in SharedBank.seen_by(viewer).filter(account=run.account, mark=mark, state="accepted"):
        move(viewer, former, "end", why=f"accepted again for {', '.join(numbers)}")
    made = SharedBank(
        account=run.account, employees=numbers, mark=mark, accepted_by=viewer.name, reason=reason
    )
    add(viewer, made, "payroll.accept", why=reason)
    same = IntakeException.seen_by(viewer).filter(run=run, code=BANK_TWICE, who__in=numbers, state="open")
    keys = list(same.values_list("pk", flat=True))
    if keys:
        accept(viewer, run.pk, keys, why=reason)
    return made


@action("payroll.accept")
def end_sharing(viewer: Viewer, /, key: str, *, why: str) -> SharedBank:
    """Accept a shared bank account no longer, with the reason: the next calculation asks again."""
    return move(viewer, one(SharedBank, viewer, key), "end", why=reasoned(why))


def lapse_sharing(viewer: Viewer, account: Account, kept: str) -> None:
    """End what a new list of bank accounts no longer shows: somebody changed where their pay goes."""
    held = SharedBank.seen_by(viewer).filter(account=account, state="accepted")
    groups = groups_of(kept) if held.exists() else {}
    for each in held:
        if not set(each.employees) <= set(groups.get(each.mark, ())):
            move(viewer, each, "lapse", why="a new list of bank accounts has them apart")
