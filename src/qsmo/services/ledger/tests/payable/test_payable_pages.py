"""Payables on pages, through the API and on the command line, by whoever may."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typer.testing import CliRunner

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.cli import app
from qsmo.services.ledger.models import (
    Delivery,
    Invoice,
    Payment,
    PaymentSchedule,
    PublishedRate,
    PurchaseOrder,
    Screened,
    Vendor,
)  # fmt: skip
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.tests.payable.shop import VENDOR, Shop
from qsmo.services.ledger.tests.payable.test_paying import owing
from qsmo.services.ledger.tests.setting import CUSTOMER, PROVIDER
from qsmo.services.ledger.tests.web.office import browser

pytestmark = pytest.mark.django_db
HEAD = "order,invoice,dated_on,received_on,line,quantity,unit_price,amount\n"
FILE = (
    HEAD + "PO-7,INV-1,2026-01-05,2026-01-07,1,10,12.50,125.00\nPO-9,INV-2,2026-01-05,2026-01-07,1,1,1,1.00\n"
)


@pytest.fixture
def accountant(bought: Shop) -> Client:
    return browser("Ann Accountant", "ledger-accountant", PROVIDER)


def test_a_vendor_is_entered_and_approved_by_two_people(bought: Shop, accountant: Client) -> None:
    officer = browser("Cleo Certifier", "certifying-officer", CUSTOMER)
    path = f"/ledger/books/{bought.stage.book.pk}/vendors/new/"
    said = {"legal_name": "Second", "uei": "SECOND000001", "ein": VENDOR.ein, "routing": VENDOR.routing,
            "account": "42", "account_kind": "savings"}  # fmt: skip
    assert "check digit" in accountant.post(path, {**said, "routing": "123456789"}).text
    assert officer.post(path, said).status_code == 403
    assert accountant.post(path, said).status_code == 302
    made = Vendor.every.get(uei="SECOND000001")
    page = f"/ledger/vendors/{made.pk}/"
    assert accountant.post(f"{page}approve").status_code == 403
    assert "Approve it as it stands" in officer.get(page).text
    assert officer.post(f"{page}approve").status_code == 302
    assert accountant.post(f"{page}steps/hold/", {"why": "a debt"}).status_code == 302
    assert accountant.post(f"{page}change/", {**said, "account": "43", "why": "a letter"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.account) == ("proposed", "43")
    assert VENDOR.ein not in accountant.get(page).text


def test_from_order_to_matched_invoice_on_pages(bought: Shop, accountant: Client) -> None:
    order = f"/ledger/orders/{bought.order.pk}/"
    sent = {"key": "R-1", "line": "1", "quantity": "10", "delivered_on": "2026-01-05"}
    manager = browser("Mara Manager", "customer-program-manager", CUSTOMER)
    assert manager.post(order, sent).status_code == 302
    made = Delivery.every.get()
    assert manager.post(f"/ledger/deliveries/{made.pk}/", {"on": "2026-01-21"}).status_code == 422
    assert manager.post(f"/ledger/deliveries/{made.pk}/", {"on": "2026-01-06"}).status_code == 302
    asked = {"number": "INV-1", "dated_on": "2026-01-05", "received_on": "2026-01-07", "quantity-1": "10",
             "price-1": "12.50", "says_contact": "on", "says_terms": "on", "is_stamped": "on"}  # fmt: skip
    assert manager.post(f"{order}invoice/", asked).status_code == 403
    assert accountant.post(f"{order}invoice/", asked).status_code == 302
    held = Invoice.every.get()
    page = f"/ledger/invoices/{held.pk}/"
    assert accountant.post(f"{page}match").status_code == 302
    text = accountant.get(page, {"pays_on": "2026-03-02"}).text
    assert "30 days from the receipt of 2026-01-07 end on 2026-02-06" in text
    assert "no prompt payment rate in force on 2026-02-07 is on file" in text
    rates = {
        "kind": "prompt-payment",
        "begins_on": "2026-01-01",
        "ends_on": "2026-06-30",
        "rate": "0.05",
        "source": "",
    }
    path = f"/ledger/books/{bought.stage.book.pk}/rates/"
    assert accountant.post(path, rates).status_code == 422
    assert accountant.post(path, {**rates, "source": "made up"}).status_code == 302
    assert PublishedRate.every.count() == 1
    assert "125.00 × 5 percent / 360 × 24 = 0.42" in accountant.get(page, {"pays_on": "2026-03-02"}).text
    listed = accountant.get(f"/ledger/books/{bought.stage.book.pk}/invoices/", {"state": "matched"}).text
    assert "INV-1" in listed


def test_an_order_is_described_by_its_lines(bought: Shop, accountant: Client) -> None:
    path = f"/ledger/books/{bought.stage.book.pk}/orders/new/"
    bought.stage.post(
        "OBLIGATE", "20.00", document="PO-8", attributes=Attributes(organization="HQ", defc="Q")
    )
    said = {"number": "PO-8", "vendor": bought.vendor.pk, "title": "Lamps", "kind": "ordinary"}
    assert "what | quantity | unit price" in accountant.post(path, {**said, "lines": "lamps 2"}).text
    assert accountant.post(path, {**said, "lines": "lamps | 2 | 10.01"}).status_code == 409
    assert accountant.post(path, {**said, "lines": "lamps | 2 | 10"}).status_code == 302
    assert PurchaseOrder.every.get(number="PO-8").lines[0]["words"] == "lamps"


def test_a_file_of_invoices_goes_in_once_and_says_what_is_wrong(bought: Shop, accountant: Client) -> None:
    bought.received()
    path = f"/ledger/books/{bought.stage.book.pk}/invoices/file/"
    for outcome in ("taken in", "was there before"):
        answer = accountant.post(path, {"file": SimpleUploadedFile("invoices.csv", FILE.encode())})
        assert (answer.status_code, outcome in answer.text) == (422, True)
        assert "These books have no order PO-9" in answer.text
    assert [each.number for each in Invoice.every.all()] == ["INV-1"]


def test_the_command_takes_a_file_in_and_matches_it(bought: Shop, accountant: Client, tmp_path: Any) -> None:
    bought.received()
    file = tmp_path / "invoices.csv"
    file.write_text(FILE)
    words = [
        "import-invoices",
        bought.stage.book.pk,
        str(file),
        "--match",
        "--json",
        "--as",
        "ann.accountant@test.example",
    ]
    for taken in (1, 0):
        ran = CliRunner().invoke(app, words)
        told = json.loads(ran.stdout)
        assert (ran.exit_code, told["taken in"], told["matched"]) == (1, taken, taken)
        assert [(each["line"], each["who"]) for each in told["findings"]] == [(3, "INV-2")]
    shown = CliRunner().invoke(
        app, ["invoice", Invoice.every.get().pk, "--as", "ann.accountant@test.example"]
    )
    assert "Due: 2026-02-06" in shown.stdout


def test_the_api_gives_an_invoice_with_everything_behind_it(bought: Shop, accountant: Client) -> None:
    bought.received()
    body = {"number": "INV-1", "order": "PO-7", "dated_on": "2026-01-07", "received_on": "2026-01-07",
            "lines": [{"number": 1, "quantity": "10", "unit_price": "12.50", "cents": 12500}]}  # fmt: skip
    path = f"/api/v1/ledger/books/{bought.stage.book.pk}/invoices"
    made = [accountant.post(path, json.dumps(body), content_type="application/json").json() for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert accountant.post(f"/api/v1/ledger/invoices/{made[0]['id']}/match").json()["state"] == "matched"
    told = accountant.get(f"/api/v1/ledger/invoices/{made[0]['id']}").json()
    assert [each["label"] for each in told["told"]] == ["Due", "Interest penalty"]
    assert (told["lines"][0]["outcome"], told["due_on"]) == ("agrees", "2026-02-06")


def test_a_schedule_is_proposed_certified_and_paid_on_pages(bought: Shop, accountant: Client) -> None:
    held, book = owing(bought), f"/ledger/books/{bought.stage.book.pk}/"
    officer = browser("Cleo Certifier", "certifying-officer", CUSTOMER)
    manager = browser("Mara Manager", "customer-program-manager", CUSTOMER)
    assert "INV-1" in accountant.get(f"{book}schedules/new/", {"pays_on": "2026-02-04"}).text
    sent = {"pays_on": "2026-02-04", "invoice": held.pk}
    assert officer.post(f"{book}schedules/new/", sent).status_code == 403
    assert accountant.post(f"{book}schedules/new/", {**sent, "pays_on": "2026-02-07"}).status_code == 422
    assert accountant.post(f"{book}schedules/new/", sent).status_code == 302
    page = f"/ledger/schedules/{PaymentSchedule.every.get().pk}/"
    assert accountant.post(page, {"why": ""}).status_code == 403
    assert officer.get(page).text.count(">holds</span>") == 13
    assert officer.get(f"{page}files/spr").status_code == 404
    assert officer.post(page, {"why": ""}).status_code == 302
    assert manager.get(f"{page}files/spr").status_code == 403
    for kind, wide in (("spr", 850), ("nacha", 94)):
        lines = accountant.get(f"{page}files/{kind}").content.decode().splitlines()
        assert {len(line) for line in lines} == {wide}
    assert accountant.post(f"{page}send").status_code == 302
    with clock.at(date(2026, 2, 4)):
        assert accountant.post(f"{page}paid/", {"on": "2026-02-04"}).status_code == 302
        paid = f"/ledger/payments/{Payment.every.get().pk}/"
        assert accountant.post(f"{paid}steps/return/", {"on": "2026-02-04", "why": "R03"}).status_code == 302
    assert "Returned" in accountant.get(paid).text
    assert held.number in accountant.get(f"{book}schedules/new/").text


def test_the_lists_are_asked_and_the_office_is_kept_on_pages(bought: Shop, accountant: Client) -> None:
    book = f"/ledger/books/{bought.stage.book.pk}/"
    assert accountant.post(f"{book}office/", {"location_code": "12"}).status_code == 422
    assert accountant.post(f"{book}office/", {"location_code": "12345678"}).status_code == 302
    rows = f"uei,list,asked_on,matched,reference\n{VENDOR.uei},sanctions,2026-01-20,yes,N-1\n"
    for content, status in ((rows.replace("sanctions", "nobody"), 422), (rows, 302), (rows, 302)):
        file = SimpleUploadedFile("answers.csv", content.encode())
        assert accountant.post(f"{book}screening/", {"file": file}).status_code == status
    found = Screened.every.get()
    officer = browser("Cleo Certifier", "certifying-officer", CUSTOMER)
    assert accountant.post(f"/ledger/answers/{found.pk}/clear/", {"why": "x"}).status_code == 403
    assert officer.post(f"/ledger/answers/{found.pk}/clear/", {"why": "another birthday"}).status_code == 302
    assert "another birthday" in officer.get(f"{book}screening/").text


def test_the_commands_pay_from_proposal_to_confirmation(
    bought: Shop, accountant: Client, tmp_path: Any
) -> None:
    owing(bought)
    browser("Cleo Certifier", "certifying-officer", CUSTOMER)
    book, file = bought.stage.book.pk, str(tmp_path / "request.txt")

    def run(*words: str, who: str = "ann.accountant") -> Any:
        return CliRunner().invoke(app, [*words, "--as", f"{who}@test.example"])

    made = run("schedule", book, "--on", "2026-02-04", "--number", "V-1", "--json")
    key = json.loads(made.stdout)["schedule"]
    assert (
        json.loads(run("schedule", book, "--on", "2026-02-04", "--number", "V-1", "--json").stdout)[
            "schedule"
        ]
        == key
    )
    assert isinstance(run("write-payments", key, file).exception, Refusal)
    assert isinstance(run("certify", key).exception, Refusal)
    assert run("certify", key, who="cleo.certifier").exit_code == 0
    assert run("write-payments", key, file).exit_code == 0
    assert CliRunner().invoke(app, ["check-payments", file]).exit_code == 0
    assert run("send-schedule", key).exit_code == 0
    with clock.at(date(2026, 2, 4)):
        assert run("confirm", key, "--on", "2026-02-04").exit_code == 0
    assert PaymentSchedule.every.get().state == "confirmed"


def test_a_schedule_through_the_api(bought: Shop, accountant: Client) -> None:
    held = owing(bought)
    path = f"/api/v1/ledger/books/{bought.stage.book.pk}/schedules"
    body = json.dumps({"pays_on": "2026-02-04", "invoices": [held.pk], "number": "V-2"})
    made = [accountant.post(path, body, content_type="application/json").json() for _ in range(2)]
    assert made[0] == made[1]
    told = accountant.get(f"/api/v1/ledger/schedules/{made[0]['id']}").json()
    assert ({each["outcome"] for each in told["checks"]}, told["payments"][0]["account"]) == (
        {"holds"},
        "…5678",
    )
