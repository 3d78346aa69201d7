"""What the live view reads of a run directory, however broken."""

from __future__ import annotations

import math
import shutil

import pytest

from studylab.metrics.groups import group_metrics, split_name
from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.tui.live_feed import MOST_METRICS, Changed, LiveFeed
from studylab.tui.live_notes import table_text
from tests.tui.run_files import (
    BEGAN,
    NOW,
    clock,
    write_event,
    write_full_run,
    write_metrics,
    write_run,
    write_usage,
)


def read_all(feed: LiveFeed) -> Changed:
    changed = feed.read(10)
    assert not feed.catching_up
    return changed


class TestPoints:
    def test_half_a_line_is_read_once_it_is_whole(self) -> None:
        run = write_run()
        line = metric_line(BEGAN, 1, {"train/loss": 0.5})
        run.metrics.write_bytes(line[:20])
        feed = LiveFeed(run)
        assert not read_all(feed) & Changed.POINTS
        with run.metrics.open("ab") as file:
            file.write(line[20:])
        assert read_all(feed) & Changed.POINTS
        assert feed.series["train/loss"].last == (1, 0.5)
        assert feed.skipped == 0

    def test_garbage_is_counted_and_passed_over(self) -> None:
        run = write_run()
        good = metric_line(BEGAN, 1, {"train/loss": 0.5})
        run.metrics.write_bytes(b"{]\n\xff\n" + good + b'{"time":1}\n' + good)
        feed = LiveFeed(run)
        read_all(feed)
        assert len(feed.series["train/loss"]) == 2
        assert feed.skipped == 3

    def test_values_that_are_no_numbers_are_kept(self) -> None:
        run = write_run()
        for value in (math.nan, math.inf, 1.0):
            with run.metrics.open("ab") as file:
                file.write(metric_line(BEGAN, 1, {"train/loss": value}))
        feed = LiveFeed(run)
        read_all(feed)
        values = list(feed.series["train/loss"].values)
        assert math.isnan(values[0])
        assert values[1:] == [math.inf, 1.0]

    def test_a_backlog_is_read_in_slices(self) -> None:
        run = write_run()
        write_metrics(run, 30_000)
        feed = LiveFeed(run)
        feed.read(0.001)
        assert feed.catching_up
        assert 0 < len(feed.series["train/loss"]) < 30_000
        shares = [feed.share_read]
        while feed.catching_up:
            feed.read(0.005)
            shares.append(feed.share_read)
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert len(feed.series["train/loss"]) == 30_000

    def test_what_was_read_is_not_read_again(self) -> None:
        run = write_run()
        write_metrics(run, 100)
        feed = LiveFeed(run)
        read_all(feed)
        assert read_all(feed) == Changed.NOTHING
        write_metrics(run, 5, first=101)
        assert read_all(feed) & Changed.POINTS
        assert len(feed.series["train/loss"]) == 105

    def test_metrics_that_were_replaced_start_over(self) -> None:
        run = write_run()
        write_metrics(run, 100)
        feed = LiveFeed(run)
        read_all(feed)
        run.metrics.write_bytes(metric_line(BEGAN, 1, {"new": 1.0}))
        assert read_all(feed) & Changed.RESTARTED
        assert list(feed.series) == ["new"]

    def test_metrics_without_end_are_left_out_and_told(self) -> None:
        run = write_run()
        with run.metrics.open("wb") as file:
            for number in range(MOST_METRICS + 7):
                file.write(metric_line(BEGAN, 1, {f"m{number}": 1.0}))
        feed = LiveFeed(run)
        read_all(feed)
        assert len(feed.series) == MOST_METRICS
        assert feed.left_out == 7


class TestState:
    def test_an_empty_directory_complains_and_has_nothing(self, tmp_path) -> None:
        feed = LiveFeed(RunDirectory(tmp_path))
        read_all(feed)
        assert feed.state is None
        assert "run.json is missing" in feed.complaint

    def test_a_removed_directory_leaves_what_was_read(self) -> None:
        run = write_full_run()
        feed = LiveFeed(run)
        read_all(feed)
        points, log = len(feed.series["train/loss"]), list(feed.log)
        shutil.rmtree(run.path)
        assert read_all(feed) & Changed.STATE
        assert "is gone" in feed.complaint
        assert (len(feed.series["train/loss"]), feed.log) == (points, log)

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "dancing"}', "\x00"])
    def test_a_garbage_state_is_told_and_the_last_good_one_stays(self, text: str) -> None:
        run = write_run()
        feed = LiveFeed(run)
        read_all(feed)
        run.state_file.write_text(text)
        read_all(feed)
        assert feed.state is not None
        assert feed.state.state is State.RUNNING
        assert "state.json" in feed.complaint
        run.write_state(RunState(State.FINISHED))
        read_all(feed)
        assert feed.state.state is State.FINISHED
        assert not feed.complaint

    def test_times_that_are_no_numbers_are_no_times(self) -> None:
        run = write_run()
        run.state_file.write_text('{"state": "running", "started_at": "yesterday"}')
        feed = LiveFeed(run)
        read_all(feed)
        assert feed.elapsed is None

    def test_time_stands_still_at_the_end(self) -> None:
        running, ended = LiveFeed(write_run(), clock), LiveFeed(write_run("b", State.FAILED), clock)
        read_all(running)
        read_all(ended)
        assert running.elapsed == NOW - BEGAN
        assert ended.elapsed == 40


class TestPace:
    def test_speed_and_time_left_come_from_the_last_points(self) -> None:
        run = write_run()
        write_event(run, "plan", steps=400, steps_per_epoch=100)
        write_metrics(run, 300)
        feed = LiveFeed(run, clock)
        read_all(feed)
        assert feed.pace == pytest.approx(10, rel=0.01)
        assert feed.time_left == pytest.approx(10, abs=0.5)
        assert feed.epoch == (4, 4)
        assert feed.silence == pytest.approx(0, abs=0.1)

    def test_going_on_from_an_earlier_step_starts_the_pace_anew(self) -> None:
        run = write_run()
        write_metrics(run, 300)
        feed = LiveFeed(run, clock)
        read_all(feed)
        write_metrics(run, 1, first=200)
        read_all(feed)
        assert feed.pace is None
        assert feed.step == 200

    def test_without_a_plan_there_is_no_time_left(self) -> None:
        run = write_run()
        write_metrics(run, 30)
        feed = LiveFeed(run, clock)
        read_all(feed)
        assert feed.time_left is None
        assert feed.epoch is None

    @pytest.mark.parametrize("steps", ["many", -1, None, 1.5, True])
    def test_a_plan_that_is_none_is_ignored(self, steps: object) -> None:
        run = write_run()
        write_event(run, "plan", steps=steps, steps_per_epoch="x")
        feed = LiveFeed(run)
        read_all(feed)
        assert feed.steps is None


class TestEvents:
    def test_what_the_lab_reports(self) -> None:
        feed = LiveFeed(write_full_run(state=State.FINISHED))
        read_all(feed)
        assert (feed.data, feed.device, feed.checkpoint) == ("digits", "CPU, 2 threads", 200)
        (result,) = feed.results.values()
        assert (result.value, result.reference, result.verdict) == (0.978, 0.97, "reached")
        table, warning = feed.notes
        assert table.heading == "confusion at step 200"
        assert table.text == "    0  1\n0  35  1"
        assert warning.is_warning

    def test_events_with_anything_in_them(self) -> None:
        run = write_run()
        for kind in ("result", "warning", "text", "table", "image", "plan", "data", "checkpoint"):
            write_event(run, kind)
            write_event(
                run, kind, name=["x"], text={"a": 1}, columns="c", rows=7, step="s", value=[]
            )
        feed = LiveFeed(run)
        read_all(feed)
        assert len(feed.notes) == 8

    def test_usage_is_the_last_sample(self) -> None:
        run = write_run()
        for cpu in (10.0, 20.0, 30.0):
            write_usage(run, cpu)
        with run.resources.open("a") as file:
            file.write('{"time":1}\nnot json\n{"time":')
        feed = LiveFeed(run)
        read_all(feed)
        assert feed.usage is not None
        assert feed.usage.cpu_percent == 30

    def test_the_log_as_a_terminal_would_show_it(self) -> None:
        run = write_run()
        run.output.write_bytes(b"one\x1b[31m red\x1b]0;title\x07\n 10%\r 20%\r 30%\n")
        feed = LiveFeed(run)
        read_all(feed)
        assert feed.log == ["one red", " 30%"]
        assert read_all(feed) == Changed.NOTHING

    def test_a_line_of_ten_megabytes(self) -> None:
        run = write_run()
        run.output.write_bytes(b"x" * 10_000_000)
        feed = LiveFeed(run)
        read_all(feed)
        assert len(feed.log) == 1
        assert len(feed.log[0]) == 2000
        with run.output.open("ab") as file:
            file.write(b"\nlast\n")
        read_all(feed)
        assert feed.log[-1] == "last"


def test_tables_are_aligned_by_cells() -> None:
    text = table_text(["类别", "n"], [["猫", 3], ["a dog", 12], "no row", ["short"]])
    assert text == "类别   n\n猫      3\na dog  12\nshort"
    assert table_text("x", None) == ""
    assert table_text(["a"], [[n] for n in range(100)]).endswith("… and 40 rows more")


def test_one_chart_for_each_quantity() -> None:
    names = [
        "lr",
        "val/loss",
        "train/loss",
        "epoch",
        "train/accuracy",
        "gradient/norm",
        "eval_loss",
    ]
    groups = group_metrics(names)
    assert [g.quantity for g in groups] == ["loss", "accuracy", "norm", "lr", "epoch"]
    assert groups[0].lines == {"train": "train/loss", "val": "val/loss", "eval": "eval_loss"}
    assert list(groups[0].lines) == ["train", "val", "eval"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("train/loss", ("train", "loss")),
        ("eval_f1", ("eval", "f1")),
        ("loss", ("", "loss")),
        ("/", ("", "/")),
        ("a/b/c", ("a/b", "c")),
        ("", ("", "")),
        ("[bold]/[/]", ("[bold]/[", "]")),
    ],
)
def test_split_and_quantity(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts
