"""The codes of the federal statement: which line of ours carries which, and which deductions may be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from qsmo.kernel.law import Row, register
from qsmo.services.payroll.rules.rule import LAW

TABLE = "federal_codes"
KINDS = {"earning": "earning", "deduction": "deduction", "employer": "government"}
"""Sections of our statement, and what the federal set calls them."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the federal statement. `key` is the plain name under which expected figures hold it."""

    kind: str
    code: str
    key: str
    words: str


def rows() -> tuple[Row, ...]:
    """The rows of the table."""
    return register(LAW)[TABLE].versions[-1].rows


@cache
def deductions_asked_for() -> dict[str, str]:
    """The deduction codes that a pay message may ask for: code and words."""
    return {row.text("code"): row.text("words") for row in rows() if row.cells.get("asked")}


@cache
def asked(code: str) -> str:
    """What a deduction code asks for: extra_federal, extra_state, allotment, support or debt."""
    return next(row.text("asked") for row in rows() if row.cells.get("asked") and row.text("code") == code)


@cache
def _of_rules() -> Mapping[tuple[str, str], list[tuple[tuple[str, ...], Code]]]:
    found: dict[tuple[str, str], list[tuple[tuple[str, ...], Code]]] = {}
    for row in rows():
        code = Code(row.text("kind"), row.text("code"), row.text("key"), row.text("words"))
        for name in row.cells.get("rules", "").split():
            plans = tuple(row.cells.get("retirement", "").split())
            found.setdefault((code.kind, name), []).append((plans, code))
    return found


def code_of(section: str, rule: str, retirement: str = "") -> Code:
    """The code of a line by the name of its rule; a line without one goes by the name of the rule itself.

    Where several codes share a rule, the person's retirement code decides.
    """
    kind = KINDS.get(section, section)
    options = _of_rules().get((kind, rule), [])
    exact = [code for plans, code in options if retirement in plans]
    usual = [code for plans, code in options if not plans]
    name = rule.removesuffix("_cents")
    return next(iter([*exact, *usual]), Code(kind, name, name, name.replace("_", " ")))


@cache
def keys() -> dict[tuple[str, str], str]:
    """(kind, code) to the plain name of the code."""
    return {(row.text("kind"), row.text("code")): row.text("key") for row in rows()}
