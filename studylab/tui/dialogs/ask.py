"""Asking a question, from any room."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from studylab.language import _
from studylab.store import question_list, questions
from studylab.store.runs import NoSuchRun
from studylab.store.runs import get as get_run
from studylab.study.tagging import parse_tags
from studylab.syllabus.model import Item, Kind
from studylab.tui.about import about
from studylab.tui.dialogs.tag_field import TagSuggester
from studylab.tui.dialogs.writing import WritingDialog


class AskDialog(WritingDialog):
    """Records a question about whatever is given; dismisses with its number, or with None.

    An item brings its week, a paper's item its paper, and a lab's run the week of the lab.
    """

    def __init__(
        self,
        *,
        week: int | None = None,
        item: str = "",
        paper: str = "",
        place: str = "",
        run: str = "",
        step: int | None = None,
        text: str = "",
    ) -> None:
        """`text` is a question that somebody has worded already."""
        super().__init__(text, draft=f"question-{run}" if text else "question")
        self._week = week
        self._item = item
        self._paper = paper
        self._place = place
        self._run = run
        self._step = step

    def heading(self) -> str:
        """What the dialog is for."""
        return _("Ask a question")

    def placeholder(self) -> str:
        """What stands in the text area while it is empty."""
        return _("What is it that you do not understand?")

    def about(self) -> str:
        """What the question is about; the place has a field."""
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
            run=self._run,
            step=self._step,
        )

    def compose_below(self) -> Iterable[Widget]:
        """Where it came up, and tags."""
        yield place_line(self._place, of_paper=bool(self._paper))
        yield tags_line("", [tag for tag, _count in question_list.tags(self.workspace.db)])

    def save(self) -> int:
        """Record the question."""
        return questions.ask(
            self.workspace.db,
            self.text,
            week=self._week,
            item=self._item,
            paper=self._paper,
            place=self.query_one("#place", Input).value,
            run=self._run,
            step=self._step,
            tags=parse_tags(self.query_one("#tags", Input).value)[0],
        )

    def on_input_submitted(self) -> None:
        """Enter in a field saves."""
        self.action_save()

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


def place_line(place: str, *, of_paper: bool) -> Widget:
    """The field for where in a paper or a video it came up."""
    example = (
        _("section 3.2, equation 1, figure 2, page 5") if of_paper else _("12:40 of the video")
    )
    return Horizontal(
        Static(_("Place")),
        Input(
            place,
            placeholder=example,
            compact=True,
            select_on_focus=False,
            id="place",
            classes="field",
        ),
        classes="line",
    )


def tags_line(tags: str, known: list[str]) -> Widget:
    """The field for tags."""
    return Horizontal(
        Static(_("Tags")),
        Input(
            tags,
            placeholder=_("words, such as loss attention"),
            suggester=TagSuggester(known),
            compact=True,
            select_on_focus=False,
            id="tags",
            classes="field",
        ),
        classes="line",
    )
