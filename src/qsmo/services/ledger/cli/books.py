"""Books on the command line: what is in them, what is posted to them, what they report, and closing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.platform.access.viewer import Viewer, program

if TYPE_CHECKING:
    from qsmo.services.ledger.actions.batch import Outcome

MOST = 200
Book = Annotated[str, typer.Argument(help="Identifier of the books.")]
Year = Annotated[int, typer.Option(help="Fiscal year; the present one without it.")]
Period = Annotated[int, typer.Option(help="Through this period, 1 to 15; the present one without it.")]
Known = Annotated[
    datetime | None, typer.Option(help="As known at this instant: what was posted later is left out.")
]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the event.")]


def books_(acting: console.As = "", as_json: console.AsJson = False) -> None:
    """List the books that may be seen."""
    from qsmo.services.ledger.queries import reports

    rows = [
        {"id": each.pk, "entity": each.customer_id, "keeper": each.provider_id, "first": f"FY{each.first_year}",
         "open": "yes" if each.is_open else "no"}
        for each in reports.books(_viewer(acting))[:MOST]
    ]  # fmt: skip
    heads = {"id": "books", "entity": "entity", "keeper": "kept by", "first": "since", "open": "open"}
    console.table(rows, heads, as_json=as_json)


def take_in_(as_json: console.AsJson = False) -> None:
    """Take in the journals that wait for open books."""
    from qsmo.services.ledger.jobs import take_in_now

    found = take_in_now(lambda _document: None)
    console.facts({name: found[name] for name in ("posted", "refused")}, as_json=as_json)


def post_(
    book: Book,
    rule: Annotated[str, typer.Argument(help="Posting rule, such as OBLIGATE.")],
    amount: Annotated[
        str, typer.Argument(help="Dollars; for a rule of several amounts name=dollars,name=dollars.")
    ],
    key: Annotated[str, typer.Option(help="Key of the document: the same one twice is posted once.")],
    tas: Annotated[str, typer.Option(help="Treasury account symbol.")],
    on: Day,
    attribute: Annotated[
        list[str] | None, typer.Option(help="An attribute, name=code; again for another.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="An account where the rule leaves a choice.")
    ] = None,
    document: Annotated[str, typer.Option(help="The order, award or invoice that it is for.")] = "",
    of_year: Annotated[int, typer.Option(help="Fiscal year of the order that is adjusted.")] = 0,
    taken_back: Annotated[
        bool, typer.Option(help="An accrual, reversed on the first day of the next month.")
    ] = False,
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Post an event by its rule, as the person named by --as."""
    from qsmo.services.ledger import actions
    from qsmo.services.ledger.rules.position import attributes_of
    from qsmo.services.ledger.rules.posting import Event

    parts = amount.split(",") if "=" in amount else [f"amount={amount}"]
    event = Event(
        rule=rule,
        tas=tas,
        on=on.date(),
        amounts={name: Money.parse(dollars) for name, dollars in map(_pair, parts)},
        source="command",
        key=key,
        attributes=attributes_of(dict(_pair(each) for each in attribute or [])),
        chosen=frozenset(account or ()),
        document=document,
        of_year=of_year,
    )
    posted = actions.post_event(console.viewer_of(acting), book, event, taken_back=taken_back)
    if not as_json:
        console.findings(posted.warnings)
    warned = [each.words for each in posted.warnings]
    console.facts(
        {"entry": posted.entry, "new": posted.is_new, **({"warnings": warned} if as_json else {})},
        as_json=as_json,
    )


def post_again_(
    document: Annotated[str, typer.Argument(help="Identifier of the document on the work list.")],
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Post a journal that was refused, as it came, as the person named by --as."""
    from qsmo.services.ledger import actions

    posted = actions.post_again(console.viewer_of(acting), document)
    console.facts({"entry": posted.entry, "new": posted.is_new}, as_json=as_json)


def import_(
    book: Book,
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Journals as CSV.")],
    source: Annotated[
        str, typer.Option(help="Where the file comes from; with the key it names a document.")
    ] = "file",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Post the journals of a file, each by itself; exit 1 where one was refused."""
    from qsmo.services.ledger.actions.batch import post_batch
    from qsmo.services.ledger.formats.journals import read_journals

    viewer = console.viewer_of(acting)
    read = read_journals(path.read_bytes(), path.name, source)
    with console.progress("Posting journals", len(read.drafts)) as done:
        outcomes = post_batch(viewer, book, read.drafts, done)
    refused = [each for each in outcomes if each.findings]
    counts = {
        "posted": sum(each.is_new for each in outcomes),
        "posted before": sum(bool(each.entry) and not each.is_new for each in outcomes),
        "refused": len(refused),
        "not readable": len(read.begins) - len(read.drafts),
    }
    findings = [*read.findings, *(_placed(each, path.name, read.begins) for each in refused)]
    if as_json:
        console.facts({**counts, "findings": [each.as_dict() for each in findings]}, as_json=True)
    else:
        console.facts(counts)
        console.findings(findings)
    if findings:
        raise typer.Exit(1)


def _placed(outcome: Outcome, name: str, begins: dict[str, int]) -> Finding:
    """The first thing wrong with a journal, at the line of the file on which it begins."""
    return replace(outcome.findings[0], file=name, line=begins.get(outcome.key), who=outcome.key)


def entries_(
    book: Book,
    tas: Annotated[str, typer.Option(help="Only entries with a line in this Treasury account.")] = "",
    account: Annotated[str, typer.Option(help="Only entries with a line in this ledger account.")] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """List entries, newest first (at most 200)."""
    from qsmo.services.ledger.queries import entries, reports

    viewer = _viewer(acting)
    found = entries.entries(viewer, reports.book(viewer, book), tas=tas, account=account)
    rows = [
        {"id": each.pk, "on": each.on, "period": f"{each.year}-P{each.period:02d}", "rule": each.rule,
         "source": each.source, "key": each.key, "words": each.words}
        for each in found[:MOST]
    ]  # fmt: skip
    heads = {name: name for name in ("on", "period", "rule", "source", "key", "words")}
    console.table(rows, {"id": "entry", **heads}, as_json=as_json)


def entry_(
    number: Annotated[int, typer.Argument(help="Number of the entry.")],
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Show an entry with its lines."""
    from qsmo.services.ledger.queries import entries

    viewer = _viewer(acting)
    found = entries.entry(viewer, number)
    rows = [
        {"tas": each.combination.symbol.tas, "account": each.combination.account,
         "debit": str(Money(each.cents)) if each.cents > 0 else "",
         "credit": str(Money(-each.cents)) if each.cents < 0 else "",
         "document": each.document}
        for each in entries.lines_of(viewer, found)
    ]  # fmt: skip
    heads = {name: name for name in ("tas", "account", "debit", "credit", "document")}
    title = f"Entry {found.pk}, {found.on}: {found.words} ({found.rule or 'journal'} of {found.source}, {found.key})"
    console.table(rows, heads, as_json=as_json, title=title)


def trial_balance_(
    book: Book, year: Year = 0, period: Period = 0, known: Known = None, acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:  # fmt: skip
    """Print the trial balance; exit 1 where a half does not balance."""
    from qsmo.services.ledger.queries import reports

    viewer = _viewer(acting)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, year, period, known)
    trial = reports.trial_of(viewer, kept, asked)
    rows = [
        {
            "tas": each.position.symbol,
            "account": each.position.account,
            "title": each.title,
            "opening": Money(each.position.opening),
            "movement": Money(each.position.movement),
            "ending": Money(each.position.ending),
        }
        for each in trial.rows
    ]
    heads = {name: name for name in ("tas", "account", "title", "opening", "movement", "ending")}
    title = f"Trial balance through FY{asked.year} period {asked.period:02d}; debits positive"
    console.table(rows, heads, as_json=as_json, title=title)
    _end(trial.findings, as_json=as_json)


def sf133_(
    book: Book, year: Year = 0, period: Period = 0, known: Known = None, acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:  # fmt: skip
    """Print the SF-133 of each Treasury account and what must tie; exit 1 where a point does not hold."""
    from qsmo.services.ledger.queries import reports
    from qsmo.services.ledger.rules.report.ties import broken

    viewer = _viewer(acting)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, year, period, known)
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for tas, execution in reports.executions(viewer, kept, asked).items():
        rows += [
            {
                "tas": tas,
                "line": number,
                "title": each.form.title,
                "amount": Money(each.amount),
                "mark": each.mark,
            }
            for number, each in execution.lines.items()
            if each.amount
        ]
        findings += broken(execution, min(asked.period, 12))
    heads = {name: name for name in ("tas", "line", "title", "amount", "mark")}
    console.table(
        rows, heads, as_json=as_json, title=f"SF-133 through FY{asked.year} period {asked.period:02d}"
    )
    _end(findings, as_json=as_json)


def close_period_(
    book: Book,
    year: Annotated[int, typer.Argument()],
    number: Annotated[int, typer.Argument()],
    acting: console.As = "",
) -> None:
    """Close a period of the books."""
    from qsmo.services.ledger import actions
    from qsmo.services.ledger.queries import entries, reports

    viewer = console.viewer_of(acting)
    there = [
        each for each in entries.periods(viewer, reports.book(viewer, book), year) if each.number == number
    ]
    if not there:
        raise Refusal("period", f"These books have no period {number} of FY{year}", status=404)
    console.facts({"period": str(actions.close_period(viewer, there[0].pk)), "state": "closed"})


def close_year_(book: Book, year: Annotated[int, typer.Argument()], acting: console.As = "") -> None:
    """Post the closing entries of a fiscal year; again it changes nothing."""
    from qsmo.services.ledger import actions

    made = actions.close_year(console.viewer_of(acting), book, year)
    console.facts(
        {"year": f"FY{year}", "closing entries": ", ".join(map(str, made)) or "none: nothing is left open"}
    )


def verify_(book: Book, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Compare kept amounts with the lines and closed periods with their seals; exit 1 where something differs."""
    from qsmo.services.ledger.queries import reports
    from qsmo.services.ledger.queries.proof import kept_findings, seal_findings

    viewer = _viewer(acting)
    kept = reports.book(viewer, book)
    found = [*kept_findings(viewer, kept), *seal_findings(viewer, kept)]
    console.facts({"books": kept.pk, "differences": len(found)}, as_json=as_json)
    _end(found, as_json=as_json)


def _end(found: Sequence[Finding], *, as_json: bool) -> None:
    if not as_json:
        console.findings(list(islice(found, MOST)))
    if any(each.severity == "error" for each in found):
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Refusal("pair", f"“{text}” is not name=value", status=422)
    return name.strip(), value.strip()


def _viewer(acting: str) -> Viewer:
    return console.viewer_of(acting) if acting else program("ledger")
