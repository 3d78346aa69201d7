"""What runs take of the disk, and which checkpoints a rule lets go."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import locations
from studylab.metrics.records import event_line
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.disk import DiskUse, Measured, bytes_below, measure
from studylab.runs.identity import ProcessIdentity, host_name
from studylab.runs.old_checkpoints import NoSuchRule, Rule, old_checkpoints, remove
from studylab.runs.sync import sync_all
from studylab.store import run_marks, runs

NAMES = ("epoch-1.pt", "epoch-2.pt", "epoch-3.pt", "best.pt", "last.pt")


@pytest.fixture
def make(home):
    """Makes runs with checkpoints, each a second newer than the one before."""

    def made(id="cnn-1", names=NAMES, *, state=State.FINISHED, argv=("python",)) -> RunDirectory:
        run = RunDirectory(locations.runs() / id)
        run.checkpoints.mkdir(parents=True)
        for second, name in enumerate(names, start=1):
            path = run.checkpoints / name
            path.write_bytes(b"x" * 1000)
            os.utime(path, (second, second))
        made_at = "2026-11-24T05:00:00+00:00"
        run.write_spec(
            RunSpec(id, "cnn", argv, "/", {}, 0, {}, "", None, host_name(), "python", made_at)
        )
        supervisor = None if state.ended else ProcessIdentity.of(os.getpid())
        run.write_state(RunState(state, supervisor=supervisor, started_at=1.0, ended_at=2.0))
        return run

    return made


def gone(db, **rule):
    """What a rule lets go, as `run/name`."""
    sync_all(db)
    found = old_checkpoints(runs.listing(db), Rule(**rule))
    return sorted(f"{each.run}/{each.path.name}" for each in found)


class TestUse:
    def test_each_kind_is_counted_apart(self, make):
        run = make()
        (run.artifacts / "deep").mkdir(parents=True)
        (run.artifacts / "deep" / "a.png").write_bytes(b"x" * 300)
        run.output.write_bytes(b"x" * 70)
        rest = sum(path.stat().st_size for path in (run.spec_file, run.state_file))
        assert measure(run) == DiskUse(5000, 300, 70, rest)
        assert measure(run).total == 5370 + rest

    def test_a_second_name_and_a_link_take_nothing(self, make, tmp_path):
        run = make(names=("last.pt",))
        os.link(run.checkpoints / "last.pt", run.checkpoints / "best.pt")
        big = tmp_path / "big"
        big.write_bytes(b"x" * 100_000)
        (run.checkpoints / "link").symlink_to(big)
        (run.checkpoints / "folder").symlink_to(tmp_path)
        assert 1000 <= bytes_below(run.checkpoints) < 2000

    def test_what_is_not_there_takes_nothing(self, home):
        assert measure(RunDirectory(locations.runs() / "none")) == DiskUse()

    def test_it_is_measured_again_only_when_something_changed(self, make, monkeypatch):
        run, measured = make(), Measured()
        before = measured.of(run)
        calls = []
        monkeypatch.setattr("studylab.runs.disk.measure", lambda run: calls.append(run) or before)
        assert measured.of(run) == before
        assert calls == []
        (run.checkpoints / "new.pt").write_bytes(b"x")
        measured.of(run)
        assert calls == [run]


class TestRule:
    def test_the_newest_and_the_best_stay(self, db, make):
        make()
        assert gone(db) == ["cnn-1/epoch-1.pt", "cnn-1/epoch-2.pt", "cnn-1/epoch-3.pt"]

    @pytest.mark.parametrize(
        ("rule", "left"),
        [
            ({"keep_last": 2}, {"last.pt", "best.pt"}),
            ({"keep_last": 3}, {"last.pt", "best.pt", "epoch-3.pt"}),
            ({"keep_best": False}, {"last.pt"}),
            ({"keep_last": 0}, {"best.pt"}),
            ({"keep_last": 0, "keep_best": False}, set()),
            ({"keep_last": 99}, set(NAMES)),
            ({"older_than": 1e5}, set(NAMES)),
        ],
    )
    def test_rules(self, db, make, rule, left):
        make()
        assert gone(db, **rule) == sorted(f"cnn-1/{name}" for name in set(NAMES) - left)

    def test_the_last_is_the_one_that_the_run_named(self, db, make):
        run = make(names=("a.pt", "b.pt"))
        run.events.write_bytes(event_line(1.0, "checkpoint", {"path": "checkpoints/a.pt"}))
        assert gone(db) == ["cnn-1/b.pt"]

    def test_best_is_a_word_of_its_own(self, db, make):
        make(names=("bestiary.pt", "model_BEST-3.ckpt", "z.pt"))
        assert gone(db) == ["cnn-1/bestiary.pt"]

    def test_runs_that_go_on_or_have_a_star_keep_all(self, db, make):
        make("cnn-1", state=State.RUNNING)
        make("cnn-2")
        sync_all(db)
        run_marks.star(db, ["cnn-2"])
        assert gone(db, keep_last=0, keep_best=False) == []

    def test_what_another_run_goes_on_from_stays(self, db, make):
        first = make("cnn-1")
        make("cnn-2", argv=("python", "--resume", str(first.path)), names=())
        assert "cnn-1/last.pt" not in gone(db, keep_last=0, keep_best=False)
        assert "cnn-1/best.pt" not in gone(db, keep_last=0, keep_best=False)
        second = first.checkpoints / "epoch-2.pt"
        make("cnn-3", argv=("python", f"--init={second}"), names=())
        assert "cnn-1/epoch-2.pt" not in gone(db)
        assert "cnn-1/epoch-1.pt" in gone(db)

    def test_nonsense_is_refused(self):
        for nonsense in ({"keep_last": -1}, {"older_than": -1.0}, {"older_than": float("nan")}):
            with pytest.raises(NoSuchRule):
                Rule(**nonsense)

    @given(st.integers(0, 7), st.booleans(), st.permutations(NAMES))
    def test_at_most_what_the_rule_says_stays(self, db, make, keep_last, keep_best, names):
        if not (locations.runs() / "cnn-1").exists():
            make()
        folder = locations.runs() / "cnn-1" / "checkpoints"
        for second, name in enumerate(names, start=1):
            os.utime(folder / name, (second, second))
        let_go = gone(db, keep_last=keep_last, keep_best=keep_best)
        left = {name for name in names if f"cnn-1/{name}" not in let_go}
        assert left >= set(names[len(names) - keep_last :] if keep_last < len(names) else names)
        assert ("best.pt" in left) >= keep_best
        assert len(left) <= keep_last + keep_best or left == set(names)


class TestRemoving:
    def test_only_what_was_found_goes(self, db, make):
        run = make()
        (run.checkpoints / "checkpoint-500").mkdir()
        (run.checkpoints / "checkpoint-500" / "model.bin").write_bytes(b"x" * 400)
        os.utime(run.checkpoints / "checkpoint-500", (0, 0))
        sync_all(db)
        found = old_checkpoints(runs.listing(db), Rule())
        freed, complaints = remove(found)
        assert (freed, complaints) == (3400, [])
        assert sorted(path.name for path in run.checkpoints.iterdir()) == ["best.pt", "last.pt"]

    def test_what_is_moved_away_meanwhile_is_no_trouble(self, db, make, tmp_path):
        run = make()
        sync_all(db)
        found = old_checkpoints(runs.listing(db), Rule())
        run.checkpoints.rename(tmp_path / "elsewhere")
        assert remove(found) == (0, [])

    def test_what_may_not_be_deleted_is_a_line_each(self, db, make, monkeypatch):
        make()
        sync_all(db)
        found = old_checkpoints(runs.listing(db), Rule())

        def refused(self):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("pathlib.Path.unlink", refused)
        freed, complaints = remove(found)
        assert freed == 0
        assert complaints[0].endswith("epoch-1.pt: Permission denied")
        assert len(complaints) == 3

    def test_a_run_that_goes_on_again_keeps_its_own(self, db, make):
        run = make()
        sync_all(db)
        found = old_checkpoints(runs.listing(db), Rule())
        run.write_state(RunState(State.RUNNING, supervisor=ProcessIdentity.of(os.getpid())))
        freed, complaints = remove(found)
        assert freed == 0
        assert "goes on again" in complaints[0]
        assert len(list(run.checkpoints.iterdir())) == 5
