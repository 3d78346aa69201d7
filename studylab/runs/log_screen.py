"""What a terminal would show of a log: carriage returns, backspaces, cursor-ups, erased lines.

A terminal as wide as the longest row, with everything that ever scrolled off it. Colours, titles,
links, the clipboard and absolute cursor positions are taken out.
"""

from __future__ import annotations

import re
from itertools import chain

from rich.cells import cell_len

from studylab.plain import plain

LONGEST = 4000
"""Cells of one row that are kept; what is beyond them is cut."""
HEIGHT = 100
"""Rows from the last one up that a cursor can reach."""
LONGEST_ESCAPE = 256
TAB = 8

_TOKEN = re.compile(
    r"\x1b\[(?P<count>[0-9]*)(?P<move>[A-GJK])"
    r"|\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x9c\x1b]*(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]"
    r"|(?P<control>[\r\b\t])"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
_MOVES = re.compile(r"[\r\b\t]|\x1b\[[0-9]*[A-GJK]")
_EMPTIED = re.compile(r"(?:\r\x1b\[[02]?K|\x1b\[2K\r)")
"""The row is empty and the cursor at its start, whatever was before."""
_VERTICAL = re.compile(r"\x1b\[[0-9]*[ABEFJ]")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?$")


class LogScreen:
    """Rows of text, written by the bytes of a log in order.

    `rows` are plain; `offsets` tell at which byte of the log each began. `offset` is the byte
    behind the last one that was taken.
    """

    def __init__(self, offset: int = 0) -> None:
        self.rows: list[str] = [""]
        self.offsets: list[int] = [offset]
        self.offset = offset
        self._row = 0
        self._column = 0
        self._half = b""

    def feed(self, data: bytes) -> None:
        """Take what comes next. An unfinished character or escape waits for its end."""
        at = self.offset - len(self._half)
        self.offset += len(data)
        *lines, last = (self._half + data).split(b"\n")
        for line in lines:
            self._put(line[:-1] if line.endswith(b"\r") else line, whole=True)
            at += len(line) + 1
            self._new_line(at)
        self._half = last[_whole(last) :]
        self._put(last[: len(last) - len(self._half)])

    def drop(self, count: int) -> None:
        """Forget the first rows."""
        count = min(count, self._row, len(self.rows) - 1)
        del self.rows[:count], self.offsets[:count]
        self._row -= count

    def _new_line(self, at: int) -> None:
        self._column = 0
        self._row += 1
        if self._row == len(self.rows):
            self.rows.append("")
            self.offsets.append(at)

    def _put(self, line: bytes, *, whole: bool = False) -> None:
        """Bytes without a newline; if they are `whole`, a newline is next."""
        if not line:
            return
        if len(line) > 4 * LONGEST and not any(c in line for c in (b"\r", b"\b", b"\x1b")):
            self._write(line[: 4 * LONGEST].decode("utf-8", "replace"))
            self._column = max(self._column, LONGEST + 1)
            self._mark_cut()
            return
        text = line.decode("utf-8", "replace")
        if not text.isprintable():
            if _MOVES.search(text):
                self._play(text)
                return
            text = plain(text)
        if whole and not self._column and len(line) <= LONGEST and not self.rows[self._row]:
            # Most lines of most logs; where the cursor is behind them no longer matters.
            self.rows[self._row] = text
        else:
            self._write(text)

    def _play(self, text: str) -> None:
        """Write text that moves the cursor."""
        if not _VERTICAL.search(text):
            ends = [found.end() for found in _EMPTIED.finditer(text)]
            if ends:
                self.rows[self._row], self._column = "", 0
                text = text[ends[-1] :]
        place = 0
        for token in _TOKEN.finditer(text):
            if token.start() > place:
                self._write(text[place : token.start()])
            place = token.end()
            if token["control"]:
                self._control(token["control"])
            elif token["move"]:
                self._move(token["move"], token["count"])
        if place < len(text):
            self._write(text[place:])

    def _control(self, control: str) -> None:
        if control == "\r":
            self._column = 0
        elif control == "\b":
            self._column = max(0, self._column - 1)
        else:
            self._column = min(LONGEST, (self._column // TAB + 1) * TAB)

    def _move(self, kind: str, given: str) -> None:
        count = min(int(given[:6] or 0), LONGEST)
        if kind == "K":
            self._erase(count)
        elif kind == "J":
            if count == 0:
                self._erase(0)
                for row in range(self._row + 1, len(self.rows)):
                    self.rows[row] = ""
        elif kind == "C":
            self._column = min(LONGEST, self._column + max(1, count))
        elif kind == "D":
            self._column = max(0, self._column - max(1, count))
        elif kind == "G":
            self._column = max(1, count) - 1
        else:
            way = -1 if kind in "AF" else 1
            top = max(0, len(self.rows) - HEIGHT)
            self._row = max(top, min(len(self.rows) - 1, self._row + way * max(1, count)))
            if kind in "EF":
                self._column = 0

    def _erase(self, what: int) -> None:
        row = self.rows[self._row]
        if what == 0:
            self.rows[self._row] = _part(row, 0, self._column)
        elif what == 1:
            self.rows[self._row] = _over(row, 0, " " * (self._column + 1)).rstrip(" ")
        else:
            self.rows[self._row] = ""

    def _write(self, text: str) -> None:
        row = self.rows[self._row]
        width = cell_len(text)
        if self._column + width > LONGEST:
            text = _part(text, 0, max(0, LONGEST - self._column))
        if not row and not self._column:
            row = text
        elif text:
            row = _over(row, self._column, text)
        self.rows[self._row] = row
        self._column = min(LONGEST + 1, self._column + width)
        if self._column > LONGEST:
            self._mark_cut()

    def _mark_cut(self) -> None:
        row = _part(self.rows[self._row], 0, LONGEST - 1)
        self.rows[self._row] = row + " " * (LONGEST - 1 - cell_len(row)) + "…"


def shown(line: bytes) -> str:
    """One line as a terminal shows it once it is whole."""
    text = line.decode("utf-8", "replace")
    if not _MOVES.search(text):
        return plain(text)
    screen = LogScreen()
    screen.feed(line)
    return screen.rows[-1]


def _over(row: str, column: int, text: str) -> str:
    """`row` with `text` written over it from cell `column` on."""
    if cell_len(row) == len(row) and cell_len(text) == len(text):
        return f"{row[:column]:<{column}}{text}{row[column + len(text) :]}"
    cells, new = _cells(row), _cells(text)
    cells += [" "] * (column - len(cells))
    end = column + len(new)
    # Half of a wide character can't stay.
    if column and column < len(cells) and not cells[column]:
        cells[column - 1] = " "
    if end < len(cells) and not cells[end]:
        cells[end] = " "
    if new and not new[0]:
        new[0] = " "
    return "".join(chain(cells[:column], new, cells[end:]))


def _part(row: str, start: int, end: int) -> str:
    """The cells from `start` to `end`; of a wide character that is cut a space stays."""
    if cell_len(row) == len(row):
        return row[start:end]
    cells = _cells(row)
    part = cells[start:end]
    if part and end < len(cells) and not cells[end]:
        part[-1] = " "
    return "".join(part)


def _cells(text: str) -> list[str]:
    """What stands in each cell; the right half of a wide character holds nothing."""
    cells: list[str] = []
    for character in text:
        width = cell_len(character)
        if width:
            cells += [character, *[""] * (width - 1)]
        elif cells:
            # A combining mark belongs to what is before it.
            cells[-1 if cells[-1] else -2] += character
    return cells


def _whole(data: bytes) -> int:
    """How many bytes of `data` can be shown: an unfinished escape or character is left."""
    end = len(data)
    # Of a character of four bytes at most three can be there.
    for back in range(1, min(3, end) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            if length > back:
                return end - back
        if byte < 0x80:
            break
    unfinished = _UNFINISHED.search(data, max(0, end - LONGEST_ESCAPE))
    if unfinished and len(unfinished[0]) < LONGEST_ESCAPE:
        return unfinished.start()
    return end
