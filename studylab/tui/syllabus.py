"""The whole syllabus as a tree; what is done is ticked here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import progress as store_progress
from studylab.store import question_list
from studylab.study.ticking import named
from studylab.syllabus.model import Item, Kind, Section, Week, progress
from studylab.tui.item_detail import item_detail, part_detail
from studylab.tui.links import copy_link, open_link
from studylab.tui.open_item import open_item
from studylab.tui.palette import command
from studylab.tui.split import SplitRoom
from studylab.tui.syllabus_tree import Part, SyllabusTree


class SyllabusRoom(SplitRoom):
    """Weeks, sections and items; what the cursor is on is shown in full beside them."""

    NAME = "syllabus"
    AUTO_FOCUS = "#tree"

    DEFAULT_CSS = """
    SyllabusRoom {
        #tree { padding: 0 0 0 1; }
        #find { height: 1; display: none; layout: horizontal; padding: 0 1; }
        #find Input { width: 1fr; }
        #find Static { width: auto; }
        #said { color: $foreground 60%; display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "watched", "Watched…", tooltip="Tick a range of episodes: P9-P20"),
        Binding("u", "undo", "Undo", tooltip="Take the last tick back"),
        Binding("slash", "find", "Find", key_display="/"),
        Binding("n", "found(1)", "Next found", show=False),
        Binding("N", "found(-1)", "Previous found", show=False),
        Binding("o", "open_link", "Link", tooltip="Open the link in the browser"),
        Binding("y", "copy", "Copy link", show=False),
        Binding("a", "ask", "Ask", tooltip="Ask a question about what the cursor is on"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted: str | None = None
        self._found: list[str] = []
        self._looked_from: str | None = None

    # What is shown

    def compose_list(self) -> ComposeResult:
        """The tree."""
        workspace = self.workspace
        yield SyllabusTree(workspace.syllabus, chinese=workspace.settings.chinese, id="tree")

    def compose_below(self) -> ComposeResult:
        """What was just done, and the line to look for an item."""
        yield Static(id="said", classes="bar")
        with Horizontal(id="find"):
            yield Static(Content("/"))
            yield Input(placeholder=_("part of a title, or P42"), compact=True)
            yield Static(id="matches")

    @property
    def tree_of_weeks(self) -> SyllabusTree:
        """The tree."""
        return self.query_one(SyllabusTree)

    def on_mount(self) -> None:
        """Start where the student is."""
        if self._wanted is None and (item := self.workspace.next_item()) is not None:
            self._wanted = item.id

    def show_data(self) -> None:
        """Draw the ticks and the details anew."""
        self.tree_of_weeks.show_done(self.workspace.done())
        if self._wanted is not None:
            self.tree_of_weeks.go_to(self._wanted)
            self._wanted = None
        self._show_detail()

    def go_to(self, item: str) -> None:
        """Put the cursor on an item."""
        self._wanted = item
        if self.is_current and self.composed:
            self.show_data()

    def on_tree_node_highlighted(self) -> None:
        """Show the part that the cursor came to."""
        self._show_detail()

    def _show_detail(self) -> None:
        part = self.tree_of_weeks.part
        if isinstance(part, Item):
            asked = question_list.listing(self.workspace.db, item=part.id, limit=20)
            done = store_progress.done_items(self.workspace.db)
            self.detail.show(part.id, item_detail(self.workspace, part, done, asked))
        elif isinstance(part, Week | Section):
            share = progress(part, self.workspace.done())
            self.detail.show(str(part.title), part_detail(self.workspace, part, share))

    # What is done

    def on_tree_node_selected(self, event: SyllabusTree.NodeSelected[Part]) -> None:
        """Open an item; weeks and sections unfold by themselves."""
        if isinstance(event.node.data, Item):
            open_item(self.app, event.node.data)

    def action_tick(self) -> None:
        """Tick an item or untick it; all of a week or section after saying what that means."""
        part = self.tree_of_weeks.part
        if isinstance(part, Item):
            self._change(lambda: self.app.ticks.toggle(part))
        elif isinstance(part, Week | Section):
            self._tick_all(part)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._change(self.app.ticks.undo, hint=False)

    def action_watched(self) -> None:
        """Tick a range of episodes."""
        from studylab.tui.dialogs.watched import WatchedDialog

        self.app.push_screen(WatchedDialog(self.workspace, self.app.ticks), self._say)

    def action_open_link(self) -> None:
        """Open the link of what the cursor is on."""
        open_link(self.app, self._link())

    def action_copy(self) -> None:
        """Copy the link of what the cursor is on."""
        copy_link(self.app, self._link())

    def action_ask(self) -> None:
        """Ask about the item, or about the week."""
        from studylab.tui.dialogs.ask import AskDialog

        tree = self.tree_of_weeks
        if isinstance(tree.part, Item):
            self.app.push_screen(AskDialog(item=tree.part.id))
        elif (week := tree.week_of(tree.cursor_node)) is not None:
            self.app.push_screen(AskDialog(week=week.number))

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        yield command(_("Watched…"), _("Tick a range of episodes"), self.action_watched)
        yield command(_("Find an item"), _("By its number or title"), self.action_find)
        yield command(_("Fold all weeks"), _("Show the ten weeks alone"), self._fold_all)
        yield command(_("Ask a question"), _("About what the cursor is on"), self.action_ask)

    # Looking for an item

    def action_find(self) -> None:
        """Look for an item by its number or a part of its title."""
        part = self.tree_of_weeks.part
        self._looked_from = part.id if isinstance(part, Item) else None
        self.query_one("#said").display = False
        self.query_one("#find").display = True
        self.query_one(Input).value = ""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Go to the first item that fits what is typed so far."""
        self._found = self.tree_of_weeks.found(event.value)
        self.query_one("#matches", Static).update(Content(f" {self._said_found(event.value)}"))
        if self._found:
            self.tree_of_weeks.go_to(self._found[0])

    def _said_found(self, typed: str) -> str:
        count = len(self._found)
        if not typed.strip():
            return ""
        if count < 2:
            return _("{count} found", count=count)
        return _("{count} found, enter keeps it, then n shows the next", count=count)

    def on_input_submitted(self) -> None:
        """Stay where the search went."""
        self._leave_find()

    def action_back(self) -> None:
        """Leave the search, back to where it began, or the detail pane."""
        if self.query_one("#find").display:
            if self._looked_from is not None:
                self.tree_of_weeks.go_to(self._looked_from)
            self._leave_find()
        else:
            super().action_back()

    def action_found(self, by: int) -> None:
        """Go to the next or previous of the items that were found."""
        if not self._found:
            self.action_find()
            return
        part = self.tree_of_weeks.part
        here = part.id if isinstance(part, Item) else ""
        rank = self._found.index(here) + by if here in self._found else 0
        self.tree_of_weeks.go_to(self._found[rank % len(self._found)])

    def _leave_find(self) -> None:
        self.query_one("#find").display = False
        self.tree_of_weeks.focus()

    # The small print

    def _tick_all(self, part: Week | Section) -> None:
        from studylab.tui.dialogs.confirm import ConfirmDialog

        ticks = self.app.ticks
        done = self.workspace.done()
        owed = [i for i in part.items if not (i.id in done or i.optional or i.planned)]
        items = owed or [i for i in part.items if i.id in done]
        change = ticks.tick if owed else ticks.untick
        if len(items) <= 1:
            self._change(lambda: change(items))
            return
        told = {
            "items": named(self.workspace, items),
            "count": len(items),
            "title": one_line(self.workspace.title(part)),
        }
        if owed:
            heading, verb = _("Tick all?"), _("Tick")
            text = _("Tick {items}: {count} things of “{title}”.", **told)
        else:
            heading, verb = _("Untick all?"), _("Untick")
            text = _("Untick {items}: {count} things of “{title}”.", **told)
        kept = [i for i in part.items if owed and i.id not in done and i not in items]
        if kept:
            left = named(self.workspace, kept)
            text += "\n" + _("Left as it is, optional or to come: {items}.", items=left)

        def answered(sure: bool | None) -> None:
            if sure:
                self._change(lambda: change(items))

        self.app.push_screen(ConfirmDialog(heading, text, yes=verb, no=_("Leave")), answered)

    def _change(self, change: Callable[[], str], *, hint: bool = True) -> None:
        try:
            said = change()
        except Problem as problem:
            self.app.problem(problem)
            return
        self._say(said, hint=hint)

    def _say(self, said: str | None, *, hint: bool = True) -> None:
        if said is None:
            return
        self.show_data()
        line = self.query_one("#said", Static)
        line.update(Content(one_line(_("{said} · u takes it back", said=said) if hint else said)))
        line.display = True

    def _link(self) -> str:
        part = self.tree_of_weeks.part
        if isinstance(part, Week) and part.links:
            return part.links[0].url
        if not isinstance(part, Item):
            return ""
        paper = self.workspace.papers.get(part.ref) if part.kind is Kind.PAPER else None
        return part.url or (paper.paper if paper else "")

    def _fold_all(self) -> None:
        for node in self.tree_of_weeks.root.children:
            node.collapse_all()
