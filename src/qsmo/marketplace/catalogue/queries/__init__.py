"""What somebody may know of the catalogue: search with counted filters, an offering, a comparison, an estimate."""

from qsmo.marketplace.catalogue.queries.coverage import Claimed, Covered, claimed_by, offerings_here
from qsmo.marketplace.catalogue.queries.labels import LABELS, NO_LABEL, Labels
from qsmo.marketplace.catalogue.queries.offers import (
    COMPARED_MAX,
    NOT_STATED,
    OUTSIDE,
    VOLUME_MAX,
    YEARS,
    ComparedRow,
    Comparison,
    Detail,
    PlanPrices,
    comparison,
    current_version,
    estimated,
    offering_detail,
    plan_detail,
    price_detail,
    price_versions,
    providers,
    version_detail,
)
from qsmo.marketplace.catalogue.queries.search import FILTERS, SORTS, Ask, Facet, Found, Hit, listed, search

__all__ = [
    "COMPARED_MAX", "FILTERS", "LABELS", "NOT_STATED", "NO_LABEL", "OUTSIDE", "SORTS", "VOLUME_MAX",
    "YEARS", "Ask", "Claimed", "ComparedRow", "Comparison", "Covered", "Detail", "Facet", "Found", "Hit",
    "Labels", "PlanPrices", "claimed_by", "comparison", "current_version", "estimated", "listed", "offering_detail",
    "offerings_here",    "plan_detail", "price_detail", "price_versions", "providers", "search", "version_detail",
]  # fmt: skip
