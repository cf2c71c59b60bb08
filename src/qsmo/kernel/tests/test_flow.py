"""Flows: what is open from where, what is refused, and that nothing is out of reach."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.flow import Flow, Move

ORDER = Flow(
    "order",
    "draft",
    (
        Move("submit", ("draft", "returned"), "submitted", "order.submit"),
        Move("return", ("submitted",), "returned", "order.approve", not_by=("submit",)),
        Move("approve", ("submitted",), "approved", "order.approve", not_by=("submit",)),
        Move("withdraw", ("draft", "submitted", "returned"), "withdrawn", "order.submit"),
    ),
)


def test_states_and_ends_follow_from_the_moves():
    assert ORDER.states == ("draft", "returned", "submitted", "approved", "withdrawn")
    assert ORDER.ends == ("approved", "withdrawn")


def test_a_move_that_is_open_is_found():
    assert ORDER.move("approve", "submitted").to == "approved"
    assert ORDER.move("approve", "submitted").not_by == ("submit",)
    assert [move.name for move in ORDER.legal("submitted")] == ["return", "approve", "withdraw"]


def test_a_move_that_is_not_open_is_refused_with_those_that_are():
    with pytest.raises(Refusal) as refused:
        ORDER.move("approve", "draft")
    assert (refused.value.code, refused.value.status) == ("move-not-open", 409)
    assert refused.value.words == "order: “approve” is not open from “draft”. Open are: submit, withdraw."


def test_an_ended_life_says_that_it_has_ended():
    with pytest.raises(Refusal, match="none: it has ended"):
        ORDER.move("submit", "approved")


@given(name=st.sampled_from([move.name for move in ORDER.moves]), state=st.sampled_from(ORDER.states))
def test_a_move_is_open_exactly_where_the_table_says(name, state):
    listed = any(move.name == name and state in move.from_ for move in ORDER.moves)
    if listed:
        assert ORDER.move(name, state).name == name
    else:
        with pytest.raises(Refusal):
            ORDER.move(name, state)


def test_the_diagram_shows_the_start_every_move_and_the_ends():
    assert ORDER.diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> submitted: submit",
        "    returned --> submitted: submit",
        "    submitted --> returned: return",
        "    submitted --> approved: approve",
        "    draft --> withdrawn: withdraw",
        "    submitted --> withdrawn: withdraw",
        "    returned --> withdrawn: withdraw",
        "    approved --> [*]",
        "    withdrawn --> [*]",
    ]


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ([Move("go", ("nowhere",), "there", "p")], "out of reach ['nowhere', 'there']"),
        ([Move("a", ("x",), "y", "p"), Move("b", ("y",), "x", "p")], "out of reach ['x', 'y']"),
        ([Move("go", ("start",), "there", "p", not_by=("come",))], "unknown moves ['come']"),
        (
            [Move("go", ("start",), "a", "p"), Move("go", ("start",), "b", "p")],
            "doubled moves [('go', 'start')]",
        ),
    ],
)
def test_a_flow_that_contradicts_itself_cannot_be_made(moves, words):
    with pytest.raises(ValueError, match="flow broken") as fault:
        Flow("broken", "start", tuple(moves))
    assert words in str(fault.value)


def test_one_name_may_lead_to_different_states_from_different_ones():
    flow = Flow(
        "f",
        "a",
        (Move("next", ("a",), "b", "p"), Move("next", ("b",), "c", "p"), Move("back", ("c",), "a", "p")),
    )
    assert flow.move("next", "b").to == "c"
    assert flow.ends == ()
