"""Reports over balances, checked by events and lines worked by hand."""
