"""The palette's commands that are there on every screen, in place of Textual's English ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from platformdirs import user_downloads_path
from textual.app import SystemCommand
from textual.screen import Screen

from studylab.language import _
from studylab.tui.palette import command
from studylab.tui.preferences import other_language, speak
from studylab.tui.room import ROOMS

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

LANGUAGES = {
    "en": ("Language: English (语言：英文)", "Show everything in English from now on"),
    "zh": ("语言：中文 (Language: Chinese)", "从现在起全部显示为中文"),
}
"""In the language that each offers, with both names: whoever looks for it reads one of them."""


def app_commands(app: StudylabApp, screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The rooms, the app itself, and the screen in front."""
    for name, title in ROOMS.items():
        room = _(title)
        go = partial(app.action_show_room, name)
        yield command(_("Go to {room}", room=room), _("Open the {room} screen", room=room), go)
    code = other_language()
    yield command(*LANGUAGES[code], partial(speak, app, code))
    yield command(_("Theme"), _("Change the current theme"), app.action_change_theme)
    yield command(_("Keys"), _("The keys that work here"), app.action_help)
    yield command(
        _("Results"),
        _("What the runs reached, beside baseline and reference"),
        partial(show_results, app),
    )
    yield command(_("Quit"), _("Quit the application as soon as possible"), app.exit)
    yield command(
        _("Screenshot"),
        _("Save an SVG 'screenshot' of the current screen"),
        # Not of the palette.
        lambda: app.set_timer(0.1, partial(take_screenshot, app)),
    )
    if screen.maximized is not None:
        yield command(
            _("Minimize"),
            _("Minimize the widget and restore to normal size"),
            screen.action_minimize,
        )
    elif screen.focused is not None and screen.focused.allow_maximize:
        yield command(_("Maximize"), _("Maximize the focused widget"), screen.action_maximize)


def show_results(app: StudylabApp) -> None:
    """Open the results of all labs and commands."""
    from studylab.tui.results import ResultsScreen

    if not isinstance(app.screen, ResultsScreen):
        app.push_screen(ResultsScreen())


def take_screenshot(app: StudylabApp) -> None:
    """Save what is on the screen where downloads go, and say where that is."""
    if app.is_web:
        app.deliver_screenshot()
        return
    folder = user_downloads_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = app.save_screenshot(path=str(folder))
    except OSError as error:
        why = error.strerror or error
        told = _("{path}: can't be written ({error})", path=folder, error=why)
        app.notify(told, title=_("Screenshot"), severity="error", markup=False)
    else:
        app.notify(_("Saved to {path}", path=path), title=_("Screenshot"), markup=False)
