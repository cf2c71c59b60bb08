"""The life of a pay run: taken in, calculated by one person, certified by another."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

RUN = Flow(
    "Pay run",
    "collecting",
    (
        Move("calculate", ("collecting", "calculated"), "calculating", "payroll.calculate"),
        Move("finish", ("calculating",), "calculated", "payroll.finish"),
        Move("fail", ("calculating",), "collecting", "payroll.finish"),
        Move("reopen", ("calculated",), "collecting", "payroll.calculate"),
        Move("certify", ("calculated",), "certified", "payroll.certify", not_by=("calculate",)),
    ),
)
