"""Writing about a missed point: one of the student's own, or a remark on one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from studylab.language import _
from studylab.plain import plain
from studylab.store import missed
from studylab.store.missed import MissedPoint
from studylab.study.passes import tick_point
from studylab.syllabus.guide import plain_point
from studylab.syllabus.papers import Paper
from studylab.tui.about import about
from studylab.tui.dialogs.writing import WritingDialog


class MissedDialog(WritingDialog):
    """Records something that the first pass left out, in the student's words."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(draft=f"missed-{paper.id}")
        self._paper = paper

    def heading(self) -> str:
        """What the dialog is for."""
        return _("A missed point")

    def about(self) -> str:
        """The paper."""
        return about(self.workspace, week=self._paper.week, paper=self._paper.id)

    def placeholder(self) -> str:
        """What stands in the text area while it is empty."""
        return _("What did the first pass leave out?")

    def save(self) -> int:
        """Record the point."""
        paper = self._paper
        return missed.note_missed(self.workspace.db, self.text, paper=paper.id, week=paper.week)


class RemarkDialog(WritingDialog):
    """Records what the student has to say about a point; one of the guide is ticked with it."""

    def __init__(self, paper: Paper, point: MissedPoint | None, rank: int, text: str) -> None:
        """`point` is None, and `rank` and `text` are the guide's, where it is not ticked yet."""
        uid = point.uid if point is not None else f"{paper.id}-{rank}"
        super().__init__(point.remark if point is not None else "", draft=f"remark-{uid}")
        self._paper = paper
        self._point = point
        self._rank = rank
        self._of = point.text if point is not None else plain_point(text)

    def heading(self) -> str:
        """What the dialog is for."""
        return _("A remark")

    def about(self) -> str:
        """The paper."""
        return about(self.workspace, week=self._paper.week, paper=self._paper.id)

    def placeholder(self) -> str:
        """What stands in the text area while it is empty."""
        return _("Why did you miss it? Where is it in the paper?")

    def compose_above(self) -> Iterable[Widget]:
        """The point."""
        yield VerticalScroll(Static(Content(plain(self._of))), id="quoted")

    def save(self) -> int:
        """Write the remark down."""
        db = self.workspace.db
        if self._point is None:
            return tick_point(self.workspace, self._paper, self._rank, self._of, remark=self.text)
        missed.change_missed(db, self._point.id, remark=self.text)
        return self._point.id
