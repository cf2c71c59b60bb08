"""Charts: exact geometry, worked out by hand, and the rules that make a drawing readable without colour."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from lxml import etree

from qsmo.platform.web import charts


def shapes(chart: charts.Chart, tag: str, kind: str) -> list[dict[str, str]]:
    """The attributes of the shapes of one class, without the class."""
    root = etree.fromstring(chart.svg.encode())
    found = [dict(each.attrib) for each in root.iter(tag) if kind in each.get("class", "").split()]
    return [{str(key): str(text) for key, text in each.items() if key != "class"} for each in found]


def words(chart: charts.Chart, kind: str) -> list[str]:
    return [
        each.text or ""
        for each in etree.fromstring(chart.svg.encode()).iter("text")
        if each.get("class") == kind
    ]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 7], [0, 2, 4, 6, 8]),
        ([0, 100], [0, 20, 40, 60, 80, 100]),
        ([3, 26], [0, 10, 20, 30]),
        ([-5, 5], [-6, -4, -2, 0, 2, 4, 6]),
        ([0], [0, Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), 1]),
        ([Fraction(1, 100)], [Fraction(place, 500) for place in range(6)]),
        ([123_456_789], [0, 50_000_000, 100_000_000, 150_000_000]),
    ],
)
def test_ticks_are_round_and_hold_every_value(values: list[int], ticks: list[int]) -> None:
    assert list(charts.scale(values, 0, 100).ticks) == ticks


def test_counts_have_no_ticks_between_whole_numbers() -> None:
    assert list(charts.scale([2], 0, 100, whole=True).ticks) == [0, 1, 2]


def test_no_label_of_a_bar_below_zero_crosses_the_zero_line() -> None:
    chart = charts.bar("Change", [("Regular pay, which is a long name", -30), ("Overtime", 15)])
    # Room for “-30” is 3 × 10 + 6, so the scale of steps of 10 from -30 to 20 lies between 44 and 384: 6.8 to one.
    zero = "248"
    assert shapes(chart, "rect", "q-fill-1") == [
        {"x": "44", "y": "28", "width": "204", "height": "20"},
        {"x": zero, "y": "76", "width": "102", "height": "20"},
    ]
    assert shapes(chart, "text", "q-chart-value") == [
        {"x": "38", "y": "43", "text-anchor": "end"},
        {"x": "356", "y": "91", "text-anchor": "start"},
    ]
    # The line of zero stands beside the two bars, and nowhere at the height of a name.
    assert shapes(chart, "line", "q-chart-axis") == [
        {"x1": zero, "y1": "28", "x2": zero, "y2": "48"},
        {"x1": zero, "y1": "76", "x2": zero, "y2": "96"},
    ]


def test_a_bar_is_as_long_as_its_value() -> None:
    chart = charts.bar("People", [("Paid", 30), ("Refused", 15)])
    # Scale: step 10 from 0 to 30 between 8 and 384, so one person is 376/30 wide.
    assert shapes(chart, "rect", "q-fill-1") == [
        {"x": "8", "y": "28", "width": "376", "height": "20"},
        {"x": "8", "y": "76", "width": "188", "height": "20"},
    ]
    assert shapes(chart, "text", "q-chart-value") == [
        {"x": "390", "y": "43", "text-anchor": "start"},
        {"x": "202", "y": "91", "text-anchor": "start"},
    ]
    assert words(chart, "q-chart-tick") == ["0", "10", "20", "30"]
    assert chart.rows == (("Paid", "30"), ("Refused", "15"))


def test_a_bar_below_zero_runs_the_other_way() -> None:
    chart = charts.bar("Change", [("Up", 100_00), ("Down", -100_00)], unit="cents")
    # Step 50 dollars from -100 to 100, “-$100.00” takes 8 × 10 + 6: zero stands at (94 + 384) / 2 = 239.
    assert [(each["x"], each["width"]) for each in shapes(chart, "rect", "q-fill-1")] == [
        ("239", "145"),
        ("94", "145"),
    ]
    assert words(chart, "q-chart-tick") == ["-$100", "-$50", "$0", "$50", "$100"]
    assert words(chart, "q-chart-value") == ["$100.00", "-$100.00"]


def test_parts_of_a_stacked_bar_follow_one_another_and_add_up() -> None:
    chart = charts.stacked("Pay", [("PP 1", {"Net": 50, "Tax": 25}), ("PP 2", {"Tax": 100})])
    # Two names take one row of the legend: bars begin at 8 + 24; step 20 from 0 to 100, 3.76 to a unit.
    first = shapes(chart, "rect", "q-fill-1")
    second = shapes(chart, "rect", "q-fill-2")
    assert first[1:] == [{"x": "8", "y": "52", "width": "188", "height": "20"}]
    assert second[1:] == [
        {"x": "196", "y": "52", "width": "94", "height": "20"},
        {"x": "8", "y": "100", "width": "376", "height": "20"},
    ]
    assert words(chart, "q-chart-value") == ["75", "100"]
    assert chart.columns == ("Item", "Net", "Tax", "Total")
    assert chart.rows == (("PP 1", "50", "25", "75"), ("PP 2", "0", "100", "100"))


def test_a_part_below_zero_is_refused_because_it_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="below zero"):
        charts.stacked("Pay", [("PP 1", {"Net": -1})])


def test_lines_pass_through_their_values() -> None:
    chart = charts.line("Pay", ["a", "b", "c"], {"Gross": [0, 5, 10], "Net": [0, 4, 8]})
    # Step 2 from 0 to 10 between 216 and 16: 20 to a unit; across 64 to 376 by 156.
    assert shapes(chart, "polyline", "q-line-1") == [{"points": "64,216 220,116 376,16"}]
    assert shapes(chart, "polyline", "q-line-2") == [{"points": "64,216 220,136 376,56"}]
    assert shapes(chart, "circle", "q-fill-1")[2] == {"cx": "376", "cy": "16", "r": "4"}
    assert shapes(chart, "rect", "q-fill-2")[2] == {"x": "372", "y": "52", "width": "8", "height": "8"}
    assert words(chart, "q-chart-tick") == ["0", "2", "4", "6", "8", "10", "a", "b", "c"]


def test_names_at_the_ends_of_lines_do_not_cover_one_another() -> None:
    chart = charts.line("Pay", ["a", "b"], {"Gross": [0, 10], "Net": [0, 10], "Base": [0, 10]})
    assert [each["y"] for each in shapes(chart, "text", "q-chart-value")] == ["20", "36", "52"]


def test_a_single_point_stands_in_the_middle() -> None:
    assert shapes(charts.line("Pay", ["a"], {"Gross": [10]}), "circle", "q-fill-1") == [
        {"cx": "220", "cy": "16", "r": "4"}
    ]


def test_a_line_needs_a_value_for_every_label() -> None:
    with pytest.raises(ValueError, match="one value to a label"):
        charts.line("Pay", ["a", "b"], {"Gross": [1]})


def test_no_more_than_six_labels_are_written_below_a_line() -> None:
    chart = charts.line("Pay", [f"PP {place}" for place in range(26)], {"Gross": list(range(26))})
    assert words(chart, "q-chart-tick")[-6:] == ["PP 0", "PP 5", "PP 10", "PP 15", "PP 20", "PP 25"]


def test_every_part_has_a_pattern_of_its_own_beside_its_colour() -> None:
    names = ("Net", "Tax", "Retirement", "Insurance", "Loans", "Gifts")
    root = etree.fromstring(charts.stacked("Pay", [("PP 1", dict.fromkeys(names, 10))]).svg.encode())
    strokes = [path.get("d") for path in root.iter("path") if path.get("class") == "q-hatch"]
    assert len(set(strokes)) == len(names) - 1
    used = {
        match for each in root.iter("rect") for match in re.findall(r"url\(#(.+)\)", each.get("fill", ""))
    }
    assert used == {each.get("id") for each in root.iter("pattern")}


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", 'a" onload="x', "&amp;"])
def test_words_given_to_a_chart_stay_words(hostile: str) -> None:
    for chart in (
        charts.bar(hostile, [(hostile, 1)], about=hostile),
        charts.stacked(hostile, [(hostile, {hostile: 1})], about=hostile),
        charts.flow(hostile, [(hostile, 2, hostile), (hostile, 1, "")], about=hostile),
        charts.line(hostile, [hostile], {hostile: [1]}, about=hostile),
    ):
        root = etree.fromstring(chart.svg.encode())
        assert root.get("onload") is None
        assert not list(root.iter("script"))
        assert root.findtext("title") == hostile
        assert root.findtext("desc") == hostile
        assert any(hostile in (each.text or "") for each in root.iter("text"))


def test_a_drawing_names_itself_and_carries_no_style_and_no_script() -> None:
    svg = charts.bar("Net pay", [("HR", 1)], about="One office.").svg
    root = etree.fromstring(svg.encode())
    assert root.get("role") == "img"
    title, about = (root.get("aria-labelledby") or "").split()
    assert [each.get("id") for each in root.iter("title", "desc")] == [title, about]
    assert "style" not in svg
    assert "<script" not in svg


def test_long_amounts_are_short_on_the_scale() -> None:
    chart = charts.bar("Spend", [("Year", 7_500_000_000_00)], unit="cents")
    assert words(chart, "q-chart-tick") == ["$0", "$2B", "$4B", "$6B", "$8B"]


def test_nothing_to_show_is_still_a_drawing() -> None:
    for chart in (
        charts.bar("None", []),
        charts.stacked("None", []),
        charts.flow("None", []),
        charts.line("None", [], {}),
    ):
        assert chart.rows == ()
        assert etree.fromstring(chart.svg.encode()).findtext("title") == "None"


def test_what_stays_in_a_flow_is_said_and_its_bars_are_as_wide_as_their_values() -> None:
    stages = [("Allotted", 100_00, "available"), ("Obligated", 40_00, "unpaid"), ("Paid", 50_00, "")]
    chart = charts.flow("Money", stages, unit="cents", about="From allotment to payment")
    assert chart.rows == (
        ("Allotted", "$100.00", "$60.00", "available"),
        ("Obligated", "$40.00", "$0.00", ""),
        ("Paid", "$50.00", "$0.00", ""),
    )
    root = etree.fromstring(chart.svg.encode())
    widths = [each.get("width") for each in root.iter("{*}rect") if each.get("class") == "q-fill-1"]
    assert widths == ["185.6", "185.6", "232"]
    with pytest.raises(ValueError, match="below zero"):
        charts.flow("Money", [("Paid", -1, "")])
