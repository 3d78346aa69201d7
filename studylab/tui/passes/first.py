"""The first pass: the guide without its answers, section by section, and the questions asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from studylab.language import _
from studylab.plain import one_line
from studylab.store.progress import PaperState
from studylab.store.questions import Question
from studylab.study.passes import Tally
from studylab.tui.passes.asked import asked
from studylab.tui.passes.guide_text import GuideText, Step, steps_of
from studylab.tui.passes.screen import PASS_KEYS, PassScreen
from studylab.tui.tones import QUIET, WARN
from studylab.tui.widgets.row_list import Column, Row, RowList


class FirstPassScreen(PassScreen):
    """The guide with an outline; one key asks about the section that the student is at."""

    DEFAULT_CSS = """
    FirstPassScreen {
        & #outline { display: none; width: 30; padding: 0 0 0 1; }
        & #guide { height: auto; }
        &.-wide #outline, &.-very-wide #outline { display: block; }
        &.-wide #side { width: 34; }
        &.-very-wide #side { width: 52; }
        &.-very-wide #outline { width: 44; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask_here", "Ask", tooltip="Ask about the section that you are at"),
        Binding(
            "right,l,right_square_bracket", "section(1)", "Section", key_display="←→",
            tooltip="The next section of the guide",
        ),
        Binding("left,h,left_square_bracket", "section(-1)", "Section before", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
        *PASS_KEYS,
    ]  # fmt: skip

    def __init__(self, paper: str) -> None:
        super().__init__(paper)
        self._steps: list[Step] = []
        self._at = 0

    def compose_panes(self) -> Iterable[Widget]:
        """Outline, guide and questions."""
        self._steps = steps_of(self.guide)
        yield RowList(
            [Column(8, fit=True), Column(), Column(3, fit=True, align="right")], id="outline"
        )
        with VerticalScroll(id="main"):
            if not self._steps:
                yield Static(Content.styled(self._empty(), QUIET), classes="text")
            yield GuideText(self._steps)
        with VerticalScroll(id="side", can_focus=True):
            yield Static(classes="text")

    def on_mount(self) -> None:
        self._mark()
        self.watch(self.query_one("#main"), "scroll_y", self._scrolled, init=False)

    def show_tally(self, tally: Tally) -> None:
        """The outline with how much was asked where, and all questions beside it."""
        questions = [*tally.open, *tally.answered]
        self.query_one("#outline", RowList).set_rows(
            [self._row(rank, step, questions) for rank, step in enumerate(self._steps)]
        )
        lines: list[Content] = []
        if self.state is PaperState.TO_READ:
            begin = _("Not begun yet: space begins the first pass.")
            lines += [Content.styled(begin, WARN), Content()]
        heading = _("QUESTIONS ({count} open)", count=tally.count_open)
        lines += [Content.styled(heading, f"bold {QUIET}"), Content()]
        nothing = _("None yet. a asks about the section that you are at.")
        lines.append(asked(questions) if questions else Content.styled(nothing, QUIET))
        self.query_one("#side > Static", Static).update(Content("\n").join(lines))

    def _row(self, rank: int, step: Step, questions: list[Question]) -> Row:
        title = one_line(step.title)
        place = step.place if title.startswith(step.place) and step.place != title else ""
        count = sum(_is_at(question.place, step.place) for question in questions)
        name = title.removeprefix(place).strip()
        return Row(
            str(rank),
            (
                Content.styled(place, "$text-primary"),
                Content.styled(name, "bold" if step.level == 2 else ""),
                Content.styled(f"{count}?" if count else "", WARN),
            ),
        )

    def _empty(self) -> str:
        path = self.workspace.own_papers / f"{self._paper_id}.md"
        if path.exists():
            return _(
                "Its guide is still empty; {path} is yours to fill in. Questions can be asked "
                "all the same: a asks one.",
                path=path,
            )
        return _("It has no guide. Questions can be asked all the same: a asks one.")

    # Where the student is

    @property
    def place(self) -> str:
        """The place in the paper of the section that the student is at."""
        return self._steps[self._at].place if self._steps else ""

    def action_section(self, by: int) -> None:
        """Go to the next section of the guide, or the one before."""
        self._go_to(self._at + by)

    def action_scroll(self, lines: int) -> None:
        """Scroll the guide, whatever has the focus."""
        pane = "#side" if self.has_class("-other") and self.query_one("#side").display else "#main"
        self.query_one(pane).scroll_relative(y=lines, animate=False)

    def action_ask_here(self) -> None:
        """Ask about the section at hand."""
        self.action_ask(self.place)

    def on_guide_text_clicked(self, message: GuideText.Clicked) -> None:
        """Be at the section that was clicked."""
        self._at = message.rank
        self._mark()

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        """Follow the outline's cursor, where it was the student who moved it."""
        if message.row_list.has_focus and message.key is not None:
            self._go_to(int(message.key))

    def on_row_list_selected(self) -> None:
        """From the outline into the text."""
        self.query_one("#main").focus()

    def _go_to(self, rank: int) -> None:
        if not 0 <= rank < len(self._steps):
            return
        self._at = rank
        self._mark()
        self._main.scroll_to(y=self._top + self._guide_text.tops[rank], animate=False, force=True)

    def _scrolled(self) -> None:
        """Where the section at hand went out of sight, be at the first one in sight."""
        tops = self._guide_text.tops
        if not self._steps or len(tops) <= len(self._steps):
            return
        first = self._main.scroll_offset.y - self._top
        last = first + self._main.size.height
        if tops[self._at + 1] > first and tops[self._at] < last:
            return
        seen = (rank for rank, top in enumerate(tops[:-1]) if top >= first)
        self._at = next(seen, len(self._steps) - 1)
        self._mark()

    def _mark(self) -> None:
        self._guide_text.mark(self._at)
        self.query_one("#outline", RowList).go_to(str(self._at))

    @property
    def _main(self) -> VerticalScroll:
        return self.query_one("#main", VerticalScroll)

    @property
    def _guide_text(self) -> GuideText:
        return self.query_one(GuideText)

    @property
    def _top(self) -> int:
        """The line at which the guide begins in what is scrolled."""
        return self._guide_text.virtual_region.y


def _is_at(place: str, of: str) -> bool:
    """Whether a question's place is in a section: `§3.2, eq. 1` is in `§3.2`, not in `§3`."""
    return bool(of) and re.match(rf"{re.escape(of)}(?![\w.]*\w)", place.strip()) is not None
