"""What a part of the payroll brings to the intake: columns to join, checks to make, facts to derive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures


@dataclass(frozen=True, slots=True)
class Part:
    """`joined` adds columns to the frame of assignments before the checks; `facts` names expressions over it.

    `facts` is asked only for the people whom no check refuses.
    """

    name: str
    joined: Callable[[pl.DataFrame, Figures, AgencyRates], pl.DataFrame] = lambda people, *_: people
    checks: Callable[[Figures], list[Check]] = lambda _: []
    facts: Callable[[Figures], dict[str, pl.Expr]] = lambda _: {}
