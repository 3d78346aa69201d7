"""What the shell offers after what is typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from studylab.cli.main import studylab


def offers(words: str) -> list[str]:
    """What may come after `words`; the last one is being typed."""
    *before, incomplete = words.split(" ")
    found = ShellComplete(studylab, {}, "studylab", "_STUDYLAB_COMPLETE").get_completions(
        before, incomplete
    )
    return [item.value for item in found]


def test_commands():
    assert offers("w") == ["week", "watched", "watch"]
    assert "doctor" in offers("")


def test_items_that_are_left_and_that_are_done(cli):
    cli("done", "p10")

    assert offers("done p10") == [f"p{number}" for number in range(100, 110)]
    assert "p11" in offers("done p9 p1") and "p10" not in offers("done p9 p1")
    assert offers("undone p") == ["p10"]
    assert offers("ask --item hw-py") == ["hw-python-basics"]


def test_papers_and_their_states():
    assert offers("papers set ber") == ["bert"]
    assert offers("papers set bert f") == ["first-pass"]
    assert offers("ask --paper inst") == ["instructgpt"]
    assert offers("note cl") == ["clip"]


def test_labs_and_their_settings(labs):
    assert offers("run qu") == ["quick"]
    assert offers("labs show cn") == ["cnn"]
    assert offers("run quick --s") == ["--steps", "--shuffle"]
    assert offers("run quick --no") == ["--no-shuffle", "--now"]
    assert offers("run quick --d") == ["--data", "--detach", "--dry-run"]
    assert offers("run quick --data m") == ["mnist"]
    assert offers("run quick --steps ") == []
    assert offers("run nonsense --s") == []


def test_runs(cli, labs, home):
    cli("run", "quick", "--steps", "1")
    (run,) = (path.name for path in (home / "runs").iterdir())

    assert offers("watch ") == ["last", run]
    assert offers(f"log {run[:8]}") == [run]
    assert offers("stop ") == []


def test_questions(cli):
    cli("ask", "why?")

    assert offers("answer ") == ["1"]


def test_shells_rooms():
    assert offers("completion ") == ["bash", "zsh", "fish"]
    assert offers("app q") == ["questions"]


def test_a_problem_offers_nothing_and_says_nothing(home, capfd):
    (home / "studylab.db").write_bytes(b"no database" * 500)

    assert offers("done p") == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts(cli, shell):
    shown = cli("completion", shell)

    assert shown.code == 0 and f"_STUDYLAB_COMPLETE={shell}_complete" in shown.out
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=shown.out, text=True, capture_output=True)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_itself(tmp_path: Path):
    """The script in a real bash, with `studylab` on its path."""
    program = tmp_path / "studylab"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m studylab "$@"\n')
    program.chmod(0o755)
    script = textwrap.dedent("""
        eval "$(studylab completion bash)"
        COMP_WORDS=(studylab done hw-py) COMP_CWORD=2
        _studylab_completion studylab
        echo "${COMPREPLY[@]}"
    """)
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "hw-python-basics\n", done.stderr
