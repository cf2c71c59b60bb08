"""A file of what an agency settled with others, by a layout that is data: written from books, read from partners."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.law import Row
from qsmo.services.ledger.rules.between.agreeing import Said
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.symbol import TreasuryAccount

BUYER, SELLER = "P", "C"
"""How a detail says who sends the file: the payer, or who collects."""


@cache
def _layout() -> dict[str, tuple[Row, ...]]:
    rows = law()["settlement_layout"].versions[-1].rows
    return {name: tuple(row for row in rows if row.text("record") == name) for name in "FDT"}


def write_settlements(said: Iterable[Said], agency: str, year: int, period: int, made_on: date) -> bytes:
    """The file of one period: sender and receiver of each detail are payer and payee, whoever makes the file."""
    settled = list(said)
    details = [_detail(each) for each in settled]
    whole = sum(each.cents for each in settled)
    head = {"agency": agency, "year": year, "period": period, "made_on": made_on, "details": len(details)}
    lines = [
        _line("F", head), *(_line("D", each) for each in details),
        _line("T", {"details": len(details), "amount": whole}),
    ]  # fmt: skip
    return "".join(f"{line}\n" for line in lines).encode()


def _detail(said: Said) -> dict[str, object]:
    own, other = ("sender", "receiver") if said.is_buyer else ("receiver", "sender")
    return {
        "document": said.document, "meaning": said.meaning, f"{own}_tas": said.own, f"{own}_betc": said.betc,
        f"{other}_tas": said.partner, f"{other}_betc": "", "amount": said.cents, "year": said.year,
        "period": said.period, "direction": BUYER if said.is_buyer else SELLER,
    }  # fmt: skip


def _line(record: str, values: dict[str, object]) -> str:
    text = ""
    for row in _layout()[record]:
        width, value = row.integer("width"), values.get(row.text("field"), record)
        said = f"{value:0{width}d}" if row.text("kind") == "number" else f"{value!s:<{width}}"
        if len(said) != width:
            words = f"{row.text('field')} “{value}” does not fit into {width} places of the settlement file"
            raise Refusal("settlement-width", words, status=422)
        text += said
    return text


def read_settlements(name: str, content: bytes) -> tuple[tuple[Said, ...], tuple[Finding, ...]]:
    """What a partner's file says, and everything that is wrong with it, by line and field."""
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return (), (Finding("settlement-text", "The file is not text", file=name, expected="UTF-8"),)
    said, found = [], list(_order(name, lines))
    for number, line in enumerate(lines, start=1):
        if line[:1] not in _layout() or found:
            continue
        values, wrong = _values(name, number, line)
        found += wrong
        if line[:1] == "D" and not wrong:
            made = _said(values)
            found += (
                [] if isinstance(made, Said) else [Finding("settlement-tas", made, file=name, line=number)]
            )
            said += [made] if isinstance(made, Said) else []
        elif line[:1] == "T" and not wrong:
            found += _sums(name, number, values, said)
    return (() if found else tuple(said)), tuple(found)


def _order(name: str, lines: list[str]) -> Iterable[Finding]:
    kinds = "".join(line[:1] or " " for line in lines)
    if kinds[:1] != "F" or kinds[-1:] != "T" or kinds[1:-1].strip("D"):
        words = "A settlement file is one line F, its details D, and one line T with the sums"
        wrong = next((at for at, kind in enumerate(kinds, start=1) if kind not in "FDT"), len(lines))
        yield Finding("settlement-order", words, file=name, line=wrong or None, field="record")


def _values(name: str, number: int, line: str) -> tuple[dict[str, str], list[Finding]]:
    rows = _layout()[line[:1]]
    width = sum(row.integer("width") for row in rows)
    if len(line) != width:
        words = f"The line has {len(line)} characters"
        return {}, [Finding("settlement-width", words, file=name, line=number, expected=f"{width}")]
    values, found = {}, []
    for row in rows:
        start = row.integer("start") - 1
        field, text = row.text("field"), line[start : start + row.integer("width")].strip()
        digits = text.removeprefix("-")
        if row.text("kind") == "number" and not (digits.isascii() and digits.isdecimal()):
            words = f"“{text}” is not a number"
            found.append(Finding("settlement-number", words, file=name, line=number, field=field))
        values[field] = text
    return values, found


def _said(values: dict[str, str]) -> Said | str:
    is_buyer = values["direction"] == BUYER
    own, other = ("sender", "receiver") if is_buyer else ("receiver", "sender")
    try:
        TreasuryAccount.parse(values[f"{own}_tas"])
    except Refusal as refusal:
        return refusal.words
    return Said(
        values["document"], values["meaning"], int(values["amount"]), int(values["year"]), int(values["period"]),
        values[f"{own}_tas"], values[f"{other}_tas"], is_buyer, values[f"{own}_betc"],
    )  # fmt: skip


def _sums(name: str, number: int, values: dict[str, str], said: list[Said]) -> Iterable[Finding]:
    for field, right in (("details", len(said)), ("amount", sum(each.cents for each in said))):
        if int(values[field]) != right:
            words = f"The line of sums says {int(values[field])}, the details come to {right}"
            yield Finding("settlement-sums", words, file=name, line=number, field=field, expected=str(right))
