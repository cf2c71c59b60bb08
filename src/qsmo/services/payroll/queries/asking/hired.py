"""What somebody would be paid who is to be hired, by the rates and the pay period of a run that the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll import queries
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.services.payroll.queries.asking.what_if import rates_of
from qsmo.services.payroll.rules import Explanation, explain
from qsmo.services.payroll.rules.asking.asked import read
from qsmo.services.payroll.rules.asking.hired import FIELDS, Hired, Terms, hired


@dataclass(frozen=True, slots=True)
class Offer:
    """The run that gives rates and period, and what the new person would be paid."""

    run: PayRun
    pay_dates: int
    hired: Hired


def offer(viewer: Viewer, run_id: str, asked: Mapping[str, str]) -> Offer:
    """The pay of a new person. Refused (404) like the run, (409) before it has the agency's rates, (422) by field."""
    run = queries.run(viewer, run_id)
    held = Intake.seen_by(queries.PROGRAM).filter(run=run, kind="rates", is_current=True).first()
    if held is None:
        raise Refusal("no-rates", f"{run} has no rates of the agency yet; they are needed to compute pay")
    dates = len(run.account.calendar.pay_periods_in(run.tax_year))
    terms = Terms(rates_of(held, run), run.pay_period, run.account.withholding_periods, dates)
    return Offer(run, dates, hired(read(asked, FIELDS), terms))


def offer_figure(
    viewer: Viewer, run_id: str, name: str, asked: Mapping[str, str]
) -> tuple[PayRun, Explanation]:
    """How one figure of that pay would come about; an unknown name is refused (404)."""
    found = offer(viewer, run_id, asked)
    return found.run, explain(found.hired.row, name)
