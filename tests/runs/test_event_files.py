"""Which event files are a run's own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studylab import locations
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.event_files import Owner, Walk, base_of, is_own, named, prefix_of
from studylab.runs.identity import LINUX, ProcessIdentity, host_name

DEAD = 2**22 + 1
"""A pid above the highest that a system gives."""


@pytest.fixture
def owner(home) -> Owner:
    """A run that began a while ago, and its command, which is dead."""
    path = locations.runs() / "mine-22222"
    path.mkdir(parents=True)
    return Owner(RunDirectory(path), DEAD, 1_700_000_000.0)


def file_of(folder: Path, *, made: int = 1_700_000_100, host: str = "", pid: int = DEAD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"events.out.tfevents.{made}.{host or host_name()}.{pid}.0"
    path.touch()
    return path


def test_what_was_there_before_the_run_is_not_its_own(owner, tmp_path):
    assert is_own(file_of(tmp_path), owner)
    assert not is_own(file_of(tmp_path, made=1_699_999_990), owner)


def test_a_file_without_a_time_in_its_name_is_told_by_its_inode(owner, tmp_path):
    path = tmp_path / "tfevents"
    path.touch()
    assert is_own(path, owner)
    assert not is_own(path, Owner(owner.run, None, time.time() + 100))


def test_a_living_process_must_be_the_runs(owner, tmp_path):
    idle = [sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"]
    own = {**os.environ, "STUDYLAB_RUN_DIR": str(owner.run.path)}
    strangers = [subprocess.Popen(["sleep", "60"], start_new_session=True)]
    # A child of ours is below whoever supervises; a stranger is one of another session.
    ours = subprocess.Popen(idle, env=own, stdout=subprocess.PIPE)
    ours.stdout.readline()
    try:
        now = int(time.time()) + 1
        assert is_own(file_of(tmp_path, made=now, pid=ours.pid), owner)
        assert not is_own(file_of(tmp_path, made=now, pid=1), owner)
        # A pid that is another's by now says nothing.
        assert is_own(file_of(tmp_path, made=1_700_000_100, pid=strangers[0].pid), owner)
    finally:
        for process in (ours, *strangers):
            process.kill()
            process.wait()
        ours.stdout.close()


@pytest.mark.skipif(not LINUX, reason="looks for the zombie in /proc")
def test_the_command_itself_is_known_however_it_is_doing(owner, tmp_path):
    # A zombie tells nothing of its environment, and its parent may be anybody.
    shell = subprocess.Popen(
        ["sh", "-c", "sleep 0.5 & echo $!; exec sleep 60"], stdout=subprocess.PIPE, text=True
    )
    zombie = int(shell.stdout.readline())
    try:
        deadline = time.monotonic() + 10
        while Path(f"/proc/{zombie}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < deadline
        path = file_of(tmp_path, made=int(time.time()) + 1, pid=zombie)
        assert is_own(path, Owner(owner.run, zombie, owner.since))
        assert is_own(path, owner)
    finally:
        shell.kill()
        shell.wait()
        shell.stdout.close()


def test_a_process_that_ends_while_it_is_asked_is_a_dead_one(owner, tmp_path, monkeypatch):
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    path = file_of(tmp_path, made=int(time.time()) + 1, pid=process.pid)

    def belongs(*_):
        process.kill()
        process.wait()
        return False

    monkeypatch.setattr("studylab.runs.event_files._belongs", belongs)
    assert is_own(path, owner)


def test_a_dead_process_of_another_run_at_the_same_time_is_not_ours(owner, tmp_path):
    path = file_of(tmp_path, pid=DEAD + 1)
    assert is_own(path, owner)
    other = RunDirectory(locations.runs() / "other-22222")
    other.path.mkdir()
    child = ProcessIdentity(DEAD + 1, 1.0, "boot")
    other.write_state(RunState(State.RUNNING, child=child))
    assert not is_own(path, owner)


def test_what_another_host_wrote_cant_be_looked_up_and_is_taken(owner, tmp_path):
    assert is_own(file_of(tmp_path, host="node.cluster.org", pid=1), owner)


def test_what_is_in_the_runs_own_directory_is_its_own(owner):
    assert is_own(file_of(owner.run.artifacts, made=1, pid=1), owner)


def found(walk: Walk, root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in walk.finish(10)]


def test_a_walk_finds_new_files_once_and_the_upper_ones_first(tmp_path):
    walk = Walk([tmp_path], lambda path: True)
    for name in ("z", "a/b/c/d", "a"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "tfevents").touch()
    assert found(walk, tmp_path) == ["a/tfevents", "z/tfevents", "a/b/c/d/tfevents"]
    assert found(walk, tmp_path) == []
    (tmp_path / "a" / "tfevents.2").touch()
    assert found(walk, tmp_path) == ["a/tfevents.2"]


def test_environments_hidden_folders_and_other_runs_are_not_searched(tmp_path, owner):
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    folders = ["env", ".git", "node_modules", "site-packages", "wandb"]
    for folder in [tmp_path / name for name in folders] + [locations.runs() / "x"]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tfevents").touch()
    assert found(Walk([tmp_path], lambda path: True), tmp_path) == []


def test_a_link_that_leads_round_ends_nowhere(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "round").symlink_to(tmp_path)
    target = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    target.mkdir()
    (target / "tfevents").touch()
    (tmp_path / "runs").symlink_to(target)
    assert found(Walk([tmp_path], lambda path: True), tmp_path) == ["runs/tfevents"]


def test_a_walk_through_many_files_takes_little_at_a_time(tmp_path):
    for number in range(3000):
        (tmp_path / f"{number}").touch()
    (tmp_path / "zzz").mkdir()
    (tmp_path / "zzz" / "tfevents").touch()
    walk = Walk([tmp_path], lambda path: True)
    looks, got = 0, []
    while not got:
        begun = time.monotonic()
        got = walk.advance(0.0002)
        looks += 1
        assert time.monotonic() - begun < 0.2
    assert looks > 2
    assert [path.name for path in got] == ["tfevents"]


def test_a_name_that_is_no_utf_8_is_passed_over(tmp_path):
    (tmp_path / "tfevents\udcff").touch()
    assert found(Walk([tmp_path], lambda path: True), tmp_path) == []


def test_a_file_that_cant_be_told_yet_is_asked_for_again(tmp_path):
    answers = iter([None, True])
    (tmp_path / "tfevents").touch()
    walk = Walk([tmp_path], lambda path: next(answers))
    assert found(walk, tmp_path) == []
    assert found(walk, tmp_path) == ["tfevents"]


@pytest.mark.parametrize(
    ("first", "folder", "prefix"),
    [
        ("runs/a", "runs/a", ""),
        ("runs/a", "runs/a/val", "val"),
        ("runs/a", "runs/b", "b"),
        ("runs/a", "runs", ""),
        ("logs/train", "logs/train", "train"),
        ("logs/train", "logs/validation", "validation"),
        ("runs/a", "runs/a/1700000000.123", ""),
        ("runs/a", "runs/a/loss_train", "loss_train"),
    ],
)
def test_prefixes(first, folder, prefix):
    assert prefix_of(Path("/w", folder), base_of(Path("/w", first))) == prefix


def test_a_split_is_not_said_twice():
    assert named("loss", "train") == "train/loss"
    assert named("train/loss", "train") == "train/loss"
    assert named("loss", "") == "loss"
