"""A widget that shows a picture as large as it has room."""

from __future__ import annotations

import os
from functools import partial
from itertools import count
from pathlib import Path

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from studylab.language import _
from studylab.plain import one_line
from studylab.tui import kitty
from studylab.tui.images import Colour, NoPicture, Pixels, half_blocks, load, shades
from studylab.wrapping import wrapped

WITHOUT_COLOURS = ("dumb", "vt100", "vt220")

_numbers = count(0x5D_1A_01)
"""Under which the terminal keeps pictures: no two of them, and none that another program uses."""


class Picture(Widget):
    """Reads its file in a thread, anew when its size or the file changes.

    It is drawn by the terminal itself where that is known to be able to, else in half blocks, and
    without colours in characters.
    """

    DEFAULT_CSS = "Picture { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.path: Path | None = None
        self.told = ""
        """What is shown instead of a picture."""
        self.original: tuple[int, int] | None = None
        self._strips: list[Strip] = []
        self._sign: tuple[object, ...] = ()
        self._kept: int | None = None
        """The number of the picture that the terminal keeps for this widget."""

    def show(self, path: Path | None, told: str = "") -> None:
        """Show another file, or say why there is none."""
        if path != self.path or told != self.told:
            self.path, self.told, self.original = path, told, None
            self._strips, self._sign = [], ()
            self._forget()
            self.refresh()
        self.look()

    def look(self) -> None:
        """Read the file if it is not what is shown."""
        if self.path is None or not self.size:
            return
        try:
            stat = self.path.stat()
            sign: tuple[object, ...] = (
                *(self.path, self.size, stat.st_mtime_ns, stat.st_size, self.app.theme),
            )
        except OSError:
            sign = (self.path, self.size)
        if sign == self._sign:
            return
        self._sign = sign
        ground = self.background_colors[1].rgb
        columns, rows = (min(each, len(kitty.MARKS)) for each in self.size)
        cell = kitty.CELL if self._by_terminal else (1, 2)
        size = columns * cell[0], rows * cell[1]
        read = partial(self._read, self.path, size, ground)
        self.run_worker(read, thread=True, exclusive=True, group="picture")

    def on_resize(self) -> None:
        """It may be larger or smaller now."""
        self.look()

    def on_unmount(self) -> None:
        """Nobody looks at it any more."""
        self._forget()

    @property
    def _colourless(self) -> bool:
        return self.app.no_color or os.environ.get("TERM") in WITHOUT_COLOURS

    @property
    def _by_terminal(self) -> bool:
        return (
            not self.app.is_headless
            and not self._colourless
            and self.app.console.color_system == "truecolor"
            and kitty.is_spoken(os.environ)
        )

    def _read(self, path: Path, size: tuple[int, int], ground: Colour) -> None:
        try:
            pixels = load(path, *size, ground)
        except NoPicture as problem:
            self.app.call_from_thread(self._take, path, None, [], str(problem))
            return
        strips: list[Strip] = []
        if not self._by_terminal:
            strips = shades(pixels) if self._colourless else half_blocks(pixels)
        self.app.call_from_thread(self._take, path, pixels, strips)

    def _take(self, path: Path, pixels: Pixels | None, strips: list[Strip], told: str = "") -> None:
        if path != self.path or not self.is_attached:
            return
        self._forget()
        self.told, self._strips = told, strips
        self.original = pixels.original if pixels else None
        if pixels and not strips:
            self._strips = self._hand_over(pixels)
        self.refresh()

    def _hand_over(self, pixels: Pixels) -> list[Strip]:
        self._kept = number = next(_numbers)
        columns, rows = kitty.size_in_cells(pixels, *self.size)
        self._write(kitty.handed_over(pixels, number, columns, rows))
        return kitty.cells(number, columns, rows)

    def _forget(self) -> None:
        if self._kept is not None:
            self._write(kitty.taken_back(self._kept))
            self._kept = None

    def _write(self, text: str) -> None:
        # Textual has no other way to what is no text.
        driver = self.app._driver
        if driver is not None:
            driver.write(text)

    def render_line(self, y: int) -> Strip:
        """A row of the picture, in the upper left."""
        style = self.rich_style
        width = self.size.width
        if y < len(self._strips):
            return self._strips[y].apply_style(style).adjust_cell_length(width, style)
        if not self._strips:
            text = self.told or (_("reading the picture …") if self.path else "")
            lines = wrapped(one_line(text), max(1, width))
            line = lines[y] if y < len(lines) else ""
            return Strip([Segment(line, style)]).adjust_cell_length(width, style)
        return Strip.blank(width, style)
