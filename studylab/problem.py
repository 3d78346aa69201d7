"""What a person can mend."""

from __future__ import annotations

import re


class Problem(Exception):
    """Something went wrong that is no bug: its text is one line that says what and what to do.

    The command line prints it and exits, the app shows it and goes on. A subclass says more about
    its kind by what it inherits from below; the exit code follows from that.
    """


class Refused(Problem):
    """A value, or a command line, that can't be meant."""


class Missing(Problem):
    """A name or a number that nothing has."""


class Unusable(Problem):
    """Settings, syllabus, database or disk can't be read or written."""


def in_parts(text: str) -> tuple[str, str]:
    """What a problem's line says is wrong, and the mend behind its first semicolon."""
    wrong, *mend = re.split(r"; |；", text, maxsplit=1)
    return wrong, "".join(mend)
