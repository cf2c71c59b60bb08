"""How the story is told and checked: steps with figures, checks that must hold, and figures that must repeat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.rule import Rule

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest, plain
from qsmo.platform import console
from qsmo.platform.access.signin import command_viewer
from qsmo.platform.access.viewer import Viewer


@dataclass
class Story:
    """One telling. `figures` are what a second telling must repeat; `failed` are the checks that did not hold."""

    folder: Path
    figures: dict[str, Any] = field(default_factory=dict)
    held: int = 0
    failed: list[str] = field(default_factory=list)

    def step(self, number: int, words: str) -> None:
        """Begin a step."""
        console.OUT.print()
        console.OUT.print(Rule(f"[bold]{number}  {words}", align="left", style="blue"))

    def say(self, words: str) -> None:
        """One line."""
        console.OUT.print(words, markup=False)

    def figure(self, name: str, value: Any) -> None:
        """Keep a figure under a name; the next telling must come to the same."""
        self.figures[name] = plain(value)

    def check(self, words: str, left: Any, right: Any) -> None:
        """Two things that must be equal."""
        if left == right:
            self.held += 1
            console.OUT.print(f"  [green]✓[/] {words}: {left}", highlight=False)
        else:
            self.failed.append(words)
            console.OUT.print(f"  [bold red]✗ {words}: {left} is not {right}", highlight=False)

    @contextmanager
    def refused(self, words: str, code: str, untouched: Callable[[], Any]) -> Iterator[None]:
        """Something that must be refused with a code, and change nothing of what `untouched` reads."""
        before, found = untouched(), ""
        try:
            yield
        except Refusal as refusal:
            found = refusal.code
            self.say(f"  Refused ({refusal.status} {refusal.code}): {refusal.words}")
        self.check(f"{words}, refused as", found, code)
        self.check("and nothing changed", untouched() == before, True)

    def ended(self) -> int:
        """Compare with the last telling, say how it went, and answer the exit code."""
        kept = self.folder / "story.json"
        own = digest(self.figures)
        if kept.exists():
            last = json.loads(kept.read_text(encoding="utf-8"))
            self.check("the figures are those of the last run, digest", own[:16], last["digest"][:16])
        else:
            kept.write_text(json.dumps({"digest": own, "figures": self.figures}, indent=1), encoding="utf-8")
            self.say(f"  Figures kept, digest {own[:16]}: another run must come to the same.")
        if self.failed:
            console.OUT.print(f"[bold red]{len(self.failed)} checks did not hold: {'; '.join(self.failed)}")
            return 1
        console.OUT.print(f"[bold green]All {self.held} checks held.")
        return 0


def person(email: str) -> Viewer:
    """A seeded person as a viewer."""
    return command_viewer(email)
