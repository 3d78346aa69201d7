"""Runs that were made elsewhere: TensorBoard, W&B, and run directories of other hosts."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

from studylab import locations
from studylab.metrics.reader import events_reader, metrics_reader
from studylab.metrics.reporter import Reporter
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.incoming.find import Kind, find_runs
from studylab.runs.incoming.places import Imported, ImportProblem
from studylab.runs.incoming.take_in import import_run
from tests.metrics.foreign.writing import VERSION, event, history, run_record, wandb_log

RECORDED = Path(__file__).parents[1] / "metrics" / "foreign"


def write_events(folder: Path, *steps: int, name: str = "events.out.tfevents.1000000000.lab.7.0"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    more = path.read_bytes() if path.exists() else VERSION + event(0, {"of": hash(str(folder)) % 9})
    path.write_bytes(more + b"".join(event(step, {"loss": step / 2}, 1e9 + step) for step in steps))
    return path


def import_all(path: Path) -> list[Imported]:
    return [import_run(found) for found in find_runs(path)]


def snapshot() -> dict[str, bytes]:
    """Every file of every run."""
    root = locations.runs()
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def points(run: RunDirectory) -> list[tuple[int, dict[str, float]]]:
    return [(r.step, r.scalars) for r in metrics_reader(run.metrics).read()]


def test_each_folder_of_tensorboard_is_a_run_with_its_times(tmp_path):
    write_events(tmp_path / "tb" / "wide net", 1, 2)
    write_events(tmp_path / "tb" / "deep", 1, 2, 3)
    write_events(tmp_path / "tb" / "deep" / "val", 7)
    deep, wide = import_all(tmp_path / "tb")
    assert (deep.run.id[:-5], wide.run.id[:-5]) == ("deep-", "wide-net-")
    assert (deep.new, deep.records) == (True, 6)
    assert points(deep.run)[-1] == (7, {"val/loss": 3.5})
    spec, state = deep.run.read_spec(), deep.run.read_state()
    assert (spec.host, spec.argv, spec.id) == ("lab", (), deep.run.id)
    assert state.state is State.FINISHED and "don't say" in state.reason
    assert state.ended_at == 1e9 + 7


def test_importing_again_changes_nothing(tmp_path):
    write_events(tmp_path / "tb" / "a", 1, 2)
    for folder in ("torch", "wandb"):
        shutil.copytree(RECORDED / folder, tmp_path / "tb" / folder)
    first = import_all(tmp_path / "tb")
    before = snapshot()
    again = import_all(tmp_path / "tb")
    assert [(each.new, each.records) for each in again] == [(False, 0)] * 3
    assert [each.run for each in again] == [each.run for each in first]
    assert snapshot() == before


def test_what_has_grown_is_added_also_from_another_place(tmp_path):
    write_events(tmp_path / "tb" / "a", 1)
    (first,) = import_all(tmp_path / "tb")
    (tmp_path / "tb").rename(tmp_path / "moved")
    write_events(tmp_path / "moved" / "a", 2)
    write_events(tmp_path / "moved" / "a", 3, name="events.out.tfevents.1000000009.lab.8.0")
    (again,) = import_all(tmp_path / "moved")
    assert (again.run, again.new, again.records) == (first.run, False, 3)
    assert [step for step, _ in points(first.run)] == [0, 1, 2, 0, 3]
    assert first.run.read_state().ended_at == 1e9 + 3


def test_runs_of_equal_files_in_other_folders_are_two(tmp_path):
    for name in ("a", "b"):
        path = write_events(tmp_path / name)
        path.write_bytes(VERSION + event(1, {name: 1.0}))
    runs = import_all(tmp_path)
    assert len({each.run.id for each in runs}) == 2
    assert [list(points(each.run)[0][1]) for each in runs] == [["a"], ["b"]]


def test_what_torch_wrote_is_imported_whole():
    (imported,) = import_all(RECORDED / "torch")
    assert imported.records == 14
    assert ("损失/训练 🔥", 0.5) in [pair for _, s in points(imported.run) for pair in s.items()]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("events.out.tfevents.1", b"", "no scalars"),
        ("events.out.tfevents.1", VERSION, "no scalars"),
        ("events.out.tfevents.1", b"\0" * 64, "does not begin a record"),
        ("run-x.wandb", b"", "empty"),
        ("run-x.wandb", b":W&B\xe1\xbe\x09", "version 9"),
        ("run-x.wandb", wandb_log([run_record()]), "no scalars"),
        ("run-x.wandb", b"junk", "no log of W&B"),
    ],
)
def test_what_cant_be_imported_says_why_and_leaves_nothing(tmp_path, name, content, told):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / name).write_bytes(content)
    (found,) = find_runs(tmp_path / "x")
    with pytest.raises(ImportProblem, match=told):
        import_run(found)
    assert snapshot() == {}


def test_a_damaged_end_is_told_and_the_rest_is_there(tmp_path):
    path = write_events(tmp_path / "a", 1, 2)
    path.write_bytes(path.read_bytes()[:-5])
    (imported,) = import_all(tmp_path)
    assert [step for step, _ in points(imported.run)] == [0, 1]
    assert "cut off" in imported.remark


def test_a_run_of_wandb(tmp_path):
    (imported,) = import_all(RECORDED / "wandb")
    run, spec, state = imported.run, imported.run.read_spec(), imported.run.read_state()
    assert run.id.startswith("wide-net-") and imported.records == 11
    assert spec.settings == {
        "lr": 3e-4,
        "optimizer.name": "adam",
        "optimizer.betas": "[0.9, 0.99]",
        "seed": 7,
    }
    assert (spec.seed, spec.host) == (7, "lab")
    assert (state.state, state.exit_code) == (State.FINISHED, 0)
    assert 0 < state.ended_at - state.started_at < 60
    results = {
        (e.fields["split"], e.fields["metric"]): e.fields["value"]
        for e in events_reader(run.events).read()
        if e.kind == "result"
    }
    assert results["summary", "best"] == 0.93
    assert results["train", "loss"] == 0.1
    assert results["val", "loss"] == "NaN"
    assert all("reference" not in e.fields for e in events_reader(run.events).read())


def test_a_run_of_wandb_that_was_killed_is_lost(tmp_path):
    log = wandb_log([run_record(config={"a": 1}), history(1, {"x": math.inf})])
    (tmp_path / "run-a.wandb").write_bytes(log)
    (imported,) = import_all(tmp_path)
    assert imported.run.read_state().state is State.LOST
    assert points(imported.run) == [(1, {"x": math.inf})]


def made_elsewhere(folder: Path, *, id: str = "cnn-22222", host: str = "server", **how) -> Path:
    """A run directory of another host."""
    run = RunDirectory(folder)
    with Reporter(folder) as reporter:
        reporter.log({"loss": 0.5}, step=1)
    (run.checkpoints / "last.pt").write_bytes(b"weights")
    run.write_spec(
        RunSpec(id, "vision/cnn", ("x",), "/x", {"lr": 1}, 0, {}, "", None, host, "python",
                how.get("created", "2026-11-24T10:00:00.000+00:00"))
    )  # fmt: skip
    record = json.loads(run.spec_file.read_text())
    run.spec_file.write_text(json.dumps({**record, "id": id, "contract": how.get("contract", 1)}))
    run.write_state(RunState(how.get("state", State.FINISHED), "finished"))
    run.supervisor_lock.touch()
    return folder


def test_a_run_directory_is_copied_whole_under_its_own_id(tmp_path):
    (imported,) = import_all(made_elsewhere(tmp_path / "copy of cnn"))
    assert imported.run.path == locations.runs() / "cnn-22222"
    assert imported.run.read_spec().lab == "vision/cnn"
    assert (imported.run.checkpoints / "last.pt").read_bytes() == b"weights"
    before = snapshot()
    (again,) = import_all(tmp_path)
    assert not again.new and snapshot() == before


def test_another_run_of_the_same_id_gets_another(tmp_path):
    made_elsewhere(tmp_path / "a")
    made_elsewhere(tmp_path / "b", host="other")
    first, second = import_all(tmp_path)
    assert first.run.id == "cnn-22222" and second.run.id != "cnn-22222"
    assert [each.new for each in import_all(tmp_path)] == [False, False]


def test_a_run_that_was_made_here_is_not_copied_over_itself(tmp_path):
    own = made_elsewhere(locations.runs() / "cnn-22222")
    shutil.copytree(own, tmp_path / "backup" / "cnn-22222")
    (imported,) = import_all(tmp_path / "backup")
    (itself,) = import_all(own)
    assert not imported.new and not itself.new
    assert imported.run.path == itself.run.path == own


def test_a_run_that_went_on_when_it_was_copied_is_lost_until_it_comes_whole(tmp_path):
    source = made_elsewhere(tmp_path / "cnn", state=State.RUNNING)
    (imported,) = import_all(source)
    state = imported.run.read_state()
    assert state.state is State.LOST and "copied while it was still running" in state.reason
    assert not import_all(source)[0].new
    RunDirectory(source).write_state(RunState(State.FINISHED, "finished"))
    (again,) = import_all(source)
    assert again.new and again.run == imported.run
    assert again.run.read_state().state is State.FINISHED
    assert not import_all(source)[0].new


@pytest.mark.parametrize("what", ["newer", "no state", "broken"])
def test_a_run_directory_that_cant_be_read(tmp_path, what):
    folder = made_elsewhere(tmp_path / "cnn", contract=99 if what == "newer" else 1)
    if what == "no state":
        (folder / "state.json").unlink()
    if what == "broken":
        (folder / "run.json").write_text("{")
    (found,) = find_runs(folder)
    with pytest.raises(ImportProblem, match={"newer": "upgrade", "no state": "missing",
                                             "broken": "can't be read"}[what]):  # fmt: skip
        import_run(found)
    assert snapshot() == {}


def test_an_id_from_elsewhere_stays_in_the_folder_of_runs(tmp_path):
    made_elsewhere(tmp_path / "a", id="../../outside")
    (imported,) = import_all(tmp_path)
    assert imported.run.path.parent == locations.runs()


def test_an_import_that_was_killed_half_way_is_begun_anew(tmp_path):
    write_events(tmp_path / "a", 1, 2)
    (found,) = find_runs(tmp_path)
    (first,) = import_all(tmp_path)
    half = locations.runs() / f".import-{first.run.id}"
    first.run.path.rename(half)
    (half / "metrics.jsonl").write_text('{"half')
    again = import_run(found)
    assert again.new and [step for step, _ in points(again.run)] == [0, 1, 2]
    assert not half.exists()


def test_finding(tmp_path):
    made_elsewhere(locations.runs() / "cnn-22222")
    made_elsewhere(tmp_path / "r")
    write_events(tmp_path / "r" / "artifacts" / "tb", 1)
    write_events(tmp_path / "logs" / "train", 1)
    write_events(tmp_path / "logs" / "validation", 1)
    write_events(tmp_path / ".hidden", 1)
    shutil.copytree(RECORDED / "wandb", tmp_path / "wandb" / "offline-run-x")
    (tmp_path / "wandb" / "latest-run").symlink_to(tmp_path / "wandb" / "offline-run-x")
    found = [(run.kind, run.path.relative_to(tmp_path).as_posix()) for run in find_runs(tmp_path)]
    assert found == [
        (Kind.TENSORBOARD, "logs"),
        (Kind.STUDYLAB, "r"),
        (Kind.WANDB, "wandb/offline-run-x/run-abcd1234.wandb"),
    ]
    assert find_runs(tmp_path / "logs" / "train")[0].path == tmp_path / "logs" / "train"
    (alone,) = find_runs(next((tmp_path / "logs" / "train").iterdir()))
    assert alone.kind is Kind.TENSORBOARD
    with pytest.raises(OSError):
        find_runs(tmp_path / "none")
