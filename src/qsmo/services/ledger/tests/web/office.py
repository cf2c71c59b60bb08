"""People at the pages of the ledger, each in a browser of their own, over books with something of everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client

from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.services.ledger.models import Book, Symbol
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.tests import setting
from qsmo.services.ledger.tests.setting import CUSTOMER, PROVIDER, Stage

LOGIN = "allauth.account.auth_backends.AuthenticationBackend"
ON = date(2026, 1, 20)


@dataclass
class Office:
    """The books, and a browser for each kind of viewer."""

    stage: Stage
    accountant: Client
    second: Client
    officer: Client
    auditor: Client
    manager: Client
    stranger: Client

    @property
    def book(self) -> Book:
        """The books."""
        return self.stage.book

    @property
    def symbol(self) -> Symbol:
        """Their Treasury account."""
        return Symbol.every.get(book=self.book)

    def at(self, *parts: object) -> str:
        """The address of a page on the books."""
        return "/ledger/books/" + "".join(f"{part}/" for part in (self.book.pk, *parts))


def office() -> Office:
    """Books of FY2026 with 1,000.00 allotted, 400.00 ordered, 300.00 received and 200.00 paid."""
    stage = setting.stage()
    hq = Attributes(organization="HQ", object_class="252", federal="N", defc="Q")
    stage.funded("1,000.00", attributes=Attributes(organization="HQ", defc="Q"))
    for rule, dollars in (
        ("COMMIT", "50.00"),
        ("OBLIGATE", "400.00"),
        ("RECEIVE", "300.00"),
        ("PAY", "200.00"),
    ):
        stage.post(rule, dollars, attributes=hq, document="PO-1")
    for key, kind in (("test/other", "agency"), ("005", "oversight")):
        Organisation.objects.get_or_create(pk=key, defaults={"name": key, "kind": kind})
    return Office(
        stage,
        accountant=browser("Ann Accountant", "ledger-accountant", PROVIDER),
        second=browser("Bob Accountant", "ledger-accountant", PROVIDER),
        officer=browser("Otto Officer", "budget-officer", CUSTOMER),
        auditor=browser("Ada Auditor", "auditor", "005"),
        manager=browser("Mara Manager", "customer-program-manager", CUSTOMER),
        stranger=browser("Stan Stranger", "budget-officer", "test/other"),
    )


def browser(name: str, role: str, organisation: str) -> Client:
    """Somebody's browser, signed in."""
    email = f"{name.lower().replace(' ', '.')}@test.example"
    person = Person.objects.create_user(email, name=name)
    Grant.every.create(person=person, role=role, organisation_id=organisation)
    client = Client()
    client.force_login(person, LOGIN)
    return client


def table(answer: Any) -> str:
    """The content of a CSV."""
    return b"".join(answer.streaming_content).decode()
