"""Answering a question."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from studylab.plain import plain
from studylab.store import questions
from studylab.store.questions import Question
from studylab.tui.about import about_question
from studylab.tui.dialogs.writing import WritingDialog


class AnswerDialog(WritingDialog):
    """Records an answer and where it was found, which closes the question."""

    TITLE = "Answer"
    PLACEHOLDER = "In your own words"

    def __init__(self, question: Question) -> None:
        super().__init__(draft=f"answer-{question.uid}")
        self._question = question

    def about(self) -> str:
        """What the question is about."""
        return about_question(self.workspace, self._question)

    def compose_above(self) -> Iterable[Widget]:
        """The question."""
        yield VerticalScroll(Static(Content(plain(self._question.text))), id="quoted")

    def compose_below(self) -> Iterable[Widget]:
        """Where the answer was found."""
        yield Input(
            placeholder="Source: a link, a page, a person (may be left out)",
            compact=True,
            id="source",
            classes="field",
        )

    @property
    def changed(self) -> bool:
        """Whether an answer or a source was typed."""
        return super().changed or bool(self.query_one("#source", Input).value.strip())

    def save(self) -> int:
        """Record the answer."""
        source = self.query_one("#source", Input).value
        return questions.answer(self.workspace.db, self._question.id, self.text, source=source)

    def on_input_submitted(self) -> None:
        """Enter in the source field saves."""
        self.action_save()


class RewordDialog(WritingDialog):
    """Changes the words of a question."""

    TITLE = "Reword the question"

    def __init__(self, question: Question) -> None:
        super().__init__(question.text, draft=f"reword-{question.uid}")
        self._question = question

    def about(self) -> str:
        """What the question is about."""
        return about_question(self.workspace, self._question)

    def save(self) -> int:
        """Write the new words down."""
        questions.reword(self.workspace.db, self._question.id, self.text)
        return self._question.id
