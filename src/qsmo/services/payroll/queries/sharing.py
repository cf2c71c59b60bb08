"""Bank accounts that several people share, and those of them that somebody accepted."""

from __future__ import annotations

import polars as pl
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.store import files
from qsmo.services.payroll.formats.paying.banks import NET
from qsmo.services.payroll.models import Account, SharedBank
from qsmo.services.payroll.queries.edits import shared_banks

PROGRAM = program("payroll")


def net_banks(kept: str) -> pl.DataFrame:
    """Where net pay goes, by the digest of a list of bank accounts; entries that only try an account are left out."""
    rows = pl.scan_parquet(files.path(kept)).filter((pl.col("purpose") == NET) & ~pl.col("prenote"))
    return rows.select("employee", "routing", "account").collect(engine="streaming")


def mark_of(bank: str) -> str:
    """A bank account as its mark: the same for the same numbers, and of no use to find them without the key."""
    return salted_hmac("payroll.shared-bank", bank, algorithm="sha256").hexdigest()


def sharing(account: Account) -> dict[str, set[str]]:
    """Bank accounts that may be shared, by mark, and by whom."""
    held = SharedBank.seen_by(PROGRAM).filter(account=account, state="accepted")
    return {each.mark: set(each.employees) for each in held}


def groups_of(kept: str) -> dict[str, list[str]]:
    """The people of every bank account that several have, by its mark."""
    return {mark_of(bank): numbers for bank, numbers in shared_banks(net_banks(kept))}


def shared(viewer: Viewer, account: Account) -> QuerySet[SharedBank]:
    """What was accepted for an account, as far as the viewer may see it."""
    return SharedBank.seen_by(viewer).filter(account=account)


def shared_bank(viewer: Viewer, key: str) -> SharedBank:
    """One of them; refused (404) where the viewer may not see it."""
    return one(SharedBank, viewer, key)
