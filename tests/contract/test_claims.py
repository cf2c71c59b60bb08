"""Every standard capability that a service claims rests on something of it that cites the published authority."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from qsmo.contract.service import Claim
from qsmo.kernel.law import register
from qsmo.marketplace.catalogue.queries import claimed_by
from qsmo.marketplace.catalogue.tests.setting import load
from qsmo.platform.plugs import Slice, parts, services
from qsmo.site.documents import capabilities, works_today

SECTION = re.compile(r"(?P<title>\d+) (?P<code>U\.S\. Code|CFR) § (?P<part>\d+)\.?(?P<rest>[\w()-]*)")
SUBPARTS = {"551 subpart E": range(501, 542)}
"""The sections of a subpart (electronic CFR, part 551), for claims that rest on a citation of the whole of it."""


def claims() -> Iterator[tuple[Slice, Claim]]:
    """Each claim with the slice of its service."""
    for slice_, module in parts("plug"):
        for claim in module.service.manifest.capabilities:
            yield slice_, claim


def citation(slice_: Slice, claim: Claim) -> str:
    """What the rule, table or test that a claim names cites; KeyError or StopIteration when there is none such."""
    kind, _, name = claim.cited_by.partition(" ")
    if kind == "table":
        return register(slice_.folder / "law")[name].cite
    if kind == "rule":
        rules = importlib.import_module(f"{slice_.package}.rules").RULES
        return str(next(rule.cite for rule in rules if rule.name == name))
    return next(
        text
        for path in (slice_.folder / "tests").rglob("test_*.py")
        if f"def {name}(" in (text := path.read_text(encoding="utf-8"))
    )


def fits(authority: str, cited: str, as_: str) -> bool:
    """Whether a citation, at the part of it that is named, is of the published authority."""
    found = SECTION.fullmatch(authority)
    if found is None or as_ not in cited:
        return False
    code = found["code"].replace("U.S. Code", "U.S.C.")
    within = next(
        (each for each in cited.split(";") if as_ in each and f"{found['title']} {code} " in each), ""
    )
    if as_ in SUBPARTS:
        return bool(within) and as_.startswith(found["part"]) and int(found["rest"]) in SUBPARTS[as_]
    section = f"{found['part']}.{found['rest']}" if found["rest"] else found["part"]
    return bool(within) and re.match(rf"{re.escape(section)}(?![\w.])", as_) is not None


@pytest.mark.parametrize(
    ("slice_", "claim"), [pytest.param(*each, id=each[1].capability) for each in claims()]
)
def test_what_is_claimed_is_cited(slice_: Slice, claim: Claim) -> None:
    assert fits(claim.authority, citation(slice_, claim), claim.cited_as)


@pytest.mark.parametrize(
    ("authority", "cited", "as_", "is_so"),
    [
        ("5 CFR § 551.501", "5 U.S.C. 5542; 5 CFR 550 subpart A, 551 subpart E", "551 subpart E", True),
        ("5 CFR § 551.401", "5 CFR 550 subpart A, 551 subpart E", "551 subpart E", False),
        ("5 CFR § 550.501", "5 CFR 550 subpart A, 551 subpart E", "551 subpart E", False),
        ("26 CFR § 31.3402(g)-1", "26 U.S.C. 3402; 26 CFR 31.3402(g)-1", "31.3402(g)-1", True),
        ("5 U.S. Code § 8334", "5 U.S.C. 8334(b), 8422(c)", "8334(b)", True),
        ("26 U.S. Code § 1", "26 U.S.C. 3101(b)(1), 3102(a)", "3101(b)(1)", False),
        ("26 U.S. Code § 3402", "26 CFR 3402", "3402", False),
        ("No authoritative source identified", "5 U.S.C. 5504", "5504", False),
    ],
)
def test_a_citation_counts_only_for_the_section_that_is_meant(
    authority: str, cited: str, as_: str, is_so: bool
) -> None:
    assert fits(authority, cited, as_) is is_so


@pytest.mark.django_db
def test_the_same_words_stand_on_the_page_in_the_readme_and_in_the_coverage() -> None:
    assert claimed_by("payroll").words == "2 of 63 capabilities claimed"
    assert "| 2 of 63 capabilities claimed |" in works_today()
    assert "HCM.A5-1.050, HCM.A5-1.060; 2 of 63 capabilities claimed." in capabilities()
    load()
    page = Client().get("/catalogue/ibc-payroll/").text
    assert "2 of 185 capabilities claimed" in page
    assert "HCM.A5-1.050.140: 5 CFR § 551.501" in page
    assert "table premium, which cites 551 subpart E" in page
    elsewhere = Client().get("/catalogue/nfc-payroll/").text
    assert "0 of 119 capabilities claimed: it is provided outside this system" in elsewhere


def test_each_service_claims_for_itself() -> None:
    assert all(claimed_by(slug).of >= len(claimed_by(slug).claims) for slug in services())
