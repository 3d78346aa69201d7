"""The guide as one text, with a bar beside the step that the student is at.

One widget, not one for each step: twenty take a quarter of a second until they are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from studylab.plain import plain
from studylab.syllabus.guide import LATER, Guide, Part, later
from studylab.tui.widgets.terminal import is_ascii_only

WIDEST = 100
MARGIN = 2
"""Cells before a line, where the bar is."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the guide to go through: Markdown, and the place in the paper it speaks of."""

    title: str
    place: str
    text: str
    level: int


def steps_of(guide: Guide) -> list[Step]:
    """The guide in the order in which it is read, with nothing given away. What is not written
    yet is left out."""
    steps: list[Step] = []
    for chapter in guide.chapters:
        if chapter.part is Part.QUESTIONS and guide.questions:
            numbered = (f"{n}. {q.question}" for n, q in enumerate(guide.questions, start=1))
            text = "\n\n".join([f"> {later(chapter.part)}", "\n".join(numbered)])
        elif chapter.part is Part.MISSED and guide.missed:
            text = f"> {later(chapter.part)}"
        else:
            text = "" if chapter.part in LATER else chapter.text
        if text or chapter.sections:
            steps.append(Step(chapter.title, "", text, 2))
        steps += [Step(s.title, s.place or s.title, s.text, 3) for s in chapter.sections]
    return steps


class GuideText(Static):
    """The steps below each other; a click goes to one."""

    class Clicked(Message):
        """The student went to a step."""

        def __init__(self, rank: int) -> None:
            super().__init__()
            self.rank = rank

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__(id="guide")
        self._steps = steps
        self._laid_out: _LaidOut | None = None

    def on_mount(self) -> None:
        self._laid_out = _LaidOut(self.app, self._steps)
        self.update(self._laid_out)

    def mark(self, rank: int) -> None:
        """Put the bar beside a step."""
        if self._laid_out is not None and self._laid_out.at != rank:
            self._laid_out.at = rank
            self.refresh()

    @property
    def tops(self) -> list[int]:
        """The line at which each step begins, and behind them the number of all lines."""
        return self._laid_out.tops if self._laid_out is not None else [0]

    def on_click(self, event: Click) -> None:
        """Go to the step that was clicked."""
        event.stop()
        passed = [rank for rank, top in enumerate(self.tops[:-1]) if top <= event.y]
        if passed:
            self.post_message(self.Clicked(passed[-1]))


class _LaidOut:
    """A renderable that lays the steps out once for each width and theme."""

    def __init__(self, app: App[Any], steps: Sequence[Step]) -> None:
        self.at = 0
        self.tops = [0]
        self._app = app
        self._steps = steps
        self._key: tuple[int, str] | None = None
        self._lines: list[list[list[Segment]]] = []

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(1, min(options.max_width, WIDEST) - MARGIN)
        if self._key != (width, self._app.theme):
            self._key = width, self._app.theme
            self._lines = [self._lay_out(console, options, width, step) for step in self._steps]
            self.tops = [0, *accumulate(map(len, self._lines))]
        bar = Style.parse(self._app.theme_variables["primary"])
        mark = "| " if is_ascii_only() else "▎ "
        for rank, lines in enumerate(self._lines):
            for number, line in enumerate(lines, start=1):
                # The last line of a step is the space before the next one.
                here = rank == self.at and number < len(lines)
                yield Segment(mark, bar) if here else Segment(" " * MARGIN)
                yield from line
                yield Segment.line()

    def _lay_out(
        self, console: Console, options: ConsoleOptions, width: int, step: Step
    ) -> list[list[Segment]]:
        # 80 ms to import: only for who reads a paper.
        from studylab.tui.page import Page

        page = Page(self._app, plain(f"{'#' * step.level} {step.title}\n\n{step.text}"))
        lines = console.render_lines(page, options.update(width=width), pad=False)
        blank = [not "".join(s.text for s in line).strip() for line in lines]
        while blank and blank[0]:
            del blank[0], lines[0]
        while blank and blank[-1]:
            del blank[-1], lines[-1]
        return [*lines, []]
