"""How long ago something was, in a few characters."""

from __future__ import annotations

from datetime import UTC, datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def present() -> datetime:
    """The time that ages are told against."""
    return datetime.now(UTC)


def age(at: str) -> str:
    """The time since `at`, which is ISO 8601: `now`, `5 min`, `3 h`, `12 d`, then the date."""
    try:
        then = datetime.fromisoformat(at)
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    seconds = (present() - then).total_seconds()
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min"
    if seconds < DAY:
        return f"{seconds // HOUR:.0f} h"
    if seconds < 60 * DAY:
        return f"{seconds // DAY:.0f} d"
    return then.astimezone().strftime("%Y-%m-%d")


def moment(at: str) -> str:
    """`at`, which is ISO 8601, as the local date and time to the minute."""
    try:
        then = datetime.fromisoformat(at)
    except ValueError:
        return at
    return then.astimezone().strftime("%Y-%m-%d %H:%M")
