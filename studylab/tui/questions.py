"""What is not understood yet, and what has been found out since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from studylab.plain import one_line, plain
from studylab.problem import Problem
from studylab.store import question_list, questions
from studylab.store.questions import Question
from studylab.tui.about import about_question
from studylab.tui.ages import age, moment
from studylab.tui.palette import command
from studylab.tui.split import SplitRoom
from studylab.tui.widgets.row_list import Column, Row, RowList

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

T = TypeVar("T")

QUIET = "$foreground 60%"
MOST = 1000
"""Questions listed at once; beyond that the filters help."""


class QuestionList(RowList):
    """The list, where enter answers."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Answer")]


class QuestionsRoom(SplitRoom):
    """The questions, filtered, and the one that the cursor is on in full."""

    NAME = "questions"
    AUTO_FOCUS = "#rows"

    DEFAULT_CSS = """
    QuestionsRoom {
        #rows { padding: 0 0 0 1; }
        #filters { height: 1; padding: 0 1; color: $foreground 60%; }
        #filter { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        #filter-keys { width: auto; }
        &.-tiny #filter-keys { display: none; }
        #filters Input { width: 1fr; display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask", "Ask"),
        Binding("r", "reopen", "Reopen", tooltip="Make an answered question open again"),
        Binding("e", "reword", "Reword", tooltip="Change the question's words"),
        Binding("s", "all", "Open/all", tooltip="Show open questions, or answered ones too"),
        Binding("w", "by_week(1)", "By week", show=False, tooltip="Only the next week's questions"),
        Binding("W", "by_week(-1)", "Week before", show=False),
        Binding(
            "p", "by_paper(1)", "By paper", show=False, tooltip="Only the next paper's questions"
        ),
        Binding("P", "by_paper(-1)", "Paper before", show=False),
        Binding("slash", "find", "Find", key_display="/", tooltip="Only questions with a text"),
        Binding("x", "clear", "Clear filters", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._open_only = True
        self._week: int | None = None
        self._paper: str | None = None
        self._containing = ""
        self._wanted: int | None = None
        self._shown: dict[str, Question] = {}

    # What is shown

    def compose_above(self) -> ComposeResult:
        """What is filtered."""
        with Horizontal(id="filters"):
            yield Static(id="filter")
            yield Input(placeholder="a word of the question or its answers", compact=True)
            yield Static(Content("s open/all · w week · p paper"), id="filter-keys")

    def compose_list(self) -> ComposeResult:
        """The list."""
        yield QuestionList(
            [
                Column(1),
                Column(title="question"),
                Column(24, fit=True, part=0.25, needs=56, title="about"),
                Column(10, fit=True, align="right", title="asked"),
            ],
            id="rows",
        )

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def question(self) -> Question | None:
        """The question that the cursor is on."""
        return self._shown.get(self.rows.key or "")

    def show_data(self) -> None:
        """Read the questions that fit the filters."""
        db = self.workspace.db
        if self._wanted is not None:
            self._show_at_least(self._wanted)
        found = question_list.listing(
            db,
            status="open" if self._open_only else None,
            week=self._week,
            paper=self._paper,
            containing=self._containing,
            limit=MOST,
        )
        self._shown = {str(question.id): question for question in found}
        empty = None if found else self._empty()
        self.rows.set_rows([self._row(question) for question in found], empty=empty)
        if self._wanted is not None:
            self.rows.go_to(str(self._wanted))
            self._wanted = None
        self._show_filter(len(found))
        self._show_detail()

    def go_to(self, question: int) -> None:
        """Put the cursor on a question, whatever the filters are."""
        self._wanted = question
        if self.is_current and self.composed:
            self.show_data()

    def only_paper(self, paper: str) -> None:
        """Show the questions about one paper, answered ones too."""
        self._open_only, self._week, self._paper, self._containing = False, None, paper, ""
        if self.is_current and self.composed:
            self.show_data()

    def on_row_list_highlighted(self) -> None:
        """Show the question that the cursor came to."""
        self._show_detail()

    def _row(self, question: Question) -> Row:
        mark = Content("?") if question.open else Content.styled("✓", "$text-success")
        first = one_line(question.text[:400])
        style = "" if question.open else QUIET
        return Row(
            str(question.id),
            (
                mark,
                Content.styled(first, style),
                Content.styled(self._place(question), QUIET),
                Content.styled(age(question.asked_at), QUIET),
            ),
        )

    def _place(self, question: Question) -> str:
        """The week, and the paper, episode or run, as short as they are known."""
        week = f"week {question.week}" if question.week is not None else ""
        if question.paper:
            known = self.workspace.papers.get(question.paper)
            narrow = known.short if known else question.paper
        elif question.run:
            narrow = question.run
        else:
            narrow = self._number_or_kind(question.item)
        return one_line(" · ".join(part for part in (week, narrow) if part))

    def _number_or_kind(self, item: str) -> str:
        try:
            found = self.workspace.syllabus.item(item)
        except KeyError:
            return ""
        return f"P{found.episode}" if found.episode is not None else found.kind.value

    def _show_filter(self, count: int) -> None:
        parts = ["open" if self._open_only else "open and answered"]
        if self._week is not None:
            parts.append(f"week {self._week}")
        if self._paper is not None:
            known = self.workspace.papers.get(self._paper)
            parts.append(known.short if known else self._paper)
        if self._containing:
            parts.append(f"with “{self._containing}”")
        number = f"the newest {MOST:,}" if count == MOST else f"{count:,}"
        clear = " · x clears" if len(parts) > 1 else ""
        self.query_one("#filter", Static).update(
            Content(one_line(f"{number} {', '.join(parts)}{clear}"))
        )

    def _show_detail(self) -> None:
        question = self.question
        if question is None:
            self.detail.show("", Content(""))
            return
        state = ("open", "$text-warning") if question.open else ("answered", "$text-success")
        parts = [
            Content.assemble((f"Question {question.id}  ", "bold"), state),
            Content.styled(about_question(self.workspace, question), QUIET),
            Content.styled(f"asked {moment(question.asked_at)}", QUIET),
            Content(f"\n{plain(question.text)}"),
        ]
        for answer in question.answers:
            source = f" · {one_line(answer.source)}" if answer.source else " · no source given"
            parts.append(
                Content.assemble(
                    ("\nAnswer", "bold"), (f"  {moment(answer.answered_at)}{source}", QUIET)
                )
            )
            parts.append(Content(plain(answer.text)))
        if question.open:
            parts.append(Content.styled("\nenter answers it · e rewords it", QUIET))
        else:
            parts.append(Content.styled("\nr opens it again · enter adds an answer", QUIET))
        self.detail.show(str(question.id), Content("\n").join(parts))

    def _empty(self) -> str:
        if self._week is not None or self._paper is not None or self._containing:
            return "No question fits these filters: x takes them away."
        if not self._open_only or not question_list.listing(self.workspace.db, limit=1):
            return (
                "No question yet: press a on any video, homework, paper or run, or here.\n"
                "Write down what you do not understand while you read; answer it when you know."
            )
        return "No open question. s shows the answered ones too."

    # What is done

    def on_row_list_selected(self) -> None:
        """Answer the question that the cursor is on."""
        self.action_answer()

    def action_ask(self) -> None:
        """Ask about the paper or the week that is filtered for, else about the week at hand."""
        from studylab.tui.dialogs.ask import AskDialog

        week = self._week
        if week is None and self._paper is None:
            week = self.workspace.current_week().number
        self.app.push_screen(AskDialog(week=week, paper=self._paper or ""), self._kept)

    def action_answer(self) -> None:
        """Answer the question that the cursor is on."""
        from studylab.tui.dialogs.answer import AnswerDialog

        if self.question is not None:
            self.app.push_screen(AnswerDialog(self.question), self._look_again)

    def action_reword(self) -> None:
        """Change the words of the question that the cursor is on."""
        from studylab.tui.dialogs.answer import RewordDialog

        if self.question is not None:
            self.app.push_screen(RewordDialog(self.question), self._look_again)

    def action_reopen(self) -> None:
        """Make an answered question open again."""
        question = self.question
        if question is None or question.open:
            return
        try:
            questions.reopen(self.workspace.db, question.id)
        except Problem as problem:
            self._studylab.problem(problem)
        else:
            self.show_data()

    def action_all(self) -> None:
        """Show the open questions alone, or the answered ones too."""
        self._open_only = not self._open_only
        self.show_data()

    def action_by_week(self, by: int) -> None:
        """Show one week's questions: the next week that has any, then all again."""
        weeks = {
            week for week, _, _, _ in question_list.tally(self.workspace.db) if week is not None
        }
        self._week = _turned(sorted(weeks), self._week, by)
        self.show_data()

    def action_by_paper(self, by: int) -> None:
        """Show one paper's questions: the next paper that has any, then all again."""
        papers = {paper for _, paper, _, _ in question_list.tally(self.workspace.db) if paper}
        self._paper = _turned(sorted(papers), self._paper, by)
        self.show_data()

    def action_clear(self) -> None:
        """Show all open questions again."""
        self._open_only, self._week, self._paper, self._containing = True, None, None, ""
        self.query_one(Input).value = ""
        self.show_data()

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        yield command("Ask a question", "About the week at hand", self.action_ask)
        yield command("Open or all questions", "Show answered ones too", self.action_all)
        yield command("Find a question", "By its text or its answers", self.action_find)
        yield command("Clear the filters", "Show all open questions", self.action_clear)
        for paper in self.workspace.papers.values():
            yield command(
                f"Questions about {paper.short}",
                paper.title,
                partial(self.only_paper, paper.id),
            )

    # Looking for a text

    def action_find(self) -> None:
        """Show only the questions with a text in them or in their answers."""
        field = self.query_one(Input)
        self._looking_for_text(True)
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while it is typed."""
        if event.input.display:
            self._containing = event.value.strip()
            self.show_data()

    def on_input_submitted(self) -> None:
        """Keep the filter."""
        self._leave_find()

    def action_back(self) -> None:
        """Leave the text filter, or the detail pane."""
        field = self.query_one(Input)
        if field.has_focus:
            field.value = ""
            self._containing = ""
            self._leave_find()
        else:
            super().action_back()

    def _leave_find(self) -> None:
        self._looking_for_text(False)
        self.rows.focus()
        self.show_data()

    def _looking_for_text(self, looking: bool) -> None:
        self.query_one(Input).display = looking
        self.query_one("#filter-keys").display = not looking

    # The small print

    @property
    def _studylab(self) -> StudylabApp:
        app: StudylabApp = self.app  # type: ignore[assignment]
        return app

    def _kept(self, question: int | None) -> None:
        if question is not None:
            self.go_to(question)

    def _look_again(self, kept: int | None) -> None:
        if kept is not None:
            self.show_data()

    def _show_at_least(self, wanted: int) -> None:
        """Take away the filters that hide a question."""
        try:
            question = question_list.get(self.workspace.db, wanted)
        except Problem as problem:
            self._studylab.problem(problem)
            self._wanted = None
            return
        self._open_only = self._open_only and question.open
        self._week = self._week if self._week == question.week else None
        self._paper = self._paper if self._paper == question.paper else None
        text = self._containing.casefold()
        self._containing = self._containing if text in question.text.casefold() else ""


def _turned(values: Sequence[T], here: T | None, by: int) -> T | None:
    """The value after (or before) `here`, with None between the last and the first."""
    ring: list[T | None] = [None, *values]
    return ring[(ring.index(here) + by) % len(ring)] if here in ring else None
