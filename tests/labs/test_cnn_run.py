"""The CNN lab, run as a student runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lab_process import CNN, SMALL, environment, events, metrics, train_here

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from labs.kit.checkpoint import load  # noqa: E402
from labs.vision import cnn  # noqa: E402


def test_a_fast_run_leaves_a_whole_run_directory(lab):
    done = lab("--fast", "--seed", "3")
    assert done.code == 0, done.err
    assert done.err == ""
    found = metrics(done.run)
    train = [scalars for _, scalars in found if "train/loss" in scalars]
    assert len(train) == 2 * 17
    assert set(train[0]) == {"train/loss", "train/accuracy", "lr", "epoch"}
    assert [s for s, scalars in found if {"val/loss", "val/accuracy"} == set(scalars)] == [17, 34]
    kinds = [e["event"] for e in events(done.run)]
    assert kinds[-1] == "end"
    assert {"device", "data", "plan", "checkpoint", "table", "result"} <= set(kinds)
    (plan,) = events(done.run, "plan")
    assert (plan["steps"], plan["steps_per_epoch"]) == (34, 17)
    (table,) = events(done.run, "table")
    assert sum(sum(row[1:]) for row in table["rows"]) == 360
    (result,) = events(done.run, "result")
    assert result["value"] == sum(table["rows"][i][i + 1] for i in range(10)) / 360
    assert result["fast"] is True
    for name in ("last.pt", "best.pt"):
        assert load(done.run / "checkpoints" / name, lab="cnn").settings["seed"] == 3
    for said in ("data: digits (embedded, scikit-learn): 1,077 train", "baseline: 10.0 %"):
        assert said in done.out
    if events(done.run, "image"):
        (image,) = events(done.run, "image")
        assert (done.run / image["path"]).read_bytes().startswith(b"\x89PNG")


def test_a_whole_run_reaches_its_reference(lab):
    done = lab()
    assert done.code == 0, done.err
    assert "(reference: 98 %, reached)" in done.out
    (result,) = events(done.run, "result")
    assert result["value"] >= 0.98
    assert (result["tier"], result["data"], result["split"]) == ("embedded", "digits", "test")


def test_a_rate_that_is_too_high_is_told(lab):
    done = lab("--learning-rate", "10", "--epochs", "6", "--channels", "2", "--augment", "0")
    assert "warning: every prediction is the same class" in done.out
    assert "collapsed: nothing was learned" in done.out or "not reached" in done.out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--epochs", "0"), "cnn: --epochs takes a whole number from 1 to 500, not 0"),
        (("--epoch", "3"), "cnn: no setting is called --epoch; did you mean --epochs?"),
        (("--pool", "min"), "cnn: --pool takes max, average, not 'min'"),
        (("--data", "here/not"), "cnn: --data: there is no folder here/not"),
        (("--resume", "nowhere"), "cnn: --resume: there is no nowhere"),
    ],
)
def test_a_refused_command_line_is_one_line_and_leaves_nothing(lab, arguments, line):
    done = lab(*arguments)
    assert (done.code, done.refusal, done.out) == (2, line, "")
    assert not list(done.folder.iterdir())


def test_help_exits_well(lab):
    done = lab("--help")
    assert (done.code, done.err) == (0, "")
    assert "--learning-rate X" in done.out


def train_cnn(folder: Path, *argv: str, stop_at: int = 0) -> Path:
    return train_here(cnn, folder, *SMALL, "--augment=0.1", "--epochs=4", *argv, stop_at=stop_at)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The run directory of four epochs that nobody stopped."""
    return train_cnn(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("stop_at", [10, 17, 40])
def test_a_resumed_run_ends_with_the_same_numbers(tmp_path, whole, stop_at):
    """Within an epoch, at the end of one, and again; dropout and bending draw numbers too."""
    first = train_cnn(tmp_path / "run", stop_at=stop_at)
    assert events(first)[-1]["outcome"] == "stopped"
    train_cnn(first, "--resume", str(first))
    assert metrics(first) == metrics(whole)
    without_time = [{**e, "time": 0} for run in (first, whole) for e in events(run, "result")]
    assert without_time[0] == without_time[1]
    assert (
        load(first / "checkpoints" / "best.pt", lab="cnn").step
        == load(whole / "checkpoints" / "best.pt", lab="cnn").step
    )


def test_another_seed_gives_other_numbers(tmp_path, whole):
    assert metrics(train_cnn(tmp_path, "--seed", "1")) != metrics(whole)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ("--channels", "3"),
            5,
            "does not fit the model: conv1.weight is 2x1x3x3 there and 3x1x3x3",
        ),
        (("--epochs", "0"), 2, "--epochs takes a whole number"),
    ],
)
def test_a_resume_that_cannot_be_is_one_line(lab, whole, arguments, code, words):
    done = lab("--resume", whole, *arguments, STUDYLAB_RUN_DIR="elsewhere")
    assert done.code == code
    assert words in done.refusal


def test_a_damaged_checkpoint_is_one_line(lab, tmp_path):
    broken = tmp_path / "broken.pt"
    broken.write_bytes(b"PK\x03\x04 and no more")
    done = lab("--resume", broken)
    assert (done.code, done.refusal) == (
        5, f"cnn: {broken}: it is damaged, or no checkpoint at all",
    )  # fmt: skip


def started(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], Path]:
    """A long run, once it has taken some steps."""
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", CNN, "--epochs", "500", *arguments],
        cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for path in folder.glob("runs/*/metrics.jsonl"):
            if path.read_bytes().count(b"\n") > 30:
                return process, path.parent
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    raise AssertionError("the lab took no step")


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_finishes_the_step_and_saves(tmp_path, number, code):
    process, run = started(tmp_path / "student")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert err.startswith("\nstopping after this step")
    assert "Traceback" not in err
    assert f"--resume runs/{run.name}" in out
    assert "stopped after step" in out
    saved = load(run / "checkpoints" / "last.pt", lab="cnn")
    assert saved.step == max(step for step, _ in metrics(run))
    assert events(run)[-1]["outcome"] == "stopped"


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_second_signal_ends_at_once(tmp_path):
    """Both come in the same step, which the first would wait for."""
    process, run = started(tmp_path / "student", "--channels", "2")
    os.kill(process.pid, signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    os.kill(process.pid, signal.SIGCONT)
    _, err = process.communicate(timeout=30)
    assert process.returncode in (130, 143)
    assert "stopped at once; the last saved checkpoint stands" in err
    load(run / "checkpoints" / "last.pt", lab="cnn")
    assert events(run)[-1]["event"] != "end"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path, lab):
    process, run = started(tmp_path / "killed")
    process.kill()
    process.communicate(timeout=30)
    saved = load(run / "checkpoints" / "last.pt", lab="cnn").step
    done = lab("--resume", run, "--epochs", str(saved // 17 + 1))
    assert done.code == 0, done.err
    assert f"step {saved:,} of" in done.out
