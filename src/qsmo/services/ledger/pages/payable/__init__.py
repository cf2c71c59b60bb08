"""The pages of payables: invoices, vendors, orders with their deliveries, rates, and payment schedules."""

from __future__ import annotations

from django.urls import path

from qsmo.services.ledger.pages.payable import invoices, orders, schedules, screening, vendors

routes = [
    path("books/<str:key>/invoices/", invoices.invoices, name="invoices"),
    path("books/<str:key>/invoices/file/", invoices.take_in, name="invoice-file"),
    path("invoices/<str:key>/", invoices.invoice, name="invoice"),
    path("invoices/<str:key>/match", invoices.match, name="match-invoice"),
    path("invoices/<str:key>/steps/<str:verb>/", invoices.step, name="invoice-step"),
    path("books/<str:key>/vendors/", vendors.vendors, name="vendors"),
    path("books/<str:key>/vendors/new/", vendors.enter, name="new-vendor"),
    path("vendors/<str:key>/", vendors.vendor, name="vendor"),
    path("vendors/<str:key>/change/", vendors.change, name="change-vendor"),
    path("vendors/<str:key>/approve", vendors.approve, name="approve-vendor"),
    path("vendors/<str:key>/steps/<str:verb>/", vendors.step, name="vendor-step"),
    path("books/<str:key>/orders/", orders.orders, name="orders"),
    path("books/<str:key>/orders/new/", orders.enter, name="new-order"),
    path("orders/<str:key>/", orders.order, name="order"),
    path("orders/<str:key>/invoice/", orders.enter_invoice, name="new-invoice"),
    path("deliveries/<str:key>/", orders.delivery, name="delivery"),
    path("books/<str:key>/rates/", vendors.rates, name="rates"),
    path("books/<str:key>/schedules/", schedules.schedules, name="schedules"),
    path("books/<str:key>/schedules/new/", schedules.propose, name="new-schedule"),
    path("schedules/<str:key>/", schedules.schedule, name="schedule"),
    path("schedules/<str:key>/files/<str:kind>", schedules.file, name="schedule-file"),
    path("schedules/<str:key>/send", schedules.send, name="send-schedule"),
    path("schedules/<str:key>/paid/", schedules.confirm, name="confirm-schedule"),
    path("schedules/<str:key>/steps/<str:verb>/", schedules.step, name="schedule-step"),
    path("payments/<str:key>/", schedules.payment, name="payment"),
    path("payments/<str:key>/steps/<str:verb>/", schedules.undo, name="payment-step"),
    path("books/<str:key>/screening/", screening.screening, name="screening"),
    path("answers/<str:key>/clear/", screening.clear, name="clear-match"),
    path("books/<str:key>/office/", screening.office, name="paying-office"),
]
