"""The syllabus as a tree of weeks, sections and items, with how much of each is done."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode
from typing_extensions import override

from studylab.language import N_, _
from studylab.plain import one_line
from studylab.syllabus.model import Item, Kind, Section, Syllabus, Week, progress
from studylab.tui.widgets.progress_bar import bar_parts

Part = Syllabus | Week | Section | Item
BAR = 8
FIGURE = 6

LETTERS = {
    Kind.VIDEO: N_("video"),
    Kind.READING: N_("read"),
    Kind.HOMEWORK: N_("work"),
    Kind.PAPER: N_("paper"),
    Kind.LAB: N_("lab"),
}
"""Five cells at most, the width that episode numbers take."""


class SyllabusTree(Tree[Part]):
    """Weeks, sections and items. The nodes are made once; only how they look changes."""

    DEFAULT_CSS = """
    SyllabusTree {
        background: transparent;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .syllabus-tree--quiet { color: $foreground 60%; }
        & > .syllabus-tree--rest { color: $foreground 25%; }
        & > .syllabus-tree--done { color: $text-success; }
        & > .syllabus-tree--bar { color: $primary; }
        &:focus { background-tint: transparent; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "syllabus-tree--quiet",
        "syllabus-tree--rest",
        "syllabus-tree--done",
        "syllabus-tree--bar",
    }
    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "Open"),
        Binding("space", "screen.tick", "Tick"),
        Binding("right,l", "unfold", "Unfold", show=False),
        Binding("left,h", "fold", "Fold, or go up", show=False),
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("up,k", "cursor_up", "Up", show=False),
    ]

    def __init__(self, syllabus: Syllabus, *, chinese: bool, id: str | None = None) -> None:
        super().__init__("", syllabus, id=id)
        self.show_root = False
        self.guide_depth = 2
        self.show_guides = False
        self._chinese = chinese
        self._done: Collection[str] = frozenset()
        self._uniform = False
        self._by_id: dict[str, TreeNode[Part]] = {}
        for week in syllabus.weeks:
            week_node = self.root.add("", week)
            for section in week.sections:
                section_node = week_node.add("", section)
                for item in section.items:
                    self._by_id[item.id] = section_node.add_leaf("", item)
        self.root.expand()

    @property
    def part(self) -> Part | None:
        """The week, section or item that the cursor is on."""
        return self.cursor_node.data if self.cursor_node else None

    def week_of(self, node: TreeNode[Part] | None) -> Week | None:
        """The week that a node belongs to."""
        while node is not None and not isinstance(node.data, Week):
            node = node.parent
        return node.data if node is not None and isinstance(node.data, Week) else None

    def show_done(self, done: Collection[str]) -> None:
        """Draw the ticks anew where they differ."""
        before, self._done = self._done, done
        changed = set(before) ^ set(done)
        for node in [self._by_id[id] for id in changed if id in self._by_id]:
            above: TreeNode[Part] | None = node
            while above is not None:
                above.refresh()
                above = above.parent

    def go_to(self, item: str) -> bool:
        """Put the cursor on an item, unfolding what it is in; whether there is such an item."""
        node = self._by_id.get(item)
        if node is None:
            return False
        above = node.parent
        while above is not None:
            above.expand()
            above = above.parent
        # Its line is only known once the tree has been laid out with what was unfolded.
        # Now and not after the next refresh: a key that is already on its way means this item.
        # What was just unfolded has no line numbers until the lines are counted.
        if self.last_line >= 0:
            self.cursor_line = node.line
        # Where that is on the screen is only known once the tree has been laid out.
        self.call_after_refresh(self._show, node)
        return True

    def _show(self, node: TreeNode[Part]) -> None:
        if node is self.cursor_node:
            self.move_cursor(node)

    def found(self, text: str) -> list[str]:
        """The ids of the items whose number or title, in either language, has `text` in it; of
        papers and labs also those whose id has."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        exact, others = [], []
        for id, node in self._by_id.items():
            item = node.data
            assert isinstance(item, Item)
            number = f"p{item.episode}" if item.episode is not None else ""
            if wanted in (number, number[1:] or None):
                exact.append(id)
            elif number.startswith(wanted) or any(
                wanted in name.casefold() for name in (item.title, item.title_zh, item.ref)
            ):
                others.append(id)
        return exact + others

    @override
    def get_label_width(self, node: TreeNode[Part]) -> int:
        """Labels are cut to the width that there is."""
        return 1

    def on_resize(self) -> None:
        """Every label is laid out for the new width."""
        self._invalidate()

    def action_unfold(self) -> None:
        """Unfold a week or section; go into one that is."""
        node = self.cursor_node
        if node is None or not node.allow_expand:
            return
        if node.is_expanded:
            self.action_cursor_down()
        else:
            node.expand()

    def action_fold(self) -> None:
        """Fold a week or section; go up from what is not unfolded."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and node.parent is not self.root:
            self.move_cursor(node.parent)

    def render_label(self, node: TreeNode[Part], base_style: Style, style: Style) -> Text:
        """A node's line: progress and title of a week or section, mark and title of an item."""
        depth = 2 if isinstance(node.data, Item) else 1 if isinstance(node.data, Section) else 0
        width = self.scrollable_content_region.width - depth * self.guide_depth
        label = Text(style=style, no_wrap=True, end="")
        # Quiet and coloured words can't be read on the colour of the cursor.
        self._uniform = node is self.cursor_node and self.has_focus
        match node.data:
            case Item() as item:
                self._item_label(label, item, width)
            case Week() | Section() as part:
                icon = self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE
                label.append(icon, base_style + Style(meta={"toggle": True}))
                if depth == 0:
                    # All bars start in the same column, whatever the level.
                    label.append(" " * self.guide_depth)
                self._part_label(label, part, width)
        return label

    def _part_label(self, label: Text, part: Week | Section, width: int) -> None:
        share = progress(part, self._done)
        if width >= 40:
            done, rest = bar_parts(share.share, BAR)
            whole = share.total and share.share >= 1
            label.append(done, self._style("done" if whole else "bar"))
            label.append(rest, self._style("rest"))
        label.append(f"{share.done}/{share.total} ".rjust(FIGURE + 2), self._style("quiet"))
        number = f"{part.number:<3}" if isinstance(part, Week) else ""
        label.append(number)
        self._titles(label, part, width)
        if isinstance(part, Week):
            label.stylize("bold")

    def _item_label(self, label: Text, item: Item, width: int) -> None:
        done = item.id in self._done
        mark = "☑" if done else "·" if item.planned else "☐"
        label.append(
            f"{mark} ", self._style("done" if done else "quiet") if done or item.planned else ""
        )
        number = f"P{item.episode}" if item.episode is not None else ""
        kind = _("quiz") if item.quiz else _(LETTERS[item.kind])
        label.append(set_cell_size(number or kind, 6), "" if number else self._style("quiet"))
        asides = [_("optional") if item.optional else _("to come") if item.planned else ""]
        if item.minutes and width >= 50:
            asides.append(_("{minutes:.0f} min", minutes=item.minutes))
        self._titles(label, item, width, "".join(f"  {aside}" for aside in asides if aside))

    def _titles(
        self, label: Text, part: Week | Section | Item, width: int, aside: str = ""
    ) -> None:
        first, other = one_line(part.title), one_line(part.title_zh)
        if self._chinese and other:
            first, other = other, first
        room = width - label.cell_len
        if cell_len(first) + cell_len(aside) > room:
            aside = ""
        if cell_len(first) > room:
            first = set_cell_size(first, max(0, room - 1)) + "…"
        label.append(first)
        label.append(aside, self._style("quiet"))
        left = width - label.cell_len
        if other and other != first and cell_len(other) + 2 <= left:
            label.append(f"  {other}", self._style("quiet"))

    def _style(self, name: str) -> Style:
        # The colour alone: the background is that of the line, which may have the cursor.
        if self._uniform:
            return Style()
        full = self.get_component_rich_style(f"syllabus-tree--{name}")
        return Style(color=full.color)
