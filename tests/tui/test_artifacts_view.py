"""Samples, tables, pictures and warnings of a run, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image
from textual.pilot import Pilot

from studylab.runs.directory import RunDirectory
from studylab.tui import kitty
from studylab.tui.app import StudylabApp
from studylab.tui.artifacts import ArtifactsView
from studylab.tui.picture import Picture
from tests.tui.run_files import write_event, write_full_run


def seen(app: StudylabApp) -> str:
    """The text on the screen."""
    return "\n".join(
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips()
    )


async def opened(pilot: Pilot[None], run: RunDirectory) -> ArtifactsView:
    view = ArtifactsView(run)
    pilot.app.push_screen(view)
    await settle(pilot)
    return view


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def with_all_kinds() -> RunDirectory:
    run = write_full_run()
    write_event(run, "text", name="sample", text="从前有一个小女孩。" * 20, step=210)
    rows = [["猫", 0.25, "wide " * 10]] * 40
    write_event(run, "table", name="classes", columns=["class", "loss", "x"], rows=rows, step=220)
    image = Image.new("RGB", (40, 30), "navy")
    image.paste((255, 128, 0), (10, 10, 20, 20))
    (run.path / "artifacts").mkdir()
    image.save(run.path / "artifacts" / "scene.png")
    write_event(run, "image", name="scene", path="artifacts/scene.png", step=230)
    return run


async def test_each_is_shown_as_what_it_is(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, with_all_kinds())
        shown = seen(runs_app)
        assert "5 samples and warnings" in shown
        assert "scene at step 230" in shown
        assert "▀▀▀▀" in shown
        await pilot.press("down")
        await settle(pilot)
        shown = seen(runs_app)
        assert "classes at step 220" in shown
        assert "猫     0.25" in shown
        assert "▀▀▀▀" not in shown
        await pilot.press("down")
        await settle(pilot)
        assert "sample at step 210" in seen(runs_app)
        assert "从前有一个小女孩。从前" in seen(runs_app)
        await pilot.press("down")
        await settle(pilot)
        assert "every prediction is class 3 [/]" in seen(runs_app)


async def test_what_comes_is_shown_while_the_cursor_is_on_the_newest(
    runs_app: StudylabApp,
) -> None:
    run = with_all_kinds()
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, run)
        write_event(run, "text", name="newest", text="here", step=240)
        view.read_on()
        await settle(pilot)
        assert "newest at step 240" in seen(runs_app)
        await pilot.press("down")
        write_event(run, "text", name="another", text="there", step=250)
        view.read_on()
        await settle(pilot)
        assert "scene at step 230" in seen(runs_app)


async def test_a_picture_fits_however_large_the_screen_is(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, with_all_kinds())
        for size in ((80, 24), (40, 12), (200, 60)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            picture = runs_app.screen.query_one(Picture)
            strips = picture._strips
            assert strips
            assert len(strips) <= picture.size.height
            assert all(strip.cell_length <= picture.size.width for strip in strips)


@pytest.mark.parametrize("path", ["artifacts/gone.png", "/etc/hostname", "run.json"])
async def test_what_is_no_picture_says_so(runs_app: StudylabApp, path: str) -> None:
    run = write_full_run()
    write_event(run, "image", name="bad", path=path, step=230)
    async with runs_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, run)
        told = runs_app.screen.query_one(Picture).told
        assert any(word in told for word in ("not there", "outside", "no picture"))
        assert told[:60] in seen(runs_app)


async def test_a_picture_that_is_saved_anew_is_shown_anew(runs_app: StudylabApp) -> None:
    run = with_all_kinds()
    async with runs_app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, run)
        before = view.query_one(Picture)._strips
        Image.new("RGB", (90, 30), "red").save(run.path / "artifacts" / "scene.png")
        view.read_on()
        await settle(pilot)
        assert view.query_one(Picture).original == (90, 30)
        assert view.query_one(Picture)._strips != before


async def test_a_terminal_that_can_is_handed_the_picture(
    runs_app: StudylabApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(Picture, "_by_terminal", True)
    monkeypatch.setattr(Picture, "_write", lambda self, text: written.append(text))
    run = with_all_kinds()
    async with runs_app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, run)
        assert "a=T,U=1" in written[-1]
        assert kitty.PLACEHOLDER in seen(runs_app)
        rows = [row for row in seen(runs_app).splitlines() if kitty.PLACEHOLDER in row]
        assert len(rows) <= view.query_one(Picture).size.height
        await pilot.press("down")
        await settle(pilot)
        assert kitty.PLACEHOLDER not in seen(runs_app)
        await pilot.press("up")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        takes = [text for text in written if "a=d" in text]
        gives = [text for text in written if "a=T" in text]
        assert len(takes) == len(gives), "the terminal keeps none"


async def test_zoom_and_back(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, with_all_kinds())
        await pilot.press("enter")
        await settle(pilot)
        assert not view.query_one("#rows").region
        await pilot.press("escape")
        await settle(pilot)
        assert view.query_one("#rows").region
        await pilot.press("escape")
        await settle(pilot)
        assert runs_app.screen is not view


async def test_a_run_without_any_says_what_comes_here(runs_app: StudylabApp) -> None:
    run = write_full_run()
    run.events.unlink()
    async with runs_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        assert "Nothing yet." in seen(runs_app)
        await pilot.press("down", "enter", "J", "K", "z", "escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_snapshot(
    runs_app: StudylabApp, snap_compare: Callable[..., bool], size: tuple[int, int]
) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await opened(pilot, with_all_kinds())

    assert snap_compare(runs_app, terminal_size=size, run_before=look)
