"""The reporter: what `log` returned from is in the file, whatever happens next."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys

import pytest

from studylab.metrics.reader import events_reader, metrics_reader
from studylab.metrics.reporter import Reporter


def test_a_run_is_reported_and_read_back(tmp_path):
    with Reporter(tmp_path) as reporter:
        reporter.plan(steps=2, steps_per_epoch=1)
        reporter.log({"train/loss": 0.5, "odd": math.nan}, step=1)
        reporter.log({"train/loss": 0.25}, step=2)
        reporter.checkpoint(reporter.checkpoints / "last.pt", step=2)
        reporter.result("accuracy", 0.98, split="test", data="digits", reference=0.97)
    records = metrics_reader(tmp_path / "metrics.jsonl").read()
    assert [r.step for r in records] == [1, 2]
    assert math.isnan(records[0].scalars["odd"])
    events = {e.kind: e.fields for e in events_reader(tmp_path / "events.jsonl").read()}
    assert events["plan"] == {"steps": 2, "steps_per_epoch": 1}
    assert events["checkpoint"] == {"path": "checkpoints/last.pt", "step": 2}
    assert events["result"]["value"] == 0.98
    assert events["end"] == {"outcome": "finished"}


def test_numbers_of_other_libraries_are_taken(tmp_path):
    class Tensor:
        def __float__(self):
            return 0.125

    with Reporter(tmp_path) as reporter:
        reporter.log({"loss": Tensor(), "step_count": 3}, step=1)
    assert metrics_reader(tmp_path / "metrics.jsonl").read()[0].scalars == {
        "loss": 0.125,
        "step_count": 3.0,
    }


def test_an_interrupted_lab_says_that_it_stopped(tmp_path):
    with pytest.raises(KeyboardInterrupt), Reporter(tmp_path):
        raise KeyboardInterrupt
    assert events_reader(tmp_path / "events.jsonl").read()[-1].fields == {"outcome": "stopped"}


def test_a_lab_that_raises_says_nothing_of_its_end(tmp_path):
    with pytest.raises(ZeroDivisionError), Reporter(tmp_path):
        raise ZeroDivisionError
    assert events_reader(tmp_path / "events.jsonl").read() == []


def test_half_a_line_of_a_killed_lab_is_not_glued_to_the_next(tmp_path):
    (tmp_path / "metrics.jsonl").write_bytes(b'{"time":1.0,"step":1,"sca')
    with Reporter(tmp_path) as reporter:
        reporter.log({"loss": 1.0}, step=2)
    source = metrics_reader(tmp_path / "metrics.jsonl")
    assert [r.step for r in source.read()] == [2]
    assert source.skipped == 1


def test_the_run_directory_is_the_supervisors_or_a_new_one(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYLAB_RUN_DIR", str(tmp_path / "given"))
    assert Reporter.open("cnn").directory == tmp_path / "given"
    monkeypatch.delenv("STUDYLAB_RUN_DIR")
    monkeypatch.chdir(tmp_path)
    made = Reporter.open("cnn").directory
    assert made.parent.name == "runs"
    assert made.name.startswith("cnn-")


def test_nothing_that_log_returned_from_is_lost_to_kill_9(tmp_path):
    program = (
        "import sys; from pathlib import Path; from studylab.metrics.reporter import Reporter\n"
        "reporter = Reporter(Path(sys.argv[1]))\n"
        "step = 0\n"
        "while True:\n"
        "    reporter.log({'loss': 1.0}, step=step); step += 1\n"
        "    if step % 100 == 0: print(step, flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    for _ in range(20):
        logged = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    found = [r.step for r in metrics_reader(tmp_path / "metrics.jsonl").read()]
    assert len(found) >= logged
    assert found == list(range(len(found)))


def test_a_full_disk_is_an_error_and_the_next_record_is_whole(tmp_path, monkeypatch):
    reporter = Reporter(tmp_path)
    reporter.log({"loss": 1.0}, step=1)
    real = os.write
    calls = iter(["half", "full"])

    def write(descriptor, data):
        if next(calls) == "half":
            return real(descriptor, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        reporter.log({"loss": 2.0}, step=2)
    monkeypatch.setattr(os, "write", real)
    reporter.log({"loss": 3.0}, step=3)
    assert [r.step for r in metrics_reader(tmp_path / "metrics.jsonl").read()] == [1, 3]


def test_the_files_are_plain_json_lines(tmp_path):
    with Reporter(tmp_path) as reporter:
        reporter.log({'a "b"\n中': 1.0}, step=1)
    (line,) = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert json.loads(line)["scalars"] == {'a "b"\n中': 1.0}
