"""From exceptions to one line on stderr and an exit code."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable

from studylab import locations
from studylab.cli import exit_codes, output
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store.database import StoreError, in_words


def guarded(action: Callable[[], int | None]) -> int:
    """Run `action` and return its exit code, or that of the problem that ended it.

    Any exception that is no Problem is a bug, and shows its traceback.
    """
    output.prepare()
    try:
        code = action() or exit_codes.OK
        output.flush()
    except Problem as problem:
        complain(problem)
        return exit_codes.of(problem)
    except sqlite3.Error as error:
        complain(_in_words(error))
        return exit_codes.UNUSABLE
    except BrokenPipeError:
        output.give_up()
        return exit_codes.BROKEN_PIPE
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            # The terminal has put ^C where the shell's prompt would come.
            print(file=sys.stderr)
        return exit_codes.INTERRUPTED
    return code


def complain(what: object) -> None:
    """Say on stderr, in one line, what is wrong."""
    print(f"studylab: {one_line(str(what))}", file=sys.stderr, flush=True)


def remark(text: str) -> None:
    """Say something on stderr that is not part of what was asked for."""
    print(one_line(text), file=sys.stderr, flush=True)


def _in_words(error: sqlite3.Error) -> StoreError:
    """The words that the store has for an error that a reading query met."""
    try:
        with in_words(locations.database()):
            raise error
    except StoreError as told:
        return told
