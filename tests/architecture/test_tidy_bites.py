"""Each rule of tidiness, on lines that must pass and lines that must fail."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.architecture import tidy
from tests.architecture.tree import File

PAYROLL = "src/qsmo/services/payroll"
DOC = '"""What this is."""\n'


def found(rule, path, text=""):
    """The rule applied to one file: the words of its faults."""
    return [str(fault) for fault in rule([File(PurePosixPath(path), text)])]


def lines(count):
    """A text of so many lines."""
    return "x = 1\n" * count


def function(count):
    """A function of so many lines."""
    return "def f():\n" + "    x = 1\n" * (count - 1)


PASS = [
    (tidy.sizes, f"{PAYROLL}/actions.py", lines(400)),
    (tidy.sizes, f"{PAYROLL}/tests/test_pay.py", lines(500)),
    (tidy.sizes, f"{PAYROLL}/templates/payroll/run.html", "<p>\n" * 150),
    (tidy.sizes, f"{PAYROLL}/README.md", "a\n" * 60),
    (tidy.sizes, f"{PAYROLL}/actions.py", function(60)),
    (tidy.sizes, f"{PAYROLL}/migrations/0001_initial.py", lines(900)),
    (tidy.vague_names, f"{PAYROLL}/actions.py", ""),
    (tidy.vague_names, f"{PAYROLL}/rules/wage_base.py", ""),
    (tidy.slice_names, f"{PAYROLL}/plug.py", ""),
    (tidy.slice_names, f"{PAYROLL}/formats/hr_lines.py", ""),
    (tidy.slice_names, f"{PAYROLL}/tests/cases/2026/one.toml", ""),
    (tidy.slice_names, "src/qsmo/services/__init__.py", ""),
    (tidy.slice_names, "src/qsmo/platform/anything.py", ""),
    (tidy.numbers_in_rules, f"{PAYROLL}/rules/tax.py", 'x = [0, 1, -1, 2, 12, 100, True, "2087"]'),
    (tidy.numbers_in_rules, f"{PAYROLL}/rules.py", 'raise Refusal("a", "b", status=422)'),
    (tidy.numbers_in_rules, f"{PAYROLL}/actions.py", "x = 2087"),
    (tidy.numbers_in_rules, f"{PAYROLL}/rules/tests/test_tax.py", "x = 2087"),
    (tidy.floats_near_money, "src/qsmo/platform/web/charts.py", "x = float(y)"),
    (tidy.floats_near_money, f"{PAYROLL}/jobs.py", "pause(0.5)"),
    (tidy.floats_near_money, "src/qsmo/kernel/money.py", "x = a.float(b)"),
    (tidy.imports_by_name, "src/qsmo/platform/plugs.py", "import importlib"),
    (tidy.imports_by_name, f"{PAYROLL}/jobs.py", "from qsmo.kernel import money\nimport json"),
    (tidy.back_doors, "src/qsmo/platform/access/owned.py", "x = Model._default_manager"),
    (tidy.back_doors, "src/qsmo/platform/api/actions.py", "Key.every.filter(pk=x).update(ended_at=y)"),
    (tidy.back_doors, f"{PAYROLL}/tests/test_run.py", "Run.every.filter(pk=x).update(state=y)"),
    (tidy.back_doors, f"{PAYROLL}/queries.py", "x = Run.seen_by(viewer)"),
    (tidy.back_doors, f"{PAYROLL}/queries.py", 'known.update({"a": 1})\nsha.update(piece)\nsave(x)'),
    (tidy.unfinished, f"{PAYROLL}/jobs.py", '"""Todo lists are not notes."""\ndef f():\n    """Says."""\n'),
    (tidy.docstrings, f"{PAYROLL}/jobs.py", DOC + "def _f(): return 1\nclass _C: x = 1\n"),
    (tidy.docstrings, f"{PAYROLL}/models.py", DOC + f"class C:\n    {DOC}    class Meta: x = 1\n"),
    (tidy.docstrings, f"{PAYROLL}/tests/test_run.py", DOC + "def test_x(): return 1\n"),
    (tidy.docstrings, f"{PAYROLL}/__init__.py", ""),
    (tidy.places_of_others, f"{PAYROLL}/jobs.py", 'x = "src/qsmo/platform/work/jobs.py"'),
    (tidy.places_of_others, "bin/setup", "#!/usr/bin/env bash\nmkdir -p var/tmp/x"),
    (tidy.lock_addresses, "requirements.lock", "a==1 \\\n    --hash=sha256:00"),
    (tidy.lock_addresses, "package-lock.json", '      "url": "https://example.org/thanks"'),
    (tidy.lock_addresses, "README.md", "https://example.org"),
    (tidy.inline_code, "a/page.html", '<script src="x.js" defer></script><p class="style">on=1</p>'),
]
FAIL = [
    (tidy.sizes, f"{PAYROLL}/actions.py", lines(401)),
    (tidy.sizes, f"{PAYROLL}/tests/test_pay.py", lines(501)),
    (tidy.sizes, f"{PAYROLL}/templates/payroll/run.html", "<p>\n" * 151),
    (tidy.sizes, f"{PAYROLL}/README.md", "a\n" * 61),
    (tidy.sizes, f"{PAYROLL}/actions.py", function(61)),
    (tidy.sizes, f"{PAYROLL}/actions.py", "async " + function(61)),
    (tidy.vague_names, f"{PAYROLL}/utils.py", ""),
    (tidy.vague_names, "src/qsmo/common/x.py", ""),
    (tidy.vague_names, "a/base.html", ""),
    (tidy.slice_names, f"{PAYROLL}/views.py", ""),
    (tidy.slice_names, "src/qsmo/marketplace/orders/lib/x.py", ""),
    (tidy.numbers_in_rules, f"{PAYROLL}/rules/tax.py", "x = 2087"),
    (tidy.numbers_in_rules, f"{PAYROLL}/rules.py", "x = -3"),
    (tidy.numbers_in_rules, f"{PAYROLL}/rules.py", "x = 1.0"),
    (tidy.floats_near_money, f"{PAYROLL}/actions.py", "x = float(y)"),
    (tidy.floats_near_money, "src/qsmo/kernel/money.py", "x = 0.5"),
    (tidy.imports_by_name, f"{PAYROLL}/jobs.py", "import importlib"),
    (tidy.imports_by_name, f"{PAYROLL}/jobs.py", "from importlib import metadata"),
    (tidy.imports_by_name, f"{PAYROLL}/jobs.py", "from django.utils.module_loading import import_string"),
    (tidy.imports_by_name, f"{PAYROLL}/jobs.py", "x = __import__('y')"),
    (tidy.imports_by_name, f"{PAYROLL}/jobs.py", "eval(text)"),
    (tidy.back_doors, f"{PAYROLL}/queries.py", "x = Run.objects.all()"),
    (tidy.back_doors, f"{PAYROLL}/queries.py", "x = Run._default_manager"),
    (tidy.back_doors, f"{PAYROLL}/queries.py", "x = Run.every.filter(pk=y)"),
    (tidy.back_doors, "src/qsmo/site/overview.py", "x = Run.every.count()"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "Run.seen_by(viewer).filter(pk=x).update(state=y)"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "Run.seen_by(viewer).update(**changes)"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "Run.seen_by(viewer).filter(pk=x).delete()"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "run.save()"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "run.save(force_insert=True)"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "await run.asave()"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "Text.rows.bulk_create(texts)"),
    (tidy.back_doors, f"{PAYROLL}/jobs.py", "run.chunks.update_or_create(number=1)"),
    (tidy.unfinished, f"{PAYROLL}/jobs.py", "# TODO later"),
    (tidy.unfinished, "docs/a.md", "FIXME"),
    (tidy.unfinished, f"{PAYROLL}/jobs.py", "raise NotImplementedError"),
    (tidy.unfinished, f"{PAYROLL}/jobs.py", "def f():\n    pass\n"),
    (tidy.unfinished, f"{PAYROLL}/jobs.py", "def f(): ...\n"),
    (tidy.docstrings, f"{PAYROLL}/jobs.py", "x = 1\n"),
    (tidy.docstrings, f"{PAYROLL}/tests/test_run.py", "x = 1\n"),
    (tidy.docstrings, f"{PAYROLL}/jobs.py", DOC + "def f(): return 1\n"),
    (tidy.docstrings, f"{PAYROLL}/jobs.py", DOC + f"class C:\n    {DOC}    def f(self): return 1\n"),
    (tidy.places_of_others, "docs/a.md", "see /" + "work/notes.md"),
    (tidy.places_of_others, f"{PAYROLL}/jobs.py", 'x = "/tmp/run"'),
    (tidy.places_of_others, "bin/setup", "pip install --index-url x"),
    (tidy.places_of_others, "docs/a.md", "from https://py" + "pi.org/project/x"),
    (tidy.lock_addresses, "requirements.lock", "a @ https://example.org/a.whl"),
    (tidy.lock_addresses, "package-lock.json", '      "resolved": "https://example.org/a.tgz",'),
    (tidy.inline_code, "a/page.html", "<script>go()</script>"),
    (tidy.inline_code, "a/page.html", '<p style="color:red">'),
    (tidy.inline_code, "a/page.html", '<a onclick="go()">'),
]


def names(cases):
    """A readable name for each case."""
    return [
        f"{rule.__name__}-{PurePosixPath(path).name}-{number}" for number, (rule, path, _) in enumerate(cases)
    ]


@pytest.mark.parametrize(("rule", "path", "text"), PASS, ids=names(PASS))
def test_what_is_right_passes(rule, path, text):
    assert found(rule, path, text) == []


@pytest.mark.parametrize(("rule", "path", "text"), FAIL, ids=names(FAIL))
def test_what_is_wrong_is_found(rule, path, text):
    (fault,) = found(rule, path, text)
    assert fault.startswith(path.split(":")[0]) or fault.startswith(str(PurePosixPath(path).parent))


def test_every_rule_is_shown_passing_and_failing():
    assert {rule for rule, _, _ in PASS} == {rule for rule, _, _ in FAIL} == set(tidy.RULES)


def test_a_folder_of_more_than_twelve_python_files_is_found():
    full = [File(PurePosixPath(f"{PAYROLL}/rules/r{number}.py"), DOC) for number in range(12)]
    assert list(tidy.sizes([*full, File(PurePosixPath(f"{PAYROLL}/rules/__init__.py"), "")])) == []
    (fault,) = tidy.sizes([*full, File(PurePosixPath(f"{PAYROLL}/rules/more.py"), DOC)])
    assert (fault.place, fault.words) == (f"{PAYROLL}/rules", "13 Python files, at most 12")


def test_an_exception_does_not_move_with_the_lines_above_it():
    (fault,) = tidy.back_doors([File(PurePosixPath(f"{PAYROLL}/queries.py"), "\n\nx = Run.objects.all()")])
    assert (fault.place, fault.spot) == (f"{PAYROLL}/queries.py:3", f"{PAYROLL}/queries.py")


def test_reads_without_a_viewer_are_counted_in_the_product_only():
    text = 'x = Run.unseen("the clock looks for work")\ny = Run.unseen("again")\n'
    product, test = PurePosixPath(f"{PAYROLL}/jobs.py"), PurePosixPath(f"{PAYROLL}/tests/test_jobs.py")
    assert tidy.unseen_reads([File(product, text), File(test, text)]) == 2
