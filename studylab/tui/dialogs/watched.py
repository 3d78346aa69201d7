"""Ticking a range of episodes at once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item
from studylab.tui.ticks import Ticks
from studylab.tui.translated import TranslatedKeys
from studylab.workspace import Workspace


class WatchedDialog(TranslatedKeys, ModalScreen[str | None]):
    """Takes ranges such as "P9-P20, P23"; dismisses with what was ticked, in words, or None.

    What the range would tick is told while it is typed.
    """

    DEFAULT_CSS = """
    WatchedDialog {
        #dialog { width: 64; }
        Input { background: $boost; }
        #told { height: auto; min-height: 2; max-height: 5; color: $text-muted; }
        #told.error { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave")]

    def __init__(self, workspace: Workspace, ticks: Ticks) -> None:
        super().__init__()
        self._workspace = workspace
        self._ticks = ticks

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = _("Watched")
            box.border_subtitle = _("enter ticks them · esc leaves")
            yield Static(_("The episodes that you have watched:"), classes="quiet")
            yield Input(placeholder=self._example(), compact=True)
            yield Static(id="told")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what the range would tick; what is half typed is not complained about."""
        try:
            items = self._workspace.syllabus.episodes(event.value)
        except ValueError:
            self._tell("")
            return
        new = len(self._new(items))
        there = len(items) - new
        ends = self._ends(items)
        if there:
            told = _(
                "{new} to tick; {there} ticked already: {ends}", new=new, there=there, ends=ends
            )
        else:
            told = _("{new} to tick: {ends}", new=new, ends=ends)
        self._tell(told)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tick them, or say what is wrong with the range and leave it there to be mended."""
        try:
            items = self._workspace.syllabus.episodes(event.value)
            said = self._ticks.tick(items) if self._new(items) else self._said_already(items)
        except (ValueError, Problem) as error:
            self._tell(str(error), error=True)
            return
        self.dismiss(said)

    def _said_already(self, items: tuple[Item, ...]) -> str:
        episodes = format_episodes(item.episode for item in items if item.episode)
        return _("{episodes} were ticked already", episodes=episodes)

    def _new(self, items: tuple[Item, ...]) -> list[Item]:
        done = self._workspace.done()
        return [item for item in items if item.id not in done]

    def _ends(self, items: tuple[Item, ...]) -> str:
        first, last = items[0], items[-1]
        title = self._workspace.title
        if first is last:
            return title(first)
        return f"{title(first)} … {title(last)}"

    def _example(self) -> str:
        numbers = [item.episode for item in self._workspace.syllabus.items if item.episode]
        return f"P{min(numbers)}-P{min(numbers) + 11}, P{max(numbers)}" if numbers else "P9-P20"

    def _tell(self, text: str, *, error: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "error")
        told.update(Content(one_line(text)))
