"""A paper's metadata, how far it has been read, and its guide."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from studylab.language import _, listed, n_
from studylab.plain import one_line, plain
from studylab.store import missed, question_list
from studylab.study import passes
from studylab.syllabus.papers import Companion, Paper
from studylab.tui.item_detail import url_link
from studylab.tui.passes.stages import stage_line
from studylab.tui.split import Detail
from studylab.workspace import Workspace

QUIET = "$foreground 60%"
LABEL = 9


class PaperDetail(Detail):
    """A paper's metadata, and below it its text."""

    DEFAULT_CSS = "PaperDetail > #body { margin-top: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Static(id="body")

    def show_paper(self, workspace: Workspace, paper: Paper) -> None:
        """Show a paper: of its guide, what may be seen by now."""
        state = passes.state_of(workspace, paper)
        both = (one_line(paper.title), one_line(paper.title_zh))
        first = one_line(workspace.title(paper))
        other = next((title for title in both if title and title != first), "")
        where = one_line(paper.venue) or (str(paper.year) if paper.year else "")
        week = _("week {number}", number=paper.week)
        aside = [where, week, _("optional") if paper.optional else ""]
        found = missed.tally(workspace.db).get(paper.id, 0)
        said = n_("{count} point missed at first", "{count} points missed at first", found)
        asked = question_list.listing(workspace.db, paper=paper.id, status="open", limit=4)
        lines: list[Content | None] = [
            Content.styled(first, "bold"),
            Content.styled(other, QUIET) if other else None,
            Content(one_line(listed(paper.authors))),
            Content.styled(" · ".join(filter(None, aside)), QUIET),
            stage_line(state, passes.reached(workspace, paper), dates=False),
            _labelled(_("paper"), paper.paper),
            _labelled(_("code"), paper.code),
            _labelled(_("project"), paper.project),
            *(_video(companion) for companion in paper.companions),
            _note_line(workspace.note_file(paper.id)),
            Content.assemble(("!  ", "$text-error"), said) if found else None,
            *(Content.assemble(("?  ", "$text-warning"), one_line(q.text)) for q in asked),
        ]
        self.show(paper.id, Content("\n").join(line for line in lines if line))
        guide = passes.shown_guide(workspace, paper, answers=passes.compared(state))
        self.show_body(plain(guide))

    def show_body(self, text: str) -> None:
        """Show Markdown, after the metadata: whoever walks through the list sees that at once."""
        if text != self._text:
            self._text = text
            self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        # 80 ms to import: only for who looks at a paper.
        from studylab.tui.page import Page

        self.query_one("#body", Static).update(Page(self.app, self._text))


def _label(label: str) -> Content:
    content = Content.styled(label, QUIET)
    return content.pad_right(max(1, LABEL - content.cell_length))


def _labelled(label: str, url: str) -> Content | None:
    return Content.assemble(_label(label), url_link(url)) if url else None


def _video(companion: Companion) -> Content:
    title = one_line(companion.title)
    if companion.minutes:
        title = _("{title}, {minutes:g} min", title=title, minutes=companion.minutes)
    return Content.assemble(_label(_("video")), title, "\n", " " * LABEL, url_link(companion.url))


def _note_line(path: Path) -> Content:
    try:
        size = path.stat().st_size
    except OSError:
        return Content.assemble(_label(_("note")), (_("none yet: n begins it"), QUIET))
    bytes = n_("({count:,} byte)", "({count:,} bytes)", size)
    return Content.assemble(_label(_("note")), f"{path} ", (bytes, QUIET))
