"""A checkpoint is whole or not there, and is told from what it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")

from labs.kit import checkpoint as checkpoints  # noqa: E402
from labs.kit.checkpoint import Arrays, Checkpoint, load, load_parts, save  # noqa: E402
from labs.kit.errors import CheckpointError  # noqa: E402
from labs.kit.seeding import (  # noqa: E402
    generator_states,
    restore_generators,
    seed_everything,
)


def draw() -> list[float]:
    """A number of each generator."""
    import random

    return [random.random(), float(np.random.rand()), float(torch.rand(1)), random.gauss(0, 1)]


@pytest.fixture
def state() -> Checkpoint:
    net = torch.nn.Linear(2, 3)
    return Checkpoint(
        lab="toy", settings={"epochs": 3, "pool": "max"}, data={"name": "digits"}, step=7,
        epoch=1, batch=2, watched=0.5, parts={"model": dict(net.state_dict())},
        generators=generator_states(),
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "last.pt"


def test_what_was_saved_comes_back(state, path):
    save(state, path, also=path.with_name("best.pt"))
    for name in ("last.pt", "best.pt"):
        found = load(path.with_name(name), lab="toy")
        assert (found.step, found.epoch, found.batch, found.watched) == (7, 1, 2, 0.5)
        assert found.settings == state.settings
        assert torch.equal(found.parts["model"]["weight"], state.parts["model"]["weight"])
    assert sorted(p.name for p in path.parent.iterdir()) == ["best.pt", "last.pt"]


def test_generators_go_on_where_they_were(path, state):
    seed_everything(5)
    draw()
    save(replace(state, generators=generator_states()), path)
    expected = [draw(), draw()]
    seed_everything(6)
    restore_generators(load(path, lab="toy").generators)
    assert [draw(), draw()] == expected


def test_the_best_stays_when_the_last_is_replaced(state, path):
    best = path.with_name("best.pt")
    save(state, path, also=best)
    save(replace(state, step=8), path)
    assert (load(path, lab="toy").step, load(best, lab="toy").step) == (8, 7)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("write")])
def test_a_failed_save_leaves_the_former_checkpoint(state, path, monkeypatch, error):
    save(state, path)

    def half(contents, file):
        file.write(b"half a check")
        raise error

    monkeypatch.setattr(checkpoints.torch, "save", half)
    with pytest.raises(CheckpointError, match=r"last\.pt could not be saved: "):
        save(replace(state, step=9), path)
    monkeypatch.undo()
    assert load(path, lab="toy").step == 7
    assert list(path.parent.iterdir()) == [path]


def test_a_file_system_without_links_gets_a_copy(state, path, monkeypatch):
    def no_links(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(checkpoints.os, "link", no_links)
    save(state, path, also=path.with_name("best.pt"))
    assert load(path.with_name("best.pt"), lab="toy").step == 7


class Mischief:
    def __reduce__(self):
        return (print, ("this ran",))


def test_no_code_is_run_from_a_checkpoint(path, capsys):
    torch.save({"format": 1, "lab": Mischief()}, path)
    with pytest.raises(CheckpointError, match="holds more than tensors and numbers"):
        load(path, lab="toy")
    assert "this ran" not in capsys.readouterr().out


@pytest.mark.parametrize("kept", [0, 1, 100, -1, -200])
def test_a_damaged_file_is_told_in_a_line(state, path, kept):
    save(state, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CheckpointError) as told:
        load(path, lab="toy")
    assert str(told.value) == f"{path}: it is damaged, or no checkpoint at all"


def test_other_files_are_told_in_a_line(state, path, tmp_path):
    path.write_text("not a checkpoint")
    with pytest.raises(CheckpointError, match="damaged, or no checkpoint"):
        load(path, lab="toy")
    torch.save({"weight": torch.ones(1)}, path)
    with pytest.raises(CheckpointError, match="not a checkpoint of these labs"):
        load(path, lab="toy")
    torch.save({"format": 1, "lab": "toy"}, path)
    with pytest.raises(CheckpointError, match="lacks settings, data"):
        load(path, lab="toy")
    with pytest.raises(CheckpointError, match="cannot be read"):
        load(tmp_path / "none.pt", lab="toy")
    save(state, path)
    with pytest.raises(CheckpointError, match="of the lab toy, not of gpt"):
        load(path, lab="gpt")


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (torch.nn.Linear(2, 4), "weight is 3x2 there and 4x2 here"),
        (torch.nn.Sequential(torch.nn.Linear(2, 3)), "0.weight is not in it"),
        (torch.nn.Linear(2, 3, bias=False), "bias is only in it"),
    ],
)
def test_another_shape_names_the_first_tensor(state, path, net, words):
    with pytest.raises(CheckpointError) as told:
        load_parts(state.parts, {"model": net}, path)
    assert str(told.value) == f"{path} does not fit the model: {words}"


def test_a_missing_part_is_named(state, path):
    with pytest.raises(CheckpointError, match="has no critic, only model"):
        load_parts(state.parts, {"critic": torch.nn.Linear(1, 1)}, path)


def test_an_optimizer_of_another_net_does_not_fit(path):
    one, two = (torch.optim.SGD(torch.nn.Linear(2, n).parameters()) for n in (1, 1))
    two.add_param_group({"params": [torch.ones(1)]})
    with pytest.raises(CheckpointError, match="does not fit the optimizer"):
        load_parts({"optimizer": one.state_dict()}, {"optimizer": two}, path)


def test_parameters_in_numpy_are_a_part_too(path, state):
    w = np.arange(6.0).reshape(2, 3)
    save(replace(state, parts={"model": Arrays(w=w).state_dict()}), path)
    other = np.zeros((2, 3))
    load_parts(load(path, lab="toy").parts, {"model": Arrays(w=other)}, path)
    assert (other == w).all()
