"""The ledger on the command line."""

from __future__ import annotations

import typer

from qsmo.services.ledger.cli import between, books, payable, paying, receivables
from qsmo.services.ledger.cli.checking import check_dataact_, check_gtas_, check_payments_
from qsmo.services.ledger.cli.core import core_report_

app = typer.Typer(help="Federal books, and checks of the files that Treasury asks for.", no_args_is_help=True)
app.command(name="check-dataact")(check_dataact_)
app.command(name="check-gtas")(check_gtas_)
app.command(name="check-payments")(check_payments_)
app.command(name="books")(books.books_)
app.command(name="take-in")(books.take_in_)
app.command(name="post")(books.post_)
app.command(name="post-again")(books.post_again_)
app.command(name="import")(books.import_)
app.command(name="entries")(books.entries_)
app.command(name="entry")(books.entry_)
app.command(name="trial-balance")(books.trial_balance_)
app.command(name="sf133")(books.sf133_)
app.command(name="core-report")(core_report_)
app.command(name="close-period")(books.close_period_)
app.command(name="close-year")(books.close_year_)
app.command(name="keep-account")(receivables.keep_account_)
app.command(name="receivables")(receivables.receivables_)
app.command(name="ages")(receivables.ages_)
app.command(name="collect")(receivables.collect_)
app.command(name="assess")(receivables.assess_)
app.command(name="set-budget")(receivables.set_budget_)
app.command(name="between")(between.between_)
app.command(name="settlement-file")(between.settlement_file_)
app.command(name="hold-settlements")(between.hold_settlements_)
app.command(name="verify")(books.verify_)
app.command(name="import-invoices")(payable.import_invoices_)
app.command(name="invoices")(payable.invoices_)
app.command(name="invoice")(payable.invoice_)
app.command(name="match-invoice")(payable.match_invoice_)
app.command(name="screen")(paying.screen_)
app.command(name="schedule")(paying.schedule_)
app.command(name="certify")(paying.certify_)
app.command(name="write-payments")(paying.write_payments_)
app.command(name="send-schedule")(paying.send_schedule_)
app.command(name="confirm")(paying.confirm_)
