"""What is taken from pay beside benefits and taxes, and the order in which all of it is taken."""

from qsmo.services.payroll.rules.deductions.orders import ORDERS
from qsmo.services.payroll.rules.deductions.voluntary import VOLUNTARY

OWED = [*ORDERS, *VOLUNTARY]
"""Debts, orders of courts and agencies, and what the employee asked to be sent elsewhere."""

__all__ = ["OWED"]
