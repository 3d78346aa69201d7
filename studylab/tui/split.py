"""A room with a list, and beside or below it the whole of what the cursor is on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from studylab.language import _
from studylab.tui.room import Room


class Detail(VerticalScroll, can_focus=True):
    """The pane that shows one thing in full; it starts at its top for each new thing."""

    DEFAULT_CSS = """
    Detail {
        padding: 0 1;
        scrollbar-size-vertical: 1;
        border-title-align: right;
        border-title-color: $foreground 60%;
        & > Static { height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._key: str | None = None
        self.border_title = _("z enlarges")

    def compose(self) -> ComposeResult:
        yield Static(id="detail-text")

    def show(self, key: str, content: Content) -> None:
        """Show `content`, which is about the thing called `key`."""
        if key != self._key:
            self._key = key
            self.scroll_home(animate=False)
        self.query_one("#detail-text", Static).update(content)


class SplitRoom(Room):
    """Base of the rooms that have a list and a detail pane."""

    DEFAULT_CSS = """
    SplitRoom {
        #split { layout: vertical; }
        #list { height: 1fr; width: 1fr; }
        #detail { height: 40%; border-top: solid $foreground 20%; }
        #detail:focus { border-top: solid $primary; }
        &.-flat #detail { display: none; }
        &.-wide #split, &.-very-wide #split { layout: horizontal; }
        &.-wide #list, &.-very-wide #list { height: 1fr; width: 3fr; }
        &.-wide #detail, &.-very-wide #detail {
            height: 1fr; width: 2fr; border-top: none; border-left: solid $foreground 20%;
        }
        &.-wide #detail:focus, &.-very-wide #detail:focus { border-left: solid $primary; }
        &.-zoomed #list { display: none; }
        &.-zoomed #detail, &.-zoomed.-wide #detail, &.-zoomed.-very-wide #detail {
            display: block; height: 1fr; width: 1fr; border: none;
        }
        .bar { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "z", "zoom", "Zoom", show=False, tooltip="Show the details alone, over the whole screen"
        ),
        Binding("J,shift+down", "scroll_detail(3)", "Scroll the details down", show=False),
        Binding("K,shift+up", "scroll_detail(-3)", "Scroll the details up", show=False),
        Binding("escape", "back", "Back to the list", show=False),
    ]

    def compose_room(self) -> ComposeResult:
        yield from self.compose_above()
        with Container(id="split"):
            with Container(id="list"):
                yield from self.compose_list()
            yield self.compose_detail()
        yield from self.compose_below()

    def compose_above(self) -> ComposeResult:
        """Lines above the list."""
        yield from ()

    def compose_list(self) -> ComposeResult:
        """The list."""
        yield from ()

    def compose_detail(self) -> Detail:
        """The detail pane."""
        return Detail()

    def compose_below(self) -> ComposeResult:
        """Lines below the list."""
        yield from ()

    @property
    def composed(self) -> bool:
        """Whether the widgets are there; a room that was just opened has none for a moment."""
        return bool(self.query("#detail-text"))

    @property
    def detail(self) -> Detail:
        """The detail pane."""
        return self.query_one(Detail)

    def focus_list(self) -> None:
        """Give the keys back to the list."""
        self.query_one("#list").query("*").first().focus()

    def action_zoom(self) -> None:
        """Show the detail pane alone, or beside the list again."""
        zoomed = not self.has_class("-zoomed")
        self.set_class(zoomed, "-zoomed")
        if zoomed:
            self.detail.focus()
        else:
            self.focus_list()

    def action_back(self) -> None:
        """Leave the detail pane."""
        self.remove_class("-zoomed")
        self.focus_list()

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll the detail pane without leaving the list."""
        self.detail.scroll_relative(y=lines, animate=False)
