"""What a person can mend."""

from __future__ import annotations


class Problem(Exception):
    """Something went wrong that is no bug: its text is one line that says what and what to do.

    The command line prints it and exits, the app shows it and goes on.
    """
