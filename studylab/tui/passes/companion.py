"""The companion: with the video or notes at hand, the open questions one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from studylab.language import _
from studylab.plain import one_line
from studylab.store.questions import Question
from studylab.study.passes import Tally
from studylab.tui.ages import moment
from studylab.tui.item_detail import url_link
from studylab.tui.passes.asked import question_text
from studylab.tui.passes.screen import PASS_KEYS, PassScreen
from studylab.tui.tones import GOOD, QUIET, WARN
from studylab.tui.widgets.row_list import Column, Row, RowList


class CompanionScreen(PassScreen):
    """One question at a time: answered, or still open; at the end, on to the comparison."""

    DEFAULT_CSS = """
    CompanionScreen {
        & #main { padding: 0 1; }
        & #card { margin-top: 1; }
        &.-wide #side { width: 44; }
        &.-very-wide #side { width: 64; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "Answer", tooltip="Answer the question, and say from where"),
        Binding("s", "still_open", "Still open", tooltip="It stays open; the next one"),
        Binding("b,left,h", "walk(-1)", "Before", tooltip="The question before"),
        Binding("right,l", "walk(1)", "Next question", show=False),
        Binding("e", "reword", "Reword", show=False, tooltip="Change the question"),
        Binding("a", "ask", "Ask", tooltip="Another question about the paper"),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
        *PASS_KEYS,
    ]

    def __init__(self, paper: str) -> None:
        super().__init__(paper)
        self._walk: list[int] = []
        self._at = 0
        self._questions: dict[int, Question] = {}

    def compose_panes(self) -> Iterable[Widget]:
        """The question at hand, and all of them."""
        with VerticalScroll(id="main"):
            yield Static(id="companions", classes="text")
            yield Static(id="card", classes="text")
        yield RowList(
            [Column(1), Column(9, fit=True), Column()],
            id="side",
            empty=_("No question was asked."),
        )

    @property
    def question(self) -> Question | None:
        """The question at hand; None when all have been gone through."""
        return self._questions.get(self._walk[self._at]) if self._at < len(self._walk) else None

    def show_tally(self, tally: Tally) -> None:
        """Read the questions anew. Those that were open when the walk began stay part of it."""
        self._questions = {each.id: each for each in (*tally.open, *tally.answered)}
        at = self._walk[self._at] if self._at < len(self._walk) else None
        self._walk = [id for id in self._walk if id in self._questions]
        self._walk += [each.id for each in tally.open if each.id not in self._walk]
        self._at = self._walk.index(at) if at in self._walk else min(self._at, len(self._walk))
        self.query_one("#companions", Static).update(self._companions())
        self._show_card()

    def _companions(self) -> Content:
        lines: list[Content] = []
        for companion in self.paper.companions:
            length = _("{minutes:g} min", minutes=companion.minutes) if companion.minutes else ""
            lines.append(
                Content.assemble(
                    (_("video"), QUIET),
                    "  ",
                    Content.styled(one_line(companion.title), "bold"),
                    (f"  {length}", QUIET),
                    "\n",
                    url_link(companion.url),
                )
            )
        if not lines:
            none = _(
                "No companion video is known for it: other notes, or a second reading, do as well."
            )
            lines.append(Content.styled(none, QUIET))
        return Content("\n").join(lines)

    def _show_card(self) -> None:
        question = self.question
        card = self._summary() if question is None else self._card(question)
        self.query_one("#card", Static).update(card)
        rows = self.query_one("#side", RowList)
        rows.set_rows([self._row(self._questions[id]) for id in self._walk])
        if question is not None:
            rows.go_to(str(question.id))

    def _card(self, question: Question) -> Content:
        count = _("{number} of {count}", number=self._at + 1, count=len(self._walk))
        answered = sum(not self._questions[id].open for id in self._walk)
        so_far = _("{count} answered", count=answered)
        asked = _("asked {time}", time=moment(question.asked_at))
        hint = (
            _("enter answers it; s: still open, the next one")
            if question.open
            else _("Answered. s goes to the next one, enter adds an answer.")
        )
        return Content.assemble(
            Content.styled(count, "bold $text-primary"),
            (f"  {so_far} · {asked}", QUIET),
            "\n\n",
            question_text(question),
            "\n\n",
            (hint, QUIET),
        )

    def _summary(self) -> Content:
        if not self._walk:
            nothing = _(
                "Nothing is open here. If the video raises a question, a asks it; else space goes "
                "on to the comparison."
            )
            return Content.styled(nothing, QUIET)
        left = sum(self._questions[id].open for id in self._walk)
        answered = len(self._walk) - left
        told = _("That was all: {answered} answered, {open} still open.", answered=answered,
                 open=left)  # fmt: skip
        return Content.assemble(
            Content.styled(told, f"bold {WARN if left else GOOD}"),
            "\n\n",
            _("enter or space goes on to the comparison; b goes back to the last question."),
        )

    def _row(self, question: Question) -> Row:
        return Row(
            str(question.id),
            (
                Content.styled("?", WARN) if question.open else Content.styled("✓", GOOD),
                Content.styled(one_line(question.place), "$text-primary"),
                one_line(question.text),
            ),
        )

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        """Go to the question that the student chose in the list."""
        if message.row_list.has_focus and message.key is not None:
            self._go_to(self._walk.index(int(message.key)))

    def on_row_list_selected(self) -> None:
        """Enter in the list answers too."""
        self.action_answer()

    def action_answer(self) -> None:
        """Answer the question at hand; after the last one, go on to the comparison."""
        question = self.question
        if question is None:
            self.action_stage(1)
            return
        from studylab.tui.dialogs.answer import AnswerDialog

        def answered(number: int | None) -> None:
            if number is not None:
                self.show_data()
                self.action_walk(1)

        self.app.push_screen(AnswerDialog(question), answered)

    def action_still_open(self) -> None:
        """Leave the question as it is, and go to the next one."""
        self.action_walk(1)

    def action_walk(self, by: int) -> None:
        """Go to the next question, or the one before; behind the last is the summary."""
        self._go_to(self._at + by)

    def action_reword(self) -> None:
        """Change the question's words, place and tags."""
        if self.question is not None:
            from studylab.tui.dialogs.reword import RewordDialog

            self.app.push_screen(RewordDialog(self.question))

    def action_scroll(self, lines: int) -> None:
        """Scroll a long question."""
        self.query_one("#main").scroll_relative(y=lines, animate=False)

    def _go_to(self, at: int) -> None:
        if 0 <= at <= len(self._walk) and at != self._at:
            self._at = at
            self._show_card()
            self.query_one("#main").scroll_home(animate=False)
