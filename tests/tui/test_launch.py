"""The form that launches a lab."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual.widgets import Input, Select, Static, Switch

from studylab import locations
from studylab.labspec import SettingError
from studylab.runs.directory import State
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from studylab.tui.widgets.setting_field import SettingField
from tests.tui.study import screen_text, toasts


async def open_form(pilot, **values: object) -> LaunchForm:
    form = LaunchForm("mine/digits", values or None)
    await pilot.app.push_screen(form)
    await pilot.pause()
    return form


def field(form: LaunchForm, name: str) -> SettingField:
    return next(f for f in form.query(SettingField) if f.setting.name == name)


def told(form: LaunchForm, selector: str) -> str:
    return str(form.query_one(selector, Static).content)


async def type_into(pilot, form: LaunchForm, name: str, text: str) -> None:
    field(form, name).control.focus()
    await pilot.pause()
    await pilot.press("end", "ctrl+u")
    await pilot.press(*text)
    await pilot.pause()


async def until(pilot, condition, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
        await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_looks(snap_compare, runs_app: StudylabApp, size) -> None:
    async def before(pilot) -> None:
        form = await open_form(pilot)
        await type_into(pilot, form, "epochs", "99")
        field(form, "augment").control.value = True
        await pilot.pause()

    assert snap_compare(runs_app, terminal_size=size, run_before=before)


async def test_every_kind_of_setting_has_its_control(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot)
        kinds = {f.setting.name: type(f.control) for f in form.query(SettingField)}
        assert kinds == {
            "epochs": Input, "rate": Input, "data": Select, "augment": Switch, "seed": Input,
        }  # fmt: skip
        shown = screen_text(runs_app)
        assert "the learning [rate]" in shown
        assert "a number from 0 to 1; default 0.1" in shown


async def test_a_refused_value_is_told_in_the_words_of_the_command_line(
    runs_app: StudylabApp,
) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot)
        epochs = field(form, "epochs")
        for text in ("0", "51", "two", "", "1.5"):
            with pytest.raises(SettingError, match="takes a whole number from 1 to 50") as refused:
                epochs.setting.parse(text)
            await type_into(pilot, form, "epochs", text)
            assert epochs.error == str(refused.value)
            assert str(refused.value) in screen_text(runs_app)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert runs_app.screen is form
        assert "not launched" in told(form, "#complaint")
        assert epochs.text == "1.5"
        assert not locations.runs().exists()


async def test_a_field_that_is_emptied_while_another_is_followed(runs_app: StudylabApp) -> None:
    """On a slow machine the news of it comes later; until then nothing may believe the old text."""
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot)
        emptied = field(form, "epochs")
        with emptied.prevent(Input.Changed), form.prevent(Input.Changed):
            emptied.control.value = ""
            assert emptied.error
            form.on_input_changed()
            form.action_launch()
        assert isinstance(runs_app.screen, LaunchForm)
        assert "not launched" in told(form, "#complaint")


async def test_the_command_that_does_the_same(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot)
        assert told(form, "#command") == "$ studylab run digits"
        await type_into(pilot, form, "epochs", "3")
        field(form, "augment").control.value = True
        await pilot.pause()
        assert told(form, "#command") == "$ studylab run digits --epochs=3 --augment"
        assert field(form, "epochs").is_changed
        assert "* epochs" in screen_text(runs_app)
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert told(form, "#command") == "$ studylab run digits"
        assert "* epochs" not in screen_text(runs_app)


async def test_launching_by_keyboard_goes_to_the_live_view(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        form = await open_form(pilot)
        await type_into(pilot, form, "epochs", "3")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(runs_app.screen, LiveView))
        run = runs_app.screen.run
        spec = run.read_spec()
        assert spec.lab == "mine/digits"
        assert spec.settings == {
            "epochs": 3, "rate": 0.1, "data": "digits", "augment": False, "seed": 0,
        }  # fmt: skip
        assert spec.argv[-1] == "--epochs=3"
        ask_to_stop(run)
        state = await asyncio.to_thread(wait_for_end, run, 15)
        assert state.state in (State.STOPPED, State.FINISHED)
        await pilot.press("escape")
        await pilot.pause()
        assert type(runs_app.screen).__name__ == "RunsRoom"


async def test_nothing_typed_is_lost_when_the_launch_fails(runs_app: StudylabApp, home) -> None:
    locations.runs().write_text("a file where the folder should be")
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot)
        await type_into(pilot, form, "epochs", "3")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: told(form, "#complaint"))
        assert "STUDYLAB_HOME" in told(form, "#complaint")
        assert runs_app.screen is form
        assert field(form, "epochs").text == "3"
        locations.runs().unlink()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(runs_app.screen, LiveView))
        await asyncio.to_thread(wait_for_end, runs_app.screen.run, 15)


async def test_missing_packages_are_explained(
    runs_app: StudylabApp, workspace, monkeypatch
) -> None:
    monkeypatch.setattr("studylab.tui.launching.missing_packages", lambda: ["torch", "sklearn"])
    object.__setattr__(workspace.labs[0], "id", "vision/digits")
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = LaunchForm("vision/digits")
        await runs_app.push_screen(form)
        await pilot.pause()
        assert "pip install 'studylab[labs]'" in told(form, "#complaint")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert runs_app.screen is form
        assert "torch, sklearn" in told(form, "#complaint")
        assert not locations.runs().exists()


async def test_a_clone_of_a_run_whose_lab_has_changed(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(
            pilot, epochs=7, data="[b]svhn", width=3, augment=True, rate=None, seed="x"
        )
        assert field(form, "epochs").text == "7"
        assert field(form, "augment").value is True
        assert field(form, "data").text == "[b]svhn"
        assert "not '[b]svhn'" in field(form, "data").error
        assert field(form, "rate").error
        assert field(form, "seed").error
        assert "width" in told(form, "#complaint")


async def test_leaving_asks_only_if_something_would_be_lost(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await open_form(pilot)
        await pilot.press("escape")
        assert runs_app.screen is not form
        form = await open_form(pilot)
        await type_into(pilot, form, "epochs", "9")
        await pilot.press("escape")
        assert isinstance(runs_app.screen, ConfirmDialog)
        await pilot.press("n")
        await pilot.pause()
        assert field(form, "epochs").text == "9"
        await pilot.press("escape", "y")
        await pilot.pause()
        assert type(runs_app.screen).__name__ == "RunsRoom"


async def test_enter_and_arrows_walk_the_fields(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        form = await open_form(pilot)
        assert form.focused is field(form, "epochs").control
        await pilot.press("enter")
        await pilot.pause()
        assert form.focused is field(form, "rate").control
        await pilot.press("up")
        await pilot.pause()
        assert form.focused is field(form, "epochs").control
        # Digits and q belong to the form here, not to the rooms behind it.
        field(form, "augment").control.focus()
        await pilot.press("1", "q")
        await pilot.pause()
        assert runs_app.screen is form


async def test_an_unknown_lab_is_told(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        for name in ("nothing", "mine/nothing", ""):
            await runs_app.push_screen(LaunchForm(name))
            await pilot.pause()
            await pilot.pause()
            assert type(runs_app.screen).__name__ == "RunsRoom"
            assert f"there is no lab {name!r}" in toasts(runs_app)


async def test_tiny_terminals(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(40, 10)) as pilot:
        form = await open_form(pilot)
        await pilot.resize_terminal(20, 5)
        await type_into(pilot, form, "seed", "5")
        assert field(form, "seed").text == "5"
