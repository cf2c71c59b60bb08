"""The life of an offering, from a provider's draft to retirement."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

PUBLIC = ("published", "deprecated")
EDITABLE = ("draft", "needs_changes")

OFFERING = Flow(
    name="Offering",
    initial="draft",
    moves=(
        Move("submit", EDITABLE, "submitted", "offering.draft"),
        # An offering that stood in an office's public catalogue before this system; not assessed here, and marked so.
        Move("carry_over", ("draft",), "published", "catalogue.seed"),
        Move("begin_assessment", ("submitted",), "in_assessment", "offering.assess", not_by=("submit",)),
        Move("return_for_changes", ("in_assessment",), "needs_changes", "offering.assess"),
        Move("reject", ("submitted", "in_assessment"), "rejected", "offering.assess"),
        Move("approve", ("in_assessment",), "approved", "offering.assess", not_by=("submit",)),
        Move("publish", ("approved", "suspended"), "published", "offering.publish"),
        Move("suspend", ("published",), "suspended", "offering.publish"),
        Move("deprecate", ("published", "suspended"), "deprecated", "offering.publish"),
        Move("retire", ("deprecated",), "retired", "offering.publish"),
    ),
)
