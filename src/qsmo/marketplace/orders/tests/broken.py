"""Services made to fail in each way there is, and one that works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from qsmo.contract.documents import Usage
from qsmo.contract.service import Done, ExportedFile, Manifest, Meter, Step, Subscription, Term
from qsmo.kernel.period import Period

MANIFEST = Manifest(
    slug="trial",
    name="Trial service",
    area="HCM",
    words="A service to try things on",
    meters=(Meter("unit", "unit", "units"),),
    terms=(
        Term("employees", "integer", "Number of employees"),
        Term("office", "text", "Office", required=False),
    ),
)
RELEASE = threading.Event()

Verb = Callable[[Subscription], object]


def done(sub: Subscription) -> Step:
    """The verb is finished."""
    return Done("Ready")


def two_files(sub: Subscription) -> Iterable[ExportedFile]:
    """Two files, told by the subscription's id."""
    yield ExportedFile("people.csv", "text/csv", [b"id\n", sub.id.encode()], 1)
    yield ExportedFile("empty.csv", "text/csv", [b"id\n"], 0)


class Trial:
    """A service whose verbs a test sets, and which notes what it was asked."""

    def __init__(self, **verbs: Callable[..., object]) -> None:
        self.manifest = MANIFEST
        self.verbs = verbs
        self.asked: list[tuple[str, dict[str, str]]] = []

    def open(self, sub: Subscription) -> Step:
        """As the test says."""
        return self._answer("open", sub)  # type: ignore[return-value]  # half answers are the point

    def change(self, sub: Subscription) -> Step:
        """As the test says."""
        return self._answer("change", sub)  # type: ignore[return-value]

    def close(self, sub: Subscription) -> Step:
        """As the test says."""
        return self._answer("close", sub)  # type: ignore[return-value]

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Nothing."""
        return ()

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        """As the test says."""
        self.asked.append(("export", dict(sub.terms)))
        return self.verbs.get("export", two_files)(sub)  # type: ignore[return-value]

    def _answer(self, verb: str, sub: Subscription) -> object:
        self.asked.append((verb, dict(sub.terms)))
        return self.verbs.get(verb, done)(sub)


def raises(sub: Subscription) -> Step:
    """Breaks down."""
    raise RuntimeError("disk full at the provider")


def exits(sub: Subscription) -> Step:
    """Tries to take the whole program down."""
    raise SystemExit(3)


def hangs(sub: Subscription) -> Step:
    """Never answers while the test lasts."""
    RELEASE.wait(60)
    return Done("too late")


def says(answer: object) -> Verb:
    """Always the same answer."""
    return lambda _: answer


def in_turn(*answers: object) -> Verb:
    """One answer after the other; an exception is raised."""
    left = list(answers)

    def answer(sub: Subscription) -> object:
        said = left.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said

    return answer
