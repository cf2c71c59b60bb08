"""What taxes bring to the intake: which form of the employee holds, and whose state and place tax the wages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from qsmo.kernel.law import Row
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.part import Part
from qsmo.services.payroll.rules.rule import Figures
from qsmo.services.payroll.rules.tax.certificates import read_letter, read_state
from qsmo.services.payroll.rules.tax.checks import tax_checks
from qsmo.services.payroll.rules.tax.forms import form_facts
from qsmo.services.payroll.rules.tax.methods import in_force

MARRIED = "married"
NOWHERE = "NONE"
LETTER: dict[str, type[pl.DataType]] = {
    "letter": pl.String,
    "letter_fault": pl.String,
    "letter_form": pl.String,
    "letter_status": pl.String,
    "letter_step2": pl.Boolean,
    **{f"letter_{name}_cents": pl.Int64 for name in ("step3", "step4a", "step4b", "extra")},
    "letter_allowances": pl.Int64,
}
FORM: dict[str, type[pl.DataType]] = {
    "state_form": pl.String,
    "form_fault": pl.String,
    "form_state": pl.String,
    "form_status": pl.String,
    "form_exemptions": pl.Int64,
    "form_dependents": pl.Int64,
    "form_deduction_cents": pl.Int64,
    "form_extra_cents": pl.Int64,
    "form_elected": pl.Int64,
    "form_election_millionths": pl.Int64,
    "form_exempt": pl.Int64,
    "form_local": pl.String,
    "form_residence": pl.String,
}


def _letter(text: str) -> tuple[Any, ...]:
    try:
        read = read_letter(text)
    except ValueError as fault:
        return (text, str(fault), "", "single", False, 0, 0, 0, 0, 0)
    if read is None:
        return (text, "", "", "single", False, 0, 0, 0, 0, 0)
    amounts = (read.step3.cents, read.step4a.cents, read.step4b.cents, read.extra.cents)
    return (text, "", read.form, read.status, read.step2_checked, *amounts, read.allowances)


def _form(text: str) -> tuple[Any, ...]:
    try:
        read, fault = read_state(text), ""
    except ValueError as wrong:
        read, fault = read_state(""), str(wrong)
    elected = read.percent is not None
    return (
        text,
        fault,
        read.state,
        read.status,
        read.exemptions,
        read.dependents,
        read.deduction.cents,
        read.extra.cents,
        int(elected),
        int((read.percent or 0) * MILLION),
        int(read.exempt),
        read.local,
        read.residence,
    )


def _spread(
    people: pl.DataFrame, of: Callable[[str], tuple[Any, ...]], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Each text read once, however many people share it."""
    column = next(iter(schema))
    people = people.with_columns(pl.col(column).fill_null(""))
    texts = people[column].unique().to_list()
    return people.join(
        pl.DataFrame([of(text) for text in texts], schema, orient="row"), on=column, how="left"
    )


def _rows(rows: tuple[Row, ...], *names: str) -> pl.DataFrame:
    return pl.DataFrame(
        [tuple(row.cells[name] for name in names) for row in rows],
        schema=dict.fromkeys(names, pl.String),
        orient="row",
    )


def _joined(people: pl.DataFrame, law: Figures, rates: AgencyRates) -> pl.DataFrame:
    people = _spread(_spread(people, _letter, LETTER), _form, FORM)
    people = _of_state(people, law).with_columns(approximation_on=pl.lit(rates.approximate_states))
    return _of_place(_of_method(people, law), law)


def _of_state(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """The state that taxes: that of the duty station, or of residence by a certificate under an agreement."""
    pairs = _rows(law.version("reciprocity").rows, "work", "residence").with_columns(
        agreed=pl.lit(value=True)
    )
    taxes = _rows(law.version("states").rows, "state", "wage_tax", "name")
    agreed = pl.col("agreed").fill_null(value=False)
    return (
        people.join(pairs, left_on=["state", "form_residence"], right_on=["work", "residence"], how="left")
        .with_columns(agreed=agreed, tax_state=pl.when(agreed).then("form_residence").otherwise("state"))
        .join(
            taxes.rename({"state": "tax_state", "wage_tax": "state_taxes", "name": "tax_state_name"}),
            on="tax_state",
            how="left",
        )
    )


def _of_method(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """The row of the state's method: by the certificate's status, or by the state's own rule without one."""
    names = (
        *("state", "status", "standing", "standard", "elected", "claims"),
        *("exemptions_most", "dependents_most", "covers"),
    )
    methods = _rows(law.version("state_methods").rows, *names).rename({"state": "tax_state"})
    known = methods.group_by("tax_state").agg(known_statuses=pl.col("status").sort().str.join(", "))
    standards = methods.filter(pl.col("standard") != "").select("tax_state", "standard", own_status="status")
    everybody = standards.filter(pl.col("standard") == "all").select("tax_state", all_status="own_status")
    by_form = standards.filter(pl.col("standard") != "all")
    is_own = pl.col("form_state") == pl.col("tax_state")
    chosen = pl.when(is_own & (pl.col("form_status") != "")).then("form_status")
    return (
        people.with_columns(
            standard=pl.when(pl.col("status") == MARRIED).then(pl.lit(MARRIED)).otherwise(pl.lit("other")),
            form_applies=is_own,
        )
        .join(everybody, on="tax_state", how="left")
        .join(by_form, on=["tax_state", "standard"], how="left")
        .with_columns(state_status=chosen.otherwise(pl.coalesce("all_status", "own_status")))
        .join(
            methods.drop("standard").rename({"status": "state_status"}),
            on=["tax_state", "state_status"],
            how="left",
        )
        .join(known, on="tax_state", how="left")
        .with_columns(
            pl.col("exemptions_most", "dependents_most").cast(pl.Int64, strict=False),
            covers_cents=pl.col("covers").cast(pl.Int64, strict=False) * 100,
        )
    )


def _of_place(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """The place that taxes: as stated, or that of the duty station where its tax is one on people who work there."""
    rows = tuple(row for row in law.version("local_taxes").rows if in_force(row, law.pay_date))
    places = _rows(rows, "code", "status", "standard", "name")
    here = places.filter(pl.col("standard") == "yes")["code"].unique().to_list()
    station = pl.col("duty_station")
    city = pl.concat_str("state", pl.lit("/"), station.str.slice(2, 2 + 2))
    county = pl.concat_str("state", pl.lit("/"), station.str.slice(2 + 2 + 2))
    at_station = (
        pl.when(pl.col("tax_state") != pl.col("state"))
        .then(pl.lit(""))
        .when(city.is_in(here))
        .then(city)
        .when(county.is_in(here))
        .then(county)
        .otherwise(pl.lit(""))
    )
    stated = pl.col("form_local")
    code = pl.when(stated == "").then(at_station).otherwise(stated)
    nowhere = code.str.ends_with(f"/{NOWHERE}") | code.is_null()
    flat = places.filter(pl.col("status") == "all")["code"].unique().to_list()
    counties = places.filter(pl.col("code").str.contains(r"/\d{3}$")).select(state=pl.col("code").str.head(2))
    known = places.select(local_code="code", local_status="status", local_name="name")
    return (
        people.with_columns(local_code=pl.when(nowhere).then(pl.lit("")).otherwise(code))
        .with_columns(
            local_status=pl.when(pl.col("local_code").is_in(flat))
            .then(pl.lit("all"))
            .otherwise(pl.col("state_status")),
            has_counties=pl.col("state").is_in(counties["state"].unique().to_list())
            | (pl.col("state") == "IN"),
        )
        .join(known, on=["local_code", "local_status"], how="left")
    )


def _facts(law: Figures) -> dict[str, pl.Expr]:
    taxed, own = pl.col("state_taxes") == "withheld", pl.col("form_applies")
    named = pl.col("local_code") != ""
    numbers = {
        "state_exemptions": "form_exemptions",
        "state_dependents": "form_dependents",
        "state_claimed_cents": "form_deduction_cents",
        "state_extra_cents": "form_extra_cents",
        "state_elected": "form_elected",
        "state_election_millionths": "form_election_millionths",
        "state_exempt": "form_exempt",
    }
    return {
        **form_facts(law),
        "tax_state": pl.when(taxed).then(pl.col("tax_state")).otherwise(pl.lit("")),
        "state_key": pl.when(taxed)
        .then(pl.concat_str("tax_state", "state_status", separator=" "))
        .otherwise(pl.lit("")),
        **{fact: pl.when(own & taxed).then(pl.col(column)).otherwise(0) for fact, column in numbers.items()},
        "local_key": pl.when(named)
        .then(pl.concat_str("local_code", "local_status", separator=" "))
        .otherwise(pl.lit("")),
    }


TAX_PART = Part("tax", joined=_joined, checks=tax_checks, facts=_facts)
