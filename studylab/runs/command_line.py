"""A command as it is typed into one line, and as it would be typed in a shell."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from studylab.language import _
from studylab.problem import Refused
from studylab.runs.private import MASK

_OF_A_SHELL = {"|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1"}


class BadCommandLine(Refused):
    """A line that is no command; the text says how to write it."""


def words_of(line: str) -> tuple[str, ...]:
    """The words of a command, quoted as in a shell; `~` is the home folder.

    Raises:
        BadCommandLine: there is none, a quote is not closed, a secret is missing, or it needs a
            shell, which nobody reads it with.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        raise BadCommandLine(_("a quote is not closed; close it, or write \\' for one")) from None
    if not words:
        raise BadCommandLine(_("which command? Such as python train.py --lr 3e-4"))
    shell = [word for word in words if word in _OF_A_SHELL]
    if shell:
        raise BadCommandLine(
            _("no shell reads this, and {word} needs one: bash -c '...'", word=shell[0])
        )
    if any(MASK in word for word in words):
        raise BadCommandLine(_("a secret is not kept with a run: type it in place of {mask}",
                               mask=MASK))  # fmt: skip
    home = str(Path.home())
    # Not by `expanduser`, which takes the slash off the end.
    return tuple(f"{home}{word[1:]}" if word.startswith("~/") else word for word in words)


def ids_of(text: str) -> tuple[str, ...]:
    """The ids of runs in a field: parted by spaces or commas."""
    return tuple(text.replace(",", " ").replace("，", " ").split())


def shell_line(words: Sequence[str], options: Sequence[tuple[str, str]]) -> str:
    """What to type for the same run; an option without a value is a flag."""
    given = [part for name, value in options for part in ((name, value) if value else (name,))]
    return shlex.join(["studylab", "run", *given, "--", *words])
