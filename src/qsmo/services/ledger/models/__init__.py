"""The ledger's records: books of an agency, its Treasury accounts, periods, sealed entries, kept balances, controls,
and what is bought, owed and paid.

Amounts are whole cents, debits positive. An entry is written unsealed, then its lines, then it is sealed; sealing
checks it, moves the balances and draws on the controls, by triggers of the database. What is sealed never changes.
"""

from qsmo.services.ledger.models.book import (
    CLOSING_PERIOD,
    OF_BOOK,
    Accounting,
    Book,
    Numbered,
    NumberedOfBook,
    OfBook,
    PeriodSeal,
    Symbol,
)
from qsmo.services.ledger.models.control import Control, Draw
from qsmo.services.ledger.models.document import SourceDocument
from qsmo.services.ledger.models.entry import Balance, Combination, Entry, Line
from qsmo.services.ledger.models.payable import Delivery, Invoice, PublishedRate, PurchaseOrder, Vendor
from qsmo.services.ledger.models.paying import PayingOffice, Payment, PaymentSchedule, Screened
from qsmo.services.ledger.models.receivable import Debtor, Receipt, Receivable, ReceivableLine

__all__ = [
    "CLOSING_PERIOD", "OF_BOOK", "Accounting", "Balance", "Book", "Combination", "Control", "Debtor", "Delivery",
    "Draw", "Entry", "Invoice", "Line", "Numbered", "NumberedOfBook", "OfBook", "PayingOffice", "Payment",
    "PaymentSchedule", "PeriodSeal", "PublishedRate", "PurchaseOrder", "Receipt", "Receivable", "ReceivableLine",
    "Screened", "SourceDocument", "Symbol", "Vendor",
]  # fmt: skip
