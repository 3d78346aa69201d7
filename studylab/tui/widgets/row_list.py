"""A list of rows in aligned columns, of which only what is visible is ever drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widget import Widget
from typing_extensions import override

from studylab.language import _

GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """How wide a column is: `width` cells, or a share of what the others leave."""

    width: int = 0
    """0 shares what is left over."""
    fit: bool = False
    """No wider than its widest cell."""
    part: float = 0.0
    """The part of a wide list that it may grow to, beyond `width`."""
    align: Literal["left", "right"] = "left"
    needs: int = 0
    """Left out of lists narrower than this."""
    title: str = ""
    """In English, marked for the catalogue. The column is at least as wide as it is shown."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A cell with something behind it that is shown whole or not at all."""

    main: Content | str
    aside: Content | str

    def fitted(self, width: int) -> Content:
        """Both where they fit `width`, else the first."""
        main, aside = _content(self.main), _content(self.aside)
        if not aside.cell_length or main.cell_length + 2 + aside.cell_length > width:
            return main
        return Content.assemble(main, "  ", aside)


Cell = Content | str | Pair


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `key` is what the cursor stays on when the rows change."""

    key: str
    cells: tuple[Cell, ...]


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows with a cursor. Changed rows are drawn in place and the cursor stays on its row.

    Up and down at an end are left to what is around the list, so that several lists below each
    other can be walked through as one.
    """

    DEFAULT_CSS = """
    RowList {
        width: 1fr;
        height: 1fr;
        background: transparent;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        text-wrap: nowrap;
        & > .row-list--header { color: $text-muted; text-style: bold; }
        & > .row-list--empty { color: $text-muted; }
        & > .row-list--hover { background: $block-hover-background; }
        & > .row-list--cursor { background: $block-cursor-blurred-background; }
        &:focus > .row-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor:focus > .row-list--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--header",
        "row-list--empty",
        "row-list--hover",
        "row-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First row", show=False),
        Binding("end,G", "last", "Last row", show=False),
        Binding("enter", "select", "Open"),
    ]
    ALLOW_SELECT = False

    cursor = reactive(0, repaint=False)
    """The index of the row with the cursor."""
    hover = reactive(-1, repaint=False)

    class Highlighted(Message):
        """The cursor is on another row."""

        def __init__(self, row_list: RowList, key: str | None) -> None:
            super().__init__()
            self.row_list = row_list
            self.key = key

        @property
        def control(self) -> RowList:
            """The list."""
            return self.row_list

    class Selected(Message):
        """A row was opened, by enter or a double click."""

        def __init__(self, row_list: RowList, key: str) -> None:
            super().__init__()
            self.row_list = row_list
            self.key = key

        @property
        def control(self) -> RowList:
            """The list."""
            return self.row_list

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._rows: tuple[Row, ...] = ()
        self._widest = [0] * len(self._columns)
        self._empty = empty
        self._titles = [_(column.title) if column.title else "" for column in self._columns]
        self._header = int(any(self._titles))

    @property
    def key(self) -> str | None:
        """The key of the row with the cursor; None without rows."""
        return self._rows[self.cursor].key if self._rows else None

    @property
    def keys(self) -> list[str]:
        """The keys of all rows, in order."""
        return [row.key for row in self._rows]

    def set_rows(self, rows: Sequence[Row], *, empty: str | None = None) -> None:
        """Show other rows. The cursor stays on its row, or near it if that is gone."""
        rows = tuple(rows)
        unchanged = len(rows) == len(self._rows) and all(map(_same, rows, self._rows))
        if unchanged and empty in (None, self._empty):
            return
        before = self.key
        where = next((i for i, row in enumerate(rows) if row.key == before), self.cursor)
        taller = len(rows) != len(self._rows) or not rows
        self._rows = rows
        self._empty = self._empty if empty is None else empty
        self._widest = [
            max((_cell_length(row.cells[i]) for row in rows), default=0) if column.fit else 0
            for i, column in enumerate(self._columns)
        ]
        with self.prevent(self.Highlighted):
            self.cursor = max(0, min(where, len(rows) - 1))
        self._resize(layout=taller)
        self.refresh()
        if self.key != before:
            self.post_message(self.Highlighted(self, self.key))

    def go_to(self, key: str) -> bool:
        """Put the cursor on the row with this key; whether there is one."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                self.cursor = index
                return True
        return False

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Draw both rows anew and bring the new one into view."""
        self._refresh_row(before)
        self._refresh_row(cursor)
        if self.has_focus or self.virtual_size.height > self.size.height:
            self.call_after_refresh(self.show_cursor)
        if before != cursor:
            self.post_message(self.Highlighted(self, self.key))

    def watch_hover(self, before: int, hover: int) -> None:
        """Draw the row that the mouse left and the one it came to."""
        self._refresh_row(before)
        self._refresh_row(hover)

    def show_cursor(self) -> None:
        """Scroll the row with the cursor into view, here and in what is around."""
        region = Region(0, self.cursor + self._header, max(1, self.size.width), 1)
        if self.virtual_size.height > self.size.height:
            self.scroll_to_region(
                region, spacing=Spacing(self._header, 0, 0, 0), animate=False, force=True
            )
            return
        inner: Widget = self
        while isinstance(outer := inner.parent, Widget) and outer is not self.screen:
            region = region.translate(inner.virtual_region.offset)
            if outer.allow_vertical_scroll:
                # With the heading above the first row, which can't have the cursor.
                above = Spacing(2 if self.cursor == 0 else 0, 0, 0, 0)
                outer.scroll_to_region(region, spacing=above, animate=False)
                return
            inner = outer

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self.scrollable_content_region.width
        base = self.visual_style
        if not self._rows:
            lines = self._empty_lines(width)
            return lines[y] if y < len(lines) else Strip.blank(width, base.rich_style)
        if self._header and y == 0:
            header = base + self.get_visual_style("row-list--header")
            return self._line(self._titles, width, header)
        index = y + self.scroll_offset.y - self._header
        if index >= len(self._rows):
            return Strip.blank(width, base.rich_style)
        style = base
        if index == self.cursor:
            style = self.get_visual_style("row-list--cursor")
        elif index == self.hover:
            style = base + self.get_visual_style("row-list--hover")
        # Quiet and coloured words can't be read on the colour of the cursor.
        uniform = index == self.cursor and self.has_focus
        return self._line(self._rows[index].cells, width, style, uniform=uniform)

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its rows, or as what it says without any."""
        if not self._rows:
            return len(self._empty_lines(width))
        return len(self._rows) + self._header

    @override
    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as there is room."""
        return container.width

    def on_resize(self) -> None:
        """Lines are laid out for the new width."""
        self._resize(layout=False)
        if self.has_focus:
            self.call_after_refresh(self.show_cursor)

    def on_focus(self) -> None:
        """The row with the cursor is what the keys are about now."""
        self.call_after_refresh(self.show_cursor)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark the row below the mouse."""
        self.hover = self._index_at(event.y)

    def on_leave(self) -> None:
        """The mouse went away."""
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double click opens the row."""
        index = self._index_at(event.y)
        if index < 0:
            return
        self.cursor = index
        if event.chain == 2:
            self.action_select()

    def action_move(self, by: int) -> None:
        """Move the cursor; at an end, leave the key to what is around."""
        if not 0 <= self.cursor + by < len(self._rows):
            raise SkipAction
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor by what is visible."""
        visible = max(1, self.size.height - self._header - 1)
        if self.virtual_size.height <= self.size.height:
            raise SkipAction
        self.cursor += by * visible

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = len(self._rows) - 1

    def action_select(self) -> None:
        """Open the row with the cursor."""
        if self.key is not None:
            self.post_message(self.Selected(self, self.key))

    def _index_at(self, y: int) -> int:
        index = y + self.scroll_offset.y - self._header
        return index if y >= self._header and 0 <= index < len(self._rows) else -1

    def _refresh_row(self, index: int) -> None:
        y = index + self._header - self.scroll_offset.y
        if index >= 0 and 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _resize(self, *, layout: bool) -> None:
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, self.get_content_height(self.size, self.size, width))
        if layout and self.styles.auto_dimensions:
            self.refresh(layout=True)

    def _empty_lines(self, width: int) -> list[Strip]:
        if not self._empty or width <= 0:
            return []
        style = self.visual_style + self.get_visual_style("row-list--empty")
        lines = [Content(part) for part in self._empty.split("\n")]
        wrapped = [piece for line in lines for piece in line.wrap(width)]
        return [self._strip(piece, width, style) for piece in wrapped]

    def _line(
        self, cells: Sequence[Cell], width: int, style: Style, *, uniform: bool = False
    ) -> Strip:
        parts: list[Content] = []
        for (index, size), last in self._layout(width):
            cell = cells[index]
            content = cell.fitted(size) if isinstance(cell, Pair) else _content(cell)
            content = content.truncate(size, ellipsis=True)
            missing = size - content.cell_length
            if missing > 0:
                right = self._columns[index].align == "right"
                content = content.pad_left(missing) if right else content.pad_right(missing)
            parts.append(content)
            if not last:
                parts.append(Content(" " * GAP))
        line = Content.assemble(*parts)
        return self._strip(line.without_spans if uniform else line, width, style)

    def _strip(self, content: Content, width: int, style: Style) -> Strip:
        strips = Visual.to_strips(self, content, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def _layout(self, width: int) -> list[tuple[tuple[int, int], bool]]:
        """Indices and widths of the columns that fit, each with whether it is the last."""
        shown = [(i, c) for i, c in enumerate(self._columns) if c.needs <= width]
        sizes = {i: max(c.width, int(width * c.part)) for i, c in shown}
        for i, c in shown:
            title = _cell_length(self._titles[i])
            if c.width:
                sizes[i] = max(sizes[i], title)
            if c.fit:
                sizes[i] = min(sizes[i], max(self._widest[i], title))
        shown = [(i, c) for i, c in shown if sizes[i] or not c.width]
        sharing = [i for i, c in shown if not c.width]
        left = max(0, width - sum(sizes[i] for i, _ in shown) - GAP * (len(shown) - 1))
        for rank, i in enumerate(sharing):
            sizes[i] = (left + rank) // len(sharing)
        return [((i, sizes[i]), n == len(shown)) for n, (i, _) in enumerate(shown, start=1)]


def _content(text: Content | str) -> Content:
    return text if isinstance(text, Content) else Content(text)


def _cell_length(cell: Cell) -> int:
    if isinstance(cell, Pair):
        return _cell_length(cell.main) + 2 + _cell_length(cell.aside)
    return _content(cell).cell_length


def _same(one: Row, other: Row) -> bool:
    return one.key == other.key and list(map(_looks, one.cells)) == list(map(_looks, other.cells))


def _looks(cell: Cell) -> object:
    # Contents are equal to others of the same text whatever their styles, so those are compared.
    if isinstance(cell, Pair):
        return _looks(cell.main), _looks(cell.aside)
    return (cell.plain, cell.spans) if isinstance(cell, Content) else (cell, [])
