"""Intake of earnings: which assignments hold on which days, their rates against the tables, payments, hours by part."""

from qsmo.services.payroll.rules.intake.earnings.payments import with_payments
from qsmo.services.payroll.rules.intake.earnings.position import earnings_checks
from qsmo.services.payroll.rules.intake.earnings.rates import area_cells, nearest, with_rates
from qsmo.services.payroll.rules.intake.earnings.segments import earnings_facts, in_effect, paid_by_status
from qsmo.services.payroll.rules.intake.earnings.substitution import with_substitution

__all__ = [
    "area_cells",
    "earnings_checks",
    "earnings_facts",
    "in_effect",
    "nearest",
    "paid_by_status",
    "with_payments",
    "with_rates",
    "with_substitution",
]
