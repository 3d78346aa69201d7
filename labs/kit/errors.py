"""What goes wrong in a lab for reasons that a student can mend: one line, one exit code each."""

from __future__ import annotations

import signal


class LabError(Exception):
    """Ends the lab. The text is one line that says what happened and what to do."""

    exit_code = 1


class UsageError(LabError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class DataError(LabError):
    """The data cannot be had or read."""

    exit_code = 3


class DivergenceError(LabError):
    """The loss is no longer a number; more steps cannot bring it back."""

    exit_code = 4


class CheckpointError(LabError):
    """A checkpoint cannot be read, written, or does not fit."""

    exit_code = 5


class Stopped(KeyboardInterrupt):
    """The student, or the supervisor, asked the lab to stop; its checkpoint is saved.

    Not an `Exception`, so that no `except Exception` of a library swallows it.
    """

    def __init__(self, signal_number: int = signal.SIGINT, text: str = "stopped") -> None:
        super().__init__(text)
        self.text = text
        self.exit_code = 128 + signal_number


def first_line(error: BaseException) -> str:
    """What an exception says, in one line of at most 200 characters; its type if it is silent."""
    lines = str(error).strip().splitlines()
    text = lines[0].strip() if lines else type(error).__name__
    return text if len(text) <= 200 else text[:197] + "..."
