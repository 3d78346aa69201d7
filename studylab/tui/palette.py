"""The command palette in the student's language: what it offers, and what it says of nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from studylab.language import _
from studylab.plain import one_line
from studylab.tui.preferences import wear

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def command(title: str, help: str, callback: Callable[[], object]) -> SystemCommand:
    """An entry whose words are shown as they are, titles from files too: the palette reads them
    as markup."""
    return SystemCommand(escape(one_line(title)), escape(one_line(help)), callback)


class Offered(Provider):
    """Offers entries by their titles. Textual's own tells in English when nothing matches."""

    @property
    def app(self) -> StudylabApp:
        """The app."""
        return cast("StudylabApp", super().app)

    def entries(self) -> Iterable[SystemCommand]:
        """What there is to choose from."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """Everything, before something is typed."""
        for entry in sorted(self.entries(), key=lambda entry: entry.title):
            yield DiscoveryHit(entry.title, entry.callback, help=entry.help or None)

    async def search(self, query: str) -> Hits:
        """What matches; else one line that says so, and that opens the palette again."""
        matcher = self.matcher(query)
        found = False
        for entry in self.entries():
            score = matcher.match(entry.title)
            if score > 0:
                found = True
                shown = matcher.highlight(entry.title)
                yield Hit(score, shown, entry.callback, help=entry.help or None)
        if not found:
            yield Hit(1, _("No matches found"), self.again)

    def again(self) -> None:
        """Look for something else."""
        self.app.action_command_palette()


class Commands(Offered):
    """What the app and the screen in front offer."""

    def entries(self) -> Iterable[SystemCommand]:
        """The commands."""
        return self.app.get_system_commands(self.screen)


class Themes(Offered):
    """The themes, by name."""

    def entries(self) -> Iterable[SystemCommand]:
        """A command for each."""
        for name in self.app.available_themes:
            yield command(name, "", partial(self.choose, name))

    def choose(self, name: str) -> None:
        """Show it from now on."""
        wear(self.app, name)

    def again(self) -> None:
        """Look for another."""
        self.app.search_themes()
