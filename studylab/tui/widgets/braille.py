"""A canvas of small dots that becomes rows of characters.

In braille every cell holds 2 x 4 dots, so lines look fine-grained; in ASCII a cell is one dot, and
each ink has a mark of its own, so lines can be told apart without colour.
"""

from __future__ import annotations

from collections.abc import Iterator

# Bits of a braille cell, by dot row and column, as Unicode numbers them from U+2800.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
# Bits of the dots from a first to a last row of a cell, in its left or right column.
_SPANS = tuple(
    tuple(
        tuple(sum(_DOTS[row][side] for row in range(first, last + 1)) for last in range(4))
        for first in range(4)
    )
    for side in range(2)
)
_BRAILLE = tuple(chr(0x2800 + bits) for bits in range(256))
MARKS = "*o+x#@%&"
"""What inks look like in ASCII."""


class Canvas:
    """`columns` x `rows` cells to draw on with inks 0, 1, 2 ...

    Dots are counted from the top left corner. What lies outside is cut off. A cell has room for
    one colour, so inks that share cells take turns from column to column: each is where it should
    be, none is hidden, and lines that coincide look striped.
    """

    def __init__(
        self,
        columns: int,
        rows: int,
        inks: int = 1,
        *,
        ascii_only: bool = False,
        marks: str = MARKS,
    ) -> None:
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        self.width = self.columns if ascii_only else self.columns * 2
        self.height = self.rows if ascii_only else self.rows * 4
        self._ascii_only = ascii_only
        self._marks = marks
        self._layers = [bytearray(self.columns * self.rows) for _ in range(inks)]

    def dot(self, x: int, y: int, ink: int = 0) -> None:
        """One dot at column `x`, row `y`, both in dots."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._stroke(x, y, y, ink)

    def blob(self, x: int, y: int, ink: int = 0) -> None:
        """A point that stands alone, large enough to be seen: 2 x 2 dots in braille."""
        if self._ascii_only or not (0 <= x < self.width and 0 <= y < self.height):
            self.dot(x, y, ink)
            return
        x, y = min(x, self.width - 2), min(y, self.height - 2)
        self._stroke(x, y, y + 1, ink)
        self._stroke(x + 1, y, y + 1, ink)

    def line(self, x0: int, y0: int, x1: int, y1: int, ink: int = 0) -> None:
        """A straight line of connected dots, both ends included, as Bresenham draws it."""
        if x1 < x0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        dx, dy = x1 - x0, y1 - y0
        first, last = max(0, x0), min(self.width - 1, x1)
        if abs(dy) <= dx:
            for x in range(first, last + 1):
                self.dot(x, y0 + (2 * dy * (x - x0) + dx) // max(1, 2 * dx), ink)
            return
        # A steep line is one vertical stroke per column, which ends half-way to the next one.
        sign = 1 if dy > 0 else -1
        for x in range(first, last + 1):
            start = y0 if x == x0 else y0 + sign * (abs(dy) * (2 * (x - x0) - 1) // (2 * dx) + 1)
            end = y1 if x == x1 else y0 + sign * (abs(dy) * (2 * (x - x0) + 1) // (2 * dx))
            top, bottom = max(0, min(start, end)), min(self.height - 1, max(start, end))
            if top <= bottom:
                self._stroke(x, top, bottom, ink)

    def cells(self, row: int) -> Iterator[tuple[str, int]]:
        """Character and ink of each cell in a row; a blank and -1 where nothing was drawn."""
        start, stop = row * self.columns, (row + 1) * self.columns
        layers = [layer[start:stop] for layer in self._layers]
        for column, bits in enumerate(zip(*layers, strict=True)):
            inks = [ink for ink, drawn in enumerate(bits) if drawn]
            if not inks:
                yield " ", -1
                continue
            ink = inks[column % len(inks)]
            if self._ascii_only:
                yield self._marks[ink % len(self._marks)], ink
            else:
                yield _BRAILLE[bits[ink]], ink

    def text(self) -> list[str]:
        """The rows as plain text."""
        return ["".join(character for character, _ in self.cells(y)) for y in range(self.rows)]

    def _stroke(self, x: int, top: int, bottom: int, ink: int) -> None:
        """A vertical stroke that lies wholly on the canvas."""
        layer, columns = self._layers[ink], self.columns
        if self._ascii_only:
            for y in range(top, bottom + 1):
                layer[y * columns + x] = 1
            return
        spans = _SPANS[x & 1]
        first, last = (top >> 2) * columns + (x >> 1), (bottom >> 2) * columns + (x >> 1)
        if first == last:
            layer[first] |= spans[top & 3][bottom & 3]
            return
        layer[first] |= spans[top & 3][3]
        for cell in range(first + columns, last, columns):
            layer[cell] |= spans[0][3]
        layer[last] |= spans[0][bottom & 3]
