"""Asking a question, from any room."""

from __future__ import annotations

from studylab.store import questions
from studylab.store.runs import NoSuchRun
from studylab.store.runs import get as get_run
from studylab.syllabus.model import Item, Kind
from studylab.tui.about import about
from studylab.tui.dialogs.writing import WritingDialog


class AskDialog(WritingDialog):
    """Records a question about whatever is given; dismisses with its number, or with None.

    An item brings its week, a paper's item its paper, and a lab's run the week of the lab.
    """

    TITLE = "Ask a question"
    PLACEHOLDER = "What is it that you do not understand?"

    def __init__(
        self,
        *,
        week: int | None = None,
        item: str = "",
        paper: str = "",
        place: str = "",
        run: str = "",
        step: int | None = None,
    ) -> None:
        super().__init__(draft="question")
        self._week = week
        self._item = item
        self._paper = paper
        self._place = place
        self._run = run
        self._step = step

    def about(self) -> str:
        """What the question is about."""
        item = self._syllabus_item()
        if item is not None:
            self._week = item.week if self._week is None else self._week
            if item.kind is Kind.PAPER:
                self._paper = self._paper or item.ref
        return about(
            self.workspace,
            week=self._week,
            item=self._item,
            paper=self._paper,
            place=self._place,
            run=self._run,
            step=self._step,
        )

    def save(self) -> int:
        """Record the question."""
        return questions.ask(
            self.workspace.db,
            self.text,
            week=self._week,
            item=self._item,
            paper=self._paper,
            place=self._place,
            run=self._run,
            step=self._step,
        )

    def _syllabus_item(self) -> Item | None:
        items = self.workspace.syllabus.items
        if self._item:
            return next((item for item in items if item.id == self._item), None)
        if self._paper:
            papers = (item for item in items if item.kind is Kind.PAPER)
            return next((item for item in papers if item.ref == self._paper), None)
        if self._run:
            try:
                lab = get_run(self.workspace.db, self._run).lab
            except NoSuchRun:
                return None
            return next((item for item in items if lab and item.ref == lab), None)
        return None
