"""That the time of an employee number is the time of the same human being whom human resources has under it."""

from __future__ import annotations

import polars as pl

from qsmo.kernel.finding import Finding


def mixed_up(people: pl.DataFrame, times: pl.DataFrame) -> list[Finding]:
    """A finding for each employee whose social security number differs between people and time. No number is shown.

    Both frames have the columns `employee` and `ssn`.
    """
    said = people.select("employee", "ssn").unique()
    worked = times.select("employee", time_ssn="ssn").unique()
    apart = said.join(worked, on="employee").filter(pl.col("ssn") != pl.col("time_ssn"))
    return [
        Finding(
            code="person-differs",
            words="The time file has another social security number for this employee than the file of people.",
            field="SSN",
            expected="the same number in both files, or the employee number of the person who worked",
            who=employee,
        )
        for employee in apart["employee"].unique().sort()
    ]
