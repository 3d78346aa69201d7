"""Opening a note in the student's editor."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from studylab.language import N_, _
from studylab.problem import Problem
from studylab.settings import Settings
from studylab.study import notes
from studylab.tui.suspend import terminal_given_away

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

_MEND = N_("set $EDITOR, or `editor` in the settings, such as nano")


class EditorProblem(Problem):
    """The editor can't be started, or ended badly; the text says which and what to do."""


def edit_note(app: App[Any], settings: Settings, path: Path, heading: str) -> None:
    """Open `path` in the editor and wait until it is closed. A new note starts with `heading`;
    where nothing comes below it, no file stays behind.

    Raises:
        EditorProblem: the editor can't be used; what was written stays.
        NoteProblem: the note can't be made.
        NoTerminal: the app has no terminal to give away.
    """
    command = _command(settings, path)
    fresh = notes.begin(path, heading)
    try:
        with terminal_given_away(app):
            code = _wait_for(command)
    finally:
        if fresh:
            notes.drop_if_untouched(path, heading)
    if code:
        raise EditorProblem(
            _(
                "{program} ended with {ending}; the note is in {path}",
                program=command[0],
                ending=_ending(code),
                path=path,
            )
        )


def open_in_editor(app: StudylabApp, path: Path, heading: str) -> None:
    """As `edit_note`; what goes wrong is told in the app."""
    try:
        edit_note(app, app.workspace.settings, path, heading)
    except Problem as problem:
        app.problem(problem)


def _command(settings: Settings, path: Path) -> list[str]:
    try:
        command = settings.editor_command(path)
    except ValueError as error:
        raise EditorProblem(
            _("the editor's command can't be read ({error}); {mend}", error=error, mend=_(_MEND))
        ) from None
    if len(command) < 2:
        raise EditorProblem(_("the editor's command is blank; {mend}", mend=_(_MEND)))
    # Looked for before the terminal is given away, so that the screen does not flash for nothing.
    if shutil.which(command[0]) is None:
        raise EditorProblem(
            _(
                "there is no program {name!r} to edit with; {mend}",
                name=command[0],
                mend=_(_MEND),
            )
        )
    return command


def _wait_for(command: list[str]) -> int:
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        raise EditorProblem(
            _(
                "the editor {program} can't be started ({error}); {mend}",
                program=command[0],
                error=error.strerror or error,
                mend=_(_MEND),
            )
        ) from None


def _ending(code: int) -> str:
    return _("code {code}", code=code) if code > 0 else _("signal {number}", number=-code)
