"""Any command from the shell: launched, its scalars seen and taken; runs of elsewhere imported."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from brackets import untranslated

from studylab.cli.run_command import names_no_lab
from studylab.metrics.reader import metrics_reader
from studylab.runs.directory import RunDirectory
from studylab.runs.scalars import read_wanted
from tests.metrics.foreign.writing import VERSION, event

FOREIGN = Path(__file__).parents[1] / "metrics" / "foreign"

TRAINS = """
import os, sys, time
for epoch in (1, 2):
    print(f"epoch {epoch} loss: {1 / epoch} val_acc={epoch / 4:.0%}", flush=True)
"""

WRITES_EVENTS = """
import os, sys, time
sys.path.insert(0, {root!r})
from tests.metrics.foreign.writing import VERSION, event
os.makedirs("out/val")
name = f"events.out.tfevents.{{int(time.time())}}.{{os.uname()[1]}}.{{os.getpid()}}"
for number, folder in enumerate(("out", "out/val")):
    with open(f"{{folder}}/{{name}}.{{number}}", "wb") as file:
        file.write(VERSION + event(1, {{"loss": 0.5}}, time.time()))
"""


@pytest.fixture
def script(tmp_path: Path):
    """Writes a script into the folder where the commands of these tests are given."""

    def script(text: str, name: str = "train.py") -> str:
        (tmp_path / name).write_text(textwrap.dedent(text), "utf-8")
        return name

    return script


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def only_run(home: Path) -> RunDirectory:
    (path,) = (path for path in (home / "runs").iterdir() if not path.name.startswith("."))
    return RunDirectory(path)


@pytest.mark.parametrize(
    ("words", "is_command"),
    [
        (["--", "ls"], True),
        (["--name", "x", "--", "ls"], True),
        (["--name=x", "--detach", "--after", "a", "--", "ls"], True),
        (["cnn", "--", "--epochs"], False),
        (["--detach", "cnn", "--", "x"], False),
        (["ls"], False),
        ([], False),
        (["--"], True),
    ],
)
def test_what_stands_after_two_hyphens_is_a_command(words, is_command):
    assert names_no_lab(words) is is_command


def test_the_output_is_looked_at_and_taken_when_told(cli, home, script):
    ran = cli("run", "--", sys.executable, script(TRAINS), "--lr", "3e-4", "--token", "abc")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "epoch 1 loss: 1.0 val_acc=25%"
    assert "seems to hold loss, val_acc" in ran.err and "--take" in ran.err
    run = only_run(home)
    assert run.id.startswith("train-")
    assert not run.metrics.read_bytes(), "shown before it is trusted"
    shown = cli("runs", "show", run.id).out
    assert "--token '***'" in shown and "abc" not in shown and "seems to hold" in shown

    seen = cli("runs", "scalars", run.id)
    assert [line.split()[:2] for line in seen.out.splitlines()[1:]] == [
        ["loss", "2"],
        ["val_acc", "2"],
    ]
    assert "epoch 1 loss: 1.0" in seen.out and "--take" in seen.err
    assert "2 records were added" in cli("runs", "scalars", run.id, "--take").err
    assert "0 records were added" in cli("runs", "scalars", run.id, "--take").err
    metrics = json.loads(cli("runs", "show", run.id, "--json").out)["metrics"]
    assert metrics == {
        "loss": {"step": 2, "value": 0.5},
        "val_acc": {"step": 2, "value": 0.5},
    }


def test_lines_that_are_trusted_are_taken_at_once(cli, home, script):
    words = ["run", "--scalars", "lines", "--name", "My run", "--", sys.executable, script(TRAINS)]
    ran = cli(*words)
    assert "seems to hold" not in ran.err
    run = only_run(home)
    assert run.id.startswith("my-run-")
    assert len(metrics_reader(run.metrics).read()) == 2
    told = json.loads(cli("runs", "scalars", run.id, "--json").out)
    assert (told["lines_taken"], told["taken"][0]["records"]) == (True, 2)
    assert told["seen"][0]["name"] == "loss"


def test_event_files_that_a_command_writes_become_its_metrics(cli, home, script):
    root = str(Path(__file__).parents[2])
    ran = cli("run", "--", sys.executable, script(WRITES_EVENTS.format(root=root)))
    assert ran.code == 0, ran.err
    metrics = json.loads(cli("runs", "show", "last", "--json").out)["metrics"]
    assert set(metrics) == {"loss", "val/loss"}
    assert "TensorBoard" in cli("runs", "scalars", "last").out


def test_without_scalars_nothing_is_looked_for(cli, home, script):
    root = str(Path(__file__).parents[2])
    words = ["run", "--scalars", "none", "--", sys.executable]
    cli(*words, script(WRITES_EVENTS.format(root=root)))
    run = only_run(home)
    assert read_wanted(run) is None and not run.metrics.exists()
    assert "no scalars but those" in cli("runs", "scalars", run.id).err


def test_a_failing_command_fails(cli, script):
    ran = cli("run", "--", sys.executable, script("raise SystemExit(7)"))
    assert ran.code == 1 and "exit code 7" in ran.err


def test_a_command_waits_for_another_run(cli, home, script):
    first = cli("run", "--detach", "--", sys.executable, script(TRAINS)).out.strip()
    second = cli("run", "--after", first, "--", sys.executable, script(TRAINS))
    assert second.code == 0, second.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--"], 2, "which command?"),
        (["--now", "--after", "x", "--", "ls"], 2, "exclude each other"),
        (["--", "no-such-program"], 3, "no program is called 'no-such-program'"),
        (["--directory", "/no/such/folder", "--", "ls"], 3, "there is no folder"),
        (["--python", "no-such-env", "--", "python"], 3, "no conda environment"),
        (["--scalars", "all", "--", "ls"], 2, "events"),
        (["ls", "-l"], 3, "studylab run -- ls"),
        (["--after", "nothing", "--", "ls"], 3, "there is no run"),
    ],
)
def test_what_cant_be_launched_is_one_line(cli, home, words, code, told):
    ran = cli("run", *words)
    assert ran.code == code
    assert told in ran.err and len(ran.err.splitlines()) == 1
    assert not (home / "runs").exists()


def test_help_shows_what_a_command_takes(cli):
    shown = cli("run", "--help").out
    assert "For a command after --" in shown
    assert all(option in shown for option in ("--python PATH|NAME", "--scalars FROM", "--logs"))


def test_the_reporter_is_printed_as_a_program(cli, tmp_path):
    printed = cli("reporter")
    assert printed.code == 0 and not printed.err
    (tmp_path / "studylab_reporter.py").write_text(printed.out, "utf-8")
    program = "from studylab_reporter import Reporter; Reporter.open('x').log({'a': 1}, step=1)"
    subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=tmp_path, check=True, env={"PYTHONPATH": "."}
    )
    assert list(tmp_path.glob("runs/x-*/metrics.jsonl"))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with runs of TensorBoard and W&B, and some that are broken."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(FOREIGN / "wandb", folder / "offline-run-1")
    shutil.copytree(FOREIGN / "torch", folder / "tb" / "wide")
    for name, content in (("empty", VERSION), ("broken", b"\0" * 50)):
        (folder / "tb" / name).mkdir()
        (folder / "tb" / name / "events.out.tfevents.1.lab").write_bytes(content)
    return folder


def test_runs_of_elsewhere_are_imported_and_the_broken_ones_told(cli, elsewhere):
    ran = cli("runs", "import", str(elsewhere))
    assert ran.code == 1
    complaints = [line for line in ran.err.splitlines() if line.startswith("studylab: ")]
    assert len(complaints) == 2
    assert "2 runs imported" in ran.err
    assert len(ran.out.splitlines()) == 2
    listed = json.loads(cli("runs", "--json").out)
    assert sorted(run["id"].rsplit("-", 1)[0] for run in listed) == ["wide", "wide-net"]
    shown = cli("runs", "show", "wide-net").out
    assert "optimizer.name" in shown and "summary best (digits)" in shown
    metrics = json.loads(cli("runs", "show", "wide-net", "--json").out)["metrics"]
    assert metrics["train/loss"] == {"step": 9, "value": 0.1}


def test_importing_again_says_nothing_is_new_and_what_has_grown_is_read(cli, elsewhere):
    folder = elsewhere / "tb" / "wide"
    cli("runs", "import", str(folder))
    again = cli("runs", "import", str(folder))
    assert (again.code, again.err) == (0, "nothing new\n") and "here already" in again.out
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes() + event(99, {"loss": 0.125}))
    assert "1 record" in cli("runs", "import", str(folder)).out
    (run,) = json.loads(cli("runs", "--json").out)
    metrics = json.loads(cli("runs", "show", run["id"], "--json").out)["metrics"]
    assert metrics["loss"] == {"step": 99, "value": 0.125}
    assert metrics["new"] == {"step": 9, "value": 0.75}, "what was there is there still"


def test_a_path_without_runs_does_not_stop_the_others(cli, elsewhere, tmp_path):
    (tmp_path / "nothing").mkdir()
    ran = cli("runs", "import", "nothing", "no-such", str(elsewhere / "offline-run-1"), "--json")
    assert ran.code == 3
    assert "holds no run directory" in ran.err and "no-such: No such file" in ran.err
    (told,) = json.loads(ran.out)
    assert (told["kind"], told["new"], told["records"]) == ("W&B", True, 11)


@pytest.mark.usefixtures("filled")
def test_every_word_is_translatable(cli, tmp_path, elsewhere):
    (tmp_path / "P.PY").write_text(TRAINS.replace("loss", "LOSS").replace("val_acc", "ACC"))
    outcomes = [
        cli("run", "--name", "quick", "--", sys.executable, "P.PY"),
        cli("runs", "scalars", "last"),
        cli("runs", "scalars", "last", "--take"),
        cli("run", "--"),
        cli("run", "--", "NOTHING"),
        cli("run", "--directory", "/NO", "--", "ls"),
        cli("run", "--python", "NOTHING", "--", "ls"),
        cli("run", "--", "./P.PY"),
        cli("runs", "import", "NOTHING"),
        cli("runs", "import", str(elsewhere)),
        cli("runs", "import", str(elsewhere / "offline-run-1")),
    ]
    for outcome in outcomes:
        assert untranslated(outcome.err) == [], outcome.err
