"""The pages of receivables: what is owed by age, one receivable line by line, who owes, what came, and every act."""

from django.urls import path

from qsmo.services.ledger.pages.receivable import acting, keeping, making, shown

routes = [
    path("books/<str:key>/accounts/new/", keeping.keep_account, name="keep-account"),
    path("books/<str:key>/receivables/", shown.receivables, name="receivables"),
    path("books/<str:key>/receivables/new/", making.draft, name="draft-receivable"),
    path("books/<str:key>/debtors/", making.debtors, name="debtors"),
    path("books/<str:key>/receipts/", making.receipts, name="receipts"),
    path("receivables/<str:key>/", shown.receivable, name="receivable"),
    path("receivables/<str:key>/<str:verb>/", acting.act, name="act-receivable"),
    path("receipts/<str:key>/", acting.apply, name="receipt"),
]
