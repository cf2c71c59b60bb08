"""What the employee asked to be sent elsewhere: loan payments, deposits, dues, gifts and allotments."""

from __future__ import annotations

from qsmo.services.payroll.rules.rule import Rule

KINDS = {
    "savings_loan": ("TSP loan payment", "5 U.S.C. 8433(g); 5 CFR part 1655"),
    "military_deposit": ("Deposit for military service", "5 U.S.C. 8334(j), 8422(e)"),
    "association_dues": ("Association dues", "5 U.S.C. 5525; 5 CFR 550.331"),
    "union_dues": ("Union dues", "5 U.S.C. 7115"),
    "charity": ("Charity (CFC)", "5 CFR 550.341, part 950"),
    "discretionary": ("Discretionary allotments", "5 U.S.C. 5525; 5 CFR 550.311(b)"),
    "allotment": ("Savings allotments", "5 U.S.C. 5525; 5 CFR 550.361"),
}

VOLUNTARY = [
    Rule(
        name=f"{name}_cents",
        kind="deduction",
        title=title,
        words="The amounts that the employee authorized, each until its whole amount is paid where one was given.",
        cite=cite,
        inputs=(f"{name}_elected_cents",),
        expression=lambda elected: elected + 0,
    )
    for name, (title, cite) in KINDS.items()
]
