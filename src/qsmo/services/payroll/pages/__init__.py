"""Payroll's pages: runs, one run with its files, totals and exceptions, one statement, one figure explained."""

from __future__ import annotations

from django.urls import path

from qsmo.services.payroll.pages import runs, statements

routes = [
    path("", runs.runs, name="runs"),
    path("mine/", statements.own, name="own"),
    path("runs/<str:key>/", runs.run, name="run"),
    path("runs/<str:key>/files", runs.take_in, name="take-in"),
    path("runs/<str:key>/calculate", runs.calculate, name="calculate"),
    path("runs/<str:key>/certify", runs.certify, name="certify"),
    path("runs/<str:key>/statements/<str:employee>/", statements.statement, name="statement"),
    path("runs/<str:key>/statements/<str:employee>/pdf", statements.statement_pdf, name="statement-pdf"),
    path("runs/<str:key>/statements/<str:employee>/<str:name>/", statements.figure, name="figure"),
]
