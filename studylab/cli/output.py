"""Writing to stdout: plain text in columns, coloured only for a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from studylab.cli.exit_codes import OutputError
from studylab.language import _
from studylab.plain import one_line, plain
from studylab.wrapping import wrapped

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}

NARROWEST = 8
"""Cells that a column which is cut keeps."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of text, and a style that is only seen on a terminal."""

    text: str
    style: str = ""


Row = Sequence[Cell | str]


def prepare() -> None:
    """What stdout's encoding lacks becomes a question mark instead of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def on_terminal() -> bool:
    """Whether someone sits before stdin and stdout, and the app can be shown."""
    streams = (sys.stdin, sys.stdout)
    interactive = all(stream is not None and stream.isatty() for stream in streams)
    return interactive and os.environ.get("TERM") != "dumb"


def width() -> int | None:
    """The cells of a line of the terminal; None when the output goes elsewhere, uncut."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return max(20, shutil.get_terminal_size().columns)


def painted(text: str, style: str) -> str:
    """`text` in a style (several are separated by spaces), if colours may be shown."""
    if not style or not _colours():
        return text
    codes = ";".join(_STYLES[name] for name in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def line(*parts: Cell | str) -> None:
    """Write one line, cut to the terminal."""
    room = width()
    written = ""
    for part in parts:
        text, style = (part.text, part.style) if isinstance(part, Cell) else (part, "")
        # Spaces that separate the parts are kept, so `one_line` would take away too much.
        text = text if text.isspace() else _kept_ends(text)
        if room is not None:
            text = cut(text, room)
            room -= cell_len(text)
        written += painted(text, style)
    write(written.rstrip() + "\n")


def table(
    rows: Iterable[Row],
    header: Sequence[str] = (),
    *,
    flexible: Sequence[int] = (),
    indent: int = 0,
) -> None:
    """Write rows in aligned columns, `indent` cells from the left.

    On a terminal that is too narrow the columns in `flexible` are cut, the widest first.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    if header:
        cells.insert(0, [Cell(title, "dim") for title in header])
    if not cells:
        return
    widths = [max(cell_len(row[i].text) for row in cells) for i in range(len(cells[0]))]
    room = width()
    if room is not None:
        _narrow(widths, flexible, room - indent)
    for row in cells:
        parts: list[Cell | str] = [" " * indent]
        for cell, cells_wide in zip(row, widths, strict=True):
            text = cut(cell.text, cells_wide)
            parts += [Cell(text, cell.style), " " * (cells_wide - cell_len(text) + 2)]
        line(*parts[:-1])


def paragraph(text: str, *, first: Sequence[Cell | str] = (), indent: int = 0) -> None:
    """Write text that is worth its lines: on a terminal wrapped at its words, elsewhere as it is.

    `first` begins the first line; those after it begin `indent` cells from the left.
    """
    room = width()
    lines = plain(text).splitlines() or [""]
    if room is not None:
        lines = [part for each in lines for part in wrapped(each, max(NARROWEST, room - indent))]
    for number, each in enumerate(lines):
        if number or not first:
            write(f"{' ' * indent}{each}".rstrip() + "\n")
        else:
            line(*first, each)


def cut(text: str, cells: int) -> str:
    """`text` in at most `cells` cells; what is longer ends in an ellipsis."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…" if cells > 0 else ""


def write(text: str) -> None:
    """Write to stdout.

    Raises:
        OutputError: the disk that it goes to is full or gone.
    """
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up()
        raise _unwritten(error) from error


def flush() -> None:
    """Let what was written arrive.

    Raises:
        OutputError: the disk that it goes to is full or gone.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up()
        raise _unwritten(error) from error


def give_up() -> None:
    """Nobody takes the output any more: let Python's own flush at exit go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _unwritten(error: OSError) -> OutputError:
    return OutputError(_("the output can't be written: {error}", error=error.strerror or error))


def _colours() -> bool:
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _cell(value: Cell | str) -> Cell:
    given = Cell(value) if isinstance(value, str) else value
    return Cell(one_line(given.text), given.style)


def _kept_ends(text: str) -> str:
    start = len(text) - len(text.lstrip(" "))
    end = len(text) - len(text.rstrip(" ")) if start < len(text) else 0
    return " " * start + one_line(text) + " " * end


def _narrow(widths: list[int], flexible: Sequence[int], room: int) -> None:
    excess = sum(widths) + 2 * (len(widths) - 1) - room
    while excess > 0:
        wide = [i for i in flexible if widths[i] > NARROWEST]
        if not wide:
            return
        widest = max(wide, key=lambda i: widths[i])
        widths[widest] -= 1
        excess -= 1
