"""Periods, the year, documents, and lists on pages: what they show, what they do, and what they refuse."""

from __future__ import annotations

from typing import Any

from qsmo.kernel.money import Money
from qsmo.services.ledger.models import Accounting, Control, Entry, SourceDocument
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.tests.setting import TAS
from qsmo.services.ledger.tests.web.office import Office, table


def csv(answer: Any) -> list[list[str]]:
    """The rows of a download, without its headings."""
    return [line.split(",") for line in table(answer).splitlines()[1:]]


def test_periods_are_closed_in_order_and_opened_again_by_somebody_else_with_a_reason(held: Office) -> None:
    first, second = Accounting.every.filter(year=2026)[:2]
    assert held.officer.post(f"/ledger/periods/{first.pk}/close").status_code == 403
    assert held.accountant.get(f"/ledger/periods/{first.pk}/close").status_code == 405
    assert held.accountant.post(f"/ledger/periods/{second.pk}/close").status_code == 409
    assert held.accountant.post(f"/ledger/periods/{first.pk}/close").status_code == 302
    page = held.auditor.get(held.at("periods")).text
    assert "14 of 15 are open" in page
    assert "closed by Ann Accountant" in page
    path = f"/ledger/periods/{first.pk}/"
    assert held.accountant.post(path, {"why": "late invoice"}).status_code == 403
    assert held.officer.post(path, {"why": ""}).status_code == 422
    assert held.officer.post(path, {"why": "late invoice"}).status_code == 302
    told = held.auditor.get(path).text
    assert "Opened again by Otto Officer" in told
    assert "late invoice" in told


def test_the_year_says_what_must_be_settled_and_is_closed_once(held: Office) -> None:
    path = held.at("close", 2026)
    assert "FY2026 period 01 is open" in held.accountant.get(path).text
    refused = held.accountant.post(path)
    assert (refused.status_code, Entry.every.filter(source="closing").count()) == (409, 0)
    assert held.officer.post(path).status_code == 403
    for each in Accounting.every.filter(year=2026, number__lt=15):
        held.accountant.post(f"/ledger/periods/{each.pk}/close")
    page = held.accountant.get(path).text
    assert TAS in page
    assert "Close FY2026</button>" in page
    assert held.accountant.post(path).status_code == 302
    assert Entry.every.filter(source="closing").count() == 1
    assert "was closed before" in held.accountant.post(path, follow=True).text
    assert Entry.every.filter(source="closing").count() == 1
    assert held.accountant.get(held.at("close", 2031)).status_code == 404


def test_a_refused_document_is_dismissed_with_a_reason_by_an_accountant(held: Office) -> None:
    order = {
        "tas": TAS,
        "amount-amount": "9,000.00",
        "on": "2026-01-20",
        "key": "PO-9",
        "says-organization": "HQ",
    }
    assert held.accountant.post(held.at("rules", "OBLIGATE"), order).status_code == 409
    document = SourceDocument.every.get()
    path = f"/ledger/documents/{document.pk}/"
    assert "1 document to be mended" in held.auditor.get(held.at()).text
    assert "8,450.00 too much" in held.auditor.get(held.at("documents")).text
    assert held.officer.post(path, {"why": "no"}).status_code == 403
    assert held.stranger.post(path, {"why": "no"}).status_code == 404
    assert held.accountant.post(path, {"why": " "}).status_code == 422
    assert held.accountant.post(path, {"why": "typed wrongly"}).status_code == 302
    document.refresh_from_db()
    assert document.state == "dismissed"
    assert held.accountant.post(path, {"why": "again"}).status_code == 409


def test_entries_are_narrowed_by_account_rule_period_and_words(held: Office) -> None:
    every = Entry.every.count()

    def found(**query: str) -> int:
        return len(csv(held.auditor.get(held.at("entries"), {**query, "format": "csv"})))

    assert found() == every
    assert found(account="480100") == Entry.every.filter(rule__in=["OBLIGATE", "RECEIVE"]).count()
    assert found(rule="PAY") == 1
    assert found(q="pay-") == 1
    assert found(tas=TAS, account="101000") == 2
    assert found(year="2026", period="4") == every
    assert found(period="5") == 0
    assert found(source="nowhere") == 0


def test_the_trial_balance_downloads_and_its_accounts_open_into_lines(held: Office) -> None:
    rows = csv(held.auditor.get(held.at("trial-balance"), {"accounts-format": "csv"}))
    debits, credits = (sum(Money.parse(row[place] or "0").cents for row in rows) for place in (-2, -1))
    assert debits == credits > 0
    page = held.auditor.get(held.at("chart", "480100")).text
    assert "$100.00" in page
    as_known = held.auditor.get(held.at("trial-balance"), {"known": "2026-01-19", "accounts-format": "csv"})
    assert csv(as_known) == []


def test_the_file_for_treasury_leaves_only_through_the_gate(held: Office) -> None:
    path = held.at("gtas")
    assert "Save the file" in held.auditor.get(path).text
    sent: Any = held.auditor.get(path + "file")
    lines = sent.content.decode("ascii").splitlines()
    assert (sent.status_code, {len(line) for line in lines}) == (200, {98})
    amounts = {line[28:34]: int(line[34:55]) * (1 if line[55] == "D" else -1) for line in lines}
    assert sum(cents for account, cents in amounts.items() if account.startswith("4")) == 0
    assert (amounts["101000"], len(amounts)) == (800_00, len(lines))
    held.stage.post("OBLIGATE", "1.00", attributes=Attributes(organization="HQ"))
    assert "The file stays here" in held.auditor.get(path).text
    refused = held.auditor.get(path + "file")
    assert refused.status_code == 409
    assert "does not pass our gate" in refused.text


def test_a_budget_is_set_on_the_page_of_limits_by_the_budget_officer(held: Office) -> None:
    path = held.at("limits")
    said = {
        "symbol_id": held.symbol.pk,
        "year": "2026",
        "amount": "449.99",
        "stops": "stop",
        "organization": "HQ",
    }
    assert "Set the budget" not in held.accountant.get(path).text
    assert held.accountant.post(path, said).status_code == 403
    refused = held.officer.post(path, said)
    assert (refused.status_code, "$450.00" in refused.text or "450.00 is committed" in refused.text) == (
        409,
        True,
    )
    assert not Control.every.filter(level="budget").exists()
    done = held.officer.post(path, {**said, "amount": "500.00"}, follow=True)
    assert "Of a budget of $500.00, $450.00 is committed" in done.text
