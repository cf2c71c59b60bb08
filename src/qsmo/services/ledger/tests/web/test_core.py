"""The prescribed reports: items held against the standard, amounts worked by hand, alike on page, call and command."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.cli import app
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.core import REPORTS, items, status_of_funding
from qsmo.services.ledger.rules.report.fund import Fund
from qsmo.services.ledger.tests.web.office import Office, table

YEAR = 2026
# Appropriated and allotted 1,000.00; on order PO-1 400.00 obligated, 300.00 of it received, 200.00 of that paid;
# 50.00 committed beside it. Unpaid: 100.00 not received and 100.00 not paid. Used: 50.00 + 200.00 + 200.00.
FUNDING = {
    "Budget Authority": "1000.00", "Commitments": "50.00", "Unpaid Obligations": "200.00",
    "Prepaid Obligations": "0.00", "Expenditures": "200.00", "Funds Used": "450.00", "Percent Funds Used": "0.45",
    "Funds Available": "550.00", "Percent Funds Available": "0.55",
}  # fmt: skip
OBLIGATION = {
    "Obligation Identifier": "PO-1", "Obligation Status": "open", "Obligation Amount": "400.00",
    "Amount Invoiced": "300.00", "Open Obligation Amount": "100.00", "Amount Accrued": "100.00",
    "Amount Available": "100.00", "Amount Prepaid": "0.00", "Organization Code": "HQ", "Object Class": "252",
}  # fmt: skip


def rows(text: str) -> list[dict[str, str]]:
    """A CSV by its headings; of a heading that comes twice, what is said first."""
    head, *body = csv.reader(io.StringIO(text))
    found: list[dict[str, str]] = []
    for row in body:
        said: dict[str, str] = {}
        for name, value in zip(head, row, strict=True):
            said[name] = said.get(name) or value
        found.append(said)
    return found


def cents(dollars: str) -> int:
    """An amount of a CSV; nothing is nil."""
    return Money.parse(dollars or "0").cents


def of(held: Office, report: str, more: str = "") -> list[dict[str, str]]:
    """A report as the accountant takes it away."""
    answer = held.accountant.get(held.at("core", report) + f"?{report}-format=csv{more}")
    return rows(table(answer))


def test_every_item_of_the_standard_is_carried_in_its_order_under_its_label(reference: Path) -> None:
    with (reference / "finance" / "core_reports.csv").open(encoding="utf-8") as file:
        published = [row for row in csv.DictReader(file) if row["report"] in REPORTS.values()]
    carried = [
        (title, str(each.number), each.label, each.element)
        for name, title in REPORTS.items()
        for each in items(name, YEAR)
    ]
    wanted = [(row["report"], row["item"], row["label"], row["data_element"]) for row in published]
    assert Counter(carried) == Counter(wanted)
    assert len(carried) == 132


def test_what_was_given_promised_and_spent_worked_by_hand(held: Office) -> None:
    (row,) = of(held, "status-of-funding")
    assert {name: row[name] for name in FUNDING} == FUNDING
    assert (row["Treasury Account Symbol"], row["Budget Fiscal Year"]) == (held.symbol.tas, str(YEAR))


def test_a_group_without_authority_is_shown_and_not_held_against_it(held: Office) -> None:
    groups = {row["Object Class"]: row for row in of(held, "status-of-funding", "&by=object_class")}
    assert {name: (row["Budget Authority"], row["Funds Used"]) for name, row in groups.items()} == {
        "": ("1000.00", "0.00"), "252": ("0.00", "450.00"),
    }  # fmt: skip
    assert (groups[""]["Funds Available"], groups["252"]["Funds Available"]) == ("1000.00", "")
    by_all = of(held, "status-of-funding", "&by=all")
    assert sum(cents(row["Funds Used"]) for row in by_all) == 450_00


def test_an_order_with_what_became_of_it_worked_by_hand(held: Office) -> None:
    (row,) = of(held, "obligation-status")
    assert {name: row[name] for name in OBLIGATION} == OBLIGATION
    held.stage.post(
        "RECEIVE", "100.00", attributes=Attributes(organization="HQ", object_class="252", federal="N", defc="Q"),
        document="PO-1",
    )  # fmt: skip
    held.stage.post(
        "PAY", "200.00", attributes=Attributes(organization="HQ", object_class="252", federal="N", defc="Q"),
        document="PO-1",
    )  # fmt: skip
    (row,) = of(held, "obligation-status")
    assert (row["Obligation Status"], row["Open Obligation Amount"], row["Amount Accrued"]) == (
        "closed", "0.00", "0.00",
    )  # fmt: skip


def test_debits_are_credits_in_the_detail_and_add_up_to_the_trial_balance(held: Office) -> None:
    detail, trial = of(held, "transaction-detail"), of(held, "trial-balance")
    moved: Counter[str] = Counter()
    for row in detail:
        assert bool(row["Credit"]) != bool(row["Debit"])
        moved[row["USSGL Account Number"]] += cents(row["Debit"]) - cents(row["Credit"])
    assert sum(moved.values()) == 0
    stated = {row["USSGL Account Number"]: cents(row["Ending Balance"]) for row in trial}
    assert {account: sum_ for account, sum_ in moved.items() if sum_} == stated
    assert stated["101000"] == 1_000_00 - 200_00


def test_every_amount_on_the_pages_opens(held: Office) -> None:
    page = held.accountant.get(held.at("core", "status-of-funding") + "?by=organization").text
    assert "core/status-of-funding/16/" in page
    part = held.accountant.get(
        held.at("core", "status-of-funding", "16") + f"?tas={held.symbol.tas}&by=organization&codes=HQ"
    )
    assert ("490200" in part.text, "$200.00" in part.text) == (True, True)
    orders = held.accountant.get(held.at("core", "obligation-status")).text
    assert "core/transaction-detail/?document=PO-1" in orders
    lines = held.accountant.get(held.at("core", "transaction-detail") + "?document=PO-1").text
    assert "order PO-1" in lines


@pytest.mark.parametrize(
    ("more", "status"),
    [("nothing/", 404), ("obligation-status/?by=fund", 422), ("trial-balance/?by=grade", 422),
     ("status-of-funding/12/?tas=x", 404), ("trial-balance/23/", 404)],
)  # fmt: skip
def test_what_there_is_not_is_refused_in_words(held: Office, more: str, status: int) -> None:
    assert held.accountant.get(held.at("core") + more).status_code == status
    assert held.stranger.get(held.at("core", "trial-balance")).status_code == 404


def test_the_call_and_the_command_say_what_the_page_says(held: Office) -> None:
    said = held.accountant.get(f"/api/v1/ledger/books/{held.book.pk}/core/obligation-status").json()
    assert (said["items"][0]["obligated"], said["items"][0]["standing"]) == (400_00, "open")
    assert [each["label"] for each in said["columns"]][29:31] == [
        "Performance Period End",
        "Obligation Amount",
    ]
    shares = held.accountant.get(f"/api/v1/ledger/books/{held.book.pk}/core/status-of-funding").json()
    assert shares["items"][0]["used_share"] == "9/20"
    told = CliRunner().invoke(app, ["core-report", held.book.pk, "status-of-funding"])
    assert (told.exit_code, rows(told.stdout)) == (0, of(held, "status-of-funding"))


def test_of_a_fund_without_balances_there_is_no_row() -> None:
    fund = Fund("073-2026/2026-0100-000")
    other = Position("080-2026/2026-0100-000", "411900", Attributes(), 0, 100_00)
    assert list(status_of_funding([fund], [other], YEAR, 5)) == []
    with pytest.raises(Refusal):
        items("no-report", YEAR)
