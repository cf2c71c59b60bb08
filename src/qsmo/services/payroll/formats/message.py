"""Safe streaming of the federal HR-line XML: the whole file is checked first, then its records come one at a time.

Checking first means that a file that is broken anywhere is refused before a single record has been handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from qsmo.kernel.finding import Finding, Refusal

FEDERAL = "us:gov:federal:hc"
OURS = "urn:qsmo:hr:1"
OURS_PREFIX = "qsmo:"

CHUNK = 1 << 16
MAX_FILE_BYTES = 1 << 30
"""One gibibyte, some 600,000 people: a payroll provider's whole population; more comes as several files."""
MAX_TAG_BYTES = 1 << 20
"""A start tag of a real message is under 2 kilobytes; the parser holds a whole tag in memory, so it must end."""
MAX_DEPTH = 16
"""Real messages nest four deep; the parser keeps every open element in memory."""
MAX_NAMES = 1000
"""The message has some 200 names; the parser keeps every name that it has ever seen."""
MAX_PARTS = 2000
"""Parts of one record: 14 days of every known time code are 126."""

_BROKEN_OFF = {
    expat.errors.codes[words]
    for words in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_ENCODINGS = ("UTF-8", "US-ASCII")
_ON_THE_WAY = ("xml-broken-off", "xml-malformed", "encoding-wrong")
NOT_READ = "what came before it was not read either"
BEFORE_IT = "the whole records before it were read"


@dataclass(slots=True)
class Element:
    """One element: its name (ours begin with `qsmo:`), the line it begins on, its attributes and parts.

    A row of a table is an element without a name. `cut`: more than MAX_PARTS parts, of which the rest was let go, or
    a row of the wrong width; it must not be used.
    """

    tag: str
    line: int
    attributes: dict[str, str]
    parts: list[Element] = field(default_factory=list)
    cut: bool = False

    def named(self, name: str) -> str:
        """The name of an attribute as findings show it."""
        return f"{self.tag}@{name}" if self.tag else name


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of message: the root element, the element that is one record, and what people call it."""

    root: str
    record: str
    words: str


Broken = Callable[[Finding], None]
"""Takes the finding about a file that breaks off or is damaged on the way, where what came before is wanted."""


def records(
    path: Path, message: Message, *, name: str = "", broken: Broken | None = None
) -> Iterator[Element]:
    """The records of a message, one at a time, memory flat. Refused whole (422), with file and line, when it is empty,
    not XML, broken off, damaged, not UTF-8, of another kind, without records, with a DTD, or over a stated limit.

    With `broken`, a file that breaks off or is damaged on the way gives the whole records before that place.
    """
    called = name or path.name
    try:
        _check(path, message, called)
    except Refusal as refusal:
        place = refusal.findings[0]
        if broken is None or refusal.code not in _ON_THE_WAY or place.line is None:
            raise
        stopped = replace(place, words=place.words.replace(NOT_READ, BEFORE_IT))
        broken(stopped)
        return _stream(path, message, whole=False)
    return _stream(path, message)


def _stream(path: Path, message: Message, *, whole: bool = True) -> Iterator[Element]:
    collector = _Collector(message.record)
    parser = _parser()
    parser.StartElementHandler = partial(collector.start, parser)
    parser.EndElementHandler = collector.end
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                parser.Parse(chunk, False)
            except expat.ExpatError:
                if whole:
                    raise
                yield from collector.done
                return
            yield from collector.done
            collector.done.clear()
        if whole:
            parser.Parse(b"", True)
            yield from collector.done


class _Collector:
    """Builds one record at a time from parser events; what lies outside records is let go."""

    def __init__(self, record: str) -> None:
        self.record = record
        self.done: list[Element] = []
        self.open: list[Element] = []
        self.count = 0
        self.names: dict[str, str] = {}

    def start(self, parser: expat.XMLParserType, raw: str, attributes: dict[str, str]) -> None:
        tag = self._short(raw)
        if not self.open:
            if tag != self.record:
                return
            self.count = 0
        self.count += 1
        shown = {self._short(key): value for key, value in attributes.items()}
        element = Element(tag, parser.CurrentLineNumber, shown)
        if self.count > MAX_PARTS:
            self.open[0].cut = True
        elif self.open:
            self.open[-1].parts.append(element)
        self.open.append(element)

    def end(self, raw: str) -> None:
        if self.open:
            element = self.open.pop()
            if not self.open:
                self.done.append(element)

    def _short(self, raw: str) -> str:
        name = self.names.get(raw)
        if name is None:
            space, _, local = raw.rpartition(" ")
            name = {FEDERAL: local, OURS: OURS_PREFIX + local}.get(space, f"{{{space}}}{local}")
            self.names[raw] = name
        return name


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


class _Check:
    """One pass over the whole file that asks only whether it may be read at all."""

    def __init__(self, message: Message, called: str, parser: expat.XMLParserType) -> None:
        self.message, self.called, self.parser = message, called, parser
        self.depth = 0
        self.found = 0
        self.record = f"{FEDERAL} {message.record}"
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.doctype
        parser.XmlDeclHandler = self.declaration

    def start(self, raw: str, attributes: dict[str, str]) -> None:
        if self.depth == 0:
            self._root(raw)
        elif raw == self.record:
            self.found += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(
                "xml-too-deep", f"Elements are nested more than {MAX_DEPTH} deep.", "at most 4 levels"
            )

    def end(self, raw: str) -> None:
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        words = "The file has a document type declaration. Those can pull in other files, so none is read."
        self.refuse("xml-dtd", words, "the message without <!DOCTYPE …>")

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in _ENCODINGS:
            self.refuse("encoding-wrong", f"The file says that it is in {encoding[:40]}.", "UTF-8")

    def _root(self, raw: str) -> None:
        space, _, local = raw.rpartition(" ")
        if local != self.message.root:
            words = f"This is a message {local[:60]}, not {self.message.words}."
            self.refuse("message-other", words, f"root element {self.message.root}")
        if space != FEDERAL:
            words = f"{local} is not in the federal namespace but in “{space[:60]}”."
            self.refuse("namespace-wrong", words, f"namespace {FEDERAL}")

    def refuse(self, code: str, words: str, expected: str, line: int | None = None) -> NoReturn:
        refuse_file(code, words, self.called, line=line or self.parser.CurrentLineNumber, expected=expected)


def refuse_file(code: str, words: str, file: str, *, line: int | None = None, expected: str = "") -> NoReturn:
    """Refuse a whole file (422) with one finding that says where and what would be right."""
    found = Finding(code, words, file=file, line=line, expected=expected)
    raise Refusal(code, f"{file} was not read. {words}", status=422, findings=(found,))


def refuse_size(path: Path, called: str, limit: int) -> None:
    """Refuse a file that is empty or larger than a limit, before anything in it is looked at."""
    size = path.stat().st_size
    if size == 0:
        refuse_file("file-empty", "The file is empty.", called, expected="a file with at least one record")
    if size > limit:
        words = f"The file has {size / 1e6:,.0f} MB; files of up to {limit / 1e6:,.0f} MB are read."
        refuse_file("file-too-large", words, called, expected="the same records in several files")


def _check(path: Path, message: Message, called: str) -> None:
    refuse_size(path, called, MAX_FILE_BYTES)
    parser = _parser()
    check = _Check(message, called, parser)
    with path.open("rb") as file:
        _first_bytes(file, message, called)
        fed = 0
        try:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                    check.refuse("xml-tag-too-long", "A tag is over a megabyte long.", "tags of under 2 KB")
                if len(parser.intern) > MAX_NAMES:
                    check.refuse(
                        "xml-too-many-names", f"It has over {MAX_NAMES} names.", "names of the message"
                    )
            parser.Parse(b"", True)
        except expat.ExpatError as fault:
            _explain(check, file, fault)
    if not check.found:
        expected = f"at least one {message.record}"
        refuse_file("records-none", f"The message holds no {message.record}.", called, expected=expected)


def _first_bytes(file: BinaryIO, message: Message, called: str) -> None:
    head = file.read(CHUNK)
    file.seek(0)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:2] in (b"<\x00", b"\x00<"):
        refuse_file("encoding-wrong", "The file is in UTF-16 or UTF-32.", called, line=1, expected="UTF-8")
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        refuse_file("file-empty", "The file holds only blanks.", called, expected=message.words)
    if not body.startswith(b"<"):
        shown = body[:12].decode("utf-8", "replace").replace("\x00", "·")
        words = f"This is not XML: it begins with “{shown}”."
        refuse_file(
            "xml-none", words, called, line=1, expected=f"{message.words}, root element {message.root}"
        )


def _explain(check: _Check, file: BinaryIO, fault: expat.ExpatError) -> NoReturn:
    if fault.code in _BROKEN_OFF:
        words = f"The file breaks off at line {fault.lineno}; {NOT_READ}."
        check.refuse("xml-broken-off", words, "the whole file, sent again", fault.lineno)
    place = check.parser.ErrorByteIndex
    file.seek(max(place, 0))
    if not _is_utf8(file.read(4)):
        words = f"Line {fault.lineno} has a character that is not UTF-8."
        check.refuse("encoding-wrong", words, "the file in UTF-8", fault.lineno)
    said = expat.ErrorString(fault.code)
    words = f"Line {fault.lineno} is not well-formed XML: {said}."
    check.refuse("xml-malformed", words, "the file as the sending system wrote it", fault.lineno)


def _is_utf8(some: bytes) -> bool:
    try:
        some.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.reason == "unexpected end of data" and fault.start > 0
    return True


def root_of(path: Path, *, name: str = "") -> tuple[str, dict[str, str]]:
    """The root element of a message and its attributes, read no further than there.

    Refused (422) when the file is empty, not XML, or has a document type declaration.
    """
    called = name or path.name
    refuse_size(path, called, MAX_FILE_BYTES)
    found: list[tuple[str, dict[str, str]]] = []

    def start(raw: str, attributes: dict[str, str]) -> None:
        if not found:
            own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            found.append((raw.rpartition(" ")[2], own))

    check = _Check(Message("", "", "a message"), called, parser := _parser())
    parser.StartElementHandler = start
    parser.EndElementHandler = None
    with path.open("rb") as file:
        _first_bytes(file, check.message, called)
        head = file.read(CHUNK)
        try:
            parser.Parse(head, False)
        except expat.ExpatError as fault:
            if not found:
                _explain(check, file, fault)
    if not found:
        refuse_file("xml-none", "The file has no element.", called, line=1, expected="a federal message")
    return found[0]
