"""Taxes on pay, federal, of states and of places: from wages to what is withheld."""

from qsmo.services.payroll.rules.tax.federal import INCOME_TAX
from qsmo.services.payroll.rules.tax.fica import FICA
from qsmo.services.payroll.rules.tax.states import STATES

TAX = [*INCOME_TAX, *FICA, *STATES]
"""Every tax, in the order of the statement."""

__all__ = ["TAX"]
