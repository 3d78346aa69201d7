"""A room: one of the app's main screens, with the bar of rooms above and the keys below."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult, SystemCommand
from textual.containers import Vertical
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from studylab.language import N_, _
from studylab.tui.inside import InStudylab
from studylab.tui.sync import RunsChanged
from studylab.tui.translated import TranslatedKeys

ROOMS = {
    "week": N_("Week"),
    "syllabus": N_("Syllabus"),
    "questions": N_("Questions"),
    "papers": N_("Papers"),
    "labs": N_("Labs"),
    "runs": N_("Runs"),
    "machine": N_("Machine"),
}
"""Names and titles of the rooms, in the order of their number keys; `_` shows a title."""


def room_class(name: str) -> type[Room]:
    """The class of a room; its module is imported only when the room is first entered."""
    module = import_module(f"studylab.tui.{name}")
    found: type[Room] = getattr(module, f"{name.capitalize()}Room")
    return found


class RoomBar(InStudylab, Widget):
    """The rooms with their keys, the one in front marked; a click goes there."""

    def __init__(self, front: str) -> None:
        super().__init__()
        self._front = front
        self._ends: list[tuple[int, str]] = []

    def render(self) -> Text:
        """One line; without the titles of the other rooms where it would not fit."""
        titles = {name: _(title) for name, title in ROOMS.items()}
        full = sum(cell_len(title) + 4 for title in titles.values()) <= self.size.width
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        self._ends = []
        for number, (name, title) in enumerate(titles.items(), start=1):
            shown = title if full or name == self._front else title[:1]
            front = name == self._front
            style = self.get_component_rich_style("room-bar--front") if front else ""
            line.append(f" {number} {shown} ", style)
            self._ends.append((cell_len(line.plain), name))
        return line

    COMPONENT_CLASSES = {"room-bar--front"}

    def on_click(self, event: Click) -> None:
        for end, name in self._ends:
            if event.x < end:
                self.app.action_show_room(name)
                return


class Room(TranslatedKeys, Screen[None]):
    """Base of the main screens. A subclass sets `NAME` and fills `compose_room`."""

    NAME = ""

    def compose(self) -> ComposeResult:
        yield RoomBar(self.NAME)
        with Vertical(id="room"):
            yield from self.compose_room()
        yield Footer(show_command_palette=False)

    def compose_room(self) -> ComposeResult:
        """The widgets of this room."""
        yield from ()

    def on_screen_resume(self) -> None:
        self.show_data()

    def show_data(self) -> None:
        """Read what this room shows and change what differs; called when it comes to the front
        and after something was changed above it."""

    def runs_changed(self, message: RunsChanged) -> None:
        """Something of a run is new in the database."""

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        return ()
