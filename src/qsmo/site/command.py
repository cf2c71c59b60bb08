"""The `qsmo` command: each slice's commands under its name, and the few that concern the whole system."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import django
import typer

from qsmo.platform import console

app = typer.Typer(
    name="qsmo",
    help="The federal quality service management system: marketplace, designation, and the services themselves.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; what a user can mend ends with words and an exit code, anything else is loud."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")
    django.setup()
    _mount()
    with console.answering():
        app()


def _mount() -> None:
    from qsmo.platform.plugs import parts

    for slice_, module in parts("cli"):
        app.add_typer(module.app, name=slice_.name)


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    from django.core.management import call_command

    call_command("migrate", verbosity=1, interactive=False)


@app.command()
def demo() -> None:
    """Tell the whole story once, with figures, and check them; again, it comes to the same figures."""
    from qsmo.site.options import options
    from qsmo.site.story.whole import tell

    raise typer.Exit(tell(options().folder))


new = typer.Typer(help="Write something new.", no_args_is_help=True)
app.add_typer(new, name="new")


@new.callback()
def _new() -> None:
    """Write something new."""


@new.command(name="service")
def new_service(
    slug: Annotated[str, typer.Argument(help="Name of the folder, such as water.")],
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    area: Annotated[str, typer.Option(help="Area of the business framework.")] = "ITS",
) -> None:
    """Write the folder of a new service; nothing else needs an edit."""
    from qsmo.site.scaffold.writing import write_service

    for path in write_service(slug, name=name, area=area):
        console.OUT.print(str(path), highlight=False)


@app.command()
def people(as_json: console.AsJson = False) -> None:
    """List who signs in, with their roles."""
    from qsmo.platform.access.people import people as everybody

    rows = [
        {"email": person.email, "name": person.name, "roles": [str(held.role) for held in person.viewer("").held],
         "for": sorted({held.organisation for held in person.viewer("").held})}
        for person in everybody()
    ]  # fmt: skip
    console.table(rows, {"email": "e-mail", "name": "name", "roles": "roles", "for": "for"}, as_json=as_json)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on the loopback address.", min=1024, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Open the site, with worker and clock, on the embedded database."""
    from qsmo.site.serving import prepare, serve_all

    prepare()
    raise typer.Exit(serve_all(host, port))


@app.command()
def web(
    port: Annotated[int, typer.Option(min=1024, max=65535)] = 8000,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes; one on SQLite.", min=1, max=64)] = 1,
    threads: Annotated[int, typer.Option(help="Threads each, each with a connection.", min=1, max=32)] = 4,
) -> None:
    """Run the web server alone."""
    from qsmo.site.serving import serve_web

    serve_web(host, port, workers, threads)


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when the queue is empty.")] = False,
) -> None:
    """Run a worker alone; as many as wanted on PostgreSQL."""
    from qsmo.site.serving import run_worker

    run_worker(once)


@app.command(name="clock")
def clock_() -> None:
    """Run the clock that queues what is due; several do no harm."""
    from qsmo.site.serving import run_clock

    run_clock()


@app.command()
def docs(
    check: Annotated[bool, typer.Option("--check", help="Fail when a document is not current.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the documents go.")] = Path("docs/generated"),
) -> None:
    """Write the documents that are made from the code: law, flows, permissions, capabilities, API."""
    from qsmo.site.documents import current

    stale = current(folder, write=not check)
    for path in stale:
        console.OUT.print(f"{'not current' if check else 'written'}: {path}")
    raise typer.Exit(1 if check and stale else 0)
