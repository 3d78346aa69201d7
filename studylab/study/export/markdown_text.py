"""A student's words inside Markdown: none of them is markup, in any renderer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studylab.plain import one_line, plain

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_LIST = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")
_SPACE = "\u00a0"


def passage(text: str, indent: int = 0) -> str:
    """A text of one or more lines, each of which stays a line; `indent` spaces before all but the
    first, for a list."""
    lines = [_escaped(line) for line in plain(text).strip("\n").split("\n")]
    shown = []
    for number, line in enumerate(lines):
        # Two spaces keep a line's end, where a line follows.
        end = "  " if line and any(lines[number + 1 : number + 2]) else ""
        shown.append(f"{' ' * indent if number and line else ''}{line}{end}")
    return "\n".join(shown)


def phrase(text: str) -> str:
    """A text as part of a line."""
    return _escaped(one_line(text))


def bullets(lines: Iterable[str]) -> str:
    """A list; each of the lines may have several, indented by two."""
    return "\n".join(f"- {line}" for line in lines)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of phrases."""
    lines = [list(header), ["---"] * len(header)]
    lines += [[phrase(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(line: str) -> str:
    bare = line.strip()
    # Spaces would make it code; these don't, and still set it in.
    before = _SPACE * (len(line) - len(line.lstrip())) if bare else ""
    bare = _SPECIAL.sub(r"\\\1", bare)
    return before + _LIST.sub(
        lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", bare
    )
