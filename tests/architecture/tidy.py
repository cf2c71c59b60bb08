"""The home-made rules of tidiness: each takes the files and yields faults."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.architecture.tree import PACKAGE, Fault, File

MOST_LINES = {"python": 400, "test": 500, "template": 150, "readme": 60, "function": 60}
MOST_FILES = 12
VAGUE = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}
SLICE_FILES = {
    "__init__.py",
    "README.md",
    "policy.toml",
    *(
        f"{name}.py"
        for name in ("rules", "models", "flow", "actions", "queries", "jobs", "pages", "api", "cli", "plug")
    ),
}
# What has grown too long for one file is a folder of the same name.
SLICE_FOLDERS = {
    "law", "rules", "models", "actions", "queries", "pages", "api", "cli", "formats", "templates", "migrations",
    "tests",
}  # fmt: skip
PLAIN_NUMBERS = {0, 1, 2, 12, 100}
BY_NAME = {"importlib", "imp", "pkgutil", "runpy"}
BACK_DOORS = {"every", "objects", "_default_manager", "_base_manager"}
BEHIND_DOORS = ("platform/access", "platform/record", "platform/work", "platform/api")
WRITES = {
    "save", "delete", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"
}  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sizes(files: Iterable[File]) -> Iterator[Fault]:
    """Files, functions and folders stay small enough to be read at one sitting."""
    folders: dict[PurePosixPath, int] = defaultdict(int)
    for file in files:
        kind = _kind(file)
        if kind and file.lines > MOST_LINES[kind]:
            yield Fault("size", str(file.path), f"{file.lines} lines, at most {MOST_LINES[kind]}")
        if not file.is_python or file.is_migration:
            continue
        folders[file.path.parent] += file.path.name != "__init__.py"
        for function in _functions(file):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > MOST_LINES["function"]:
                words = f"{length} lines, at most {MOST_LINES['function']}"
                yield Fault("size", f"{file.path}:{function.name}", words)
    for folder, count in folders.items():
        if count > MOST_FILES:
            yield Fault("size", str(folder), f"{count} Python files, at most {MOST_FILES}")


def _kind(file: File) -> str:
    if file.is_python and not file.is_migration:
        return "test" if file.is_test else "python"
    if file.path.suffix == ".html":
        return "template"
    return "readme" if file.path.name == "README.md" else ""


def vague_names(files: Iterable[File]) -> Iterator[Fault]:
    """A name says what is inside; these say nothing."""
    for file in files:
        for part in (*file.path.parts[:-1], file.path.stem):
            if part.lower() in VAGUE:
                yield Fault("vague-name", str(file.path), f"“{part}” says nothing of what is inside")


def slice_names(files: Iterable[File]) -> Iterator[Fault]:
    """Every slice is made of the same few files and folders."""
    for file in files:
        for home in ("marketplace", "services"):
            if not file.within(home):
                continue
            inside = file.path.relative_to(PACKAGE / home).parts[1:]
            if len(inside) == 1 and inside[0] not in SLICE_FILES:
                yield Fault("slice-name", str(file.path), f"“{inside[0]}” is not a file that a slice has")
            if len(inside) > 1 and inside[0] not in SLICE_FOLDERS:
                yield Fault("slice-name", str(file.path), f"“{inside[0]}” is not a folder that a slice has")


def numbers_in_rules(files: Iterable[File]) -> Iterator[Fault]:
    """Figures belong to law tables, where they have dates and sources. The status of a refusal is no such figure."""
    for file in files:
        if not file.is_rule:
            continue
        keywords = (node for node in ast.walk(file.tree) if isinstance(node, ast.keyword))
        statuses = {node.value for node in keywords if node.arg == "status"}
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or node in statuses:
                continue
            figure = isinstance(node.value, int | complex) and node.value not in PLAIN_NUMBERS
            if figure or isinstance(node.value, float):
                yield Fault(
                    "number-in-rule", f"{file.path}:{_line(node)}", f"{node.value!r} belongs in a law table"
                )


def floats_near_money(files: Iterable[File]) -> Iterator[Fault]:
    """Money never passes through a float: no `float(` in what counts, no float figure in kernel and contract."""
    for file in files:
        if not file.is_product or not file.within("kernel", "contract", "marketplace", "services"):
            continue
        for node in ast.walk(file.tree):
            called = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            )
            figure = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if called or (figure and file.within("kernel", "contract")):
                yield Fault("float", f"{file.path}:{_line(node)}", "money and rates are exact")


def imports_by_name(files: Iterable[File]) -> Iterator[Fault]:
    """Only `platform/plugs.py` imports by name at run time; nobody evaluates text."""
    for file in files:
        if not file.is_product or file.path == PACKAGE / "platform/plugs.py":
            continue
        for node in ast.walk(file.tree):
            if _imports_by_name(node):
                yield Fault(
                    "import-by-name", f"{file.path}:{_line(node)}", "only platform/plugs.py imports by name"
                )


def _imports_by_name(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(name.name.split(".")[0] in BY_NAME for name in names)
        case ast.ImportFrom(module=str(module)):
            return module.split(".")[0] in BY_NAME or module == "django.utils.module_loading"
        case ast.Call(func=ast.Name(id="__import__" | "eval" | "exec")):
            return True
    return False


def back_doors(files: Iterable[File]) -> Iterator[Fault]:
    """Records are read through a viewer and written through the doors; only what the doors stand on uses Django's own.

    Dictionaries and digests are updated by a positional argument, query sets by keywords only: so they are told apart.
    """
    for file in files:
        if not file.is_product or file.within(*BEHIND_DOORS):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Attribute) and node.attr in BACK_DOORS:
                yield Fault("back-door", f"{file.path}:{_line(node)}", f".{node.attr} reads past the viewer")
            if isinstance(node, ast.Call) and _writes(node):
                yield Fault("back-door", f"{file.path}:{_line(node)}", "writes past the doors")


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr.removeprefix("a")  # Django's verbs for coroutines begin with it
    return name in WRITES or (name == "update" and not call.args and bool(call.keywords))


def unseen_reads(files: Iterable[File]) -> int:
    """How often the product reads without a viewer, through `.unseen("reason")`."""
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "unseen"
        for file in files
        if file.is_product
        for node in ast.walk(file.tree)
    )


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP|NotImplementedError|lorem ipsum)\b", re.IGNORECASE)
WRITTEN = {".py", ".html", ".md", ".toml", ".sh", ".css", ".js", ".yaml", ".yml", ".txt", ""}


def unfinished(files: Iterable[File]) -> Iterator[Fault]:
    """What is not done is not there: no notes to self, no bodies that do nothing."""
    for file in files:
        if file.path.suffix not in WRITTEN or file.path.is_relative_to("tests/architecture"):
            continue
        for number, line in enumerate(file.text.splitlines(), start=1):
            found = UNFINISHED.search(line)
            if found and (found[0].isupper() or not found[0].isalpha() or found[0] == "NotImplementedError"):
                yield Fault("unfinished", f"{file.path}:{number}", f"“{found[0]}” is left")
        if file.is_product:
            yield from (
                Fault("unfinished", f"{file.path}:{function.name}", "does nothing")
                for function in _functions(file)
                if len(function.body) == 1 and _is_nothing(function.body[0])
            )


def _is_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value is ...
    return isinstance(statement, ast.Pass)


def docstrings(files: Iterable[File]) -> Iterator[Fault]:
    """Every module says what it is; everything public in the product says what it does."""
    for file in files:
        if not file.is_python or file.is_migration or not file.text.strip():
            continue
        if ast.get_docstring(file.tree) is None:
            yield Fault("docstring", str(file.path), "the module does not say what it is")
        if file.is_product:
            yield from _public_without_docstring(file, file.tree.body)


def _public_without_docstring(file: File, body: list[ast.stmt]) -> Iterator[Fault]:
    for node in body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_") or node.name == "Meta":
            continue
        if ast.get_docstring(node) is None:
            yield Fault("docstring", f"{file.path}:{node.name}", "does not say what it does")
        if isinstance(node, ast.ClassDef):
            yield from _public_without_docstring(file, node.body)


MACHINE_PATH = re.compile(r"(?<![\w./}>~*:-])/(?:work|tmp|root|home|opt|Users)/")
INDEX_HOST = re.compile(
    r"(?:pypi|test\.pypi)\.org|pythonhosted\.org|registry\.(?:npmjs|yarnpkg)\.\w+|index-url|find-links"
)


def places_of_others(files: Iterable[File]) -> Iterator[Fault]:
    """Nothing tracked names a folder of somebody's machine or a package index."""
    for file in files:
        if file.path.is_relative_to("tests/architecture"):
            continue
        for number, line in enumerate(file.text.splitlines(), start=1):
            for pattern, words in (
                (MACHINE_PATH, "a folder of one machine"),
                (INDEX_HOST, "a package index"),
            ):
                if pattern.search(line):
                    yield Fault("place", f"{file.path}:{number}", words)


def lock_addresses(files: Iterable[File]) -> Iterator[Fault]:
    """Lock files hold versions and digests, and no addresses (npm adds where to thank an author; that may stay)."""
    for file in files:
        if file.path.name not in {"requirements.lock", "package-lock.json"}:
            continue
        for number, line in enumerate(file.text.splitlines(), start=1):
            if "://" in line and not re.fullmatch(r'\s*"url": "https://[^"]+"', line):
                yield Fault("lock-address", f"{file.path}:{number}", "an address in a lock file")


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def inline_code(files: Iterable[File]) -> Iterator[Fault]:
    """Pages run under a content security policy that allows nothing inline."""
    for file in files:
        if file.path.suffix != ".html":
            continue
        for number, line in enumerate(file.text.splitlines(), start=1):
            if INLINE.search(line):
                yield Fault("inline", f"{file.path}:{number}", "a style or script inside the page")


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _functions(file: File) -> Iterator[Function]:
    return (node for node in ast.walk(file.tree) if isinstance(node, Function))


RULES = (
    sizes,
    vague_names,
    slice_names,
    numbers_in_rules,
    floats_near_money,
    imports_by_name,
    back_doors,
    unfinished,
    docstrings,
    places_of_others,
    lock_addresses,
    inline_code,
)
