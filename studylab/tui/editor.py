"""Opening a note in the student's editor."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from textual.app import App

from studylab.problem import Problem
from studylab.settings import Settings
from studylab.tui.suspend import terminal_given_away


class EditorProblem(Problem):
    """The editor can't be started, or ended badly; the text says which and what to do."""


def edit_note(app: App[Any], settings: Settings, path: Path, heading: str) -> None:
    """Open `path` in the editor and wait until it is closed. A new note starts with `heading`.

    Raises:
        EditorProblem: the editor or the note's folder can't be used; what was written stays.
        NoTerminal: the app has no terminal to give away.
    """
    command = _command(settings, path)
    _begin(path, heading)
    with terminal_given_away(app):
        code = _wait_for(command)
    if code:
        raise EditorProblem(f"{command[0]} ended with {_ending(code)}; the note is in {path}")


def _command(settings: Settings, path: Path) -> list[str]:
    try:
        command = settings.editor_command(path)
    except ValueError as error:
        raise EditorProblem(f"the editor's command can't be read ({error}); {_MEND}") from None
    if len(command) < 2:
        raise EditorProblem(f"the editor's command is blank; {_MEND}")
    # Looked for before the terminal is given away, so that the screen does not flash for nothing.
    if shutil.which(command[0]) is None:
        raise EditorProblem(f"there is no program {command[0]!r} to edit with; {_MEND}")
    return command


_MEND = "set $EDITOR, or `editor` in the settings, such as nano"


def _begin(path: Path, heading: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(f"# {heading}\n\n")
    except FileExistsError:
        pass
    except OSError as error:
        raise EditorProblem(
            f"{path} can't be made ({error.strerror}); mend the folder's permissions or free space"
        ) from None


def _wait_for(command: list[str]) -> int:
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        raise EditorProblem(f"{command[0]} can't be started ({error.strerror}); {_MEND}") from None


def _ending(code: int) -> str:
    return f"code {code}" if code > 0 else f"signal {-code}"
