"""The form that launches any command, and runs that are cloned or gone on from."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, Static

from studylab import locations
from studylab.problem import Problem
from studylab.runs import queue
from studylab.runs.command_line import ids_of, shell_line, words_of
from studylab.runs.directory import RunDirectory, State
from studylab.runs.scalars import Wanted, read_wanted, write_wanted
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.store import expectations
from studylab.tui.app import StudylabApp
from studylab.tui.command_form import CommandForm
from studylab.tui.dialogs.choice import Choice
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from tests.tui.run_files import sync, write_full_run, write_run
from tests.tui.study import screen_text, toasts
from tests.tui.test_launch import until

PROGRAM = "import time; print('loss: 0.5', flush=True); time.sleep(0.2)"


async def open_form(pilot, like: RunDirectory | None = None, **texts: str) -> CommandForm:
    form = CommandForm(like)
    await pilot.app.push_screen(form)
    await pilot.pause()
    for name, text in texts.items():
        form.query_one(f"#{name}", Input).value = text
    await pilot.pause()
    return form


def said(form: CommandForm, selector: str = "#complaint") -> str:
    return str(form.query_one(selector, Static).content)


async def launched(pilot) -> RunDirectory:
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, LiveView))
    run: RunDirectory = pilot.app.screen.run
    return run


@pytest.fixture
def command(tmp_path) -> str:
    """A command line of a program that ends soon."""
    (tmp_path / "my train.py").write_text(PROGRAM, "utf-8")
    return f"{sys.executable} 'my train.py' --lr 3e-4"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_looks(snap_compare, runs_app: StudylabApp, size) -> None:
    async def before(pilot) -> None:
        form = await open_form(pilot, words="python train.py", folder="/data", name="first")
        # Where the cursor neither blinks nor waits for a suggestion.
        form.query_one("#launch").focus()
        await pilot.pause()

    assert snap_compare(runs_app, terminal_size=size, run_before=before)


async def test_a_command_is_started_where_and_as_it_was_typed(
    runs_app: StudylabApp, command: str, tmp_path
) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        form = await open_form(pilot, words=command, folder=str(tmp_path), name="Mine")
        form.query_one("#expect-metric", Input).value = "loss"
        form.query_one("#expect-value", Input).value = "0.2"
        form.query_one("#scalars", Choice).value = "lines"
        form.query_one("#turn", Choice).value = "now"
        await pilot.pause()
        assert "--scalars lines --now --expect loss=0.2 -- " in said(form, "#shell")
        run = await launched(pilot)
        spec = run.read_spec()
        assert run.id.startswith("mine-")
        assert spec.argv[1:] == ("my train.py", "--lr", "3e-4")
        assert (spec.cwd, spec.settings) == (str(tmp_path), {"lr": 3e-4})
        assert read_wanted(run) == Wanted(lines=True)
        found = expectations.expectation(runs_app.workspace.db, run.id)
        assert found is not None and found.value == 0.2
        state = await asyncio.to_thread(wait_for_end, run, 15)
        assert state.state is State.FINISHED


async def test_it_waits_for_the_runs_that_are_named(
    runs_app: StudylabApp, command: str, tmp_path
) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        write_run("digits-7k2mq", State.RUNNING)
        sync(runs_app)
        await pilot.pause()
        form = await open_form(pilot, words=command, folder=str(tmp_path), priority="5")
        assert not form.query_one("#after").parent.display
        form.query_one("#turn", Choice).action_turn(-1)
        await pilot.pause()
        assert form.query_one("#turn", Choice).value == "after"
        assert form.query_one("#after").parent.display
        for text, told in (("", "after which runs?"), ("nobody", "no run 'nobody'")):
            form.query_one("#after", Input).value = text
            await pilot.press("ctrl+s")
            await pilot.pause()
            assert told in said(form)
        form.query_one("#after", Input).value = "digits-7"
        await pilot.pause()
        assert "--after digits-7 --priority 5 -- " in said(form, "#shell")
        run = await launched(pilot)
        entry = queue.entry_of(run.id)
        assert entry is not None
        assert (entry.after, entry.priority, entry.started) == (("digits-7k2mq",), 5, False)
        ask_to_stop(run)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"words": ""}, "which command?"),
        ({"words": "python 'train.py"}, "a quote is not closed"),
        ({"words": "python a.py | tee log"}, "no shell reads this"),
        ({"words": "python a.py --token ***"}, "a secret is not kept"),
        ({"words": "no-such-program-here"}, "no program is called"),
        ({"words": "ls", "folder": "/no/such/folder"}, "there is no folder"),
        ({"words": "ls", "priority": "high"}, "the priority is a whole number"),
        ({"words": "python a.py", "python": "/no/python"}, "there is no Python"),
    ],
)
async def test_what_can_t_be_started_says_why_and_keeps_what_was_typed(
    runs_app: StudylabApp, texts: dict[str, str], told: str
) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot, **texts)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(form))
        assert told in said(form)
        assert form.query_one("#words", Input).value == texts["words"]
        assert not locations.runs().exists()


async def test_leaving_asks_only_where_something_was_typed(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        await open_form(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(runs_app.screen, CommandForm)
        await open_form(pilot, words="ls")
        await pilot.press("escape")
        await pilot.pause()
        assert "Throw it away?" in screen_text(runs_app)


async def test_the_labs_room_has_it_on_a_key(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        await pilot.press("5")
        await pilot.pause()
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(runs_app.screen, CommandForm)


def write_command(id: str, argv: list[str], folder: str) -> RunDirectory:
    run = write_run(id, State.FINISHED, lab="")
    record = json.loads(run.spec_file.read_text())
    run.spec_file.write_text(json.dumps({**record, "argv": argv, "cwd": folder}))
    write_wanted(run, Wanted(lines=True))
    return run


async def test_a_cloned_command_is_there_to_be_changed(runs_app: StudylabApp, tmp_path) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        write_command("my-train-7k2mq", ["/bin/echo", "a b", "--token", "***"], str(tmp_path))
        sync(runs_app)
        await pilot.pause()
        await pilot.pause()
        await pilot.press("c")
        await pilot.pause()
        form = runs_app.screen
        assert isinstance(form, CommandForm)
        assert form.query_one("#words", Input).value == "/bin/echo 'a b' --token '***'"
        assert form.query_one("#folder", Input).value == str(tmp_path)
        assert form.query_one("#name", Input).value == "my-train"
        assert form.query_one("#scalars", Choice).value == "lines"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "a secret is not kept" in said(form)


async def test_a_cloned_run_of_a_lab_opens_the_lab_s_form(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        write_full_run(state=State.FINISHED, settings={"epochs": 7})
        sync(runs_app)
        await pilot.pause()
        await pilot.pause()
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(runs_app.screen, LaunchForm)
        assert "* epochs" in screen_text(runs_app)


async def test_a_run_goes_on_from_its_checkpoint_with_its_settings(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        old = write_full_run(state=State.STOPPED, settings={"epochs": 7})
        sync(runs_app)
        await pilot.pause()
        await pilot.pause()
        await pilot.press("C")
        await pilot.pause()
        assert "has no checkpoint" in toasts(runs_app)
        old.checkpoints.mkdir()
        (old.checkpoints / "last.pt").write_bytes(b"")
        await pilot.press("C")
        await until(pilot, lambda: "goes on from digits-7k2mq" in toasts(runs_app))
        (new,) = (path for path in locations.runs().glob("digits-*") if path != old.path)
        spec = RunDirectory(new).read_spec()
        assert "--epochs=7" in spec.argv
        assert spec.argv[-2:] == ("--resume", str(old.path))
        await asyncio.to_thread(wait_for_end, RunDirectory(new), 15)


@pytest.mark.parametrize("state", [State.RUNNING, State.FINISHED])
async def test_what_can_t_be_gone_on_from_says_why(runs_app: StudylabApp, state: State) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        write_full_run(state=state)
        sync(runs_app)
        await pilot.pause()
        await pilot.pause()
        await pilot.press("C")
        await pilot.pause()
        why = "still goes on" if state is State.RUNNING else "no checkpoint to go on from"
        assert why in toasts(runs_app)
        assert len(list(locations.runs().iterdir())) == 1


@given(st.text(max_size=60))
def test_every_line_is_words_or_a_refusal_in_one_line(text: str) -> None:
    try:
        words = words_of(text)
    except Problem as problem:
        assert "\n" not in str(problem)
    else:
        assert words


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=5))
def test_what_is_shown_for_a_shell_is_read_as_the_same_words(words: list[str]) -> None:

    assert shlex.split(shell_line(words, [("--now", "")])) == [
        "studylab",
        "run",
        "--now",
        "--",
        *words,
    ]


def test_ids_are_parted_by_spaces_and_commas_of_any_kind() -> None:
    assert ids_of(" a-1, b-2，c-3  d-4 ") == ("a-1", "b-2", "c-3", "d-4")
