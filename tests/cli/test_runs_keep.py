"""Stars, tags, notes, the archive, the trash and the disk, from the shell."""

from __future__ import annotations

import json
import os

import pytest

from studylab import locations
from studylab.runs import old_checkpoints
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import ProcessIdentity, host_name


def write(id: str, state: State = State.FINISHED) -> RunDirectory:
    run = RunDirectory(locations.runs() / id)
    run.checkpoints.mkdir(parents=True)
    for second, name in enumerate(("epoch-1.pt", "epoch-2.pt", "best.pt", "last.pt")):
        (run.checkpoints / name).write_bytes(b"x" * 100_000)
        os.utime(run.checkpoints / name, (second, second))
    made = f"2026-11-24T05:00:0{id[-1]}+00:00"
    run.write_spec(
        RunSpec(id, "cnn", ("python",), "/", {}, 0, {}, "", None, host_name(), "python", made)
    )
    supervisor = None if state.ended else ProcessIdentity.of(os.getpid())
    run.write_state(RunState(state, supervisor=supervisor, started_at=1.0, ended_at=2.0))
    return run


@pytest.fixture
def three(quiet_home):
    """Two runs that are over, and one that goes on."""
    return [write("cnn-1"), write("cnn-2"), write("mlp-3", State.RUNNING)]


def listed(cli, *words: str) -> list[str]:
    return [run["id"] for run in json.loads(cli("runs", *words, "--json").out)]


@pytest.mark.usefixtures("three")
class TestMarks:
    def test_stars(self, cli):
        assert cli("runs", "star", "cnn-1", "mlp", "cnn-1").out == "Starred 2 runs\n"
        assert cli("runs", "star", "cnn-1").out == "nothing to change\n"
        assert listed(cli, "--starred") == ["mlp-3", "cnn-1"]
        assert cli("runs", "unstar", "last").out == "Took the star from mlp-3\n"
        assert listed(cli, "--starred") == ["cnn-1"]
        assert "★" in cli("runs").out

    def test_tags(self, cli):
        words = ("--add", "#Loss", "--add", "nan 批", "--remove", "old")
        assert cli("runs", "tag", "cnn-1", *words).out == "Tagged cnn-1\n"
        assert listed(cli, "--tag", "LOSS") == ["cnn-1"]
        assert "#loss #nan #批" in cli("runs", "show", "cnn-1").out
        cli("runs", "tag", "cnn-1", "--remove", "loss")
        assert cli("runs", "--tag", "loss").err == "no such run\n"
        refused = cli("runs", "tag", "cnn-1")
        assert (refused.code, refused.err) == (
            2,
            "studylab: which tags? --add TAG or --remove TAG\n",
        )

    def test_notes(self, cli, editor, on_terminal):
        assert cli("runs", "note", "cnn-1", "too", "high").out == "Wrote a note about cnn-1\n"
        assert cli("runs", "note", "cnn-2", "-", given="批归一 [x]\n").code == 0
        assert "批归一 [x]" in cli("runs", "show", "cnn-2").out
        editor("much ")
        assert cli("runs", "note", "cnn-1").code == 0
        assert json.loads(cli("runs", "show", "cnn-1", "--json").out)["note"] == "much too high"
        assert cli("runs", "note", "cnn-1", "").out == "Removed the note of cnn-1\n"

    def test_a_note_that_can_not_be_kept_is_not_lost(self, cli, tmp_path):
        refused = cli("runs", "note", "cnn-1", "-", given="x" * 30_000)
        assert refused.code == 2
        assert "too long" in refused.err
        (left,) = tmp_path.glob("studylab-*.md")
        assert len(left.read_text()) == 30_000

    def test_archived_runs_are_listed_with_all(self, cli):
        assert cli("runs", "archive", "cnn-1", "cnn-2").out == "Archived 2 runs\n"
        assert listed(cli) == ["mlp-3"]
        assert listed(cli, "--all") == ["mlp-3", "cnn-2", "cnn-1"]
        assert cli("runs", "show", "cnn-1").code == 0
        assert cli("runs", "unarchive", "cnn-1").code == 0
        assert listed(cli) == ["mlp-3", "cnn-1"]

    @pytest.mark.parametrize(
        "words",
        [("star",), ("unstar",), ("tag", "--add", "x"), ("note", "x"), ("archive",), ("delete",)],
    )
    def test_an_unknown_run_is_one_line(self, cli, words):
        refused = cli("runs", words[0], "nope", *words[1:])
        assert refused.code == 3
        assert refused.err == "studylab: there is no run 'nope'; `studylab runs` lists them\n"


class TestTrash:
    def test_delete_and_undo(self, cli, three):
        assert cli("runs", "delete", "cnn-1").out == "Deleted cnn-1\n"
        assert not three[0].path.exists()
        assert listed(cli, "--all") == ["mlp-3", "cnn-2"]
        shown = cli("runs", "show", "cnn-1")
        assert shown.code == 3
        assert "was deleted; `studylab runs restore cnn-1` brings it back" in shown.err
        assert cli("undo").code == 0
        assert listed(cli) == ["mlp-3", "cnn-2", "cnn-1"]
        assert three[0].path.exists()

    def test_restore(self, cli, three):
        cli("runs", "delete", "cnn-1", "cnn-2")
        assert cli("runs", "restore", "cnn-2", "cnn-1").out == "Restored 2 runs\n"
        assert three[0].path.exists()
        assert three[1].path.exists()
        assert "was not deleted" in cli("runs", "restore", "cnn-1").err

    def test_a_run_that_goes_on_is_to_be_stopped_first(self, cli, three):
        refused = cli("runs", "delete", "cnn-1", "mlp-3")
        assert refused.code == 1
        assert refused.err == (
            "studylab: mlp-3 is running; stop it first, with `studylab stop mlp-3`\n"
        )
        assert three[0].path.exists()
        assert listed(cli) == ["mlp-3", "cnn-2", "cnn-1"]

    def test_questions_about_a_deleted_run_stay(self, cli, three):
        cli("ask", "why?", "--run", "cnn-1")
        cli("runs", "delete", "cnn-1")
        shown = cli("questions", "show", "1")
        assert shown.code == 0
        assert "cnn-1" in shown.out


@pytest.mark.usefixtures("three")
class TestDisk:
    def test_the_biggest_first_and_a_total(self, cli):
        (locations.runs() / "cnn-2" / "output.log").write_bytes(b"x" * 50_000)
        found = json.loads(cli("runs", "disk", "--json").out)
        assert found["runs"][0]["id"] == "cnn-2"
        assert found["runs"][0]["checkpoints"] == 400_000
        assert found["runs"][0]["logs"] == 50_000
        assert found["total"] == sum(run["total"] for run in found["runs"])
        assert found["free"] > 0
        *_runs, total = cli("runs", "disk").out.splitlines()
        assert total.split()[:6] == ["all", "runs", "1.3", "MB", "1.2", "MB"]

    def test_the_trash_is_told_apart(self, cli):
        cli("runs", "delete", "cnn-1")
        assert "1 deleted run takes" in cli("runs", "disk").err
        found = json.loads(cli("runs", "disk", "--json").out)
        assert found["trash"] > 400_000
        assert {run["id"] for run in found["runs"]} == {"cnn-2", "mlp-3"}


class TestClean:
    def test_a_dry_run_only_lists(self, cli, three):
        listed = cli("runs", "clean", "--dry-run")
        assert listed.code == 0
        assert listed.out.splitlines()[-1] == "4 checkpoints: 400 kB"
        assert listed.err == "nothing was deleted\n"
        assert len(list(three[0].checkpoints.iterdir())) == 4

    def test_nothing_goes_without_a_yes(self, cli, three, on_terminal):
        assert cli("runs", "clean", given="n\n").code == 1
        assert len(list(three[0].checkpoints.iterdir())) == 4
        assert cli("runs", "clean", given="y\n").code == 0
        assert sorted(path.name for path in three[0].checkpoints.iterdir()) == [
            "best.pt",
            "last.pt",
        ]
        assert len(list(three[2].checkpoints.iterdir())) == 4
        assert cli("runs", "clean").err == "there is nothing to clean up\n"

    def test_without_a_terminal_it_says_how(self, cli, three):
        refused = cli("runs", "clean")
        assert refused.code == 2
        assert "--yes" in refused.err

    def test_rules(self, cli, three):
        done = cli("runs", "clean", "--yes", "--keep-last", "0", "--no-keep-best")
        assert done.out.splitlines()[-2:] == ["8 checkpoints: 800 kB", "freed 800 kB"]
        assert list(three[0].checkpoints.iterdir()) == []

    def test_what_can_not_go_is_told(self, cli, three, monkeypatch):
        monkeypatch.setattr(old_checkpoints, "remove", lambda old: (0, ["a.pt: read-only"]))
        done = cli("runs", "clean", "--yes")
        assert done.code == 1
        assert done.err == "studylab: a.pt: read-only\n"

    def test_old_deleted_runs_are_thrown_out(self, cli, three, monkeypatch):
        cli("runs", "delete", "cnn-1")
        cli("runs", "clean", "--yes")
        assert (locations.runs() / ".trash" / "cnn-1").exists()
        monkeypatch.setattr("studylab.runs.trash.outdated.__defaults__", (0,))
        done = cli("runs", "clean", "--yes")
        assert "1 deleted run: " in done.out
        assert not (locations.runs() / ".trash" / "cnn-1").exists()
        assert "gone for good" in cli("runs", "restore", "cnn-1").err
