"""The rules of DATA Act files A, B and C, each file alone, against each other, and against lists from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from qsmo.services.ledger.rules.checking.dataact.across import check_a_and_b, check_shares
from qsmo.services.ledger.rules.checking.dataact.awards import check_awards
from qsmo.services.ledger.rules.checking.dataact.budget import check_outside, line_1902
from qsmo.services.ledger.rules.checking.dataact.codes import check_activities, check_codes
from qsmo.services.ledger.rules.checking.dataact.keys import check_keys, check_prior
from qsmo.services.ledger.rules.checking.dataact.sums import check_sums
from qsmo.services.ledger.rules.checking.dataact.tables import Case, Given, rules
from qsmo.services.ledger.rules.checking.report import Report
from qsmo.services.ledger.rules.checking.sheet import Sheet

__all__ = ["Given", "check_sheets", "rules"]


def check_sheets(sheets: Mapping[str, Sheet], given: Given, report: Report) -> None:
    """Apply every rule that can be applied to the files that could be read; the report says which could not."""
    case = Case(sheets, given, report)
    check_codes(case)
    check_activities(case)
    for sheet in sheets.values():
        check_sums(case, sheet, line_1902(case) if sheet.of == "A" else None)
    check_keys(case)
    check_prior(case)
    check_a_and_b(case)
    check_shares(case)
    check_outside(case)
    check_awards(case)
