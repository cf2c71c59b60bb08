"""The ledger's pages: books, entries, posting by rule, balances, reports, funds, periods, documents, payables."""

from __future__ import annotations

from django.urls import path

from qsmo.services.ledger.pages import (
    balances,
    books,
    documents,
    entries,
    funds,
    payable,
    periods,
    posting,
)
from qsmo.services.ledger.pages.between import routes as between
from qsmo.services.ledger.pages.receivable import routes as receivable
from qsmo.services.ledger.pages.report import core, gtas, year

routes = [
    path("", books.home, name="home"),
    path("books/<str:key>/", books.book, name="book"),
    path("books/<str:key>/entries/", entries.entries, name="entries"),
    path("entries/<int:number>/", entries.entry, name="entry"),
    path("entries/<int:number>/reverse/", entries.reverse_entry, name="reverse"),
    path("books/<str:key>/rules/", posting.choose, name="rules"),
    path("books/<str:key>/rules/<str:name>/", posting.post, name="post"),
    path("books/<str:key>/trial-balance/", balances.trial_balance, name="trial-balance"),
    path("books/<str:key>/chart/<str:number>/", balances.account, name="ledger-account"),
    path("combinations/<int:number>/", balances.combination, name="combination"),
    path("accounts/<str:key>/", books.account, name="account"),
    path("accounts/<str:key>/sf133/", year.sf133, name="sf133"),
    path("accounts/<str:key>/sf133/<str:number>/", year.sf133_line, name="sf133-line"),
    path("accounts/<str:key>/ties/<str:code>/<str:side>/", year.tie, name="tie"),
    path("accounts/<str:key>/reconciliation/", year.reconciliation, name="reconciliation"),
    path("accounts/<str:key>/flow/", funds.flow, name="flow"),
    path("accounts/<str:key>/status/<str:name>/", funds.status_column, name="status"),
    path("books/<str:key>/statements/", year.statements, name="statements"),
    path("books/<str:key>/statements/<str:name>/<str:line>/", year.statement_line, name="statement-line"),
    path("books/<str:key>/core/", core.reports_, name="core-reports"),
    path("books/<str:key>/core/<str:report>/", core.report, name="core-report"),
    path("books/<str:key>/core/<str:report>/<int:item>/", core.part, name="core-part"),
    path("books/<str:key>/funds/", funds.funds, name="funds"),
    path("books/<str:key>/limits/", funds.limits, name="limits"),
    path("limits/<int:number>/", funds.limit, name="limit"),
    path("books/<str:key>/periods/", periods.board, name="periods"),
    path("books/<str:key>/close/<int:year>/", periods.close_year, name="close-year"),
    path("periods/<str:key>/", periods.period, name="period"),
    path("periods/<str:key>/close", periods.close, name="close-period"),
    path("books/<str:key>/documents/", documents.work_list, name="documents"),
    path("documents/<str:key>/", documents.document, name="document"),
    path("documents/<str:key>/again", documents.again, name="post-again"),
    path("books/<str:key>/gtas/", gtas.gtas, name="gtas"),
    path("books/<str:key>/gtas/file", gtas.bulk_file, name="gtas-file"),
    *receivable,
    *payable.routes,
    *between,
]
