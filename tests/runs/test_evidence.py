"""What is taken down of a run, and what is found to differ later."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import pytest

from studylab.metrics.records import event_line
from studylab.runs import code_hash, evidence_probe, versions
from studylab.runs.data_told import told
from studylab.runs.evidence import Present, differences, evidence_of, present
from studylab.runs.repeat import with_seed
from tests.runs.conftest import ended, wait_for

REPORTS = """
    from studylab.metrics.reporter import Reporter
    with Reporter.open("test") as reporter:
        reporter.event("data", name="digits", tier="embedded", origin="here", sizes={})
        reporter.event("device", device="cpu", text="CPU, 2 threads")
        reporter.log({"loss": 0.5}, step=1)
"""


def test_a_run_leaves_what_it_ran_with(start):
    run = start(REPORTS, hyper_parameters={"rate": 0.1}, seed=3)
    ended(run)

    found = evidence_of(run)
    assert found.python_version == ".".join(map(str, sys.version_info[:3]))
    assert "studylab" in found.versions
    assert (found.data.name, found.data.tier, found.device) == (
        "digits", "embedded", "CPU, 2 threads",
    )  # fmt: skip
    assert (found.seed, found.settings, found.state, found.exit_code) == (
        3, {"rate": 0.1}, "finished", 0,
    )  # fmt: skip
    assert found.seconds is not None and found.seconds >= 0
    assert found.command_line.startswith(("env ", sys.executable))


def test_another_python_takes_its_versions_down_itself_and_is_no_part_of_the_run(start, tmp_path):
    python = tmp_path / "venv" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.symlink_to(Path(sys.executable).resolve())
    run = start("pass")
    ended(run)
    spec = dataclasses.replace(run.read_spec(), argv=(str(python), "-c", "pass"))
    (run.path / evidence_probe.FILE).unlink()

    process = evidence_probe.take_down(run, spec)
    assert process is not None
    assert process.wait(30) == 0
    wait_for(lambda: evidence_probe.read(run))
    assert evidence_probe.read(run)["python"].startswith("3.")
    assert evidence_probe.take_down(run, spec) is None, "it is taken down once"


def test_a_run_of_another_python_has_nothing_left_behind(start, tmp_path):
    python = tmp_path / "python3"
    python.symlink_to(Path(sys.executable).resolve())
    from studylab.runs.launch import launch
    from studylab.settings import Settings

    run = launch("other", [str(python), "-c", "pass"], Settings(stop_grace=3, kill_grace=1))
    state = ended(run)
    assert (state.state.value, state.reason) == ("finished", "finished")


@pytest.mark.parametrize(
    ("words", "python"),
    [
        (["/venv/bin/python", "x.py"], "/venv/bin/python"),
        (["/venv/bin/python3.11"], "/venv/bin/python3.11"),
        (["/bin/sh", "-c", "true"], ""),
        (["/no/where"], ""),
        ([], ""),
    ],
)
def test_the_python_of_a_command_is_its_program(words, python):
    assert evidence_probe.python_in(words) == python


def test_the_python_of_a_script_is_in_its_first_line(tmp_path):
    script = tmp_path / "torchrun"
    script.write_text("#!/venv/bin/python3 -s\nimport x\n")
    assert evidence_probe.python_in([str(script)]) == "/venv/bin/python3"
    script.write_bytes(b"\x7fELF\xff\xfe")
    assert evidence_probe.python_in([str(script)]) == ""


def test_versions_are_read_from_names_and_the_first_folder_counts(tmp_path):
    for folder, name in (
        ("a", "torch-2.6.0+cu124.dist-info"),
        ("a", "scikit_learn-1.5.0.dist-info"),
        ("b", "torch-1.0.dist-info"),
        ("b", "numpy-1.26.0-py3.11.egg-info"),
        ("b", "left_pad-1.0.dist-info"),
    ):
        (tmp_path / folder / name).mkdir(parents=True)
    path = [str(tmp_path / name) for name in ("gone", "a", "b")]
    assert versions.versions(path) == {
        "numpy": "1.26.0", "scikit-learn": "1.5.0", "torch": "2.6.0+cu124",
    }  # fmt: skip


def test_the_code_of_a_lab_is_its_file_and_the_kit_that_it_uses(tmp_path, monkeypatch):
    (tmp_path / "labs" / "kit").mkdir(parents=True)
    monkeypatch.setattr("studylab.locations.shipped", lambda name: tmp_path / name)
    kit, alone, using = (tmp_path / n for n in ("labs/kit/loop.py", "alone.py", "using.py"))
    kit.write_text("a = 1")
    alone.write_text("LAB = 1")
    using.write_text("from labs.kit.loop import a")
    before = [code_hash.of_lab(alone), code_hash.of_lab(using)]
    kit.write_text("a = 2")
    after = [code_hash.of_lab(alone), code_hash.of_lab(using)]
    assert before[0] == after[0] and before[1] != after[1]
    alone.write_text("LAB = 2")
    assert code_hash.of_lab(alone) != before[0]
    assert code_hash.of_lab(tmp_path / "gone.py") == ""


def test_the_code_of_a_command_is_its_own_file(tmp_path):
    (tmp_path / "train.py").write_text("1")
    first = code_hash.of_command(["python", "train.py", "--lr", "1"], tmp_path)
    (tmp_path / "train.py").write_text("2")
    assert len(first) == 64 and first != code_hash.of_command(["python", "train.py"], tmp_path)
    assert code_hash.of_command(["python", "-m", "train"], tmp_path) == ""
    assert code_hash.of_command(["python", "gone.py"], tmp_path) == ""


def test_what_differs_is_told_and_what_is_unknown_is_not(start):
    run = start("pass")
    ended(run)
    then = dataclasses.replace(
        evidence_of(run), code_hash="a" * 64, git_commit="b" * 40, git_dirty=False,
        versions={"torch": "2.6.0", "numpy": "2.0"},
    )  # fmt: skip
    same = Present(
        then.code_hash, then.git_commit, False, then.python, then.python_version,
        then.versions, then.host,
    )  # fmt: skip
    assert differences(then, same) == []
    assert differences(then, Present()) == []

    other = dataclasses.replace(
        same, code_hash="c" * 64, git_dirty=True, host="elsewhere", versions={"torch": "2.7.0"}
    )
    lines = "\n".join(differences(then, other))
    for word in ("the code has changed", "changed since", "elsewhere", "torch: 2.6.0 then, 2.7.0"):
        assert word in lines
    assert "numpy: 2.0 then, – now" in lines


def test_what_is_there_now_is_asked_of_the_interpreter(start):
    run = start("pass")
    ended(run)
    now = present(run.read_spec(), None, sys.executable)
    # The checkout that the tests are in may have been worked on.
    lines = [line for line in differences(evidence_of(run), now) if "commit" not in line]
    assert lines == []
    assert now.versions == evidence_of(run).versions


def test_an_old_run_and_a_broken_record_have_no_versions(start):
    run = start("pass")
    ended(run)
    record = json.loads(run.spec_file.read_text("utf-8"))
    for name in ("code_hash", "repeats"):
        del record[name]
    run.spec_file.write_text(json.dumps(record))
    (run.path / evidence_probe.FILE).write_text("[1, 2")
    found = evidence_of(run)
    assert (found.code_hash, found.repeats, dict(found.versions)) == ("", "", {})


def test_data_is_told_by_the_events_among_many_others(start):
    run = start("pass")
    ended(run)
    with run.events.open("ab") as file:
        for step in range(1000):
            file.write(event_line(1.0, "text", {"name": "x", "text": "y" * 500, "step": step}))
        file.write(event_line(1.0, "data", {"name": "mnist", "tier": "hub", "origin": 3}))
        result = {"metric": "accuracy", "split": "test", "data": "local", "tier": "local"}
        file.write(event_line(1.0, "result", {**result, "value": 0.9}))
        file.write(b'{"event":"data"\n')
    found = told(run)
    assert (found.data.name, found.data.tier, found.data.origin) == ("mnist", "hub", "")
    assert found.tier("accuracy", "test", "local") == "local"
    assert found.tier("f1", "test", "mnist") == "hub"
    assert found.tier("f1", "test", "digits") == ""


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["python", "t.py", "--seed", "1"], ["python", "t.py", "--seed", "7"]),
        (["python", "t.py", "--seed=1"], ["python", "t.py", "--seed=7"]),
        (["python", "t.py", "+seed=1"], ["python", "t.py", "+seed=7"]),
        (["python", "t.py", "seed=1"], ["python", "t.py", "seed=7"]),
        (["python", "t.py", "--seeds", "1"], None),
        (["python", "t.py", "--seed"], None),
    ],
)
def test_a_command_gets_another_seed_where_it_has_one(words, changed):
    assert with_seed(words, 7) == changed
