"""taxcalc beside the payroll: records a second of another program's federal taxes. `python -m bench.pay.beside`.

taxcalc is not needed by anything else; the dependency group `beside` brings it.
"""

from __future__ import annotations

import json
from typing import Any

from bench.gauge import child, spent

RECORDS, YEAR = 100_000, 2026


def measured() -> dict[str, Any]:
    """In a process of its own."""
    return child("bench.pay.beside")


def main() -> dict[str, Any]:
    """Wages of as many tax units, their annual income and payroll tax, once to compile and once to measure."""
    try:
        import numpy
        import pandas
        import taxcalc
    except ImportError as missing:
        return {"missing": f"{missing.name} is not installed"}
    lots = numpy.random.default_rng(YEAR)
    wages = lots.integers(30_000, 200_000, RECORDS).astype(float)
    units = pandas.DataFrame({
        "RECID": range(1, RECORDS + 1), "MARS": lots.choice([1, 2, 4], RECORDS), "FLPDYR": YEAR, "XTOT": 1,
        "filer": 1, "e00200": wages, "e00200p": wages, "e00200s": 0.0,
    })  # fmt: skip
    policy = taxcalc.Policy()
    policy.set_year(YEAR)
    for _ in range(2):
        with spent() as calculating:
            records = taxcalc.Records(data=units, start_year=YEAR, gfactors=None, weights=None)
            taxcalc.Calculator(policy=policy, records=records, verbose=False).calc_all()
    return {
        "records": RECORDS,
        "version": taxcalc.__version__,
        "cpu": calculating.cpu,
        "wall": calculating.wall,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
