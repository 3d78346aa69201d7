"""Times of the database as a person reads them."""

from __future__ import annotations

from datetime import datetime


def local(moment: str | None) -> str:
    """An ISO 8601 time of the database in this machine's time zone, to the minute."""
    if not moment:
        return ""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return moment


def between(start: str | None, end: str | None) -> float | None:
    """Seconds from one ISO 8601 time to another; None where one is missing."""
    try:
        return (
            datetime.fromisoformat(end or "") - datetime.fromisoformat(start or "")
        ).total_seconds()
    except (ValueError, TypeError):
        return None
