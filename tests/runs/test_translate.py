"""Foreign scalars into `metrics.jsonl`: once, in order, found again after whatever happens."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.reader import metrics_reader
from studylab.metrics.reporter import Reporter
from studylab.runs import translate
from studylab.runs.companion import Companion
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import host_name
from studylab.runs.scalars import (
    EVENTS,
    LINES,
    Source,
    Wanted,
    left_behind,
    read_sources,
    write_wanted,
)
from studylab.runs.taking import TakeError, take_lines
from studylab.runs.translate import Translator
from tests.metrics.foreign.writing import VERSION, event


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """An empty run directory."""
    path = tmp_path / "run"
    path.mkdir()
    return RunDirectory(path)


def points(run: RunDirectory) -> list[tuple[int, dict[str, float]]]:
    return [(record.step, record.scalars) for record in metrics_reader(run.metrics).read()]


def events(run: RunDirectory, *steps: int, name: str = "a.tfevents") -> Path:
    """Append events to an event file of the run."""
    path = run.path / name
    with path.open("ab") as file:
        file.write(b"".join(event(step, {"loss": step / 2}, 1e9 + step) for step in steps))
    return path


def print_lines(run: RunDirectory, text: str) -> None:
    with run.output.open("a") as file:
        file.write(text)


def test_several_sources_keep_their_order_and_their_times(run):
    events(run, 1, 2)
    events(run, 1, 2, name="b.tfevents")
    translator = Translator(run)
    translator.add(Source(EVENTS, "a.tfevents"))
    translator.add(Source(EVENTS, "b.tfevents", "val"))
    assert translator.finish() == 4
    assert points(run) == [
        (1, {"loss": 0.5}),
        (2, {"loss": 1.0}),
        (1, {"val/loss": 0.5}),
        (2, {"val/loss": 1.0}),
    ]
    times = [record.time for record in metrics_reader(run.metrics).read()]
    assert times == [1e9 + 1, 1e9 + 2] * 2
    assert read_sources(run).whole
    assert translator.finish() == 0


def test_a_line_says_where_it_is_from_and_is_still_a_record_of_contract_1(run):
    events(run, 1)
    translator = Translator(run)
    translator.add(Source(EVENTS, "a.tfevents"))
    translator.finish()
    record = json.loads(run.metrics.read_text())
    assert record["at"] == [0, (run.path / "a.tfevents").stat().st_size]
    assert set(record) == {"time", "step", "scalars", "at"}


def test_what_the_command_reports_itself_stands_beside(run):
    events(run, 1)
    reporter = Reporter(run.path)
    translator = Translator(run, lines=True)
    translator.add(Source(EVENTS, "a.tfevents"))
    translator.look(1.0)
    reporter.log({"own": 1}, step=1)
    events(run, 2)
    print_lines(run, "acc: 0.5\n")
    translator.look(1.0)
    names = [name for _, scalars in points(run) for name in scalars]
    assert sorted(names) == ["acc", "loss", "loss", "own"]


STEPS = st.lists(st.sampled_from(["event", "line", "look", "save", "kill", "own", "tear", "glue"]))


@given(STEPS)
def test_a_translator_that_is_gone_at_any_moment_is_followed_by_one_that_goes_on(
    tmp_path_factory, steps
):
    run = RunDirectory(tmp_path_factory.mktemp("run"))
    written = {"loss": 0, "acc": 0, "own": 0}
    translator = Translator(run, lines=True)
    translator.add(Source(EVENTS, "a.tfevents"))
    own = Reporter(run.path)
    torn = False
    for what in [*steps, "kill", "look"]:
        match what:
            case "event":
                events(run, written["loss"])
                written["loss"] += 1
            case "line":
                print_lines(run, f"acc: {written['acc']}.5\n")
                written["acc"] += 1
            case "look":
                translator.look(1.0)
            case "save":
                translator.save()
            case "own" if not torn:
                own.log({"own": written["own"]}, step=written["own"])
                written["own"] += 1
            case "kill":
                # What it holds in memory is lost, whatever it is.
                translator.close()
                translator, torn = Translator(run), False
            case "tear" | "glue" if run.metrics.exists() and not torn:
                # The last write was cut: by its newline alone, or in the middle.
                data = run.metrics.read_bytes()
                last = data[:-1].rpartition(b"\n")[2]
                if b'"at"' in last:
                    torn = True
                    cut = 1 if what == "tear" else 9
                    os.truncate(run.metrics, len(data) - cut)
                    translator.close()
                    translator, torn = Translator(run), False
    translator.finish()
    found = metrics_reader(run.metrics).read()
    for name, count in written.items():
        values = [record.scalars[name] for record in found if name in record.scalars]
        scale, more = {"loss": (0.5, 0), "acc": (1, 0.5), "own": (1, 0)}[name]
        assert values == [n * scale + more for n in range(count)], name


def test_metrics_that_a_power_cut_took_back_are_written_again(run):
    events(run, *range(10))
    print_lines(run, "".join(f"acc: {n}.5\n" for n in range(10)))
    translator = Translator(run, lines=True)
    translator.add(Source(EVENTS, "a.tfevents"))
    translator.finish()
    # `sources.json` has reached the disk, half of the metrics have not.
    os.truncate(run.metrics, run.metrics.stat().st_size // 2)
    again = Translator(run)
    again.finish()
    found = [scalars for _, scalars in points(run)]
    assert [s["loss"] for s in found if "loss" in s] == [n / 2 for n in range(10)]
    assert [s["acc"] for s in found if "acc" in s] == [n + 0.5 for n in range(10)]


def test_a_damaged_record_of_sources_begins_anew_and_says_nothing_twice(run):
    events(run, 1, 2)
    translator = Translator(run)
    translator.add(Source(EVENTS, "a.tfevents"))
    translator.look(1.0)
    (run.path / "sources.json").write_text("{")
    again = Translator(run)
    assert again.sources.sources == []
    assert len(points(run)) == 2


def test_a_budget_is_kept_and_the_rest_follows(run):
    events(run, *range(50_000))
    translator = Translator(run)
    translator.add(Source(EVENTS, "a.tfevents"))
    begun = time.monotonic()
    assert translator.look(0.02)
    assert time.monotonic() - begun < 0.5
    while translator.look(0.02):
        pass
    assert [step for step, _ in points(run)] == list(range(50_000))


def test_a_file_that_cant_be_read_holds_nobody_up(run):
    events(run, 1)
    (run.path / "folder.tfevents").mkdir()
    (run.path / "broken.tfevents").write_bytes(VERSION + b"\0" * 64)
    translator = Translator(run)
    for name in ("folder", "broken", "gone", "a"):
        translator.add(Source(EVENTS, f"{name}.tfevents"))
    translator.finish()
    assert [step for step, _ in points(run)] == [1]
    troubles = [source.trouble for source in read_sources(run).sources]
    assert "directory" in troubles[0] and "does not begin" in troubles[1] and not troubles[3]


def test_steps_and_times_that_no_file_can_hold_are_brought_into_bounds(run):
    path = run.path / "a.tfevents"
    path.write_bytes(
        event(-(2**63), {"low": 1.0}, float("nan")) + event(2**63 - 1, {"high": 1.0}, 1e300)
    )
    translator = Translator(run)
    translator.add(Source(EVENTS, path.name))
    translator.finish()
    records = metrics_reader(run.metrics).read()
    assert [record.step for record in records] == [-(2**63) + 1, 2**63 - 1]
    assert all(abs(record.time - time.time()) < 100 for record in records)


def supervised(run: RunDirectory, state: State = State.RUNNING) -> RunSpec:
    spec = RunSpec(run.id, "", ("x",), str(run.path), {}, None, {}, "", None, host_name(), "",
                   "2026-11-24T10:00:00.000+00:00")  # fmt: skip
    run.write_spec(spec)
    run.write_state(RunState(state, started_at=1000.0, ended_at=2000.0))
    return spec


def test_a_full_disk_is_waited_for_and_loses_nothing(run, monkeypatch, capsys):
    monkeypatch.setattr("studylab.runs.companion.RETRY_SECONDS", 0.01)
    spec = supervised(run)
    write_wanted(run, Wanted())
    events(run, 1, 2, 3)
    real, full = os.write, [True, True, True]

    def write(descriptor, data):
        if data.startswith(b'{"time"') and full and full.pop():
            real(descriptor, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(translate.os, "write", write)
    companion = Companion(run, spec, 0.0, None)
    companion.look()
    companion.finish(lambda: None)
    assert [step for step, _ in points(run)] == [1, 2, 3]
    assert capsys.readouterr().err.count("No space left") == 1


def test_a_mistake_of_the_translator_never_harms_the_run(run, monkeypatch, capsys):
    spec = supervised(run)
    write_wanted(run, Wanted())
    monkeypatch.setattr(Translator, "look", lambda *_: 1 / 0)
    companion = Companion(run, spec, 0.0, None)
    companion.look()
    companion.look()
    companion.finish(lambda: None)
    assert capsys.readouterr().err.count("ZeroDivisionError") == 1
    assert not left_behind(run), "nobody is to wait for it"


def test_lines_are_taken_when_the_student_says_so_and_once(run):
    supervised(run, State.FINISHED)
    print_lines(run, "loss: 3\nloss: 2\nloss: 1")
    assert take_lines(run) == 3
    assert take_lines(run) == 0
    records = metrics_reader(run.metrics).read()
    assert [record.scalars["loss"] for record in records] == [3, 2, 1]
    # The log tells no times: they are spread over the run's.
    assert 1000 < records[0].time < records[1].time < records[2].time == 2000


def test_of_a_run_that_goes_on_its_supervisor_takes_them(run):
    spec = supervised(run, State.RUNNING)
    write_wanted(run, Wanted(events=False))
    companion = Companion(run, spec, 0.0, None)
    print_lines(run, "loss: 3\n")
    companion.look()
    assert points(run) == []
    write_wanted(run, Wanted(events=False, lines=True))
    companion.finish(lambda: None)
    assert points(run) == [(1, {"loss": 3.0})]
    assert [source.kind for source in read_sources(run).sources] == [LINES]


def test_a_run_directory_that_cant_be_written_is_told(run, monkeypatch):
    supervised(run, State.FINISHED)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("studylab.runs.taking.write_wanted", refuse)
    with pytest.raises(TakeError, match="can't be taken"):
        take_lines(run)
