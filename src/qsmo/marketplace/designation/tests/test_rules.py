"""The rules: what held when and was known when, a plan's sections, a vote, and the life itself."""

from __future__ import annotations

from datetime import date

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.marketplace.designation.flow import DESIGNATION, ENDED, IN_FORCE
from qsmo.marketplace.designation.rules import LAW, Event, missing_sections, spans, standing, vote_faults

NAMED = Event("pre_designate", "pre_designated", date(2019, 4, 26), date(2019, 4, 26), "", "memorandum", 1)
CHOSEN = Event("designate", "designated", date(2020, 6, 29), date(2020, 7, 3), "", "announced later", 2)
SECTIONS = {
    "service_offerings": "a",
    "acquisition_strategy": "b",
    "governance": "c",
    "financial_infrastructure": "d",
    "organization": "e",
}


def test_nothing_holds_before_the_first_fact():
    assert standing([NAMED, CHOSEN], date(2019, 4, 25)) is None


def test_a_decision_announced_later_holds_from_its_own_day_but_was_not_known_then():
    true = standing([CHOSEN, NAMED], date(2020, 6, 29))
    assert true is not None
    assert (true.stage, true.since) == ("designated", date(2020, 6, 29))
    known = standing([CHOSEN, NAMED], date(2020, 6, 29), date(2020, 7, 2))
    assert known is not None
    assert (known.stage, known.since) == ("pre_designated", date(2019, 4, 26))


def test_a_correction_known_later_replaces_what_it_corrects():
    wrong = Event("designate", "designated", date(2020, 6, 29), date(2020, 6, 29), "", "first report", 2)
    right = Event("pre_designate", "pre_designated", date(2020, 6, 29), date(2020, 7, 9), "", "correction", 3)
    then = standing([NAMED, right, wrong], date(2020, 7, 1), date(2020, 7, 1))
    now = standing([NAMED, right, wrong], date(2020, 7, 1))
    assert then is not None
    assert now is not None
    assert (then.stage, now.stage) == ("designated", "pre_designated")


def test_of_two_facts_of_one_day_the_later_one_counts():
    day = date(2020, 6, 29)
    sent = Event("submit_plan", "plan_submitted", day, day, "", "", 2)
    put = Event("begin_review", "plan_in_review", day, day, "", "", 3)
    held = standing([put, NAMED, sent], day)
    assert held is not None
    assert held.stage == "plan_in_review"


def test_stages_follow_one_another_without_gap():
    assert [(span.stage, span.during) for span in spans([NAMED, CHOSEN], date(2020, 7, 31))] == [
        ("pre_designated", Period(date(2019, 4, 26), date(2020, 6, 29))),
        ("designated", Period(date(2020, 6, 29), date(2020, 8, 1))),
    ]


def test_a_plan_needs_all_five_sections():
    day = date(2020, 1, 2)
    assert missing_sections(SECTIONS, day) == []
    found = missing_sections({**SECTIONS, "governance": " "}, day)
    assert [each.field for each in found] == ["governance"]
    assert len(missing_sections({}, day)) == 5


@pytest.mark.parametrize(
    ("cast", "codes"),
    [
        ((9, 2, 16), []),
        ((5, 3, 16), ["vote-quorum"]),
        ((5, 5, 16), ["vote-majority"]),
        ((4, 4, 16), ["vote-quorum", "vote-majority"]),
        ((9, 9, 16), ["vote-count"]),
        ((-1, 9, 16), ["vote-count"]),
    ],
)
def test_a_vote_needs_a_quorum_and_a_majority(cast, codes):
    assert [each.code for each in vote_faults(*cast)] == codes


def test_the_life_is_the_one_of_the_memorandum():
    assert sorted(DESIGNATION.states) == sorted(
        (
            "initiation_and_research",
            "pre_designated",
            "plan_submitted",
            "plan_in_review",
            "plan_returned",
            "recommended",
            "designated",
            "withdrawn",
            "transferred",
        )
    )
    assert DESIGNATION.ends == ENDED
    assert set(DESIGNATION.states) == {*IN_FORCE, *ENDED, DESIGNATION.initial}
    with pytest.raises(Refusal) as refused:
        DESIGNATION.move("designate", "pre_designated")
    assert refused.value.words.endswith("Open are: submit_plan, withdraw, transfer.")


def test_every_fact_of_the_history_names_an_office_a_scope_and_a_stage():
    offices = {row.text("office") for row in LAW["offices"].versions[0].rows}
    scopes = {(row.text("office"), row.text("scope")) for row in LAW["scopes"].versions[0].rows}
    history = LAW["history"].versions[0].rows
    assert {(row.text("office"), row.text("scope")) for row in history} == scopes
    assert {office for office, _ in scopes} == offices
    assert {row.text("stage") for row in history} <= set(DESIGNATION.states)
