"""One person at a time in plain Python: the same rules, read off the expressions that Polars runs.

A frame of one row costs Polars nearly as much as one of a thousand. Questions about one person (what would change, and
why something changed) are answered here in a millisecond; tests hold the two equal to the cent.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from types import CodeType, FunctionType
from typing import Any

import narwhals as nw
import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.period import PAY_PERIOD_DAYS, PayPeriod, Period
from qsmo.services.payroll.rules.calculation import calculate, is_cut_unknown, limit_unknown, rules_on
from qsmo.services.payroll.rules.deductions.precedence import claims
from qsmo.services.payroll.rules.earnings.facts import SEGMENT, SEGMENTS
from qsmo.services.payroll.rules.earnings.segments import parts_of
from qsmo.services.payroll.rules.facts import DEFAULTS, FACTS
from qsmo.services.payroll.rules.rule import Figures, Lookup, Rule, figures

Facts = Mapping[str, Any]
Program = Callable[[dict[str, Any]], None]
Tree = Mapping[str, Any]
ARITHMETIC: dict[str, type[ast.operator]] = {
    "Plus": ast.Add, "Minus": ast.Sub, "Multiply": ast.Mult, "FloorDivide": ast.FloorDiv, "Modulus": ast.Mod,
    "And": ast.BitAnd, "Or": ast.BitOr,
}  # fmt: skip
COMPARISONS: dict[str, type[ast.cmpop]] = {
    "Lt": ast.Lt, "LtEq": ast.LtE, "Gt": ast.Gt, "GtEq": ast.GtE, "Eq": ast.Eq, "NotEq": ast.NotEq,
}  # fmt: skip
ROW = "row"
UNCOVERED = "_uncovered_cents"
DAYS = ("period_start", "pay_date", "known_by")
SCHEMA: dict[str, Any] = {
    **{fact.name: pl.Int64 if fact.most else pl.String for fact in FACTS},
    **dict.fromkeys(DAYS, pl.Date),
}


class NoFigureError(Exception):
    """A table of law does not hold what a row asks for."""


class NotComputedError(Exception):
    """The rules leave the person out, or the law of the pay period has no figure for them; `findings` say more."""

    def __init__(self, words: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(words)
        self.findings = findings


def facts_of(row: Facts) -> list[dict[str, Any]]:
    """The facts of a calculated row as they stood before it: one row of them, or one for each part of the pay period.

    What pay did not cover is to be found anew.
    """
    parts: list[Facts] = [*parts_of(str(row.get(SEGMENTS, "")))] or [row]
    return [
        {name: 0 if name.endswith(UNCOVERED) else part.get(name, DEFAULTS.get(name)) for name in SCHEMA}
        for part in parts
    ]


def period_of(row: Facts) -> PayPeriod:
    """The pay period of a row of facts."""
    start: date = row["period_start"]
    during = Period(start, start + timedelta(days=PAY_PERIOD_DAYS))
    return PayPeriod(during, int(row["period_number"]), row["pay_date"])


def pay_of(parts: Sequence[Facts]) -> dict[str, Any]:
    """The calculated row of one person from their facts, as `facts_of` gives them.

    NotComputedError where nobody can be paid from them, or where the law has no figure for a key.
    """
    first = dict(parts[0])
    if not first[SEGMENT]:
        try:
            row = _alone(first, figures(first["period_start"], first["pay_date"], first["known_by"]))
        except NoFigureError as gap:
            raise NotComputedError(str(gap)) from gap
        if is_cut_unknown(row):
            cut = limit_unknown(first["employee"])
            raise NotComputedError(cut.words, (cut,))
        return row
    frame = pl.DataFrame([{name: part[name] for name in SCHEMA} for part in parts], schema=SCHEMA)
    try:
        done = calculate(frame, period_of(first))
    except AssertionError as gap:
        raise NotComputedError(str(gap)) from gap
    if done.frame.height != 1:
        raise NotComputedError("; ".join(each.words for each in done.findings), done.findings)
    return done.frame.row(0, named=True)


def _alone(facts: dict[str, Any], law: Figures) -> dict[str, Any]:
    """The pay of a row of facts; deductions that lower taxes are cut as `calculation.covered` cuts them."""
    run = program(law)
    row = dict(facts)
    run(row)
    claimed = claims(rules_on(law.pay_date)) if row["net_cents"] < 0 else ()
    while row["net_cents"] < 0:
        missing = {
            f"{name}{UNCOVERED}": max(
                row[f"{name}{UNCOVERED}"], row[due] - max(row[left] - sum(row[each] for each in before), 0)
            )
            for name, due, left, before in claimed
        }
        if all(row[name] == cents for name, cents in missing.items()):
            raise NotComputedError("More is taken back than is earned, and that is not pay.")
        facts = {**facts, **missing}
        row = dict(facts)
        run(row)
    return row


def program(law: Figures) -> Program:
    """The rules of a pay period as one function that fills in a row; it is made once, in half a second."""
    return program_of(law, rules_on(law.pay_date))


@cache
def program_of(law: Figures, rules: tuple[Rule, ...]) -> Program:
    """Some rules, in order, as one function that fills in a row."""
    steps: list[tuple[str, Callable[[Facts], int]]] = [
        (
            rule.name,
            _function(_tree(rule, law)) if rule.lookup is None else _table(rule.lookup, rule.name, law),
        )
        for rule in rules
    ]

    def run(row: dict[str, Any]) -> None:
        for name, step in steps:
            row[name] = step(row)

    return run


def _function(tree: Tree) -> Callable[[Facts], int]:
    """An expression of Polars as a function of a row: compiled from its own tree, no text is evaluated."""
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg(ROW)], kwonlyargs=[], kw_defaults=[], defaults=[])
    whole = ast.Expression(ast.Lambda(arguments, _node(tree)))
    code = compile(ast.fix_missing_locations(whole), "rule", "eval")
    inner = next(each for each in code.co_consts if isinstance(each, CodeType))
    return FunctionType(inner, {"abs": abs, "int": int})


def _tree(rule: Rule, law: Figures) -> Tree:
    into: Any = nw.from_native(pl.DataFrame()).__narwhals_namespace__()
    expression: Any = rule.column(law)
    native: pl.Expr = expression._to_compliant_expr(into).native
    tree: Tree = json.loads(native.meta.serialize(format="json"))
    return tree


def _node(tree: Tree) -> ast.expr:
    """An expression of Polars as one of Python. ValueError for a kind that no rule had when this was written."""
    (kind, held), *_ = tree.items()
    match kind:
        case "Alias":
            return _node(held[0])
        case "Column":
            return ast.Subscript(ast.Name(ROW, ast.Load()), ast.Constant(held), ast.Load())
        case "Literal":
            return _literal(held)
        case "BinaryExpr":
            return _binary(held["op"], _node(held["left"]), _node(held["right"]))
        case "Ternary":
            return ast.IfExp(*(_node(held[name]) for name in ("predicate", "truthy", "falsy")))
        case "Cast":
            return _call("int", _node(held["expr"]))
        case "Function" if len(held["input"]) == 1:
            called = held["function"]
            return _called(called if isinstance(called, str) else called["Boolean"], _node(held["input"][0]))
    raise ValueError(f"a rule holds {kind}, which is not put into Python")


def _binary(name: str, left: ast.expr, right: ast.expr) -> ast.expr:
    if name in COMPARISONS:
        return ast.Compare(left, [COMPARISONS[name]()], [right])
    return ast.BinOp(left, ARITHMETIC[name](), right)


def _called(name: str, argument: ast.expr) -> ast.expr:
    if name == "AllHorizontal":
        return argument
    if name == "Abs":
        return _call("abs", argument)
    return ast.UnaryOp({"Negate": ast.USub, "Not": ast.Not}[name](), argument)


def _call(name: str, argument: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])


def _literal(held: Any) -> ast.expr:
    while isinstance(held, dict):
        (held,) = held.values()
    return (
        ast.UnaryOp(ast.USub(), ast.Constant(-held))
        if isinstance(held, int) and held < 0
        else ast.Constant(held)
    )


def _table(lookup: Lookup, name: str, law: Figures) -> Callable[[Facts], int]:
    rows = lookup.rows(law.within(lookup.tables))
    held: dict[tuple[Any, ...], Any] = {tuple(row[key] for key in lookup.on): row[name] for row in rows}

    def found(row: Facts) -> int:
        key = tuple(row[each] for each in lookup.on)
        value = held.get(key, lookup.otherwise)
        if value is None:
            keys = ", ".join(f"{one} {each}" for one, each in zip(lookup.on, key, strict=True))
            raise NoFigureError(f"{', '.join(lookup.tables)} has no figure for {keys} on {law.pay_date}")
        return int(value)

    return found
