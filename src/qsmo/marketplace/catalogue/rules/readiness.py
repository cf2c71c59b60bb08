"""What an offering still lacks before it may be submitted or approved, one finding for each thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qsmo.kernel.finding import Finding

AUTHORIZATION, CONFORMANCE, REVIEW_BOARD = "authorization", "conformance", "review_board"
EVIDENCE_KINDS = {
    AUTHORIZATION: "security authorization",
    CONFORMANCE: "conformance run",
    REVIEW_BOARD: "task order review board",
}
PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the rules need to know of an offering; `evidence` holds the status of the latest of each kind."""

    activities: int
    prices: int
    service_levels: str
    exit_terms: str
    evidence: Mapping[str, str]
    has_federal_unique: bool


def submission_faults(dossier: Dossier) -> tuple[Finding, ...]:
    """Why an offering may not be submitted yet; empty when it may."""
    wanted = (
        (
            "mapping-missing",
            "activities",
            dossier.activities > 0,
            "is mapped to no activity of the framework",
        ),
        ("price-missing", "plans", dossier.prices > 0, "has no plan with a price version"),
        (
            "levels-missing",
            "service_levels",
            bool(dossier.service_levels.strip()),
            "states no service levels",
        ),
        ("exit-missing", "exit_terms", bool(dossier.exit_terms.strip()), "states no exit terms"),
        (
            "authorization-missing",
            "evidence",
            AUTHORIZATION in dossier.evidence,
            "has no security authorization record; record that none is on file where there is none",
        ),
    )
    return tuple(
        Finding(code, f"The offering {words}", field=field) for code, field, held, words in wanted if not held
    )


def approval_faults(dossier: Dossier) -> tuple[Finding, ...]:
    """Why an assessed offering may not be approved yet; empty when it may."""
    needed = [CONFORMANCE, *([REVIEW_BOARD] if dossier.has_federal_unique else [])]
    return tuple(
        Finding(
            f"{kind.replace('_', '-')}-not-passed",
            f"The latest {EVIDENCE_KINDS[kind]} is “{dossier.evidence.get(kind, 'not on file')}”",
            field="evidence",
            expected=PASSED,
        )
        for kind in needed
        if dossier.evidence.get(kind) != PASSED
    )
