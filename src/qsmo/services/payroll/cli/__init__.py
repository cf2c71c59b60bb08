"""Payroll on the command line: a run from files to statements, or files to a folder without any database."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import polars as pl
import typer

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayCalendar, Period
from qsmo.platform import console
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.cli.asking import hire, what_if, what_if_all, why
from qsmo.services.payroll.cli.office import app as office
from qsmo.services.payroll.cli.reading import day as _day
from qsmo.services.payroll.cli.replay import replay_
from qsmo.services.payroll.cli.score import score
from qsmo.services.payroll.cli.writing import keep, lists_, print_, titles, wages, write
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.sample import AGENCY, write_sample
from qsmo.services.payroll.formats.time_xml import read_times
from qsmo.services.payroll.models import Account, PayRun
from qsmo.services.payroll.rules import Totals, calculate, lines, prepare, totals
from qsmo.services.payroll.rules.intake.identity import mixed_up
from qsmo.services.payroll.rules.leave.kept import accounts as leave_of

app = typer.Typer(
    help="Payroll: runs, statements, and what every line of them rests on.", no_args_is_help=True
)
app.add_typer(office, name="office")
app.command(name="replay")(replay_)
app.command(name="keep")(keep)
app.command(name="lists")(lists_)
app.command(name="write")(write)
app.command(name="print")(print_)
app.command(name="wages")(wages)
app.command(name="titles")(titles)
app.command(name="score")(score)
app.command(name="why")(why)
app.command(name="what-if")(what_if)
app.command(name="what-if-all")(what_if_all)
app.command()(hire)

Document = TypeVar("Document", PayAssignment, TimeRecord)
LAG = 6
Folder = Annotated[Path, typer.Argument(help="Where the files go.")]
RunId = Annotated[str, typer.Argument(help="The run, as `qsmo payroll runs` lists it.")]
Employee = Annotated[str, typer.Argument(help="Employee identifier.")]


@app.command()
def sample(
    folder: Folder,
    people: Annotated[int, typer.Option(min=12, max=5_000_000)] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.", min=0)] = 1,
    period: Annotated[
        str, typer.Option(help="First day and the day after the last.")
    ] = "2026-02-22/2026-03-08",
    agency: Annotated[str, typer.Option(help="Sub-element code.")] = AGENCY,
    as_json: console.AsJson = False,
) -> None:
    """Write invented people and their time in the federal XML form, twelve records damaged on purpose."""
    folder.mkdir(parents=True, exist_ok=True)
    made = write_sample(folder, people, seed=seed, during=Period.parse(period), agency=agency)
    rows = [
        {"file": each.file, "line": each.line, "who": each.who, "code": each.code} for each in made.damaged
    ]
    console.table(
        rows, {"file": "file", "line": "line", "who": "who", "code": "damaged so that"}, as_json=as_json
    )


@app.command()
def pay(
    hr: Annotated[Path, typer.Option(help="People, federal HR XML.", exists=True, dir_okay=False)],
    time: Annotated[Path, typer.Option(help="Time, federal XML.", exists=True, dir_okay=False)],
    rates: Annotated[Path, typer.Option(help="The agency's rate list, CSV.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder for statements.csv, lines.csv and refused.csv.")],
    start: Annotated[str, typer.Option(help="First day of the pay period.")] = "2026-02-22",
    agencies: Annotated[str, typer.Option(help="Sub-element codes that are paid; all, if none.")] = "",
    as_json: console.AsJson = False,
) -> None:
    """Pay a whole file of people into a folder, without a database: statements, lines, and who was refused and why."""
    first = _day(start)
    pay_period = PayCalendar(first, LAG).period_of(first)
    codes = tuple(code.strip() for code in agencies.split(",") if code.strip())
    found: list[Finding] = []
    people = list(_records(read_assignments(hr, agencies=codes), found))
    hours = list(_records(read_times(time, agencies=codes, during=pay_period.during), found))
    agency_rates, wrong = read_rates(rates, on=pay_period.during.start)
    mixed = mixed_up(_numbers(people), _numbers(hours))
    apart = {each.who for each in mixed}
    prepared = prepare(
        [each for each in people if each.employee not in apart],
        [each for each in hours if each.employee not in apart],
        agency_rates,
        pay_period,
    )
    done = calculate(prepared.facts, pay_period)
    found += [*wrong, *mixed, *prepared.findings, *done.findings]
    out.mkdir(parents=True, exist_ok=True)
    statement_columns = ["employee", "gross_cents", "deductions_cents", "net_cents", "employer_cents"]
    done.frame.select(statement_columns).write_csv(out / "statements.csv")
    _write_lines(out / "lines.csv", done.frame)
    _write_refused(out / "refused.csv", found)
    sums = totals(done.frame)
    refused = {each.who for each in found if each.severity == "error"}
    show = {"people paid": sums.people, "refused": len(refused), "gross": sums.gross, "net": sums.net}
    console.facts(
        {**show, "employer cost": sums.employer_cost, "control totals hold": sums.holds}, as_json=as_json
    )


@app.command()
def accounts(as_: console.As = "", as_json: console.AsJson = False) -> None:
    """List the accounts you may see."""
    rows = [
        {"id": each.pk, "customer": each.customer.name, "provider": each.provider.name, "open": each.is_open,
         "periods": _possible(each)}
        for each in queries.accounts(console.viewer_of(as_))
    ]  # fmt: skip
    columns = {"id": "account", "customer": "customer", "provider": "provider", "open": "open"}
    console.table(rows, {**columns, "periods": "pay periods that can be run"}, as_json=as_json)


@app.command()
def runs(as_: console.As = "", as_json: console.AsJson = False) -> None:
    """List the pay runs you may see."""
    viewer = console.viewer_of(as_)
    rows = [_run_row(viewer, each) for each in queries.runs(viewer)]
    columns = {
        "id": "run",
        "customer": "customer",
        "period": "pay period",
        "state": "state",
        "people": "people",
    }
    console.table(rows, {**columns, "refused": "refused", "net": "net"}, as_json=as_json)


@app.command(name="open")
def open_(
    account: Annotated[str, typer.Argument()],
    label: Annotated[str, typer.Argument(help="Pay period, such as 2026-06.")],
    as_: console.As = "",
) -> None:
    """Open the run of a pay period."""
    console.OUT.print(actions.open_run(console.viewer_of(as_), account, label).pk)


@app.command()
def take_in(
    run: RunId,
    kind: Annotated[str, typer.Argument(help="hr, time or rates.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    why: Annotated[str, typer.Option(help="The reason, if it comes after the cut-off.")] = "",
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Take a file in for a run."""
    taken = actions.take_in(console.viewer_of(as_), run, kind, file, why=why)
    console.facts({"file": taken.name, "accepted": taken.accepted, "refused": taken.refused}, as_json=as_json)


@app.command(name="calculate")
def calculate_(run: RunId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """Calculate a run here and now, with progress; one that was interrupted goes on where it was."""
    viewer = console.viewer_of(as_)
    found = queries.run(viewer, run)
    if found.state != "calculating":
        found = actions.calculate(viewer, run)
    with console.progress("Calculating", None) as done:
        found = jobs.compute_now(found, done)
    console.facts({**_run_row(viewer, found), "digest": found.digest}, as_json=as_json)


@app.command()
def certify(run: RunId, as_: console.As = "", why: Annotated[str, typer.Option()] = "") -> None:
    """Certify a run that another person calculated and reviewed."""
    console.OUT.print(actions.certify(console.viewer_of(as_), run, why=why).state)


@app.command(name="totals")
def totals_(run: RunId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """The control totals of a run, from hours to net, and every tie between them."""
    viewer = console.viewer_of(as_)
    found = queries.run(viewer, run)
    sums = queries.totals(viewer, found)
    if not sums:
        raise Refusal("no-totals", f"{found} has no totals that you can see, or is not calculated yet")
    rows = [
        *({"what": f"hours {code}", "amount": Money(hours)} for code, hours in sums["hours"].items()),
        *_amounts(sums["earnings"]),
        {"what": "Gross pay", "amount": Money(sums["gross"])},
        *_amounts(sums["deductions"]),
        {"what": "Net pay", "amount": Money(sums["net"])},
        *_amounts(sums["employer"]),
        {"what": "Cost to the agency", "amount": Money(sums["employer_cost"])},
        *(
            {"what": each["words"], "amount": "holds" if each["left"] == each["right"] else "DOES NOT HOLD"}
            for each in sums["checks"]
        ),
    ]
    console.table(rows, {"what": "total", "amount": "amount"}, as_json=as_json)


@app.command()
def exceptions(run: RunId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """What is to be mended before everybody can be paid."""
    viewer = console.viewer_of(as_)
    found = queries.exceptions(viewer, queries.run(viewer, run))
    console.findings([each.finding for each in found], as_json=as_json)


@app.command()
def statement(
    run: RunId,
    employee: Employee,
    as_: console.As = "",
    pdf: Annotated[Path | None, typer.Option(help="Write the statement as a tagged PDF.")] = None,
    as_json: console.AsJson = False,
) -> None:
    """One person's statement; each line names the law it rests on."""
    found = queries.statement(console.viewer_of(as_), run, employee)
    if pdf is not None:
        pdf.write_bytes(queries.statement_pdf(found))
    rows = [
        {"section": line.section, "name": line.name, "title": line.title, "quantity": line.quantity,
         "rate": line.rate, "amount": line.amount, "because": line.because}
        for line in found.lines
    ]  # fmt: skip
    rows += [
        {"section": "leave", "name": account.name, "title": account.title, "quantity": f"{Money(account.balance)} h",
         "rate": f"{Money(account.earned)} earned, {Money(account.used)} used", "amount": "",
         "because": account.because}
        for account in found.leave
    ]  # fmt: skip
    columns = {"section": "", "title": "line", "quantity": "quantity", "rate": "rate", "amount": "amount"}
    because = {"because": "because"} if as_json else {}  # too wide for a terminal; `explain` says it all
    console.table(rows, {**columns, "name": "opens as", **because}, as_json=as_json)


@app.command(name="explain")
def explain_(
    run: RunId,
    employee: Employee,
    name: Annotated[str, typer.Argument(help="The figure, as the statement's last column but one names it.")],
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """How one figure came about: its rule, its inputs, the table versions and the citation."""
    found = queries.explanation(console.viewer_of(as_), run, employee, name)
    told = {
        "figure": f"{found.title}: {found.shown}",
        "rule": found.words,
        "law": found.cite,
        **{f"from {each.title}": each.shown for each in found.inputs},
        **{
            f"table {use.reference}": "; ".join(f"{key} {text}" for key, text in use.figures)
            for use in found.tables
        },
        **{f"source of {use.name}": use.source for use in found.tables},
    }
    console.facts(told, as_json=as_json)


def _possible(account: Account) -> str:
    possible = queries.runnable(account) if account.is_open else None
    return f"{possible[0].label} through {possible[1].label}" if possible else "none"


def _write_lines(path: Path, frame: pl.DataFrame) -> None:
    names = ("section", "name", "title", "quantity", "rate", "amount", "because")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["employee", *names])
        for row in frame.iter_rows(named=True):
            writer.writerows(
                [row["employee"], *(getattr(line, name) for name in names)] for line in lines(row)
            )
            writer.writerows(
                [
                    row["employee"],
                    "leave",
                    each.name,
                    each.title,
                    f"{Money(each.balance)} h",
                    "",
                    "",
                    each.because,
                ]
                for each in leave_of(row)
            )


def _write_refused(path: Path, found: Sequence[Finding]) -> None:
    names = ("who", "code", "file", "line", "field", "words", "expected", "severity")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([getattr(each, name) or "" for name in names] for each in found)


def _records(stream: Iterator[Document | Finding], found: list[Finding]) -> Iterator[Document]:
    for each in stream:
        if isinstance(each, Finding):
            found.append(each)
        else:
            yield each


def _numbers(records: Sequence[PayAssignment | TimeRecord]) -> pl.DataFrame:
    pairs = [(each.employee, each.ssn) for each in records]
    return pl.DataFrame(pairs, schema={"employee": pl.String, "ssn": pl.String}, orient="row")


def _run_row(viewer: Viewer, run: PayRun) -> dict[str, object]:
    sums = queries.totals(viewer, run)
    net = Money(sums["net"]) if sums else None
    customer = run.account.customer_id
    show = {
        "id": run.pk,
        "customer": customer,
        "period": run.called,
        "state": run.state,
        "people": run.people,
    }
    return {**show, "refused": run.refused, "net": net}


def _amounts(amounts: dict[str, int]) -> list[dict[str, object]]:
    return [{"what": Totals.title(name), "amount": Money(cents)} for name, cents in amounts.items() if cents]
