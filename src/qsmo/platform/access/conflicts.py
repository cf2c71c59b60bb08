"""What the database would not take, said in words: which fields or which rule; its own message goes to the log."""

from __future__ import annotations

import re
from collections.abc import Sequence

import structlog
from django.db import IntegrityError, models

from qsmo.kernel.finding import Finding, Refusal

LOG = structlog.get_logger("qsmo.access")
_SQLITE_COLUMNS = re.compile(r"UNIQUE constraint failed: (?P<columns>[\w., ]+)")
_SQLITE_RULE = re.compile(r"CHECK constraint failed: (?P<rule>\w+)")
_POSTGRES_COLUMNS = re.compile(r"Key \((?P<columns>[^)]*)\)=")
_POSTGRES_RULE = re.compile(r"violates check constraint \"(?P<rule>\w+)\"")


def conflict(record: models.Model, error: IntegrityError) -> Refusal:
    """The refusal (409) for a record that contradicts what is there, with a finding for each field at fault."""
    said = str(error)
    LOG.warning("the database refused a record", kind=record._meta.label, said=said)
    name = str(record._meta.verbose_name)
    if "foreign key" in said.lower():
        return Refusal(
            "conflict", f"This {name} names something that is not there, or is still named by something"
        )
    fields = _fields(record, said)
    if fields:
        listed = " and ".join(_words(record, field) for field in fields)
        found = tuple(Finding("taken", "is there already", field=field) for field in fields)
        return Refusal("conflict", f"There is already a {name} with the same {listed}", findings=found)
    rule = _SQLITE_RULE.search(said) or _POSTGRES_RULE.search(said)
    broken = f": the rule “{rule['rule'].replace('_', ' ')}” does not hold" if rule else ""
    return Refusal("conflict", f"This {name} contradicts what is there already{broken}")


def _fields(record: models.Model, said: str) -> Sequence[str]:
    """The fields of the record that must be unique together, as the message of either database names their columns."""
    found = _SQLITE_COLUMNS.search(said) or _POSTGRES_COLUMNS.search(said)
    columns = [part.strip().rpartition(".")[2] for part in found["columns"].split(",")] if found else []
    known = {field.column: field.name for field in record._meta.concrete_fields}
    return [known[column] for column in columns if column in known]


def _words(record: models.Model, field: str) -> str:
    return str(getattr(record._meta.get_field(field), "verbose_name", field))
