"""The ledger on the command line."""

from __future__ import annotations

import typer

from qsmo.services.ledger.cli.checking import check_dataact_

app = typer.Typer(help="Federal books, and checks of the files that Treasury asks for.", no_args_is_help=True)
app.command(name="check-dataact")(check_dataact_)


@app.callback()
def _ledger() -> None:
    """Federal books, and checks of the files that Treasury asks for."""
