"""Files for tax offices: wage statements for SSA, and what IRS wants to know of a quarter."""
