"""Run inside the installation of the journeys: accounts of receipts and suspense, a debtor, a draft, money unplaced."""

PROGRAM = """
import django; django.setup()
from datetime import timedelta
from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.platform.access.signin import command_viewer
from qsmo.services.ledger import actions
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.models import Book
lucia = command_viewer('lucia.brandt@arc.example')
book = Book.seen_by(lucia).get().pk
named = dict(title='Fines and suspense', category='E')
fines = actions.keep_symbol(lucia, book, tas='073-3220-000', financing='receipts', **named)
unplaced = actions.keep_symbol(lucia, book, tas='073-F-3875-000', financing='clearing', **named)
debtor = verbs.keep_debtor(lucia, book, name='Harbor Lending')
verbs.draft(lucia, book, number='FINE-1', debtor_id=debtor.pk, symbol_id=fines.pk, kind='general-fund',
            amount=Money(500_00), due_on=clock.today() + timedelta(days=30), words='civil penalty', account='532000')
verbs.deposit(lucia, book, number='CHECK-9', symbol_id=unplaced.pk, amount=Money(75_00), on=clock.today(),
              payer='unknown')
"""
