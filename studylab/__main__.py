"""`studylab`, or `python -m studylab`: the app on a terminal, commands with words behind it."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    try:
        from studylab.cli import COMPLETE_VARIABLE
        from studylab.cli.guard import guarded

        if len(sys.argv) > 1 or COMPLETE_VARIABLE in os.environ:
            from studylab.cli.main import run

            return run(sys.argv[1:])
        return guarded(_without_words)
    except KeyboardInterrupt:
        # Pressed while modules were still being loaded.
        return 130


def _without_words() -> int:
    """The app; where nobody sits in front, the status of the week.

    The first paint counts: nothing here loads the command line's parser.
    """
    from studylab.cli.output import on_terminal

    if on_terminal():
        from studylab.tui.app import run_app
        from studylab.workspace import Workspace

        return run_app(Workspace.open())
    from studylab.cli.status import print_week

    return print_week()


if __name__ == "__main__":
    sys.exit(main())
