"""The titles of statement lines in a language: one catalogue, English from the rules, any other from a file of its own.

A translation is `titles-<language>.toml` beside this module (BCP 47): the name of a rule and its title, a line each.
`statement_texts.toml` holds the other words of the statement. A title that is not translated yet stays English.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.rules.explain import SECTIONS
from qsmo.services.payroll.rules.totals import RULES

HERE = Path(__file__).parent
ENGLISH = "en"


@cache
def english() -> Mapping[str, str]:
    """Every line that a statement may have: the name of its rule and its title, in the order of a statement."""
    ordered = [rule for section in (*SECTIONS, "leave") for rule in RULES if rule.kind == section]
    return {rule.name: rule.title for rule in ordered}


@dataclass(frozen=True)
class Titles:
    """The titles of one language."""

    language: str
    own: Mapping[str, str]

    def of(self, name: str) -> str:
        """The title of a line by the name of its rule; English where it is not translated."""
        return self.own.get(name) or english().get(name, name)

    @property
    def lacking(self) -> list[str]:
        """The names whose titles are not translated."""
        return [] if self.language == ENGLISH else [name for name in english() if not self.own.get(name)]


def titles(language: str = ENGLISH, folder: Path = HERE) -> Titles:
    """The catalogue of a language; refused (422) where there is none, or where it has a name that no line has."""
    if language == ENGLISH:
        return Titles(language, {})
    path = folder / f"titles-{language}.toml"
    if not path.is_file():
        raise Refusal(
            "statement-language", f"There are no titles of statement lines in “{language}”", status=422
        )
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = sorted(set(own) - set(english()))
    if unknown:
        raise Refusal("title-unknown", f"{path.name} has titles of no line: {', '.join(unknown)}", status=422)
    return Titles(language, own)


def catalogue() -> str:
    """The English catalogue as the file that a translator fills in."""
    lines = ["# Titles of statement lines: put the words of your language in place of the English ones."]
    lines += [f"{name} = {json.dumps(title, ensure_ascii=False)}" for name, title in english().items()]
    return "\n".join([*lines, ""])
