"""The facts that taxes are computed from, beside those of Form W-4 that every calculation has."""

from __future__ import annotations

from qsmo.services.payroll.rules.fact import W4, money_fact, number_fact, rate_fact, text_fact

FORM = "From the certificate of the state."
STATED = "From human resources where stated, else what the last certified pay of the year left."

TAX_BALANCES = {
    "supplemental": "Supplemental wages before this pay period",
    "state_wages": "Wages for state income tax before this pay period",
    "state_tax": "State income tax before this pay period",
    "local_tax": "Local taxes before this pay period",
}
"""Balances of the year that taxes add to those of pay."""

TAX_FACTS = [
    number_fact("alien", "Nonresident alien", W4, default=0),
    text_fact(
        "tax_state", "State whose income tax is withheld", "From the duty station, or a certificate.", ""
    ),
    text_fact(
        "state_key", "State's method", f"{FORM} State and status; the state's own rule without one.", ""
    ),
    number_fact("state_exemptions", "State exemptions", FORM, default=0),
    number_fact("state_dependents", "State dependents or other allowances", FORM, default=0),
    money_fact("state_claimed", "Yearly deduction claimed from the state", FORM, 0),
    money_fact("state_extra", "Extra state withholding", FORM, 0),
    number_fact("state_elected", "A state rate was elected", FORM, default=0),
    rate_fact("state_election", "State rate elected", FORM, 0),
    number_fact("state_exempt", "Claims exemption from state withholding", FORM, default=0),
    text_fact("local_key", "Place that taxes wages", "From the certificate, or the duty station.", ""),
]
