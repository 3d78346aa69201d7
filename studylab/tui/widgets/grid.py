"""A grid of terminal cells, each with a character and the role that decides its style."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

BLANK = ""

Run = tuple[str, str]
"""A text and its role."""


def fit(text: str, width: int, ascii_only: bool = False) -> str:
    """`text` in at most `width` cells; a cut one ends in an ellipsis, in ASCII a tilde."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    return set_cell_size(text, width - 1).rstrip() + ("~" if ascii_only else "…")


class Grid:
    """`width` x `height` cells; what is put outside is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[(" ", BLANK)] * width for _ in range(height)]

    def put(self, row: int, column: int, text: str, role: str) -> None:
        """Write a text; a character that is two cells wide is never cut in half."""
        if not 0 <= row < self.height:
            return
        cells = self._cells[row]
        for character in text:
            size = cell_len(character)
            if size == 0:
                # A combining mark belongs to the character before it.
                if 0 < column <= self.width and cells[column - 1][0]:
                    cells[column - 1] = (cells[column - 1][0] + character, role)
                continue
            if column >= 0 and column + size <= self.width:
                cells[column] = (character, role)
                for extra in range(column + 1, column + size):
                    cells[extra] = ("", role)
            column += size

    def put_cell(self, row: int, column: int, character: str, role: str) -> None:
        """Write one character that is known to be one cell wide and on the grid."""
        self._cells[row][column] = (character, role)

    def is_free(self, row: int, column: int, width: int, besides: str = BLANK) -> bool:
        """Whether cells are on the grid and hold nothing, or nothing but the role `besides`."""
        if not 0 <= row < self.height or column < 0 or column + width > self.width:
            return False
        cells = self._cells[row][column : column + width]
        return all(role in (BLANK, besides) for _, role in cells)

    def runs(self, row: int) -> list[Run]:
        """The cells of a row, those with one role together; `width` cells in all."""
        runs: list[Run] = []
        text, role = "", BLANK
        for character, next_role in self._cells[row]:
            # A blank looks the same in every style.
            if next_role in (role, BLANK):
                text += character
                continue
            if role == BLANK:
                text, role = text + character, next_role
                continue
            runs.append((text, role))
            text, role = character, next_role
        runs.append((text, role))
        return runs

    def strips(self, style_of: Callable[[str], Style]) -> list[Strip]:
        """The rows as Textual shows them; `style_of` gives the style of a role."""
        styles: dict[str, Style] = {}
        strips = []
        for row in range(self.height):
            segments = []
            for text, role in self.runs(row):
                if role not in styles:
                    styles[role] = style_of(role)
                segments.append(Segment(text, styles[role]))
            strips.append(Strip(segments, self.width))
        return strips
