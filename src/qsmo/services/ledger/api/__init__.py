"""The ledger over HTTP: books, entries, reports, events posted by their rules, work lists, periods, payables."""

from __future__ import annotations

from ninja import Router

from qsmo.services.ledger.api import between, core, payable, paying, periods, posting, receivable, reporting

router = Router(tags=["ledger"])
for part in (reporting, core, posting, periods, payable, paying, receivable, between):
    router.add_router("", part.router)
