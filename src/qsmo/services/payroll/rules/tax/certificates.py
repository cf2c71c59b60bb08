"""Withholding certificates as one line of text: words with an equals sign, in the order and spelling given here.

`VA status=all exemptions=2 dependents=1 deduction=4000.00 extra=10.00 percent=2.5 local=VA/0100 residence=MD exempt`;
the state may be missing. A lock-in letter: `2020 status=single step2 step3=500.00 step4a=0 step4b=0 extra=0
allowances=0`. Nothing on file is an empty text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from qsmo.contract.documents import StateWithholding, Withholding
from qsmo.kernel.money import Money

NONE = StateWithholding()
FORMS = ("2020", "2019")
STATUSES = ("single", "married", "head")
_STATE = re.compile(r"[A-Z]{2}")
_STATUS = re.compile(r"[a-z0-9-]{1,20}")
_PLACE = re.compile(r"[A-Z]{2}/[0-9A-Z-]{1,20}")
_AMOUNT = re.compile(r"\d{1,9}(\.\d{2})?", re.ASCII)
_COUNT = re.compile(r"\d{1,2}", re.ASCII)
_PERCENT = re.compile(r"\d{1,2}(\.\d{1,4})?", re.ASCII)
_Entry = tuple[re.Pattern[str], Callable[[str], Any]]


def spell_state(stated: StateWithholding) -> str:
    """A state certificate as text; empty where nothing is on file."""
    words = [
        stated.state,
        *_said("status", stated.status),
        *_said("exemptions", stated.exemptions),
        *_said("dependents", stated.dependents),
        *_said("deduction", _dollars(stated.deduction)),
        *_said("extra", _dollars(stated.extra)),
        *([] if stated.percent is None else [f"percent={_decimal(stated.percent * 100)}"]),
        *_said("local", stated.local),
        *_said("residence", stated.residence),
        "exempt" if stated.exempt else "",
    ]
    return " ".join(word for word in words if word)


def read_state(text: str) -> StateWithholding:
    """A state certificate from its text. ValueError, in a sentence, where it cannot be read."""
    words = text.split()
    state = words.pop(0) if words and _STATE.fullmatch(words[0]) else ""
    given = _given(words, _STATE_ENTRIES, ("exempt",))
    return StateWithholding(state=state, **given)


def spell_letter(letter: Withholding | None) -> str:
    """A lock-in letter as text; empty where there is none."""
    if letter is None:
        return ""
    words = [
        letter.form,
        f"status={letter.status}",
        "step2" if letter.step2_checked else "",
        *(
            word
            for name in ("step3", "step4a", "step4b", "extra")
            for word in _said(name, _dollars(getattr(letter, name)))
        ),
        *_said("allowances", letter.allowances),
    ]
    return " ".join(word for word in words if word)


def read_letter(text: str) -> Withholding | None:
    """A lock-in letter from its text. ValueError, in a sentence, where it cannot be read."""
    words = text.split()
    if not words:
        return None
    if words[0] not in FORMS:
        raise ValueError(f"“{words[0]}” is not a generation of Form W-4: {' or '.join(FORMS)}")
    given = _given(words[1:], _LETTER_ENTRIES, ("step2",))
    given["step2_checked"] = given.pop("step2", False)
    if given.get("status", "single") not in STATUSES:
        raise ValueError(f"“{given['status']}” is not a filing status: {', '.join(STATUSES)}")
    return Withholding(form="2020" if words[0] == "2020" else "2019", **given)


def _given(words: list[str], entries: dict[str, _Entry], flags: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name in found:
            raise ValueError(f"{name} stands there twice")
        if word in flags:
            found[word] = True
        elif name in entries:
            form, made = entries[name]
            if not form.fullmatch(value):
                raise ValueError(f"“{value}” cannot be {name}")
            found[name] = made(value)
        else:
            known = ", ".join([*entries, *flags])
            raise ValueError(f"“{word}” is not an entry of the certificate: {known}")
    return found


def _rate(text: str) -> Fraction:
    return Fraction(text) / 100


_STATE_ENTRIES: dict[str, _Entry] = {
    "status": (_STATUS, str),
    "exemptions": (_COUNT, int),
    "dependents": (_COUNT, int),
    "deduction": (_AMOUNT, Money.parse),
    "extra": (_AMOUNT, Money.parse),
    "percent": (_PERCENT, _rate),
    "local": (_PLACE, str),
    "residence": (_STATE, str),
}
_LETTER_ENTRIES: dict[str, _Entry] = {
    "status": (_STATUS, str),
    "allowances": (_COUNT, int),
    **{name: (_AMOUNT, Money.parse) for name in ("step3", "step4a", "step4b", "extra")},
}


def _said(name: str, value: str | int) -> list[str]:
    return [f"{name}={value}"] if value else []


def _dollars(amount: Money) -> str:
    if not amount.cents:
        return ""
    whole, part = divmod(amount.cents, 100)
    return f"{whole}.{part:02d}"


def _decimal(value: Fraction) -> str:
    """Exact: a percentage has at most four decimals."""
    scaled = value * 100 * 100
    if scaled.denominator != 1:
        raise ValueError(f"{value} per cent has more than four decimals")
    whole, part = divmod(scaled.numerator, 100 * 100)
    digits = f"{part + 100 * 100}"[1:].rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
