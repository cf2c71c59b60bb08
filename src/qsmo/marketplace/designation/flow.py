"""The life of a designation: one scope of an office under one lead, from first research to designation or its end."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

INITIATION = "initiation_and_research"
PRE_DESIGNATED = "pre_designated"
DESIGNATED = "designated"
ENDED = ("withdrawn", "transferred")

# In force: agencies need an investment plan or a solution of the marketplace for the scope (M-19-16).
IN_FORCE = (PRE_DESIGNATED, "plan_submitted", "plan_in_review", "plan_returned", "recommended", DESIGNATED)

DESIGNATION = Flow(
    name="Designation",
    initial=INITIATION,
    moves=(
        Move("pre_designate", (INITIATION,), PRE_DESIGNATED, "designation.decide"),
        Move("submit_plan", (PRE_DESIGNATED, "plan_returned"), "plan_submitted", "designation.submit"),
        Move(
            "begin_review",
            ("plan_submitted",),
            "plan_in_review",
            "designation.assess",
            not_by=("submit_plan",),
        ),
        Move("return_plan", ("plan_in_review",), "plan_returned", "designation.assess"),
        Move(
            "recommend",
            ("plan_in_review",),
            "recommended",
            "designation.recommend",
            not_by=("submit_plan", "begin_review"),
        ),
        Move("send_back", ("recommended",), "plan_returned", "designation.decide"),
        Move(
            "designate",
            ("recommended",),
            DESIGNATED,
            "designation.decide",
            not_by=("submit_plan", "begin_review", "recommend"),
        ),
        Move("withdraw", (PRE_DESIGNATED, DESIGNATED), "withdrawn", "designation.decide"),
        Move("transfer", (PRE_DESIGNATED, DESIGNATED), "transferred", "designation.decide"),
    ),
)
