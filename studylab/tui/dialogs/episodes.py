"""The episodes that teach what a lab does, to open one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from studylab.language import _
from studylab.syllabus.model import Item
from studylab.tui.about import item_name
from studylab.tui.open_item import open_item
from studylab.tui.translated import TranslatedKeys
from studylab.workspace import Workspace


class EpisodesDialog(TranslatedKeys, ModalScreen[None]):
    """A list of episodes; enter opens one, those watched are ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "Close")]
    DEFAULT_CSS = """
    EpisodesDialog OptionList {
        height: auto; max-height: 20; border: none; padding: 0; background: transparent;
    }
    """

    def __init__(self, workspace: Workspace, title: str, episodes: Sequence[Item]) -> None:
        super().__init__()
        self._workspace = workspace
        self._title = title
        self._episodes = episodes

    def compose(self) -> ComposeResult:
        done = self._workspace.done()
        with Vertical(id="dialog") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = _("enter opens · esc closes")
            yield OptionList(
                *(
                    Option(
                        Content(
                            f"{'✓' if item.id in done else ' '} {item_name(self._workspace, item)}"
                        ),
                        id=item.id,
                    )
                    for item in self._episodes
                )
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the episode; the list stays for the next one."""
        event.stop()
        open_item(self.app, self._episodes[event.option_index])
