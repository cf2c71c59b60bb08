"""The time codes of the federal time record that are understood, and our names for the kinds of hours."""

from __future__ import annotations

TIME_CODES = {
    "1037": "regular",
    "816": "holiday",
    "861": "holiday_worked",
    "876": "annual_leave",
    "961": "sick_leave",
    "940": "unpaid",
    "1002": "overtime",
    "838": "night",
    "1047": "sunday",
}
"""Time code: kind of hours."""
