"""A page of help in which Chinese keeps its columns: click counts characters, not cells."""

from __future__ import annotations

from collections.abc import Iterable

import click
from rich.cells import cell_len

from studylab.language import _
from studylab.wrapping import wrapped


class HelpPage(click.HelpFormatter):
    """click's page, measured in the cells of a terminal."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        usage = prefix or _("Usage:")
        # A full-width colon brings its own space.
        begin = f"{usage}{'' if usage.endswith('：') else ' '}{prog} "
        indent = cell_len(begin)
        first, *more = wrapped(args, max(20, self.width - indent))
        self.write(f"{begin}{first}".rstrip() + "\n")
        for line in more:
            self.write(f"{' ' * indent}{line}\n")

    def write_heading(self, heading: str) -> None:
        """Write what the lines below it are."""
        self.write(f"{' ' * self.current_indent}{_('{heading}:', heading=heading)}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        indent = " " * self.current_indent
        lines = _lines(text, self.width - self.current_indent)
        self.write("".join(f"{indent}{line}".rstrip() + "\n" for line in lines))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean, in two columns."""
        rows = list(rows)
        column = min(max(cell_len(term) for term, _meaning in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, meaning in rows:
            lines = _lines(meaning, max(self.width - column - self.current_indent, 10))
            space = column - cell_len(term)
            if space < col_spacing and meaning:
                self.write(f"{indent}{term}\n")
                term, space = "", column
            for line in lines:
                self.write(f"{indent}{term}{' ' * space}{line}".rstrip() + "\n")
                term, space = "", column


def _lines(text: str, room: int) -> list[str]:
    """The lines of a text's paragraphs; one that begins with `\\b` keeps its own."""
    lines: list[str] = []
    for number, part in enumerate(text.split("\n\n")):
        if number:
            lines.append("")
        if part.startswith("\b\n"):
            lines += part.split("\n")[1:]
        else:
            lines += wrapped(" ".join(part.split()), room)
    return lines
