"""To the editor, to the shell, and back, in a real terminal with a shell below a wrapper."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.xdist_group("terminal"),
]

EDITOR = "sh -c 'echo mine >> \"$0\"; echo in the editor; sleep 1'"


class InShell(Terminal):
    """The program as a job of an interactive shell, started by another program as `make` does."""

    def start(self) -> None:
        names = {**self._environment, "PS1": "> "}
        line = shlex.join(
            ["exec", "env", *(f"{k}={v}" for k, v in names.items()), "bash", "--norc"]
        )
        self._tmux("new-session", "-d", "-s", "s", "-x", "80", "-y", "24", line)
        self.type(f"sh -c '{sys.executable} -m studylab; echo ended $?'")
        self.press("Enter")


@pytest.fixture
def terminal(home, tmp_path, workspace):
    terminal = InShell(
        {
            "STUDYLAB_HOME": str(home),
            "STUDYLAB_CONFIG": str(tmp_path / "settings.toml"),
            "STUDYLAB_LANGUAGE": "en",
            "LANG": "C.UTF-8",
            "TERM": "screen-256color",
            "EDITOR": EDITOR,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
    )
    yield terminal
    terminal.close()


def test_the_editor_and_the_shell(terminal, home) -> None:
    terminal.start()
    terminal.see("1 Week", "NEXT", "Quit")
    terminal.press("4")
    terminal.see("Transformer")
    for _ in range(2):
        terminal.press("E")
        terminal.see("in the editor")
        # Neither of these is meant for the app.
        terminal.type("q1")
        terminal.see("1 Week", "✎", "Read")
    assert (home / "notes" / "transformer.md").read_text().count("mine") == 2
    for _ in range(2):
        terminal.press("C-z")
        terminal.see("Stopped")
        terminal.type("clear; echo the shell $((20 + 3))")
        terminal.press("Enter")
        terminal.see("the shell 23")
        terminal.type("fg")
        terminal.press("Enter")
        terminal.see("1 Week", "paper", "Attention Is All You Need", "Quit")
    terminal.press("q")
    terminal.see("ended 0")
