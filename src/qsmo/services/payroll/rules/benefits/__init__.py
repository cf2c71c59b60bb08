"""Benefits: retirement, savings, insurance and accounts, of the employee and of the agency."""

from qsmo.services.payroll.rules.benefits.health import HEALTH, TIERS
from qsmo.services.payroll.rules.benefits.imputed import IMPUTED
from qsmo.services.payroll.rules.benefits.life import LIFE
from qsmo.services.payroll.rules.benefits.other import OTHER
from qsmo.services.payroll.rules.benefits.retirement import RETIREMENT
from qsmo.services.payroll.rules.benefits.savings import SAVINGS

BENEFITS = [*RETIREMENT, *SAVINGS, *LIFE, *HEALTH, *OTHER]
"""Every benefit, in the order of the statement."""

__all__ = ["BENEFITS", "IMPUTED", "TIERS"]
