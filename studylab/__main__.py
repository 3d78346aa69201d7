"""`studylab`, or `python -m studylab`: the app on a terminal, commands with words behind it."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    try:
        from studylab.cli import COMPLETE_VARIABLE
        from studylab.cli.guard import guarded
        from studylab.cli.tongue import choose_language

        choose_language(sys.argv[1:])
        if len(sys.argv) > 1 or COMPLETE_VARIABLE in os.environ:
            from studylab.cli.main import run

            return run(sys.argv[1:])
        # The first paint counts: the command line's parser is not loaded for it.
        from studylab.cli.without_words import without_words

        return guarded(without_words)
    except KeyboardInterrupt:
        # Pressed while modules were still being loaded.
        return 130


if __name__ == "__main__":
    sys.exit(main())
