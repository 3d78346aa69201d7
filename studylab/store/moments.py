"""Times as the database keeps them, ISO 8601, as seconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(at: str | None) -> float | None:
    """Seconds since 1970; None for what is no time. One without a zone is in UTC."""
    try:
        then = datetime.fromisoformat(at or "")
    except ValueError:
        return None
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
