"""A result with the way to it: what a page opens when somebody asks how a figure came about."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.kernel.law import Version


@dataclass(frozen=True, slots=True)
class Told:
    """A figure or a day: what it is called, what it came to, the figures used, each step, and the law behind it."""

    label: str
    amount: str
    rule: str
    inputs: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    table: str
    source: str
    cite: str

    @classmethod
    def of(
        cls,
        version: Version,
        label: str,
        amount: object,
        rule: str,
        inputs: dict[str, object],
        steps: list[str],
    ) -> Told:
        """What was worked out by a version of a table."""
        said = tuple((name, str(value)) for name, value in inputs.items())
        return cls(
            label,
            str(amount),
            rule,
            said,
            tuple(steps),
            version.reference,
            version.source,
            version.cite,
        )
