"""The papers: how far each has been read, what it is about, and the student's notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from studylab.plain import one_line, plain
from studylab.problem import Problem
from studylab.store import progress, question_list
from studylab.store.progress import PaperState, shown_state
from studylab.syllabus.guide import without_answers
from studylab.syllabus.model import Item
from studylab.syllabus.papers import Paper
from studylab.tui.editor import edit_note
from studylab.tui.item_detail import url_link
from studylab.tui.links import copy_link, open_link
from studylab.tui.palette import command
from studylab.tui.split import Detail, SplitRoom
from studylab.tui.widgets.row_list import Column, Pair, Row, RowList

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

QUIET = "$foreground 60%"
STAGES = tuple(PaperState)


class PaperDetail(Detail):
    """A paper's metadata, and below it its text."""

    DEFAULT_CSS = "PaperDetail > #body { margin-top: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Static(id="body")

    def show_body(self, text: str) -> None:
        """Show Markdown, after the metadata: whoever walks through the list sees that at once."""
        if text != self._text:
            self._text = text
            self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        # 80 ms to import: only for who looks at a paper.
        from studylab.tui.page import Page

        self.query_one("#body", Static).update(Page(self.app, self._text))


class PaperList(RowList):
    """The list, where enter opens the page to read."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Read")]


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
        Binding("n", "note", "Note", tooltip="Write the note about the paper in your editor"),
        Binding("space", "stage(1)", "Stage", tooltip="On to the next stage of reading"),
        Binding("backspace", "stage(-1)", "Stage back", show=False),
        Binding("o", "open_link", "Link", tooltip="Open the paper in the browser"),
        Binding("v", "open_video", "Video", tooltip="Open the companion video in the browser"),
        Binding("y", "copy", "Copy link", show=False),
        Binding("a", "ask", "Ask", tooltip="Ask a question about the paper"),
        Binding("i", "questions", "Its questions", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted: str | None = None

    # What is shown

    def compose_list(self) -> ComposeResult:
        """The list."""
        yield PaperList(
            [
                Column(4, title="week", align="right"),
                Column(14, fit=True, title="paper"),
                Column(title="title", needs=44),
                Column(10, title="read"),
                Column(2, fit=True, align="right"),
                Column(1),
            ],
            id="rows",
            empty="No paper: the folder of papers is empty, or none of its files can be read.",
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
        db = self.workspace.db
        done = self.workspace.done()
        recorded = progress.paper_states(db)
        asked: dict[str, int] = {}
        for _, paper, status, count in question_list.tally(db):
            if status == "open":
                asked[paper] = asked.get(paper, 0) + count
        self.rows.set_rows(
            [
                self._row(paper, self._state(paper, recorded, done), asked.get(paper.id, 0))
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

    def _item(self, paper: Paper) -> Item | None:
        items = self.workspace.syllabus.papers
        return next((item for item in items if item.ref == paper.id), None)

    def _state(
        self, paper: Paper, recorded: Mapping[str, PaperState], done: Collection[str]
    ) -> PaperState:
        item = self._item(paper)
        if item is None:
            return recorded.get(paper.id, PaperState.TO_READ)
        return shown_state(recorded.get(paper.id), ticked=item.id in done)

    def _row(self, paper: Paper, state: PaperState, asked: int) -> Row:
        tone = {PaperState.TO_READ: QUIET, PaperState.DONE: "$text-success"}.get(
            state, "$text-primary"
        )
        optional = "  optional" if paper.optional else ""
        title = one_line(self.workspace.title(paper))
        note = "✎" if self.workspace.note_file(paper.id).exists() else ""
        return Row(
            paper.id,
            (
                Content.styled(str(paper.week), QUIET),
                Content.styled(one_line(paper.short), "bold"),
                Pair(title, Content.styled(optional.strip(), QUIET)),
                Content.styled(state.value, tone),
                Content.styled(f"{asked}?" if asked else "", "$text-warning"),
                Content.styled(note, QUIET),
            ),
        )

    def _show_detail(self) -> None:
        paper = self.paper
        if paper is None:
            return
        both = (one_line(paper.title), one_line(paper.title_zh))
        first = one_line(self.workspace.title(paper))
        other = next((title for title in both if title and title != first), "")
        optional = " · optional" if paper.optional else ""
        asked = question_list.listing(self.workspace.db, paper=paper.id, status="open", limit=4)
        lines: list[Content | None] = [
            Content.styled(first, "bold"),
            Content.styled(other, QUIET) if other else None,
            Content(one_line(", ".join(paper.authors))),
            Content.styled(f"{one_line(paper.venue)} · week {paper.week}{optional}", QUIET),
            _labelled("paper", paper.paper),
            _labelled("code", paper.code),
            _labelled("project", paper.project),
        ]
        for companion in paper.companions:
            minutes = f", {companion.minutes:g} min" if companion.minutes else ""
            lines.append(
                Content.assemble(
                    ("video    ", QUIET),
                    f"{one_line(companion.title)}{minutes}\n         ",
                    url_link(companion.url),
                )
            )
        note = self.workspace.note_file(paper.id)
        lines.append(_note_line(note))
        lines += [Content.assemble(("?  ", "$text-warning"), one_line(q.text)) for q in asked]
        self.detail.show(paper.id, Content("\n").join(line for line in lines if line))
        assert isinstance(self.detail, PaperDetail)
        state = self._state(paper, progress.paper_states(self.workspace.db), self.workspace.done())
        compared = state in (PaperState.COMPARE, PaperState.DONE)
        guide = self.workspace.guide(paper)
        self.detail.show_body(plain(guide if compared else without_answers(guide)))

    # What is done

    def on_row_list_selected(self) -> None:
        """Read the paper's page alone."""
        self.action_zoom()

    def action_note(self) -> None:
        """Write the note about the paper in the editor, and come back."""
        paper = self.paper
        if paper is None:
            return
        path = self.workspace.note_file(paper.id)
        heading = f"{one_line(paper.short)}: {one_line(paper.title)}"
        try:
            edit_note(self.app, self.workspace.settings, path, heading)
        except Problem as problem:
            self._studylab.problem(problem)
        self.show_data()

    def action_stage(self, by: int) -> None:
        """Move the paper on to the next stage of reading, or back."""
        paper = self.paper
        if paper is None:
            return
        workspace = self.workspace
        done = workspace.done()
        now = self._state(paper, progress.paper_states(workspace.db), done)
        wanted = STAGES.index(now) + by
        if not 0 <= wanted < len(STAGES):
            return
        item = self._item(paper)
        try:
            # The tick first: if the second write fails, what is shown is still what was asked for.
            if item is not None and STAGES[wanted] is PaperState.DONE:
                self._studylab.ticks.tick([item])
            elif item is not None and now is PaperState.DONE:
                self._studylab.ticks.untick([item])
            progress.set_paper_state(workspace.db, paper.id, STAGES[wanted])
        except Problem as problem:
            self._studylab.problem(problem)
        self.show_data()

    def action_open_link(self) -> None:
        """Open the paper in the browser."""
        if self.paper is not None:
            open_link(self.app, self.paper.paper)

    def action_open_video(self) -> None:
        """Open the companion video in the browser."""
        if self.paper is None:
            return
        if not self.paper.companions:
            self.app.notify("no companion video is known for it", timeout=4, markup=False)
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
            self.app.push_screen(AskDialog(paper=self.paper.id))

    def action_questions(self) -> None:
        """Show the questions about the paper."""
        from studylab.tui.questions import QuestionsRoom

        if self.paper is not None:
            paper = self.paper.id
            self._studylab.action_show_room("questions")
            self.app.get_screen("questions", QuestionsRoom).only_paper(paper)

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        yield command("Write the note", "About this paper, in your editor", self.action_note)
        yield command("Questions about this paper", "All of them", self.action_questions)
        yield command("Stage back", "This paper was not read so far", self._stage_back)
        for paper in self._papers():
            yield command(
                f"{paper.short}: {paper.title}",
                "Go to that paper",
                partial(self.go_to, paper.id),
            )

    @property
    def _studylab(self) -> StudylabApp:
        app: StudylabApp = self.app  # type: ignore[assignment]
        return app

    def _stage_back(self) -> None:
        self.action_stage(-1)


def _labelled(label: str, url: str) -> Content | None:
    return Content.assemble((f"{label:<9}", QUIET), url_link(url)) if url else None


def _note_line(path: Path) -> Content:
    try:
        size = path.stat().st_size
    except OSError:
        return Content.styled("note     none yet: n begins it", QUIET)
    return Content.assemble(("note     ", QUIET), f"{path} ", (f"({size:,} bytes)", QUIET))
