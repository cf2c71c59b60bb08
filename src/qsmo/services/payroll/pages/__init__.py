"""Payroll's pages: runs, one run with its files, totals and exceptions, one statement, one figure explained."""

from __future__ import annotations

from django.urls import path

from qsmo.services.payroll.pages import (
    accounts,
    exceptions,
    late,
    payments,
    printing,
    review,
    runs,
    sharing,
    statements,
    writing,
)
from qsmo.services.payroll.pages.asking import agency, hired, what_if, why

routes = [
    path("", runs.runs, name="runs"),
    path("mine/", statements.own, name="own"),
    path("mine/wages/", writing.wages, name="wages"),
    path("runs/<str:key>/", runs.run, name="run"),
    path("runs/<str:key>/files", runs.take_in, name="take-in"),
    path("runs/<str:key>/calculate", runs.calculate, name="calculate"),
    path("accounts/<str:key>/", accounts.account, name="account"),
    path("accounts/<str:key>/settings/", accounts.settings, name="settings"),
    path("accounts/<str:key>/outside/", accounts.open_outside, name="outside"),
    path("accounts/<str:key>/leaver/", accounts.pay_leaver, name="leaver"),
    path("accounts/<str:key>/shared/", sharing.shared_banks, name="shared-banks"),
    path("shared/<str:key>/", sharing.shared_bank_, name="shared-bank"),
    path("accounts/<str:key>/manual/", payments.manual_payments, name="manual-payments"),
    path("manual/<str:key>/", payments.manual_payment, name="manual-payment"),
    path("held/<str:key>/", payments.held_payment, name="held-payment"),
    path("exceptions/<str:key>/", exceptions.exception, name="exception"),
    path("runs/<str:key>/review/", review.review, name="review"),
    path("runs/<str:key>/late/", late.late, name="late"),
    path("late/<str:key>/", late.late_file_, name="late-file"),
    path("runs/<str:key>/steps/<str:move>/", review.step, name="step"),
    path("runs/<str:key>/exceptions/", exceptions.work_list, name="exceptions"),
    path("runs/<str:key>/exceptions/accept", exceptions.accept_all, name="accept"),
    path("runs/<str:key>/exceptions/assign", exceptions.assign_all, name="assign"),
    path("runs/<str:key>/payments/", payments.held_payments, name="held-payments"),
    path("runs/<str:key>/written/", writing.written_files, name="written"),
    path("runs/<str:key>/written/write", writing.write, name="write"),
    path("runs/<str:key>/written/<str:kind>", writing.saved_file, name="written-file"),
    path("runs/<str:key>/printed/", printing.printed, name="printed"),
    path("runs/<str:key>/printed/print", printing.print_, name="print"),
    path("runs/<str:key>/printed/<int:number>", printing.saved_archive, name="archive"),
    path("runs/<str:key>/certify", runs.certify, name="certify"),
    path("runs/<str:key>/why/<str:employee>/", why.why, name="why"),
    path("runs/<str:key>/what-if/", agency.what_if_all, name="what-if-all"),
    path("runs/<str:key>/what-if/<str:employee>/", what_if.what_if, name="what-if"),
    path("runs/<str:key>/what-if/<str:employee>/<str:name>/", what_if.figure, name="what-if-figure"),
    path("runs/<str:key>/hire/", hired.hire, name="hire"),
    path("runs/<str:key>/hire/<str:name>/", hired.figure, name="hire-figure"),
    path("runs/<str:key>/statements/<str:employee>/", statements.statement, name="statement"),
    path("runs/<str:key>/statements/<str:employee>/pdf", statements.statement_pdf, name="statement-pdf"),
    path("runs/<str:key>/statements/<str:employee>/<str:name>/", statements.figure, name="figure"),
]
