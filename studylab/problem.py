"""What a person can mend."""

from __future__ import annotations

import re


class Problem(Exception):
    """Something went wrong that is no bug: its text is one line that says what and what to do.

    The command line prints it and exits, the app shows it and goes on.
    """


def in_parts(text: str) -> tuple[str, str]:
    """What a problem's line says is wrong, and the mend behind its first semicolon."""
    wrong, *mend = re.split(r"; |；", text, maxsplit=1)
    return wrong, "".join(mend)
