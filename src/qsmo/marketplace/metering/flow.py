"""The life of a reading: asked for, then sealed, or left unanswered or rejected until it is asked for again."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

SEAL = "usage.seal"

READING = Flow(
    "reading",
    "asked",
    moves=(
        Move("seal", ("asked", "unanswered", "rejected", "sealed"), "sealed", SEAL),
        Move("miss", ("asked", "unanswered", "rejected"), "unanswered", SEAL),
        Move("reject", ("asked", "unanswered", "rejected"), "rejected", SEAL),
    ),
)
