"""Days and spans of time: as a student writes them, and in words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from studylab.language import N_, _, n_
from studylab.problem import Refused

MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_NAMED = {"today": 0, "今天": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1}
_DISTANCE = re.compile(r"([+-]\d{1,4})\s*([dw])?")
_HOURS = re.compile(
    r"(?:(\d{1,6}(?:\.\d{1,6})?)\s*(?:h|hours?|小时))?\s*(?:(\d{1,6})\s*(?:m|min|minutes?|分钟?)?)?"
)


class DayError(Refused):
    """Words that name no day, or no span of time."""


def today(moment: datetime | None = None) -> date:
    """The date here and now, or at `moment`."""
    return (moment or datetime.now(UTC)).astimezone().date()


def local_date(moment: str) -> date | None:
    """The date here at a time of the database; None for what is no time."""
    try:
        return today(datetime.fromisoformat(moment))
    except (ValueError, OverflowError):
        return None


def read_day(text: str, today: date) -> date:
    """The day that `text` names.

    Raises:
        DayError: it names none.
    """
    words = text.strip().lower()
    try:
        if words in _NAMED:
            return today + timedelta(days=_NAMED[words])
        distance = _DISTANCE.fullmatch(words)
        if distance:
            return today + int(distance[1]) * timedelta(
                weeks=distance[2] == "w", days=distance[2] != "w"
            )
        return date.fromisoformat(words.replace("/", "-"))
    except (ValueError, OverflowError):
        raise DayError(
            _(
                "{text!r} is no day; write it as {today}, today, yesterday, tomorrow or +3d",
                text=text,
                today=today,
            )
        ) from None


def read_span(text: str) -> float:
    """The seconds that `text` names: `45m`, `1h30m`, `1.5h`, `1:30`, `90` minutes.

    Raises:
        DayError: it names none.
    """
    words = text.strip().lower()
    clock = re.fullmatch(r"(\d{1,6}):([0-5]\d)", words)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60
    found = _HOURS.fullmatch(words)
    if not words or found is None:
        raise DayError(
            _("{text!r} is no length of time; write it as 45m, 1h30m, 1.5h or 1:30", text=text)
        )
    return round(float(found[1] or 0) * 3600) + int(found[2] or 0) * 60


def span(seconds: float) -> str:
    """`20 s`, `45 min`, `3 h 20 min`: never rounded up."""
    minutes = max(0, int(seconds)) // 60
    if 0 < seconds < 60:
        return _("{seconds:.0f} s", seconds=int(seconds))
    if minutes < 60:
        return _("{minutes} min", minutes=minutes)
    return _("{hours} h {minutes:02} min", hours=minutes // 60, minutes=minutes % 60)


def hours(seconds: float) -> str:
    """`3.3 h`: where there is little room."""
    return _("{hours:.1f} h", hours=seconds / 3600)


def short_day(day: date) -> str:
    """`Nov 24`: for dates that are near."""
    return _("{month} {day}", month=_(MONTHS[day.month - 1]), day=day.day)


def days(first: date, last: date) -> str:
    """`Nov 24 – Nov 30`, or the one day."""
    if first == last:
        return short_day(first)
    return _("{first} – {last}", first=short_day(first), last=short_day(last))


def counted(number: int) -> str:
    """`3 days`."""
    return n_("{count} day", "{count} days", number)
