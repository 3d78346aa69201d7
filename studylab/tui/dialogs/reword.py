"""Changing a question: its words, its place, its tags."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import question_list, questions
from studylab.store.questions import Question
from studylab.study.tagging import parse_tags
from studylab.tui.about import about_question
from studylab.tui.dialogs.ask import place_line, tags_line
from studylab.tui.dialogs.writing import WritingDialog


class RewordDialog(WritingDialog):
    """Changes what the student wrote of a question."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.text, draft=f"reword-{question.uid}")
        self._question = question

    def heading(self) -> str:
        """What the dialog is for."""
        return _("Change the question")

    def about(self) -> str:
        """What the question is about."""
        return about_question(self.workspace, self._question)

    def compose_below(self) -> Iterable[Widget]:
        """Its place and tags."""
        question = self._question
        yield place_line(question.place, of_paper=bool(question.paper))
        known = [tag for tag, _count in question_list.tags(self.workspace.db)]
        yield tags_line(" ".join(question.tags), known)

    def on_input_submitted(self) -> None:
        """Enter in a field saves."""
        self.action_save()

    def save(self) -> int:
        """Write down what differs.

        Raises:
            Problem: nothing was written; the first time also where another window has changed the
                words, which the second time gives way to these.
        """
        db, before = self.workspace.db, self._question
        now = question_list.get(db, before.id)
        if now.text != before.text and self.text.strip() != before.text:
            self._question = now
            raise Problem(
                _(
                    "another window changed it to “{text}”; ctrl+s again puts your words in its "
                    "place",
                    text=one_line(now.text, 60),
                )
            )
        if self.text.strip() != now.text and self.text.strip() != before.text:
            questions.reword(db, before.id, self.text)
        place = self.query_one("#place", Input).value
        if place.strip() != before.place:
            questions.move(db, [before.id], place=place)
        wanted = parse_tags(self.query_one("#tags", Input).value)[0]
        add = [tag for tag in wanted if tag not in before.tags]
        remove = [tag for tag in before.tags if tag not in wanted]
        if add or remove:
            questions.tag(db, [before.id], add, remove)
        return before.id
