"""A paper that is done: what came of it, what is still open, and when each pass was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from studylab.language import _, n_
from studylab.plain import one_line, plain
from studylab.store import progress
from studylab.store.missed import MissedPoint
from studylab.study.passes import Tally
from studylab.tui.ages import moment
from studylab.tui.passes.asked import asked
from studylab.tui.passes.check import check_questions
from studylab.tui.passes.screen import PASS_KEYS, PassScreen
from studylab.tui.tones import GOOD, QUIET, WARN


class DoneScreen(PassScreen):
    """The tally on one side, the check questions with their answers on the other."""

    DEFAULT_CSS = """
    DoneScreen {
        & #main { padding: 0 1; }
        & #side > Static { height: auto; max-width: 100; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask", "Ask", show=False),
        Binding("backspace,less_than_sign", "stage(-1)", "Back a pass"),
        Binding("i", "questions", "Its questions", tooltip="The questions in their room"),
        *PASS_KEYS,
    ]

    def compose_panes(self) -> Iterable[Widget]:
        """The tally, and the check questions."""
        with VerticalScroll(id="main", can_focus=True):
            yield Static(classes="text")
        with VerticalScroll(id="side", can_focus=True):
            yield Static()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to go on to."""
        return not (action == "stage" and parameters == (1,))

    def on_mount(self) -> None:
        from studylab.tui.page import Page

        check = f"## {_('Check questions')}\n\n{check_questions(self.guide)}"
        self.query_one("#side > Static", Static).update(Page(self.app, plain(check)))

    def show_tally(self, tally: Tally) -> None:
        """The figures, what is open, what was missed, the history."""
        parts = [self._figures(tally)]
        if tally.open:
            parts.append(_headed(_("STILL OPEN"), asked(tally.open)))
        if tally.missed:
            parts.append(
                _headed(_("MISSED AT FIRST"), Content("\n").join(map(_missed, tally.missed)))
            )
        history = progress.paper_history(self.workspace.db, self._paper_id)
        if history:
            lines = [
                Content.assemble((f"{moment(at)}  ", QUIET), _(state.value))
                for state, at in history
            ]
            parts.append(_headed(_("HISTORY"), Content("\n").join(lines)))
        self.query_one("#main > Static", Static).update(Content("\n\n").join(parts))

    def _figures(self, tally: Tally) -> Content:
        days = tally.days
        lines = [
            Content.styled(n_("{count} question asked", "{count} questions asked", tally.asked),
                           "bold"),
            Content.styled(_("{count} answered", count=tally.count_answered), GOOD),
            Content.styled(
                _("{count} still open", count=tally.count_open), WARN if tally.open else QUIET
            ),
            Content.styled(
                n_("{count} point missed at first", "{count} points missed at first",
                   len(tally.missed)),
                QUIET,
            ),
        ]  # fmt: skip
        if days is not None:
            lines.append(
                Content.styled(
                    n_("{count} day from the first pass to the end",
                       "{count} days from the first pass to the end", days),
                    QUIET,
                )
            )  # fmt: skip
        return Content("\n").join(lines)

    def action_questions(self) -> None:
        """Show the questions about the paper in their room."""
        from studylab.tui.questions import QuestionsRoom

        paper = self._paper_id
        self.app.action_show_room("questions")
        self.app.get_screen("questions", QuestionsRoom).only_paper(paper)


def _headed(heading: str, content: Content) -> Content:
    return Content.assemble(Content.styled(heading, f"bold {QUIET}"), "\n\n", content)


def _missed(point: MissedPoint) -> Content:
    remark = f"\n  ✎ {one_line(point.remark)}" if point.remark else ""
    return Content.assemble(("· ", WARN), one_line(point.text), (remark, GOOD))
