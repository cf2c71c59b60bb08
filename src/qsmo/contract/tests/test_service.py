"""Terms are judged by the manifest alone, with words that say what would be right."""

import pytest

from qsmo.contract.service import Manifest, Meter, Service, Subscription, Term, term_findings

MANIFEST = Manifest(
    slug="water",
    name="Water",
    area="utilities",
    words="Water by the litre",
    meters=(Meter("litre", "litre", "Litres delivered"),),
    terms=(
        Term("tap", "text", "The tap"),
        Term("litres", "integer", "Litres a day"),
        Term("price", "cents", "The price"),
        Term("start", "date", "The first day"),
        Term("kind", "choice", "The kind", choices=("still", "sparkling")),
        Term("note", "text", "A note", required=False),
    ),
)
GOOD = {"tap": "north", "litres": "12", "price": "1.50", "start": "2026-03-01", "kind": "still"}


def test_good_terms_have_no_findings():
    assert term_findings(MANIFEST, GOOD) == ()
    assert term_findings(MANIFEST, {**GOOD, "note": "leave at the door"}) == ()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("litres", "a few", "a whole number"),
        ("litres", "1.5", "a whole number"),
        ("price", "1.505", "dollars such as 12.50"),
        ("start", "March", "2026-01-31"),
        ("start", "2026-02-30", "2026-01-31"),
        ("kind", "boiling", "one of still, sparkling"),
    ],
)
def test_a_term_of_the_wrong_form_is_found(name, value, expected):
    (finding,) = term_findings(MANIFEST, {**GOOD, name: value})
    assert (finding.code, finding.field, finding.expected) == ("term-form", name, expected)
    assert value in finding.words


@pytest.mark.parametrize("value", ["", "   "])
def test_a_term_that_is_not_stated_is_found(value):
    (finding,) = term_findings(MANIFEST, {**GOOD, "tap": value})
    assert (finding.code, finding.field, finding.expected) == ("term-missing", "tap", "some text")
    assert finding.words == "The tap is not stated"


def test_a_term_that_nobody_knows_is_found_with_those_that_are():
    (finding,) = term_findings(MANIFEST, {**GOOD, "wine": "red"})
    assert (finding.code, finding.field) == ("term-unknown", "wine")
    assert finding.expected == "tap, litres, price, start, kind, note"
    bare = Manifest("x", "X", "a", "w", meters=())
    assert term_findings(bare, {"wine": "red"})[0].expected == "no terms at all"


def test_all_that_is_wrong_is_said_at_once():
    found = term_findings(MANIFEST, {"wine": "red", "litres": "x"})
    assert [(finding.code, finding.field) for finding in found] == [
        ("term-unknown", "wine"),
        ("term-missing", "tap"),
        ("term-form", "litres"),
        ("term-missing", "price"),
        ("term-missing", "start"),
        ("term-missing", "kind"),
    ]


def test_what_has_the_five_verbs_and_a_manifest_is_a_service():
    class Water:
        """Enough of a service to be recognised."""

        manifest = MANIFEST

        def open(self, sub):
            """Never called."""

        change = close = export = usage = open

    assert isinstance(Water(), Service)
    assert not isinstance(object(), Service)
    assert Subscription("s", "a", "p").terms == {}
