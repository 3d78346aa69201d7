"""Several lists below each other that are walked as one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from studylab.tui.widgets.row_list import RowList


class ListStack(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Lists as high as their rows; where they do not fit they scroll together."""

    DEFAULT_CSS = """
    ListStack {
        layout: vertical; padding: 0 1; scrollbar-size-vertical: 1;
        & RowList { height: auto; overflow-y: hidden; }
        & RowList > .row-list--cursor { background: transparent; }
        & .heading { height: 1; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("down,j", "step_out(1)", "Down", show=False),
        Binding("up,k", "step_out(-1)", "Up", show=False),
    ]

    def rows(self, name: str) -> RowList:
        """One of the lists, by its id."""
        return self.query_one(f"#{name}", RowList)

    def action_step_out(self, by: int) -> None:
        """Walk from one list into the next, or scroll on at the ends."""
        lists = list(self.query(RowList))
        here = self.app.focused
        rank = lists.index(here) if isinstance(here, RowList) else -1
        beyond = lists[rank + 1 :] if by > 0 else lists[: max(0, rank)][::-1]
        rows = next((rows for rows in beyond if rows.keys), None)
        if rows is not None:
            rows.cursor = 0 if by > 0 else len(rows.keys) - 1
            rows.focus(scroll_visible=False)
        elif by > 0:
            self.scroll_end(animate=False)
        else:
            self.scroll_home(animate=False)
