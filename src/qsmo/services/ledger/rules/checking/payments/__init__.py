"""The rules of a Standard Payment Request file: records and their order, fields, sums, counts, each payment."""

from __future__ import annotations

from qsmo.services.ledger.rules.checking.payments.order import check_records
from qsmo.services.ledger.rules.checking.payments.records import Records, rules

__all__ = ["Records", "check_records", "rules"]
