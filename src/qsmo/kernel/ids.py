"""Identifiers that sort by time of making, and digests that stand for content."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any

from qsmo.kernel.money import Money
from qsmo.kernel.period import Period

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """A new identifier of 26 lower-case characters: 48 bits of milliseconds, then 80 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    letters = []
    for _ in range(26):
        value, place = divmod(value, 32)
        letters.append(_ALPHABET[place])
    return "".join(reversed(letters))


def plain(value: Any) -> Any:
    """A value as JSON knows it, one way only: money as cents, fractions as `n/d`, dates in ISO form."""
    if value is None or type(value) in (str, int, bool):  # nearly everything is
        return value
    if isinstance(value, Money):
        return value.cents
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Period):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return plain({name: getattr(value, name) for name in value.__dataclass_fields__})
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form; floats least of all")


def canonical(value: Any) -> bytes:
    """The one spelling of a value as JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of bytes, or of the canonical spelling of anything else, in hexadecimal."""
    content = value if isinstance(value, bytes) else canonical(value)
    return hashlib.sha256(content).hexdigest()
