"""The papers: how far each has been read, what it is about, and what came of reading it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import missed, question_list
from studylab.store.progress import PaperState
from studylab.study import passes
from studylab.syllabus.papers import Paper
from studylab.tui.editor import open_in_editor
from studylab.tui.links import copy_link, open_link
from studylab.tui.palette import command
from studylab.tui.paper_detail import PaperDetail
from studylab.tui.passes.opening import pass_screen
from studylab.tui.split import Detail, SplitRoom
from studylab.tui.widgets.row_list import Column, Pair, Row, RowList

QUIET = "$foreground 60%"


class PaperList(RowList):
    """The list, where enter opens the pass that a paper is in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Read", tooltip="Open the pass that the paper is in")
    ]


class PapersRoom(SplitRoom):
    """Papers with their states; the one that the cursor is on in full."""

    NAME = "papers"
    AUTO_FOCUS = "#rows"

    DEFAULT_CSS = """
    PapersRoom {
        #rows { padding: 0 0 0 1; }
        #detail { height: 55%; }
        &.-wide #list, &.-very-wide #list { width: 1fr; }
        &.-wide #detail, &.-very-wide #detail { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "note", "Note", tooltip="Your note about the paper"),
        Binding("space", "stage(1)", "Stage", tooltip="On to the next stage of reading"),
        Binding("backspace", "stage(-1)", "Stage back", show=False),
        Binding("o", "open_link", "Link", tooltip="Open the paper in the browser"),
        Binding("v", "open_video", "Video", tooltip="Open the companion video in the browser"),
        Binding("y", "copy", "Copy link", show=False),
        Binding("a", "ask", "Ask", tooltip="Ask a question about the paper"),
        Binding(
            "E", "editor", "Note in the editor", show=False, tooltip="Your note, in your editor"
        ),
        Binding("i", "questions", "Its questions", show=False),
        Binding("u", "undo", "Undo", show=False, tooltip="Take the last change back"),
        Binding("plus", "add", "Add a paper…", show=False, key_display="+"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted: str | None = None

    # What is shown

    def compose_list(self) -> ComposeResult:
        """The list."""
        yield PaperList(
            [
                Column(4, fit=True, title=_("week"), align="right"),
                Column(14, fit=True, title=_("paper")),
                Column(title=_("title"), needs=44),
                Column(10, title=_("read")),
                Column(3, fit=True, align="right"),
                Column(3, fit=True, align="right", needs=40),
                Column(1),
            ],
            id="rows",
            empty=_("No paper: the folder of papers is empty, or none of its files can be read."),
        )

    def compose_detail(self) -> Detail:
        """The pane with the paper's text."""
        return PaperDetail()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def paper(self) -> Paper | None:
        """The paper that the cursor is on."""
        return self.workspace.papers.get(self.rows.key or "")

    def on_mount(self) -> None:
        """Start at the paper of the week at hand."""
        week = self.workspace.current_week().number
        here = (paper.id for paper in self._papers() if paper.week >= week)
        self._wanted = self._wanted or next(here, None)

    def show_data(self) -> None:
        """Read how far the papers are."""
        states = passes.states(self.workspace)
        asked: dict[str, int] = {}
        for _week, paper, status, count in question_list.tally(self.workspace.db):
            if status == "open":
                asked[paper] = asked.get(paper, 0) + count
        found = missed.tally(self.workspace.db)
        self.rows.set_rows(
            [
                self._row(paper, states[paper.id], asked.get(paper.id, 0), found.get(paper.id, 0))
                for paper in self._papers()
            ]
        )
        if self._wanted is not None:
            self.rows.go_to(self._wanted)
            self._wanted = None
        self._show_detail()

    def go_to(self, paper: str) -> None:
        """Put the cursor on a paper."""
        self._wanted = paper
        if self.is_current and self.composed:
            self.show_data()

    def on_row_list_highlighted(self) -> None:
        """Show the paper that the cursor came to."""
        self._show_detail()

    def _papers(self) -> list[Paper]:
        """The papers in the syllabus' order, then those that are not in it."""
        order = [item.ref for item in self.workspace.syllabus.papers]
        rank = {ref: number for number, ref in enumerate(order)}
        papers = self.workspace.papers.values()
        return sorted(papers, key=lambda p: (rank.get(p.id, len(rank)), p.week, p.id))

    def _row(self, paper: Paper, state: PaperState, asked: int, found: int) -> Row:
        tone = {PaperState.TO_READ: QUIET, PaperState.DONE: "$text-success"}.get(
            state, "$text-primary"
        )
        optional = _("optional") if paper.optional else ""
        title = one_line(self.workspace.title(paper))
        note = "✎" if self.workspace.note_file(paper.id).exists() else ""
        return Row(
            paper.id,
            (
                Content.styled(str(paper.week), QUIET),
                Content.styled(one_line(paper.short), "bold"),
                Pair(title, Content.styled(optional, QUIET)),
                Content.styled(_(state.value), tone),
                Content.styled(f"{asked}?" if asked else "", "$text-warning"),
                Content.styled(f"{found}!" if found else "", "$text-error"),
                Content.styled(note, QUIET),
            ),
        )

    def _show_detail(self) -> None:
        if self.paper is not None:
            assert isinstance(self.detail, PaperDetail)
            self.detail.show_paper(self.workspace, self.paper)

    # What is done

    def on_row_list_selected(self) -> None:
        """Open the pass that the paper is in."""
        paper = self.paper
        if paper is not None:
            self.app.push_screen(pass_screen(passes.state_of(self.workspace, paper), paper.id))

    def action_note(self) -> None:
        """Open the note about the paper."""
        from studylab.tui.note import NoteScreen

        paper = self.paper
        if paper is not None:
            path = self.workspace.note_file(paper.id)
            self.app.push_screen(NoteScreen(path, one_line(self.workspace.title(paper))))

    def action_editor(self) -> None:
        """Write the note about the paper in the student's editor."""
        paper = self.paper
        if paper is not None:
            path = self.workspace.note_file(paper.id)
            open_in_editor(self.app, path, one_line(self.workspace.title(paper)))
            self.show_data()

    def action_stage(self, by: int) -> None:
        """Move the paper on to the next stage of reading, or back."""
        paper = self.paper
        if paper is None:
            return
        wanted = passes.moved(passes.state_of(self.workspace, paper), by)
        if wanted is None:
            return
        try:
            passes.set_state(self.workspace, paper, wanted)
        except Problem as problem:
            self.app.problem(problem)
        self.show_data()

    def action_undo(self) -> None:
        """Take the last change of this sitting back."""
        self.app.undo()
        self.show_data()

    def action_add(self) -> None:
        """Add a paper of the student's own."""
        from studylab.tui.dialogs.add_paper import AddPaperDialog

        def added(id: str | None) -> None:
            if id is not None:
                self.go_to(id)

        self.app.push_screen(AddPaperDialog(), added)

    def action_open_link(self) -> None:
        """Open the paper in the browser."""
        if self.paper is not None:
            open_link(self.app, self.paper.paper)

    def action_open_video(self) -> None:
        """Open the companion video in the browser."""
        if self.paper is None:
            return
        if not self.paper.companions:
            self.app.notify(_("no companion video is known for it"), timeout=4, markup=False)
            return
        open_link(self.app, self.paper.companions[0].url)

    def action_copy(self) -> None:
        """Copy the paper's link."""
        if self.paper is not None:
            copy_link(self.app, self.paper.paper)

    def action_ask(self) -> None:
        """Ask a question about the paper."""
        from studylab.tui.dialogs.ask import AskDialog

        if self.paper is not None:
            self.app.push_screen(AskDialog(paper=self.paper.id, week=self.paper.week))

    def action_questions(self) -> None:
        """Show the questions about the paper."""
        from studylab.tui.questions import QuestionsRoom

        if self.paper is not None:
            paper = self.paper.id
            self.app.action_show_room("questions")
            self.app.get_screen("questions", QuestionsRoom).only_paper(paper)

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        yield command(_("Add a paper…"), _("From arXiv, or by its title"), self.action_add)
        yield command(_("Open the note"), _("About this paper"), self.action_note)
        yield command(_("Questions about this paper"), _("All of them"), self.action_questions)
        yield command(_("Stage back"), _("This paper was not read so far"), self._stage_back)
        for paper in self._papers():
            yield command(
                f"{paper.short}: {paper.title}",
                _("Go to that paper"),
                partial(self.go_to, paper.id),
            )

    def _stage_back(self) -> None:
        self.action_stage(-1)
