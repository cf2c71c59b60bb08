"""A person's documents as they would be: what is asked is put into the assignment and the time, as it would be sent.

The intake then reads and checks them as it does any other, so that what could not be paid is refused here as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from qsmo.contract.documents import Election
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.asking.asked import FIELDS, YES, Share
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.deductions.elections import parsed, written
from qsmo.services.payroll.rules.earnings.codes import FIRST_CODE, TIME_CODES
from qsmo.services.payroll.rules.rule import Figures

Row = dict[str, Any]
TSP = ("tsp_traditional", "tsp_roth")
W4 = {
    "form": "form", "status": "status", "step2": "step2_checked", "step3": "step3_cents", "step4a": "step4a_cents",
    "step4b": "step4b_cents", "extra": "extra_cents", "allowances": "allowances", "exempt": "exempt",
}  # fmt: skip
ANYWHERE = "0000000"
"""A duty station in a state, in no city or county whose taxes are known."""
OF_2020: Row = {"step2_checked": False, "step3_cents": 0, "step4a_cents": 0, "step4b_cents": 0}
WHERE = {
    "grade": "grade", "step": "step", "basic pay": "grade", "adjusted pay": "grade", "health plan": "fehb",
    "Form W-4": "form", "duty station": "state", "state certificate": "certificate",
}  # fmt: skip
"""What the intake calls a place: the field that it comes from."""


def people_changed(
    rows: Sequence[Row], asked: Mapping[str, Any], facts: Mapping[str, Any], law: Figures
) -> list[Row]:
    """A person's assignments with what is asked; `facts` are those of the pay as it was."""
    changes: Row = {}
    if asked.keys() & {"grade", "step"}:
        changes |= _rate(asked, facts, law)
    if "fehb" in asked:
        changes["fehb"] = asked["fehb"]
    changes |= {W4[name]: _plain(value) for name, value in asked.items() if name in W4}
    if asked.get("form") == "2019":
        changes = {**OF_2020, **changes}
    elif asked.get("form") == "2020":
        changes = {"allowances": 0, **changes}
    if "state" in asked:
        changes |= {"duty_station": _station(asked["state"], law), "state_form": ""}
    if "certificate" in asked:
        changes["state_form"] = asked["certificate"]
    return [{**row, **changes, **_savings(row, asked)} for row in rows]


def time_changed(rows: Sequence[Row], asked: Mapping[str, Any]) -> list[Row]:
    """A person's time entries with the hours that are asked."""
    found = list(rows)
    for kind in ("overtime", "night"):
        if kind in asked:
            found = [row for row in found if TIME_CODES.get(row["code"]) != kind]
            found += _spread(found, kind, asked[kind])
    return _unpaid(found, asked["unpaid"]) if "unpaid" in asked else found


def refuse(findings: Sequence[Finding], asked: Mapping[str, Any], where: Mapping[str, str] = WHERE) -> None:
    """Refuse (422) what the intake found wrong with changed documents, once at each field that it came from."""
    faults: dict[tuple[str, str], Finding] = {}
    hours = next((name for name in ("night", "overtime", "unpaid") if name in asked), "")
    places = {**where, "hours": hours, "TSP": next((name for name in TSP if name in asked), TSP[0])}
    for each in findings:
        field = places.get(each.field, each.field)
        if each.severity == "error":
            finding = Finding(each.code, each.words, field=field, expected=each.expected)
            faults.setdefault((each.code, field), finding)
    if faults:
        found = tuple(faults.values())
        raise Refusal("what-if", found[0].words, status=422, findings=found)


def _plain(value: Any) -> Any:
    return value == YES if value in ("yes", "no") else value


def wrong(field: str, words: str, expected: str) -> Refusal:
    """The refusal of one field, with what could stand there."""
    finding = Finding("what-if-value", words, field=field, expected=expected)
    return Refusal("what-if", words, status=422, findings=(finding,))


def _rate(asked: Mapping[str, Any], facts: Mapping[str, Any], law: Figures) -> Row:
    """The rate of a grade and step, with the locality percentage that the person has."""
    if facts["rate_stands"] or facts["prevailing_rate"] or not law.on_file("gs"):
        words = (
            f"The rate of pay plan {facts['pay_plan']} is not one of the General Schedule's table on file."
        )
        raise wrong("grade", words, "nothing here: another grade or step has no rate that can be looked up")
    grade, step = asked.get("grade", facts["grade"]), asked.get("step", facts["step"])
    bases = {
        (each.integer("grade"), each.integer("step")): each.cents("annual").cents
        for each in law.version("gs").rows
    }
    base = bases.get((grade, step))
    if base is None:
        field = "grade" if "grade" in asked and (grade, 1) not in bases else "step"
        raise wrong(field, f"GS-{grade} step {step} is not in the General Schedule.", FIELDS[field].expected)
    return {
        "grade": f"{grade:02d}",
        "step": f"{step:02d}",
        "basic_pay_cents": base,
        "adjusted_pay_cents": located(base, facts["locality_millionths"], law),
    }


def located(base: int, millionths: int, law: Figures) -> int:
    """A rate with locality pay in cents: whole dollars, half a dollar up, not above level IV."""
    dollars = (base * (MILLION + millionths) * 2 + 100 * MILLION) // (2 * 100 * MILLION)
    return min(dollars * 100, law.version("executive").cents("level_iv").cents)


def _station(state: str, law: Figures) -> str:
    numbers = {row.text("state"): row.text("number") for row in law.version("states").rows}
    if state not in numbers:
        raise wrong("state", f"“{state}” is no state whose taxes are on file.", FIELDS["state"].expected)
    return f"{numbers[state]}{ANYWHERE}"


def _savings(row: Row, asked: Mapping[str, Any]) -> Row:
    """The elections to the TSP: those asked, and of the kind that is not asked what there was."""
    shares: dict[str, Share] = {name.replace("_", "-"): asked[name] for name in TSP if name in asked}
    if not shares:
        return {}
    own = "tsp-roth" if row["tsp_roth"] else "tsp-traditional"
    amount, rate = Money(row["tsp_amount_cents"]), Fraction(row["tsp_numerator"], row["tsp_denominator"])
    kept = [each for each in parsed(row["elections"] or "") if each.code not in (*shares, "tsp-suspended")]
    if own not in shares and (amount or rate):
        kept.append(Election(own, amount=amount, rate=rate))
    kept += [
        Election(code, amount=Money(share.dollars * 100), rate=Fraction(share.percent, 100))
        for code, share in shares.items()
        if share.dollars or share.percent
    ]
    return {"elections": written(kept), "tsp_numerator": 0, "tsp_denominator": 1, "tsp_amount_cents": 0}


def _spread(rows: Sequence[Row], kind: str, centihours: int) -> list[Row]:
    """Hours over the days on which regular hours were worked, as evenly as quarters of an hour allow."""
    days = sorted(
        {row["on"] for row in rows if TIME_CODES.get(row["code"]) == "regular" and row["centihours"]}
    )
    if not centihours:
        return []
    if not days:
        raise wrong(kind, "There is no day with regular hours on which these could be.", "0")
    like: dict[date, Row] = {row["on"]: row for row in rows}
    quarter = 100 // 2 // 2
    each, left = divmod(centihours // quarter, len(days))
    shares = [(each + (place < left)) * quarter for place in range(len(days))]
    shares[0] += centihours % quarter
    code = FIRST_CODE[kind]
    return [
        {**like[day], "code": code, "centihours": share}
        for day, share in zip(days, shares, strict=True)
        if share
    ]


def _unpaid(rows: Sequence[Row], centihours: int) -> list[Row]:
    """Leave without pay in the place of regular hours, from the last day backward; what there was becomes regular."""
    hours: dict[tuple[date, str], Row] = {}
    for row in rows:
        code = FIRST_CODE["regular"] if TIME_CODES.get(row["code"]) == "unpaid" else row["code"]
        there = hours.get((row["on"], code))
        hours[row["on"], code] = {
            **row,
            "code": code,
            "centihours": row["centihours"] + (there or {"centihours": 0})["centihours"],
        }
    left, found = centihours, []
    for (_, code), row in sorted(hours.items(), key=lambda item: item[0], reverse=True):
        taken = min(left, row["centihours"]) if TIME_CODES.get(code) == "regular" else 0
        left -= taken
        if taken:
            found.append({**row, "code": FIRST_CODE["unpaid"], "centihours": taken})
        if row["centihours"] > taken:
            found.append({**row, "centihours": row["centihours"] - taken})
    if left:
        regular = (centihours - left) / 100
        raise wrong("unpaid", "There are not so many regular hours.", f"at most {regular:.2f}")
    return found
