"""How commands speak: tables that are also JSON, progress on long work, findings with their place, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import plain
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import PUBLIC, Viewer

REFUSED, WRONG_INPUT, NOT_ALLOWED = 1, 2, 3
WHOLE = 64
"""Words up to this length, that of a digest, are never folded, however narrow the terminal."""
OUT = Console(soft_wrap=True, highlight=False)
ERR = Console(stderr=True, soft_wrap=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
As = Annotated[str, typer.Option("--as", help="E-mail address of the person who acts.", envvar="QSMO_AS")]


def viewer_of(email: str) -> Viewer:
    """The viewer of a command: the person named by `--as`, or the public when nobody is named."""
    from qsmo.platform.access.signin import command_viewer

    return command_viewer(email) if email else PUBLIC


def table(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, as_json: bool = False, title: str = ""
) -> None:
    """Print rows: `columns` maps keys to headings. Money is right-aligned; JSON carries cents."""
    rows = list(rows)
    if as_json:
        picked = [{key: plain(row.get(key)) for key in columns} for row in rows]
        sys.stdout.write(json.dumps(picked, indent=2, ensure_ascii=False) + "\n")
        return
    shown = Table(
        title=title or None, title_justify="left", header_style="bold", show_edge=False, pad_edge=False
    )
    for key, heading in columns.items():
        numeric = any(isinstance(row.get(key), int | Money) for row in rows)
        least = _longest_word(_text(row.get(key)) for row in rows)
        shown.add_column(heading, justify="right" if numeric else "left", overflow="fold", min_width=least)
    for row in rows:
        shown.add_row(*(_text(row.get(key)) for key in columns))
    OUT.print(shown)
    if not rows:
        OUT.print("(none)")


def facts(record: Mapping[str, Any], *, as_json: bool = False) -> None:
    """Print one thing as names and values."""
    if as_json:
        sys.stdout.write(json.dumps(plain(record), indent=2, ensure_ascii=False) + "\n")
        return
    shown = Table(show_header=False, show_edge=False, pad_edge=False)
    shown.add_column(style="bold")
    shown.add_column(overflow="fold", min_width=_longest_word(map(_text, record.values())))
    for key, value in record.items():
        shown.add_row(key, _text(value))
    OUT.print(shown)


def findings(found: Sequence[Finding], *, as_json: bool = False) -> None:
    """Print what is wrong, where, and what would be right."""
    columns = {
        "severity": "",
        "place": "where",
        "who": "who",
        "words": "what is wrong",
        "expected": "right would be",
    }
    rows = [{**finding.as_dict(), "place": finding.place} for finding in found]
    table(rows, {**columns, "code": "code"}, as_json=as_json)


@contextmanager
def progress(words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; call the given function with how many more are done."""
    if not ERR.is_terminal:
        yield lambda _count: None
        return
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=ERR, transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def answering() -> Iterator[None]:
    """Turn a refusal into words on the error stream and an exit code: 1 refused, 2 wrong input, 3 not allowed."""
    try:
        yield
    except Refusal as refusal:
        ERR.print(f"[bold red]Refused[/] ({refusal.code}): ", end="")
        ERR.print(refusal.words, markup=False)
        for finding in refusal.findings:
            ERR.print(f"  {finding}", markup=False)
        code = (
            NOT_ALLOWED if refusal.status == 403 else WRONG_INPUT if refusal.status in (404, 422) else REFUSED
        )
        sys.exit(code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _longest_word(texts: Iterable[str]) -> int:
    """The width that a column needs so that no identifier in it is folded: one that is broken cannot be copied."""
    return max((len(word) for text in texts for word in text.split() if len(word) <= WHOLE), default=1)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_text(item) for item in value)
    return str(value).replace("[", "\\[")
