"""The words by which an offering is found: its own, and the names of what it covers in the framework."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qsmo.marketplace.standards.rules.framework import Release

_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without accents and signs, so that every engine sees the same ones."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))


def beginning(word: str) -> str:
    """What a word must begin with to be found: an English plural is cut to what it shares with the singular."""
    if word.endswith("ies") and word != "ies":
        return word.removesuffix("ies")
    return word if word.endswith("ss") else word.removesuffix("s") or word


def body(release: Release, activities: Sequence[str], words: Sequence[str]) -> str:
    """The text to index: the offering's own words, then area, functions and activities by name and identifier."""
    held = [release.activity(key) for key in activities]
    areas = dict.fromkeys(release.area(each.area).name for each in held)
    functions = dict.fromkeys(f"{each.function} {release.function(each.function).name}" for each in held)
    return "\n".join([*words, *areas, *functions, *(f"{each.id} {each.name}" for each in held)])


def functions(release: Release, activities: Sequence[str]) -> list[str]:
    """The functions that activities belong to, each once."""
    return list(dict.fromkeys(release.activity(key).function for key in activities))
