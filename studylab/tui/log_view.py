"""The output of a run, full screen: opens at its end, follows it, and finds words in it."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Input, Static
from textual.worker import get_current_worker
from typing_extensions import override

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.log_search import LogSearch
from studylab.runs.log_window import LogWindow
from studylab.runs.wording import size
from studylab.tui.live_text import quiet
from studylab.tui.log_lines import LogLines
from studylab.tui.translated import TranslatedKeys

TICK_SECONDS = 0.5
LOOK_SECONDS = 0.1
"""While it is searched, this often it is told what has been found."""


class LogView(TranslatedKeys, Screen[None]):
    """A run's `output.log`, as a terminal would show it and without what it could do to one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Over a slow line the text to find comes in one piece with the key: it goes first.
        Binding("slash", "find", "Find", key_display="/", priority=True),
        Binding("n", "next_found", "Next"),
        Binding("N", "previous_found", "Previous"),
        Binding("f", "follow", "Follow", tooltip="Go to the end and follow it, or hold still"),
        Binding("home,g", "to_start", "Top"),
        Binding("end,G", "to_end", "End"),
        Binding("escape,l", "back", "Back"),
    ]
    DEFAULT_CSS = """
    LogView {
        & > #about {
            height: 1; padding: 0 1; background: $panel;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & > #found { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > Input { margin: 0 1; }
        & > .empty { display: none; }
    }
    """

    def __init__(self, run: RunDirectory) -> None:
        super().__init__()
        self.run = run
        self.follows = True
        """Whether the end is kept in view."""
        self.search: LogSearch | None = None
        self._window = LogWindow(run.output)
        self._opened = False
        self._wanted: tuple[int, int] | None = None
        """From which byte, and which way, the next line that is found is gone to."""
        self._at = 0
        self._look: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield LogLines()
        yield Static(id="found", classes="empty")
        yield Input(placeholder=_("text to find"), compact=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        self.set_focus(self._lines)
        # The size of the lines is known after the first layout; only then is there an end.
        self.call_after_refresh(self._read)
        self.set_interval(TICK_SECONDS, self._read)

    @property
    def _lines(self) -> LogLines:
        return self.query_one(LogLines)

    # Reading

    def _read(self) -> None:
        if self.app.screen is not self:
            return
        if not self._opened:
            self._opened = True
            self._go_to_end()
        else:
            top = self._window.offset_of(self._lines.top)
            before = self._window.start
            if self._window.refresh():
                grown = before == self._window.start
                self._lines.show(self._window.rows, grown=grown)
                if self.follows:
                    self._to_last_row()
                elif not grown:
                    self._lines.go(self._window.row_of(top))
                if self._window.restarted and self.search is not None:
                    self._forget_search()
                self._window.restarted = False
        if self.search is not None and self.search.done and self.search.grow():
            self._tell_found()
        self._tell_about()

    def _go_to_end(self) -> None:
        self.follows = True
        self._window.to_end()
        self._lines.here = -1
        self._lines.show(self._window.rows)
        self._to_last_row()

    def _to_last_row(self) -> None:
        self._lines.scroll_end(animate=False, immediate=True, force=True)

    def on_log_lines_scrolled(self) -> None:
        """Bring what is before or behind, when what is here comes to its end."""
        lines, window = self._lines, self._window
        at_bottom = lines.top >= lines.max_scroll_y
        at_top = lines.top <= 0
        if (at_top and window.start > 0) or (at_bottom and not window.at_end):
            self._move_window(lines.top)
        elif self.search is None or not at_bottom:
            self.follows = at_bottom
        self._tell_about()

    def _move_window(self, row: int) -> None:
        offset = self._window.offset_of(row)
        self._window.around(offset)
        self._lines.here = -1
        self._lines.show(self._window.rows)
        self._lines.go(self._window.row_of(offset))

    def _tell_about(self) -> None:
        self.query_one("#about", Static).update(quiet(self._about()), layout=False)

    def _about(self) -> str:
        window = self._window
        parts = [f"{one_line(self.run.id)}  output.log  {size(window.size)}"]
        try:
            parts.append(_(self.run.read_state().state.value))
        except RunDirectoryError:
            parts.append(_("its state can't be read"))
        if window.gone:
            parts.append(_("it is gone; what was read of it stays here"))
        elif self.follows:
            parts.append(_("at its end, following"))
        elif window.size:
            share = window.offset_of(self._lines.top) / window.size
            parts.append(_("at {percent:.0f} %; f follows its end", percent=100 * share))
        return "  ".join(parts)

    def on_resize(self) -> None:
        """The end stays in view."""
        if self.follows:
            self.call_after_refresh(self._to_last_row)

    # Finding

    def action_find(self) -> None:
        """Ask what to find."""
        field = self.query_one(Input)
        field.display = True
        self.set_focus(field)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look for it, from the end backwards."""
        event.input.display = False
        self.set_focus(self._lines)
        query = event.value.strip()
        self._forget_search()
        if not query:
            return
        self._lines.needle = query
        self.search = search = LogSearch(self._window.path, query, self._window.size)
        last = min(self._lines.top + self._lines.size.height, len(self._window.rows))
        self._wanted = self._window.offset_of(last) + 1, -1
        self.run_worker(lambda: _look_through(search), thread=True, group="search", exclusive=True)
        self._look = self.set_interval(LOOK_SECONDS, self._tell_found)
        self._tell_found()
        self.refresh_bindings()

    def _forget_search(self) -> None:
        self.workers.cancel_group(self, "search")
        if self._look is not None:
            self._look.stop()
        self.search = self._wanted = self._look = None
        self._lines.needle, self._lines.here = "", -1
        self._lines.refresh()
        self.query_one("#found").add_class("empty")
        self.refresh_bindings()

    def _tell_found(self) -> None:
        search = self.search
        if search is None:
            return
        done = search.done
        self._go_to_wanted()
        if done and self._look is not None:
            self._look.stop()
            self._look = None
        row = self.query_one("#found", Static)
        row.update(quiet(self._found_text(search, done)), layout=False)
        row.remove_class("empty")

    def _go_to_wanted(self) -> None:
        if self._wanted is None or self.search is None:
            return
        offset = self.search.next(*self._wanted)
        if offset is None:
            if self.search.done:
                self._wanted = None
            return
        self._wanted, self._at, self.follows = None, offset, False
        window = self._window
        if not window.start <= offset < window.end:
            window.around(offset)
            self._lines.show(window.rows)
        self._lines.go_to_match(window.row_of(offset))

    def _found_text(self, search: LogSearch, done: bool) -> str:
        query = one_line(search.query, 40)
        found = len(search)
        if not done:
            return n_(
                "{query}: {count:,} line so far, {percent:.0f} % looked through",
                "{query}: {count:,} lines so far, {percent:.0f} % looked through",
                found, query=query, percent=100 * search.share,
            )  # fmt: skip
        if not found:
            return _("{query}: in no line", query=query)
        if search.full:
            return _("{query}: in more than {found:,} lines, the last of them", query=query,
                     found=found)  # fmt: skip
        place = search.at_or_after(self._at) + 1
        return n_("{query}: line {place:,} of {count:,} that has it",
                  "{query}: line {place:,} of {count:,} that have it", found, query=query,
                  place=min(place, found))  # fmt: skip

    def _walk(self, way: int) -> None:
        if self.search is not None:
            self._wanted = self._at, way
            self._tell_found()

    def action_next_found(self) -> None:
        """Go to the next line that has it; after the last to the first."""
        self._walk(1)

    def action_previous_found(self) -> None:
        """Go to the line before that has it."""
        self._walk(-1)

    # Moving

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Walking needs something to walk through; in the field a slash is a slash."""
        if action == "find":
            return self.is_mounted and not self.query_one(Input).display
        return self.search is not None if action.endswith("_found") else True

    def action_follow(self) -> None:
        """Follow the end, or hold still."""
        if self.follows:
            self.follows = False
        else:
            self._go_to_end()
        self._tell_about()

    def action_to_start(self) -> None:
        """Go to the first line."""
        self.follows = False
        if self._window.start > 0:
            self._window.to_start()
            self._lines.show(self._window.rows)
        self._lines.here = -1
        self._lines.go(0)
        self._tell_about()

    def action_to_end(self) -> None:
        """Go to the end and follow it."""
        self._go_to_end()
        self._tell_about()

    def action_back(self) -> None:
        """Close what is open: the field, the search, the log."""
        field = self.query_one(Input)
        if field.display:
            field.clear()
            field.display = False
            self.set_focus(self._lines)
        elif self.search is not None:
            self._forget_search()
        else:
            self.dismiss()


def _look_through(search: LogSearch) -> None:
    worker = get_current_worker()
    while not search.done and not worker.is_cancelled:
        search.step()
        # The screen paints and answers keys in between.
        time.sleep(0.0005)
