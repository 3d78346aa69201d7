"""Finding charts by a part of a metric's name."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from studylab.language import _
from studylab.metrics.groups import ChartGroup


def found(groups: Sequence[ChartGroup], part: str) -> list[ChartGroup]:
    """The charts whose quantity, or the full name of any of whose metrics, holds `part`; capitals
    make no difference."""
    part = part.strip().casefold()
    if not part:
        return list(groups)
    return [
        group
        for group in groups
        if part in group.quantity.casefold()
        or any(part in name.casefold() for name in group.lines.values())
    ]


class FindBar(Horizontal):
    """A field, and beside it how many charts its text finds. It is there while it is used."""

    DEFAULT_CSS = """
    FindBar {
        height: 1; padding: 0 1; display: none;
        &.used { display: block; }
        & > Input { width: 1fr; }
        & > #found { width: auto; padding-left: 2; color: $foreground 65%; }
    }
    """

    class Typed(Message):
        """Another text is looked for."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    class Left(Message):
        """The keys go back to the charts."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder=_("part of a metric's name"), compact=True, id="part")
        yield Static(id="found")

    @property
    def used(self) -> bool:
        """Whether the bar is there."""
        return self.has_class("used")

    @property
    def _input(self) -> Input:
        return self.query_one("#part", Input)

    def open(self) -> None:
        """Type a name."""
        self.add_class("used")
        self._input.focus()

    def clear(self) -> None:
        """Find everything again."""
        self.remove_class("used")
        self._input.value = ""
        self.screen.set_focus(None)

    def show_count(self, count: int, of: int) -> None:
        """How many charts are found, of how many."""
        text = _("{count:,} of {of:,}", count=count, of=of)
        self.query_one("#found", Static).update(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left())
