"""Tests of the ledger's pages, each opened and sent as a browser does it."""
