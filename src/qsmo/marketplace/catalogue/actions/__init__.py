"""Everything that writes to the catalogue, by what it writes."""

from qsmo.marketplace.catalogue.actions.carrying import Loaded, seed
from qsmo.marketplace.catalogue.actions.content import Meter, index
from qsmo.marketplace.catalogue.actions.offerings import (
    add_plan,
    approve,
    begin_assessment,
    change,
    deprecate,
    draft,
    draft_price,
    publish,
    record_evidence,
    reject,
    retire,
    return_for_changes,
    set_price,
    submit,
    suspend,
)

__all__ = [
    "Loaded", "Meter", "add_plan", "approve", "begin_assessment", "change", "deprecate", "draft", "draft_price",
    "index", "publish", "record_evidence", "reject", "retire", "return_for_changes", "seed", "set_price", "submit",
    "suspend",
]  # fmt: skip
