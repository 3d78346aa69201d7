"""What came of what was expected of a run, and keeping the gap."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static
from typing_extensions import override

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store.runs import RunRow
from studylab.study.expectation import Gap
from studylab.study.expectation_words import question, told_expected, told_gap
from studylab.study.kept_gap import item_of, keep_as_missed, paper_of, week_of
from studylab.tui.translated import TranslatedKeys


class GapDialog(TranslatedKeys, ModalScreen[None]):
    """Says it, and keeps it as a question or as a missed point of the lab's paper."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask_gap", "Ask"),
        Binding("m", "miss_gap", "Missed point"),
        Binding("left,up", "app.focus_previous", "Other", show=False),
        Binding("right,down", "app.focus_next", "Other", show=False),
        Binding("escape,q", "leave", "Leave"),
    ]
    DEFAULT_CSS = """
    GapDialog > #dialog {
        width: 80; max-width: 96%;
        & > Static { height: auto; margin-bottom: 1; }
        & > #expected { color: $text-muted; }
        & > Horizontal { height: 1; }
        & Button { margin-right: 2; }
    }
    """

    def __init__(self, run: RunRow, found: Gap) -> None:
        super().__init__()
        self._run = run
        self._found = found

    def compose(self) -> ComposeResult:
        paper = paper_of(self.workspace, self._run.lab)
        with Vertical(id="dialog") as box:
            box.border_title = Content(_("Expected of {run}", run=one_line(self._run.id)))
            yield Static(Content(told_expected(self._found.expected)), id="expected")
            yield Static(Content("\n").join(Content(line) for line in told_gap(self._found)))
            with Horizontal():
                if self._found.differs:
                    yield Button(_("Ask why (a)"), compact=True, id="ask", variant="primary")
                    if paper is not None:
                        name = one_line(paper.short, 24)
                        missed = _("A missed point of {paper} (m)", paper=name)
                        yield Button(Content(missed), compact=True, id="miss")
                yield Button(_("Leave (esc)"), compact=True, id="leave")

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a gap can be kept, and a missed point needs a paper."""
        if action == "ask_gap":
            return self._found.differs
        if action == "miss_gap":
            has_paper = paper_of(self.workspace, self._run.lab) is not None
            return self._found.differs and has_paper
        return True

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The same as the keys."""
        event.stop()
        actions = {"ask": self.action_ask_gap, "miss": self.action_miss_gap}
        actions.get(event.button.id or "", self.action_leave)()

    def action_ask_gap(self) -> None:
        """Word the question; it is there to be changed."""
        from studylab.tui.dialogs.ask import AskDialog

        self.app.switch_screen(
            AskDialog(
                week=week_of(self.workspace, self._run.lab),
                item=item_of(self.workspace, self._run.lab),
                run=self._run.id,
                step=self._run.step,
                text=question(self._found),
            )
        )

    def action_miss_gap(self) -> None:
        """Note it as a point that the lab's paper told and that was missed."""
        try:
            number = keep_as_missed(self.workspace, self._run, self._found)
        except Problem as problem:
            self.app.problem(problem)
        else:
            told = _("noted as missed point {id}", id=number)
            self.app.notify(told, timeout=4, markup=False)
            self.dismiss()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()
