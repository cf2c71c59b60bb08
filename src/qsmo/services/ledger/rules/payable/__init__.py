"""Payables: when an invoice is due, what late payment costs, and whether order, receipt and invoice agree."""
