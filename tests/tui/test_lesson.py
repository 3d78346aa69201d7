"""What goes wrong in a run is told where it is watched, and e leads to what teaches the mend."""

from __future__ import annotations

import math

import pytest
from textual.screen import Screen

from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory, State
from studylab.runs.sync import sync_all
from studylab.study.diagnosis.model import Finding, Kind
from studylab.study.lessons import items_of_lab, lesson_of
from studylab.tui.app import StudylabApp
from studylab.tui.lesson import LessonDialog, open_lesson
from studylab.tui.live import LiveView
from studylab.tui.live_notes import Note, warning_line
from studylab.tui.papers import PapersRoom
from studylab.tui.syllabus import SyllabusRoom
from tests.tui.run_files import BEGAN, clock, settled, write_event, write_full_run, write_run
from tests.tui.study import screen_text, toasts

NAN = Finding(Kind.NOT_A_NUMBER, 120, "train/loss", {"value": math.nan})
OTHER = Finding(Kind.FLAT, 1, "train/loss", {"start": 1.0, "loss": 1.0})


def sick_run(lab: str = "vision/cnn", **more) -> RunDirectory:
    """A run whose loss is no number from step 120 on."""
    run = write_run("cnn-7k2mq", lab=lab, settings={"rate": 0.1}, **more)
    write_event(run, "plan", steps=400, steps_per_epoch=200)
    with run.metrics.open("ab") as file:
        for step in range(1, 141):
            loss = math.nan if step >= 120 else 2.3 - step / 100
            norm = 812.0 if step == 119 else 2.0
            line = metric_line(BEGAN + step / 10, step, {"train/loss": loss, "grad_norm": norm})
            file.write(line)
    return run


async def watch(pilot, run: RunDirectory) -> LiveView:
    view = LiveView(run, clock=clock)
    await pilot.app.push_screen(view)
    await settled(pilot)
    return view


class TestTheRow:
    def test_the_newest_finding_and_its_key(self) -> None:
        line = warning_line([], [NAN, OTHER], 120)
        assert line.startswith("! train/loss became NaN at step 120")
        assert line.endswith("  (and 1 more)  e shows P60")

    @pytest.mark.parametrize("width", [0, 10, 40, 60, 78, 200])
    def test_the_key_stays_where_the_words_do_not_fit(self, width: int) -> None:
        line = warning_line([], [NAN], width)
        assert line.endswith("e shows P60")
        assert len(line) <= max(width, 20)

    def test_without_a_finding_the_last_warning_of_the_lab(self) -> None:
        notes = [Note("warning", "", f"number {n}", None, 0.0) for n in (1, 2)]
        assert warning_line(notes, [], 80) == "! number 2 (2 warnings)"
        assert warning_line([], [], 80) == ""


class TestWatching:
    async def test_a_sick_run_says_so(self, runs_app: StudylabApp) -> None:
        run = sick_run()
        async with runs_app.run_test(size=(160, 36)) as pilot:
            await watch(pilot, run)
            shown = screen_text(runs_app)
            assert "became NaN at step 120; the gradient norm before it was 812, usually 2" in shown
            assert "e shows P60" in shown

    async def test_it_is_told_when_it_comes_and_a_healthy_run_is_left_in_peace(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_full_run()
        run.events.write_text("")
        async with runs_app.run_test(size=(160, 36)) as pilot:
            view = await watch(pilot, run)
            assert view.findings.found == []
            assert "e shows" not in screen_text(runs_app)
            with run.metrics.open("ab") as file:
                file.write(metric_line(BEGAN + 31, 261, {"train/loss": math.inf}))
            view.read_on()
            await settled(pilot)
            assert "became infinite at step 261" in screen_text(runs_app)

    async def test_metrics_that_start_over_are_judged_anew(self, runs_app: StudylabApp) -> None:
        run = sick_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            run.metrics.write_bytes(metric_line(BEGAN, 1, {"train/loss": 2.0}))
            view.read_on()
            await settled(pilot)
            assert view.findings.found == []

    async def test_out_of_memory_names_the_setting(self, runs_app: StudylabApp) -> None:
        run = write_run(state=State.FAILED, settings={"batch_size": 64}, exit_code=1)
        run.output.write_text("Traceback\nCUDA out of memory. Tried to allocate 2 GiB\n")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            assert "lower --batch-size from 64 to 32" in screen_text(runs_app)


class TestTheDialog:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36)])
    def test_looks(self, snap_compare, runs_app: StudylabApp, size) -> None:
        async def before(pilot) -> None:
            # Over nothing, so that only a change of this list changes the picture.
            await pilot.app.push_screen(Screen())
            open_lesson(runs_app, [NAN, OTHER], "mine/digits")
            await pilot.pause()

        assert snap_compare(runs_app, terminal_size=size, run_before=before)

    async def test_enter_opens_the_first_episode(self, runs_app: StudylabApp) -> None:
        run = sick_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("e", "enter")
            await pilot.pause()
            assert "p=60" in toasts(runs_app)
            assert isinstance(runs_app.screen, LessonDialog)
            await pilot.press("escape")
            assert isinstance(runs_app.screen, LiveView)

    async def test_s_goes_to_it_in_the_syllabus(self, runs_app: StudylabApp) -> None:
        run = sick_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("e", "down", "s")
            await pilot.pause()
            assert isinstance(runs_app.screen, SyllabusRoom)
            assert "video P61" in screen_text(runs_app)

    async def test_the_paper_of_the_lab_opens_in_its_room(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("e")
            await pilot.pause()
            shown = screen_text(runs_app)
            assert "P108 Computer Vision" in shown
            assert "paper Attention Is All You Need" in shown
            await pilot.press("end", "enter")
            await pilot.pause()
            assert isinstance(runs_app.screen, PapersRoom)

    async def test_a_healthy_command_has_nothing_to_show(self, runs_app: StudylabApp) -> None:
        run = write_run(lab="")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("e")
            await pilot.pause()
            assert isinstance(runs_app.screen, LiveView)
            assert "no episode" in toasts(runs_app)


class TestWhatALabBelongsTo:
    def test_the_episodes_of_its_topics_and_its_own(self, workspace) -> None:
        assert [i.episode for i in items_of_lab(workspace, "vision/cnn")] == [*range(108, 119)]

    def test_a_lab_that_nobody_knows_has_none(self, workspace) -> None:
        assert items_of_lab(workspace, "mine/gone") == []

    def test_episodes_that_this_syllabus_lacks_are_left_out(self, workspace) -> None:
        lesson = lesson_of(workspace, [NAN], "")
        assert [item.episode for item in lesson.items] == [60, 61]


async def test_the_runs_room_tells_it_under_the_heading_of_the_run(runs_app: StudylabApp) -> None:
    sick_run(state=State.FINISHED, reason="finished")
    sync_all(runs_app.workspace.db)
    async with runs_app.run_test(size=(160, 36)) as pilot:
        for _attempt in range(60):
            await pilot.pause(0.05)
            if "became NaN at step 120" in screen_text(runs_app):
                break
        lines = [line for line in screen_text(runs_app).splitlines() if line.strip()]
        told = next(i for i, line in enumerate(lines) if "became NaN at step 120" in line)
        assert "cnn-7k2mq" in lines[told - 1]
        assert "P60" in lines[told] or "P60" in lines[told + 1]
