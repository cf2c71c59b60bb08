"""The ledger over HTTP: books, entries, trial balance and SF-133, events posted by their rules, work lists, periods."""

from __future__ import annotations

from ninja import Router

from qsmo.services.ledger.api import periods, posting, receivable, reporting

router = Router(tags=["ledger"])
for part in (reporting, posting, periods, receivable):
    router.add_router("", part.router)
