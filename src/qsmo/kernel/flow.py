"""The life of a record as data: states and moves, from which diagrams, checks and permissions are derived."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from qsmo.kernel.finding import Refusal


@dataclass(frozen=True, slots=True)
class Move:
    """One way from states to a state: who may, and whose earlier moves bar the same person from making this one.

    `not_by` names moves of the same record; a person who made one of them is refused, whatever roles they hold.
    """

    name: str
    from_: tuple[str, ...]
    to: str
    permission: str
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """A named life: where it starts and every move there is. Moves with unknown or unreachable states are refused."""

    name: str
    initial: str
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        stray = set(self.states) - self._reachable()
        names = {move.name for move in self.moves}
        unknown = {name for move in self.moves for name in move.not_by} - names
        ways = Counter((move.name, state) for move in self.moves for state in move.from_)
        doubled = sorted(way for way, count in ways.items() if count > 1)
        if stray or unknown or doubled:
            faults = f"states out of reach {sorted(stray)}, unknown moves {sorted(unknown)}, doubled moves {doubled}"
            raise ValueError(f"flow {self.name}: {faults}")

    def _reachable(self) -> set[str]:
        reached, fresh = {self.initial}, {self.initial}
        while fresh:
            fresh = {move.to for move in self.moves if fresh & set(move.from_)} - reached
            reached |= fresh
        return reached

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, in order of first mention."""
        seen = dict.fromkeys([self.initial])
        for move in self.moves:
            seen.update(dict.fromkeys([*move.from_, move.to]))
        return tuple(seen)

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """States that nothing leaves."""
        left = {state for move in self.moves for state in move.from_}
        return tuple(state for state in self.states if state not in left)

    def legal(self, state: str) -> tuple[Move, ...]:
        """The moves open from a state."""
        return tuple(move for move in self.moves if state in move.from_)

    def move(self, name: str, state: str) -> Move:
        """The named move from a state; a move that is not open is refused (409) with the list of those that are."""
        for move in self.legal(state):
            if move.name == name:
                return move
        legal = ", ".join(move.name for move in self.legal(state)) or "none: it has ended"
        raise Refusal(
            "move-not-open", f"{self.name}: “{name}” is not open from “{state}”. Open are: {legal}."
        )

    def diagram(self) -> str:
        """The life as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {state} --> {move.to}: {move.name}" for move in self.moves for state in move.from_]
        lines += [f"    {state} --> [*]" for state in self.ends]
        return "\n".join(lines)
