"""One of a few words, all of them in view on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """Left and right choose, and so does a click. `value` is the key of what is chosen."""

    DEFAULT_CSS = """
    Choice {
        height: 1;
        width: 1fr;
        & > .choice--chosen { text-style: bold underline; color: $text; }
        & > .choice--other { color: $text-muted; }
        &:focus > .choice--chosen {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor:focus > .choice--chosen { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--other"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Before", show=False),
        Binding("right,l,space", "turn(1)", "Next", show=False),
    ]

    value: reactive[str] = reactive("")

    class Changed(Message):
        """The student chose something."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            """The choice."""
            return self.choice

    def __init__(
        self, options: Sequence[tuple[str, str]], value: str = "", *, id: str | None = None
    ) -> None:
        """`options` are keys with the words that are shown for them."""
        super().__init__(id=id)
        self._options = tuple(options)
        keys = [key for key, _word in self._options]
        self.set_reactive(Choice.value, value if value in keys else keys[0])

    def render(self) -> Content:
        """The words, the chosen one marked by more than its colour."""
        parts: list[Content | str] = []
        for key, word in self._options:
            chosen = key == self.value
            name = "choice--chosen" if chosen else "choice--other"
            parts.append(Content.styled(self._shown(key, word), self.get_visual_style(name)))
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Choose the word below the mouse."""
        end = 0
        for key, word in self._options:
            end += cell_len(self._shown(key, word))
            if event.x < end:
                self._choose(key)
                return

    def action_turn(self, by: int) -> None:
        """Choose the next word; after the last the first."""
        keys = [key for key, _word in self._options]
        self._choose(keys[(keys.index(self.value) + by) % len(keys)])

    def _choose(self, key: str) -> None:
        self.value = key
        self.post_message(self.Changed(self, key))

    def _shown(self, key: str, word: str) -> str:
        return f"[{word}]" if key == self.value else f" {word} "
