"""The pages of dealings with other agencies: balances with each, what differs by its cause, settlement files."""

from django.urls import path

from qsmo.services.ledger.pages.between import shown

routes = [
    path("books/<str:key>/between/", shown.between, name="between"),
    path("books/<str:key>/between/file", shown.settlement_file, name="settlement-file"),
]
