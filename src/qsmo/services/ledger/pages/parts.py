"""What several of the ledger's pages need: who is looking, what is asked for, links that keep it, words of a line."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import CLOSING_PERIOD, Book, Symbol
from qsmo.services.ledger.queries.reports import MONTHS, Asked, known_on, now_asked
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.position import NAMES, Attributes

MARKS = {
    "sourced": ("good", "read in an official source"),
    "high": ("info", "standard and corroborated"),
    "medium": ("warn", "from memory, not yet checked against the official text"),
    "low": ("bad", "a guess until the official text is on file"),
}
Trail = list[tuple[str, str]]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking."""
    return cast(Viewer, cast(Any, request).viewer)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


def word(request: HttpRequest, name: str) -> str:
    """A word of the query string, no longer than any that could be meant."""
    text: str = request.GET.get(name, "")[:80]
    return text.strip()


def asked_of(request: HttpRequest, book: Book) -> Asked:
    """The fiscal year, the period, and the day on which they are to be as known, from the query string."""
    year, period, known = (word(request, name) for name in ("year", "period", "known"))
    return now_asked(
        book, _whole("year", year), _whole("period", period), known_on(_day(known)) if known else None
    )


def _whole(name: str, text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and len(text) <= len("2026")):
        raise Refusal(f"{name}-form", f"“{text[:20]}” is not a {name}", status=422)
    return int(text or 0)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("known-form", f"“{text[:20]}” is not a day such as 2026-01-31", status=422) from error


def at(name: str, key: object, asked: Asked | None = None, *more: object, **query: str) -> str:
    """The address of a page that keeps what is asked for."""
    said = {name: value for name, value in query.items() if value}
    if asked is not None:
        said |= {"year": str(asked.year), "period": str(asked.period)}
        if asked.known_at is not None:
            said["known"] = asked.known_at.date().isoformat()
    address = reverse(f"ledger:{name}", args=[key, *more])
    return f"{address}?{urlencode(said)}" if said else address


def period_words(number: int) -> str:
    """A period as people call it: `01 October`, `13 adjustments`, `15 closing`."""
    if number > MONTHS:
        return f"{number} {'closing' if number == CLOSING_PERIOD else 'adjustments'}"
    return f"{number:02d} {FiscalPeriod(FiscalYear(clock.today().year), number).during.start:%B}"


def years_of(book: Book) -> list[int]:
    """The fiscal years of a book, the latest first."""
    return list(range(max(FiscalYear.of(clock.today()).year, book.first_year), book.first_year - 1, -1))


def about(book: Book, asked: Asked, title: str, *between: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The context of a page on a book: what is asked for, what may be asked for, and the way to the page."""
    return {
        "book": book,
        "asked": asked,
        "title": title,
        "trail": trail(book, title, *between),
        "years": years_of(book),
        "periods": [(number, period_words(number)) for number in range(1, CLOSING_PERIOD + 1)],
        "called": called(asked),
        **more,
    }


def called(asked: Asked) -> str:
    """What is asked for, in words."""
    known = f", as known on {asked.known_at.date()}" if asked.known_at is not None else ""
    return f"FY{asked.year} through period {period_words(asked.period)}{known}"


def trail(book: Book, title: str, *between: tuple[str, str]) -> Trail:
    """The way to a page on a book; without a title, to the book itself."""
    here = f"Books of {book.customer.name}"
    if not title:
        return [("Ledger", reverse("ledger:home")), (here, "")]
    return [("Ledger", reverse("ledger:home")), (here, at("book", book.pk)), *between, (title, "")]


def of_account(symbol: Symbol, name: str, title: str, asked: Asked) -> tuple[str, str]:
    """A step on the way that leads to a report of a Treasury account."""
    return (f"{title} of {symbol.tas}", at(name, symbol.pk, asked))


def said(attributes: Attributes) -> str:
    """What a line says beside account and amount, in words."""
    return ", ".join(
        f"{name.replace('_', ' ')} {value}" for name in NAMES if (value := getattr(attributes, name))
    )


def title_of(account: str, year: int) -> str:
    """What an account is called in the chart of a year; nothing where that has none of this number."""
    found = chart(year).get(account)
    return found.title if found else ""


def marked(mark: str) -> dict[str, str]:
    """How sure a table is of a row, for a tag."""
    tone, words = MARKS[mark]
    return {"mark": mark, "tone": tone, "words": words}
