"""What the screens of the passes have in common."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store.progress import PaperState
from studylab.study import passes
from studylab.study.passes import Tally
from studylab.syllabus.guide import Guide
from studylab.syllabus.papers import Paper
from studylab.tui.editor import open_in_editor
from studylab.tui.links import copy_link, open_link
from studylab.tui.palette import command
from studylab.tui.passes.opening import pass_screen
from studylab.tui.passes.stages import stage_line
from studylab.tui.room import Room
from studylab.tui.tones import QUIET

WIDE = 100
"""Cells from which the panes stand beside each other, as the app's breakpoints have it."""

PASS_KEYS: list[BindingType] = [
    Binding("space,greater_than_sign", "stage(1)", "On", tooltip="On to the next pass"),
    Binding("backspace,less_than_sign", "stage(-1)", "Back a pass", show=False),
    Binding("n", "note", "Note", tooltip="Your note about the paper"),
    Binding("E", "editor", "Note in the editor", show=False, tooltip="Your note, in your editor"),
    Binding("o", "open_link", "Paper", tooltip="Open the paper in the browser"),
    Binding("v", "open_video", "Video", tooltip="Open the companion video in the browser"),
    Binding("y", "copy", "Copy link", show=False),
    Binding("u", "undo", "Undo", show=False, tooltip="Take the last change back"),
    Binding("tab", "other_pane", "Other pane", show=False),
    Binding("shift+tab", "other_pane", "Other pane", show=False),
    Binding("escape", "back", "Back"),
]
"""Keys of every pass; a screen has its own ones before them."""


class PassScreen(Room):
    """One pass of one paper: its name and state above, two panes below.

    The panes are beside each other where there is room, else tab changes between them. The main
    one is called `#main`, the other `#side`.
    """

    NAME = "papers"
    AUTO_FOCUS = "#main"

    DEFAULT_CSS = """
    PassScreen {
        & #head, & #stages {
            height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #panes { layout: horizontal; height: 1fr; margin-top: 1; }
        & #main, & #side { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; }
        & #side { display: none; padding: 0 1; }
        &.-other #side { display: block; }
        &.-other #main { display: none; }
        &.-wide #main, &.-very-wide #main { display: block; }
        &.-wide #side, &.-very-wide #side {
            display: block;
            border-left: solid $foreground 20%;
        }
        &.-wide #side:focus, &.-very-wide #side:focus { border-left: solid $primary; }
        .text { height: auto; max-width: 100; }
    }
    PassScreen.-flat #panes { margin-top: 0; }
    """

    def __init__(self, paper: str) -> None:
        super().__init__()
        self._paper_id = paper
        self._guide: Guide | None = None

    # What is shown

    def compose_room(self) -> ComposeResult:
        yield Static(id="head")
        yield Static(id="stages")
        with Container(id="panes"):
            yield from self.compose_panes()

    def compose_panes(self) -> Iterable[Widget]:
        """The panes, `#main` and `#side`."""
        raise NotImplementedError

    @property
    def paper(self) -> Paper:
        """The paper."""
        return self.workspace.papers[self._paper_id]

    @property
    def guide(self) -> Guide:
        """Its guide, taken apart once."""
        if self._guide is None:
            self._guide = passes.guide_of(self.workspace, self.paper)
        return self._guide

    @property
    def state(self) -> PaperState:
        """How far the paper is."""
        return passes.state_of(self.workspace, self.paper)

    def show_data(self) -> None:
        """Read what has come of the paper so far."""
        if not self.query("#stages"):
            return
        tally = passes.tally(self.workspace, self.paper)
        paper = self.paper
        where = paper.venue or (str(paper.year) if paper.year else "")
        aside = " · ".join(filter(None, (where, _("week {number}", number=paper.week))))
        self.query_one("#head", Static).update(
            Content.assemble(
                Content.styled(one_line(paper.short), "bold $text-primary"),
                "  ",
                Content.styled(one_line(self.workspace.title(paper)), "bold"),
                (f"  {one_line(aside)}", QUIET),
            )
        )
        self._show_stages(tally)
        self.show_tally(tally)

    def show_tally(self, tally: Tally) -> None:
        """Show what belongs to this pass."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Dates stand beside the states where there is room."""
        if self.is_mounted and self.query("#stages"):
            self._show_stages(passes.tally(self.workspace, self.paper))

    def _show_stages(self, tally: Tally) -> None:
        wide = self.size.width >= WIDE
        line = stage_line(self.state, tally.reached, dates=wide)
        if not wide:
            line = Content.assemble(line, (f"  {_('tab: other pane')}", QUIET))
        self.query_one("#stages", Static).update(line)

    # What is done

    def action_stage(self, by: int) -> None:
        """Move the paper to another pass, and open that pass."""
        wanted = passes.moved(self.state, by)
        if wanted is None:
            return
        try:
            passes.set_state(self.workspace, self.paper, wanted)
        except Problem as problem:
            self.app.problem(problem)
            return
        self.show_pass()

    def show_pass(self) -> None:
        """Open the screen of the state that the paper is in, if it is another one."""
        there = pass_screen(self.state, self._paper_id)
        if type(there) is type(self):
            self.show_data()
        else:
            self.app.switch_screen(there)

    def action_other_pane(self) -> None:
        """Give the keys to the other pane; where there is room for one, show that."""
        on_side = self.query_one("#side").has_focus_within
        self.set_class(not on_side, "-other")
        self.query_one("#main" if on_side else "#side").focus()

    def action_note(self) -> None:
        """Open the note about the paper."""
        from studylab.tui.note import NoteScreen

        path = self.workspace.note_file(self._paper_id)
        self.app.push_screen(NoteScreen(path, one_line(self.workspace.title(self.paper))))

    def action_editor(self) -> None:
        """Write the note about the paper in the student's editor."""
        path = self.workspace.note_file(self._paper_id)
        open_in_editor(self.app, path, one_line(self.workspace.title(self.paper)))
        self.show_data()

    def action_ask(self, place: str = "") -> None:
        """Ask a question about the paper."""
        from studylab.tui.dialogs.ask import AskDialog

        dialog = AskDialog(paper=self._paper_id, week=self.paper.week, place=place)
        self.app.push_screen(dialog)

    def action_open_link(self) -> None:
        """Open the paper in the browser."""
        open_link(self.app, self.paper.paper)

    def action_open_video(self) -> None:
        """Open the companion video in the browser."""
        if self.paper.companions:
            open_link(self.app, self.paper.companions[0].url)
        else:
            self.app.notify(_("no companion video is known for it"), timeout=4, markup=False)

    def action_copy(self) -> None:
        """Copy the paper's link."""
        copy_link(self.app, self.paper.paper)

    def action_undo(self) -> None:
        """Take the last change of this sitting back."""
        if self.app.undo():
            self.show_pass()

    def action_back(self) -> None:
        """Back to where the student came from."""
        self.dismiss()

    def commands(self) -> Iterable[SystemCommand]:
        """What a pass adds to the command palette."""
        yield command(_("On to the next pass"), _("Of this paper"), self._on)
        yield command(_("Back a pass"), _("Of this paper"), self._back)
        yield command(_("Open the note"), _("About this paper"), self.action_note)
        yield command(_("Ask a question"), _("About this paper"), self.action_ask)

    def _on(self) -> None:
        self.action_stage(1)

    def _back(self) -> None:
        self.action_stage(-1)
