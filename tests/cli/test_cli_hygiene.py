"""The program as a whole: what it loads, what it says of itself, what it promises."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import click
import pytest

from studylab import __version__, locations
from studylab.cli import exit_codes
from studylab.cli.commands import MODULES
from studylab.cli.main import studylab
from studylab.metrics.reporter import Reporter

FOREIGN = Path(__file__).parents[1] / "metrics" / "foreign"
HEAVY = ("torch", "numpy", "pandas", "pyarrow", "sqlite_utils", "transformers", "datasets")


def loaded(program: str) -> set[str]:
    """The modules that a program has loaded at its end."""
    ending = "\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program + ending],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def command(*words: str) -> str:
    argv = ["studylab", *words]
    return f"import sys\nsys.argv = {argv!r}\nfrom studylab.__main__ import main\nmain()"


@pytest.mark.parametrize(
    "words", [[], ["week"], ["done", "p9"], ["ask", "why?"], ["runs"], ["labs"], ["--help"]]
)
def test_no_command_loads_what_is_heavy(words):
    modules = loaded(command(*words))

    assert modules.isdisjoint(HEAVY)
    assert "textual" not in modules


def test_the_week_as_text_needs_no_parser():
    assert "click" not in loaded(command())


def test_the_way_to_the_first_paint_is_lean():
    modules = loaded(
        "import studylab.cli.output as output\n"
        "import studylab.tui.app as app\n"
        "import studylab.tui.week\n"
        "output.on_terminal = lambda: True\n"
        "app.run_app = lambda workspace: 0\n" + command()
    )

    assert modules.isdisjoint({*HEAVY, "click"})
    assert "textual.app" in modules


def test_without_a_terminal_the_week_is_printed(program):
    shown = program()

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == program("week").out
    assert shown.out.startswith("Week 1 of 10")


def test_the_version(program):
    assert program("--version").out == f"studylab {__version__}\n"


def commands(group: click.Group, before: tuple[str, ...] = ()):
    """Every command with the words that call it."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            yield (*before, name), found
            if isinstance(found, click.Group):
                yield from commands(found, (*before, name))


EVERY = dict(commands(studylab))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_says_what_it_does(cli, words):
    shown = cli(*words, "--help")

    assert (shown.code, shown.err) == (0, "")
    assert "Usage: " in shown.out
    assert all(len(line) <= 80 for line in shown.out.splitlines())


def test_help_shows_every_command_whole(cli):
    shown = cli("--help").out

    assert all(f"\n  {name} " in shown for name in MODULES)
    assert "..." not in shown.replace("[ARGS]...", "")
    assert all(f"\n  {code} " in shown for code in exit_codes.MEANINGS)


LISTINGS = [
    words for words, found in EVERY.items() if any(p.name == "as_json" for p in found.params)
]


@pytest.mark.usefixtures("labs")
def test_json_has_the_keys_that_help_names(cli, monkeypatch, tmp_path):
    """And every listing has `--json`."""
    cli("ask", "why?")
    cli("ask", "so?")
    cli("answer", "2", "so")
    cli("questions", "filters", "save", "mine")
    cli("session", "start")
    cli("papers", "set", "bert", "first-pass")
    cli("missed", "tick", "bert", "1")
    cli("run", "quick", "--steps", "1")
    (quick,) = locations.runs().glob("quick-*")
    cli("expect", quick.name, "accuracy=0.9")
    with Reporter(quick) as reporter:
        reporter.text("sample", "once", step=1)
        reporter.log({"train/loss": math.nan}, step=2)
    monkeypatch.setattr("studylab.cli.checks.packages.packages.__defaults__", (lambda python: {},))
    monkeypatch.setattr("studylab.cli.checks.hub.hub.__defaults__", (lambda address: "",))
    cli("export", "-o", str(tmp_path / "mine.json"))
    cli("backup")
    slow = cli("run", "slow", "--detach").out.strip()
    arguments = {
        ("import",): [str(tmp_path / "mine.json")],
        ("merge",): [str(tmp_path / "mine.json")],
        ("backup",): ["--list"],
        ("questions", "show"): ["1"],
        ("search",): ["why"],
        ("papers", "history"): ["bert"],
        ("missed", "points"): ["bert"],
        ("labs", "show"): ["quick"],
        ("runs", "show"): ["last"],
        ("runs", "compare"): [quick.name, slow],
        ("runs", "scalars"): ["last"],
        ("artifacts",): ["quick"],
        ("diagnose",): [quick.name],
        ("expect",): [quick.name],
        ("runs", "import"): [str(FOREIGN / "wandb")],
    }
    assert {words[0] for words in LISTINGS} == {
        "week", "plan", "session", "syllabus", "papers", "missed", "questions", "labs", "runs",
        "results", "doctor", "review", "search", "undo", "queue", "settings", "import", "merge",
        "artifacts", "backup", "diagnose", "expect", "machine", "tell",
    }  # fmt: skip
    for words in LISTINGS:
        shown = json.loads(cli(*words, *arguments.get(words, []), "--json").out)
        record = shown[0] if isinstance(shown, list) else shown
        said = " ".join(cli(*words, "--help").out.split())
        assert f"that --json prints: {', '.join(record)}." in said, words
    cli("stop", slow, "--no-wait")
