"""The ledger on the command line."""

from __future__ import annotations

import typer

from qsmo.services.ledger.cli.checking import check_dataact_, check_gtas_, check_payments_

app = typer.Typer(help="Federal books, and checks of the files that Treasury asks for.", no_args_is_help=True)
app.command(name="check-dataact")(check_dataact_)
app.command(name="check-gtas")(check_gtas_)
app.command(name="check-payments")(check_payments_)
