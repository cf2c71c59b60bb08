"""What several actions ask whoever acts to say: a reason, a reference."""

from __future__ import annotations

from qsmo.kernel.finding import Finding, Refusal

LONGEST_REFERENCE = 40


def reasoned(why: str) -> str:
    """The reason, or a refusal (422) at the field of that name."""
    return _said(why, "why", "Say why; the reason is kept in the trail")


def referenced(reference: str) -> str:
    """The reference of a payment or schedule, or a refusal (422) at the field of that name."""
    said = _said(reference, "reference", "Give the reference under which it was sent")
    if len(said) > LONGEST_REFERENCE:
        words = f"A reference has at most {LONGEST_REFERENCE} characters"
        raise Refusal("said", words, status=422, findings=(Finding("said", words, field="reference"),))
    return said


def _said(text: str, field: str, words: str) -> str:
    if not text.strip():
        raise Refusal("said", words, status=422, findings=(Finding("said", words, field=field),))
    return text.strip()
