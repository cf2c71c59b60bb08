"""The ledger prepared for its examination by the contract: two customers, one of which posted on three days."""

from __future__ import annotations

from datetime import date

from qsmo.contract.service import Done, Service, Subscription
from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.ledger.tests.setting import TAS, TERMS
from tests.contract.case import Case

PROVIDER, MINE, OTHER = "contract/keeper", "contract/mine", "contract/other"
DAYS = (date(2026, 1, 20), date(2026, 1, 27), date(2026, 2, 4))


def prepare(service: Service) -> Case:
    """Appropriated, ordered and received on three days of a period of six weeks."""
    for key, kind in ((PROVIDER, "provider"), (MINE, "agency"), (OTHER, "agency")):
        Organisation.objects.get_or_create(pk=key, defaults={"name": key, "kind": kind})
    mine = Subscription("contract-mine", MINE, PROVIDER, TERMS)
    other = Subscription("contract-other", OTHER, PROVIDER, TERMS)
    with clock.at(DAYS[0]):
        assert isinstance(service.open(mine), Done)
    accountant = Viewer("Accountant", person="accountant", held=(Held("ledger-accountant", PROVIDER),))
    officer = Viewer("Officer", person="officer", held=(Held("budget-officer", MINE),))
    book = Book.seen_by(accountant).get(subscription=mine.id)
    for number, day in enumerate(DAYS, start=1):
        with clock.at(day):
            for rule in ("APPROPRIATE", "APPORTION", "ALLOT", "OBLIGATE")[: number + 1]:
                viewer = officer if rule in ("APPORTION", "ALLOT") else accountant
                amounts = {"amount": Money.parse("100.00")}
                actions.post_event(
                    viewer, book.pk, Event(rule, TAS, day, amounts, "contract", f"{rule}-{number}")
                )
    return Case(
        mine, other, Period(date(2026, 1, 10), date(2026, 2, 21)), (DAYS[1], date(2026, 2, 1), DAYS[2])
    )
