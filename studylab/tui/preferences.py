"""What is chosen inside the app about the app: its language and its theme, kept in the settings."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from studylab import language, settings
from studylab.language import _
from studylab.problem import Problem

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def other_language() -> str:
    """The code of the language that is not spoken now."""
    return "en" if language.spoken() == "zh" else "zh"


def speak(app: StudylabApp, code: str) -> None:
    """Speak a language from now on, on every screen, and when the app is opened again."""
    language.use(code)
    app.workspace.settings = replace(app.workspace.settings, language=code)
    if app.language_given:
        # Whatever is started from here is to speak it too.
        os.environ[settings.variable("language")] = code
    # After all that the screen in front was told, and asked of the app: it needs its widgets.
    app.screen.call_later(app.call_after_refresh, app.make_rooms_anew)
    _keep(app, "language", code, given=app.language_given)


def wear(app: StudylabApp, theme: str) -> None:
    """Show a theme from now on, and when the app is opened again."""
    app.theme = theme
    app.workspace.settings = replace(app.workspace.settings, theme=theme)
    _keep(app, "theme", theme, given=os.environ.get(settings.variable("theme"), ""))


def _keep(app: StudylabApp, name: str, value: str, *, given: str) -> None:
    """Write a setting down; say so where the environment will have another."""
    # Here and not above: nobody waits for it before the first paint.
    from studylab.settings_file import write_setting

    try:
        write_setting(name, value)
    except Problem as problem:
        app.problem(problem)
        return
    if given and given != value:
        source = f"${settings.variable(name)}" + (" / --lang" if name == "language" else "")
        told = _(
            "{source} says {value}; where it does so again, it wins over your choice",
            source=source,
            value=given,
        )
        app.notify(told, severity="warning", timeout=10, markup=False)
