"""How long ago something was, in a few characters."""

from __future__ import annotations

from datetime import UTC, datetime

from studylab.language import _

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
        return _("now")
    if seconds < HOUR:
        return _("{minutes:.0f} min", minutes=seconds // MINUTE)
    if seconds < DAY:
        return _("{hours:.0f} h", hours=seconds // HOUR)
    if seconds < 60 * DAY:
        return _("{days:.0f} d", days=seconds // DAY)
    return then.astimezone().strftime("%Y-%m-%d")


def moment(at: str) -> str:
    """`at`, which is ISO 8601, as the local date and time to the minute."""
    try:
        then = datetime.fromisoformat(at)
    except ValueError:
        return at
    return then.astimezone().strftime("%Y-%m-%d %H:%M")
