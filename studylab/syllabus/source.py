"""Reading the text and the TOML of a hand-written file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from studylab.language import _
from studylab.syllabus.errors import FileError
from studylab.syllabus.position import line_of
from studylab.syllabus.table import TableError

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|(end of document))\)$")


def read_text(path: Path, error: type[FileError]) -> str:
    """The text of a file in UTF-8, with or without a byte order mark."""
    try:
        data = path.read_bytes()
    except OSError as cause:
        reason = (cause.strerror or str(cause)).lower()
        raise error(
            path,
            1,
            _("can't be read: {error}", error=reason),
            _("check the path and its rights"),
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = data.count(b"\n", 0, cause.start) + 1
        raise error(path, line, _("is not UTF-8 text"), _("save the file as UTF-8")) from None


def parse(path: Path, text: str, error: type[FileError], *, above: int = 0) -> dict[str, Any]:
    """The tables of a TOML text that starts after `above` lines of the file."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        wrong, mend = _("lists inside lists without end"), _("take them out")
        raise error(path, above + 1, wrong, mend) from None
    except ValueError as cause:  # int() refuses thousands of digits with a bare ValueError
        where = _WHERE.search(str(cause))
        line = 1
        if where:
            line = int(where[1]) if where[1] else text.rstrip().count("\n") + 1
        reason = _WHERE.sub("", str(cause))
        wrong = _("is not TOML: {error}", error=f"{reason[:1].lower()}{reason[1:]}")
        mend = _("look here and just above for a missing quote, comma or bracket")
        raise error(path, above + line, wrong, mend) from None


def told(
    mistake: TableError, path: Path, text: str, error: type[FileError], *, above: int = 0
) -> FileError:
    """A mistake in the tables of `text`, as an error that names the line in the file."""
    wrong = mistake.wrong
    if mistake.earlier is not None:
        wrong = _(
            "{wrong} (first on line {line})",
            wrong=wrong,
            line=above + line_of(text, mistake.earlier),
        )
    return error(path, above + line_of(text, mistake.place), wrong, mistake.mend)
