"""A DATA Act submission by hand: one account, three rows of B, four of C, in which every rule holds.

Amounts are cents in ledger signs. The account has 10,000.00 of appropriation and 100.00 of recoveries in it.
"""

from __future__ import annotations

import csv
import io
from copy import deepcopy

from qsmo.services.ledger.formats.dataact import fields
from qsmo.services.ledger.rules.checking.dataact.tables import account_fields

Row = dict[str, "str | int"]
Files = dict[str, list[Row]]
ACCOUNT: Row = {
    "AgencyIdentifier": "019",
    "AvailabilityTypeCode": "X",
    "MainAccountCode": "0306",
    "SubAccountCode": "000",
}
KEY = {"DisasterEmergencyFundCode": "Q", "ByDirectReimbursableFundingSource": "D", "PriorYearAdjustment": "X"}
UNDELIVERED, DELIVERED = "ObligationsUndeliveredOrdersUnpaidTotal", "ObligationsDeliveredOrdersUnpaidTotal"
PREPAID, PAID = "GrossOutlaysUndeliveredOrdersPrepaidTotal", "GrossOutlaysDeliveredOrdersPaidTotal"
B_OUTLAY, C_OUTLAY = "GrossOutlayAmountByProgramObjectClass", "GrossOutlayAmountByAward"
B_RECOVERED = "DeobligationsRecoveriesRefundsdOfPriorYearByProgramObjectClass_CPE"
C_RECOVERED = "DeobligationsRecoveriesRefundsOfPriorYearByAward_CPE"
B_OBLIGATED = "ObligationsIncurredByProgramObjectClass_CPE"


def ledger(of: str, **accounts: int) -> Row:
    """Amounts of ledger accounts by number and moment: `a480100_CPE=-5`."""
    names = account_fields(of)
    return {names[key[1:]]: cents for key, cents in accounts.items()}


def _b(object_class: str, key: str) -> Row:
    row: Row = {name: 0 for name, field in fields("B").items() if field.kind == "amount"}
    row |= ACCOUNT | KEY | {"ObjectClass": object_class, "ProgramActivityReportingKey": key}
    row |= ledger("B", a480100_FYB=-20_000, a480100_CPE=-50_000, a480200_CPE=-1_000, a490100_CPE=-30_000)
    row |= ledger("B", a490200_CPE=-100_000, a487100_CPE=2_000, a497200_CPE=500)
    row |= {f"{UNDELIVERED}_FYB": -20_000, f"{UNDELIVERED}_CPE": -50_000, f"{DELIVERED}_CPE": -30_000}
    row |= {f"{PREPAID}_CPE": -1_000, f"{PAID}_CPE": -100_000, f"{B_OUTLAY}_CPE": -101_000}
    return row | {B_RECOVERED: 2_500, B_OBLIGATED: -30_000 - 1_000 - 30_000 - 100_000}


def _c(object_class: str, key: str, **rest: str | int) -> Row:
    return ACCOUNT | KEY | {"ObjectClass": object_class, "ProgramActivityReportingKey": key} | rest


def submission() -> Files:
    """The three files."""
    b = [_b("252", "KEY0000001"), _b("310", "KEY0000002"), _b("410", "KEY0000003")]
    a: Row = {name: 0 for name, field in fields("A").items() if field.kind == "amount"}
    a |= ACCOUNT | {
        "BudgetAuthorityAppropriatedAmount_CPE": 1_000_000,
        "AdjustmentsToUnobligatedBalanceBroughtForward_CPE": 7_500,
        "TotalBudgetaryResources_CPE": 1_007_500,
        "ObligationsIncurredTotalByTAS_CPE": 3 * 161_000,
        "UnobligatedBalance_CPE": 1_007_500 - 3 * 161_000,
        "StatusOfBudgetaryResourcesTotal_CPE": 1_007_500,
        "GrossOutlayAmountByTAS_CPE": -303_000,
        "DeobligationsRecoveriesRefundsOfPriorYearByTAS_CPE": 7_500,
    }
    balance = ledger("C", a490200_CPE=-40_000, a487200_CPE=0, a497200_CPE=0)
    balance |= {f"{PAID}_CPE": -40_000, f"{C_OUTLAY}_CPE": -40_000}
    obligation: Row = {"TransactionObligatedAmount": -12_345, "PriorYearAdjustment": ""}
    c = [
        _c("252", "KEY0000001", PIID="AWARD1") | balance,
        _c("310", "KEY0000002", FAIN="GRANT1") | balance,
        _c("252", "KEY0000001", PIID="AWARD1", GeneralLedgerPostDate="20260115") | obligation,
        _c("410", "KEY0000003", URI="AID1") | obligation,
    ]
    return {"A": [a], "B": b, "C": c}


def changed(of: str, place: int, changes: Row) -> Files:
    """The submission with cells of one row changed."""
    files = deepcopy(submission())
    files[of][place] |= changes
    return files


def written(of: str, rows: list[Row], between: str = ",", ends: str = "\n", short: bool = False) -> bytes:
    """A file of these rows with every column it may have."""
    known = fields(of)
    stream = io.StringIO(newline="")
    out = csv.writer(stream, delimiter=between, lineterminator=ends)
    out.writerow([field.short if short else name for name, field in known.items()])
    for row in rows:
        out.writerow([_cell(row.get(name, "")) for name in known])
    return stream.getvalue().encode()


def _cell(value: str | int) -> str:
    if isinstance(value, str):
        return value
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"


def given(files: Files) -> dict[str, tuple[str, bytes]]:
    """The files as a check takes them."""
    return {of: (f"{of.lower()}.csv", written(of, rows)) for of, rows in files.items()}
