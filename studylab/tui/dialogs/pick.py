"""Choosing one thing from a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from typing_extensions import override

from studylab.language import _
from studylab.plain import one_line
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import Column, Row, RowList

Options = Sequence[tuple[str, str, str]]
"""A key, its words, and what stands beside them."""


class PickDialog(TranslatedKeys, ModalScreen[str | None]):
    """Dismisses with the key of what was chosen, or with None.

    Where `delete` is given, d deletes the option with the cursor; it returns those that are left.
    """

    DEFAULT_CSS = """
    PickDialog {
        #dialog { width: 64; }
        RowList { height: auto; max-height: 16; }
    }
    PickDialog.-flat RowList, PickDialog.-low RowList { max-height: 10; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Leave"),
        Binding("d,delete", "delete", "Delete"),
    ]

    def __init__(
        self,
        title: str,
        options: Options,
        *,
        empty: str = "",
        delete: Callable[[str], Options] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._empty = empty
        self._delete = delete

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = (
                _("enter chooses · d deletes · esc leaves")
                if self._delete
                else _("enter chooses · esc leaves")
            )
            yield RowList([Column(), Column(30, fit=True, align="right")], empty=self._empty)

    def on_mount(self) -> None:
        self._show()
        self.set_focus(self.query_one(RowList))

    def _show(self) -> None:
        rows = [
            Row(key, (one_line(words), Content.styled(one_line(aside), "$foreground 60%")))
            for key, words, aside in self._options
        ]
        self.query_one(RowList).set_rows(rows)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        """Take what the cursor is on."""
        self.dismiss(event.key)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be deleted has a key for it."""
        return action != "delete" or self._delete is not None

    def action_delete(self) -> None:
        """Delete what the cursor is on."""
        key = self.query_one(RowList).key
        if key is not None and self._delete is not None:
            self._options = self._delete(key)
            self._show()
