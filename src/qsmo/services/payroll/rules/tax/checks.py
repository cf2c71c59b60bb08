"""The checks of everything that taxes are computed from: forms, certificates, states and places."""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures
from qsmo.services.payroll.rules.tax.forms import lapsed


def tax_checks(law: Figures) -> list[Check]:
    """Forms of the employee, then the state, then the place."""
    return [*_forms(law), *_states(), *_certificates(), *_places()]


def _forms(law: Figures) -> list[Check]:
    return [
        Check(
            "lock-in-letter",
            "lock-in letter",
            pl.col("letter_fault") != "",
            "The lock-in letter cannot be read: {letter_fault}.",
            "2020 status=single step3=500.00",
        ),
        Check(
            "w4-alien",
            "Form W-4",
            pl.col("alien") & ((pl.col("status") != "single") | pl.col("exempt")),
            "A nonresident alien files as single and cannot claim exemption on the form (IRS Notice 1392).",
            "status single, not exempt",
        ),
        Check(
            "exemption-lapsed",
            "Form W-4",
            lapsed(law),
            "The claim of exemption of {form_on} has lapsed; tax is withheld as from a single person without entries.",
            "a form of this year",
            "warning",
        ),
        Check(
            "exemption-date",
            "Form W-4",
            pl.col("exempt") & pl.col("form_on").is_null(),
            "The form claims exemption and has no date, so that nobody can see when the claim lapses.",
            "the day of the form",
            "warning",
        ),
    ]


def _states() -> list[Check]:
    taxed = (pl.col("state_taxes") == "withheld").fill_null(value=False)
    known, found = pl.col("known_statuses").is_not_null(), pl.col("standing").is_not_null()
    approximate = taxed & (pl.col("standing") == "approximate").fill_null(value=False)
    return [
        Check(
            "state-tax",
            "duty station",
            taxed & ~known,
            "{tax_state_name} taxes wages, and how it withholds is not on file for {pay_date}.",
            "a duty station in a state whose method is on file, or in one without income tax on wages",
        ),
        Check(
            "state-status",
            "state certificate",
            taxed & known & ~found,
            "{tax_state_name} has no status “{state_status}” that is on file.",
            "{known_statuses}",
        ),
        Check(
            "state-approximation",
            "duty station",
            approximate & ~pl.col("approximation_on"),
            "The withholding table of {tax_state_name} is not on file. The rates of its statute are, as an "
            "approximation, which the agency has not switched on.",
            "a state with its table on file, or the agency's choice to withhold by the statute",
        ),
        Check(
            "state-approximated",
            "duty station",
            approximate & pl.col("approximation_on"),
            "The tax of {tax_state_name} is approximated by the rates of its statute, without deductions and credits.",
            "the state's withholding table",
            "warning",
        ),
        Check(
            "state-pay",
            "adjusted pay",
            taxed & (pl.col("adjusted_pay_cents") > pl.col("covers_cents")).fill_null(value=False),
            "The table of {tax_state_name} is on file for pay up to {covers_cents} a year, and pay is "
            "{adjusted_pay_cents}.",
            "at most {covers_cents}",
        ),
    ]


def _certificates() -> list[Check]:
    applies = pl.col("form_applies").fill_null(value=False)
    over = (pl.col("form_exemptions") > pl.col("exemptions_most")) | (
        pl.col("form_dependents") > pl.col("dependents_most")
    )
    unasked = ((pl.col("form_elected") == 1) & (pl.col("elected") != "yes")) | (
        (pl.col("form_deduction_cents") > 0) & (pl.col("claims") != "yes")
    )
    return [
        Check(
            "state-form",
            "state certificate",
            pl.col("form_fault") != "",
            "The state certificate cannot be read: {form_fault}.",
            "VA status=all exemptions=2",
        ),
        Check(
            "state-form-other",
            "state certificate",
            (pl.col("form_state") != "") & ~applies,
            "The certificate is one of {form_state}, and the duty station is in {duty_state_name}: its entries are "
            "not used.",
            "a certificate of {tax_state}",
            "warning",
        ),
        Check(
            "state-entries",
            "state certificate",
            applies & unasked.fill_null(value=False),
            "The certificate elects a rate or claims an amount, which the form of {tax_state_name} does not ask.",
            "exemptions, dependents, an extra amount",
        ),
        Check(
            "state-exemptions",
            "state certificate",
            applies & over.fill_null(value=False),
            "The formula of {tax_state_name} that is on file does not reach {form_exemptions} exemptions and "
            "{form_dependents} dependents.",
            "at most {exemptions_most} exemptions and {dependents_most} dependents",
        ),
        Check(
            "state-residence",
            "state certificate",
            (pl.col("form_residence") != "")
            & (pl.col("form_residence") != pl.col("state"))
            & ~pl.col("agreed"),
            "No agreement is on file under which {duty_state_name} leaves the tax of residents of {form_residence} "
            "to their state.",
            "a pair of states with an agreement",
        ),
    ]


def _places() -> list[Check]:
    stated = pl.col("local_code") != ""
    return [
        Check(
            "local-tax",
            "local tax",
            stated & pl.col("local_name").is_null(),
            "No tax of the place {local_code} is on file for {pay_date} (status {local_status}).",
            "a place of the table of local taxes, or the state with /NONE where none applies",
        ),
        Check(
            "local-county",
            "local tax",
            (pl.col("state_taxes") == "withheld").fill_null(value=False)
            & (pl.col("tax_state") == pl.col("state"))
            & pl.col("has_counties")
            & ~stated
            & (pl.col("form_local") == ""),
            "Counties of {duty_state_name} tax wages, and none is stated: nothing is withheld for one.",
            "the county of residence, or the state with /NONE",
            "warning",
        ),
    ]
