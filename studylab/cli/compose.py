"""What a student writes: as words, through a pipe, or in the editor. None of it is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from studylab.cli import output
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import complain
from studylab.language import N_, _
from studylab.problem import Problem
from studylab.settings import Settings
from studylab.store.questions import EmptyText

_CUT = N_("what is written from this line on is left out")

_MEND = N_("set EDITOR, or `editor` in the settings, such as nano")


class EditorError(Problem):
    """The editor can't be started, or ended with an error."""


def text_of(words: Sequence[str], settings: Settings, what: str, *, about: str = "") -> str:
    """The text that the command line means: its words, stdin for `-`, else the editor's.

    `what` is `a question` or the like, in the student's language; `about` is shown below the text
    in the editor.

    Raises:
        UsageProblem: no words, and no terminal to open an editor on.
        EditorError: the editor failed; what was written is kept.
        EmptyText: nothing was written.
    """
    if list(words) == ["-"]:
        return _piped()
    if words:
        return " ".join(words)
    if not output.on_terminal():
        raise UsageProblem(_("{what} needs words, or - to read it from a pipe", what=what))
    return _edited(settings, what, about)


@contextmanager
def kept(text: str) -> Iterator[None]:
    """While `text` is being recorded: if that fails, leave it in a file and say where."""
    try:
        yield
    except EmptyText:
        raise
    except Exception:
        _save(text)
        raise


def edit(settings: Settings, path: Path) -> None:
    """Open `path` in the student's editor and wait.

    Raises:
        EditorError: it can't be started, or ended with an error.
    """
    try:
        command = settings.editor_command(path)
    except ValueError as error:
        raise EditorError(
            _("the editor's command can't be read ({error}); {mend}", error=error, mend=_(_MEND))
        ) from None
    if len(command) < 2:
        raise EditorError(_("the editor's command is blank; {mend}", mend=_(_MEND)))
    try:
        code = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise EditorError(
            _(
                "the editor {program} can't be started ({error}); {mend}",
                program=command[0],
                error=error.strerror or error,
                mend=_(_MEND),
            )
        ) from None
    if code:
        raise EditorError(
            _(
                "{program} ended with code {code}; what it wrote is in {path}",
                program=command[0],
                code=code,
                path=path,
            )
        )


def _edited(settings: Settings, what: str, about: str) -> str:
    descriptor, name = tempfile.mkstemp(prefix="studylab-", suffix=".md")
    path = Path(name)
    cut = f"<!-- {_(_CUT)} -->"
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(f"\n\n{cut}\n{about}\n")
    edit(settings, path)
    text = path.read_bytes().decode("utf-8", "replace").partition(cut)[0]
    path.unlink()
    if not text.strip():
        raise EmptyText(_("{what} needs some text; nothing was recorded", what=what))
    return text


def _piped() -> str:
    encoding = sys.stdin.encoding or "utf-8"
    return sys.stdin.buffer.read().decode(encoding, "replace").removeprefix("\ufeff")


def _save(text: str) -> None:
    try:
        descriptor, name = tempfile.mkstemp(prefix="studylab-", suffix=".md")
        with open(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        complain(_("not recorded: {text}", text=text))
    else:
        complain(_("what you wrote is kept in {path}", path=name))
