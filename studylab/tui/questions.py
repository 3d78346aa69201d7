"""What is not understood yet, and what has been found out since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content

from studylab.language import _
from studylab.problem import Problem
from studylab.store import question_list
from studylab.store.questions import Answer, Question
from studylab.tui.palette import command
from studylab.tui.question_bulk import BulkRoom
from studylab.tui.question_detail import question_detail
from studylab.tui.question_filter import AT_FIRST
from studylab.tui.question_links import one_of, open_run, open_source
from studylab.tui.question_rows import Rows, columns
from studylab.tui.widgets.row_list import RowList

MOST = 500
"""Questions listed at once; beyond that the filters help."""


class QuestionList(RowList):
    """The list, where enter answers."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Answer")]


class QuestionsRoom(BulkRoom):
    """The questions, filtered, and the one that the cursor is on in full."""

    NAME = "questions"
    AUTO_FOCUS = "#rows"

    DEFAULT_CSS = "QuestionsRoom #rows { padding: 0 0 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask", "Ask"),
        Binding("e", "reword", "Edit", tooltip="Change the question's words, place and tags"),
        Binding("E", "edit_answer", "Edit answer", show=False, tooltip="Change an answer"),
        Binding("l", "open_run", "Run", show=False, tooltip="Open the run that it is about"),
        Binding("v", "open_source", "Source", show=False, tooltip="Open an answer's link or video"),
        Binding("R", "review", "Review", show=False, tooltip="What comes back today"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted: int | None = None
        self._shown: dict[str, Question] = {}

    # What is shown

    def compose_list(self) -> ComposeResult:
        """The list."""
        yield QuestionList(columns(), id="rows")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def question(self) -> Question | None:
        """The question that the cursor is on."""
        return self._shown.get(self.rows.key or "") if self.composed else None

    @property
    def shown(self) -> Sequence[Question]:
        """The questions in the list, in its order."""
        return list(self._shown.values())

    def show_data(self) -> None:
        """Read the questions that pass the filter."""
        found = question_list.listing(self.workspace.db, **self.filter.arguments(), limit=MOST)
        if self._wanted is not None and all(each.id != self._wanted for each in found):
            found = self._with_wanted(self._wanted)
        self._shown = {str(question.id): question for question in found}
        # What is done to the marked ones is done to what is seen, and to nothing else.
        self.marked &= {question.id for question in found}
        self._show_rows()
        if self._wanted is not None:
            self.rows.go_to(str(self._wanted))
            self._wanted = None
        self._show_detail()

    def show_marks(self) -> None:
        """Show what is marked now."""
        self._show_rows()

    def _show_rows(self) -> None:
        make = Rows(self.workspace)
        query = self.filter.containing
        rows = [
            make.row(each, query, marked=each.id in self.marked) for each in self._shown.values()
        ]
        self.rows.set_rows(rows, empty=None if rows else self._empty())
        self.show_filter(len(rows), MOST, len(self.marked))

    def _show_detail(self) -> None:
        question = self.question
        if question is None:
            self.detail.show("", Content(""))
        else:
            content = question_detail(self.workspace, question, self.filter.containing)
            self.detail.show(str(question.id), content)

    def _empty(self) -> str:
        if replace(self.filter, status=None, sort=AT_FIRST.sort) != replace(AT_FIRST, status=None):
            return _("No question fits these filters: x takes them away.")
        if self.filter.status is None or not question_list.listing(self.workspace.db, limit=1):
            return _(
                "No question yet: press a on any video, homework, paper or run, or here.\n"
                "Write down what you do not understand while you read; answer it when you know."
            )
        return _("No open question. s shows the answered ones too.")

    def go_to(self, question: int) -> None:
        """Put the cursor on a question, whatever the filters are."""
        self._wanted = question
        if self.is_current and self.composed:
            self.show_data()

    def _with_wanted(self, wanted: int) -> list[Question]:
        """Take the filters away that hide a question; one that is far down is listed alone."""
        db, old = self.workspace.db, self.filter
        try:
            question = question_list.get(db, wanted)
        except Problem as problem:
            self.app.problem(problem)
            self._wanted = None
            return question_list.listing(db, **old.arguments(), limit=MOST)
        self.filter = replace(AT_FIRST, status=old.status if question.open else None, sort=old.sort)
        self.set_filter(self.filter)
        found = question_list.listing(db, **self.filter.arguments(), limit=MOST)
        return found if any(each.id == wanted for each in found) else [question]

    def on_row_list_highlighted(self) -> None:
        """Show the question that the cursor came to."""
        self._show_detail()

    def cursor_on(self) -> None:
        """Go to the next row."""
        self.rows.cursor += 1

    # What is done

    def on_row_list_selected(self) -> None:
        """Answer the question that the cursor is on."""
        self.action_answer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the keys that do something with this question."""
        if action == "open_run":
            return bool(self.question and self.question.run)
        if action == "edit_answer":
            return bool(self.question and self.question.answers)
        return super().check_action(action, parameters)

    def action_ask(self) -> None:
        """Ask about the paper or the week that is filtered for, else about the week at hand."""
        from studylab.tui.dialogs.ask import AskDialog

        week, paper = self.filter.week, self.filter.paper or ""
        if week is None and not paper:
            week = self.workspace.current_week().number
        self.app.push_screen(AskDialog(week=week, paper=paper), self._kept)

    def action_answer(self) -> None:
        """Answer the question that the cursor is on."""
        from studylab.tui.dialogs.answer import AnswerDialog

        if self.question is not None:
            self.app.push_screen(AnswerDialog(self.question), self._look_again)

    def action_reword(self) -> None:
        """Change the question that the cursor is on."""
        from studylab.tui.dialogs.reword import RewordDialog

        if self.question is not None:
            self.app.push_screen(RewordDialog(self.question), self._look_again)

    def action_edit_answer(self) -> None:
        """Change an answer; of several, ask which."""
        from studylab.tui.dialogs.answer import EditAnswerDialog

        question = self.question
        if question is None or not question.answers:
            return

        def edit(answer: Answer) -> None:
            self.app.push_screen(EditAnswerDialog(question, answer), self._look_again)

        one_of(self.app, _("Which answer?"), question.answers, edit)

    def action_open_run(self) -> None:
        """Open the live view of the run that the question is about."""
        if self.question is not None and self.question.run:
            open_run(self.app, self.question.run, self.question.step)

    def action_open_source(self) -> None:
        """Open the link or the video of an answer; of several, ask which."""
        if self.question is not None:
            open_source(self.app, self.question)

    def action_review(self) -> None:
        """Review what comes back today."""
        from studylab.tui.review import ReviewScreen

        self.app.push_screen(ReviewScreen())

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        yield command(_("Ask a question"), _("About the week at hand"), self.action_ask)
        yield command(_("Open or all questions"), _("Show answered ones too"), self.action_all)
        yield command(
            _("Find a question"), _("By its words, its answers, tags or place"), self.action_find
        )
        yield command(
            _("Order of the questions"), _("Newest, oldest, changed, week, paper"), self.action_sort
        )
        yield command(_("Questions with a tag"), _("Choose the tag"), self.action_by_tag)
        yield command(_("Saved filters"), _("Choose or delete one"), self.action_filters)
        yield command(_("Save the filter"), _("Under a name"), self.action_save_filter)
        yield command(_("Clear the filters"), _("Show all open questions"), self.action_clear)
        yield command(_("Mark all questions shown"), _("Or none"), self.action_mark_all)
        yield command(_("Tag questions"), _("The marked ones, or this one"), self.action_tag)
        yield command(_("Close questions"), _("The marked ones, or this one"), self.action_close)
        yield command(_("Reopen questions"), _("The marked ones, or this one"), self.action_reopen)
        yield command(
            _("Move questions to a week"), _("The marked ones, or this one"), self.action_move
        )
        yield command(_("Delete questions"), _("The marked ones, or this one"), self.action_delete)
        yield command(_("Changes"), _("What can be taken back"), self.action_changes)
        for paper in self.workspace.papers.values():
            yield command(
                _("Questions about {paper}", paper=paper.short),
                self.workspace.title(paper),
                partial(self.only_paper, paper.id),
            )

    def _kept(self, question: int | None) -> None:
        if question is not None:
            self.go_to(question)

    def _look_again(self, kept: int | None) -> None:
        if kept is not None:
            self.show_data()
