"""Counting, logging, stopping, and going on as if nothing had happened."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("numpy")

from lab_process import events, metrics  # noqa: E402

from labs.kit.batches import batches_in, shuffled  # noqa: E402
from labs.kit.checkpoint import load  # noqa: E402
from labs.kit.data import Provenance, Tier  # noqa: E402
from labs.kit.errors import CheckpointError, DivergenceError, Stopped  # noqa: E402
from labs.kit.loop import Loop  # noqa: E402
from labs.kit.run import Run  # noqa: E402
from labs.kit.schedule import warm_up  # noqa: E402
from labs.kit.seeding import seed_everything  # noqa: E402
from labs.kit.symptoms import at_chance, one_class  # noqa: E402

DATA = Provenance("toy", Tier.EMBEDDED, "a generator", {"train": 10})
EPOCHS, PER_EPOCH = 3, 5


def train(run: Run, *, stop_at: int = 0, net_size: int = 3, data: Provenance = DATA) -> Loop:
    """A linear net on random numbers; a signal comes in step `stop_at`."""
    seed_everything(1)
    net = torch.nn.Linear(net_size, 1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
    schedule = warm_up(optimizer, EPOCHS * PER_EPOCH, warm_up_steps=2)
    parts = {"model": net, "optimizer": optimizer, "schedule": schedule}
    with Loop(run, data, parts, epochs=EPOCHS, steps_per_epoch=PER_EPOCH,
              watch="val/loss", lower_is_better=True) as loop:  # fmt: skip
        for epoch in loop.epochs():
            for index in loop.batches(shuffled(10, 2, seed=1, epoch=epoch)):
                x = torch.randn(len(index), net_size) + index[:, None]  # as augmentation draws
                loss = net(x).square().mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                loop.step({"train/loss": loss}, samples=len(index))
                if loop.step_count == stop_at:
                    os.kill(os.getpid(), signal.SIGINT)
            loop.validated({"val/loss": net.weight.square().sum()})
    return loop


@pytest.fixture
def resumed(make_run) -> Callable[..., Run]:
    def make(name: str, source: Path, **more) -> Run:
        return make_run(name, resume=source, saved=load(source, lab="toy"), **more)

    return make


def test_every_step_and_validation_is_logged(make_run):
    run = make_run()
    train(run)
    found = metrics(run.reporter.directory)
    assert [step for step, scalars in found if "train/loss" in scalars] == list(range(1, 16))
    assert [step for step, scalars in found if "val/loss" in scalars] == [5, 10, 15]
    assert found[0][1]["epoch"] == pytest.approx(0.2)
    (plan,) = events(run.reporter.directory, "plan")
    assert (plan["steps"], plan["steps_per_epoch"]) == (15, 5)
    assert [e["step"] for e in events(run.reporter.directory, "checkpoint")] == [5, 10, 15]


@pytest.mark.parametrize("stop_at", [1, 4, 5, 6, 10, 14])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_stopped_run_goes_on_to_the_same_numbers(make_run, resumed, stop_at, elsewhere):
    whole = make_run("whole")
    best = train(whole).best
    first = make_run("first")
    with pytest.raises(Stopped, match=f"stopped after step {stop_at} of 15") as stop:
        train(first, stop_at=stop_at)
    assert stop.value.exit_code == 130
    assert "--resume" in stop.value.text
    second = resumed("second" if elsewhere else "first", first.checkpoints / "last.pt")
    assert train(second).best == best

    found = metrics(first.reporter.directory)
    found += metrics(second.reporter.directory) if elsewhere else []
    assert found == metrics(whole.reporter.directory)
    for name in ("last.pt", "best.pt"):
        one, other = (load(r.checkpoints / name, lab="toy") for r in (whole, second))
        assert (one.step, one.watched) == (other.step, other.watched)
        assert torch.equal(one.parts["model"]["weight"], other.parts["model"]["weight"])


def test_a_finished_run_resumes_to_its_end(make_run, resumed):
    first = make_run("first")
    train(first)
    second = resumed("second", first.checkpoints / "last.pt")
    loop = train(second)
    assert metrics(second.reporter.directory) == []
    assert loop.load_best() == load(first.checkpoints / "best.pt", lab="toy").step


def test_signals_are_as_before_afterwards(make_run):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped):
        train(make_run(), stop_at=2)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_other_data_and_other_shapes_are_refused(make_run, resumed):
    first = make_run("first")
    train(first)
    last = first.checkpoints / "last.pt"
    with pytest.raises(CheckpointError, match=r"was trained on toy .* this run has other"):
        train(resumed("a", last), data=Provenance("other", Tier.HUB, "a mirror", {"train": 10}))
    with pytest.raises(CheckpointError, match="does not fit the model: weight is 1x3 there and"):
        train(resumed("b", last), net_size=4)


def test_a_changed_setting_is_told(make_run, resumed, capsys):
    first = make_run("first", settings={"epochs": 3, "seed": 0})
    train(first)
    second = resumed(
        "second", first.checkpoints / "last.pt", settings={"epochs": 9, "seed": 0, "new": 1}
    )
    train(second)
    warnings = [e["text"] for e in events(second.reporter.directory, "warning")]
    assert warnings == ["epochs was 3 and is 9 from here on"]


@pytest.mark.parametrize(("value", "said"), [(math.nan, "NaN"), (math.inf, "infinite")])
def test_divergence_is_told_in_words(make_run, value, said):
    run = make_run(settings={"learning_rate": 0.5})
    with (
        pytest.raises(DivergenceError) as told,
        Loop(run, DATA, {}, steps=10, watch="val/loss") as loop,
    ):
        for step in loop.steps():
            loop.step({"train/loss": 1.0 if step < 3 else value}, samples=1)
    words = (
        f"train/loss became {said} at step 4: the run diverged; "
        "try --learning-rate 0.05, it was 0.5"
    )
    assert str(told.value) == words
    assert [e["text"] for e in events(run.reporter.directory, "warning")] == [words]
    assert not list(run.checkpoints.iterdir())


def test_a_validation_that_is_no_number_is_never_the_best(make_run, capsys):
    run = make_run()
    net = torch.nn.Linear(1, 1)
    with Loop(run, DATA, {"model": net}, steps=2, watch="val/accuracy") as loop:
        for _ in loop.steps():
            loop.step({}, samples=1)
            assert loop.validated({"val/accuracy": math.nan}) is False
    assert loop.load_best() == 2
    assert "no best val/accuracy is known" in capsys.readouterr().out


def test_of_equals_the_later_one_is_the_best(make_run):
    run = make_run()
    with Loop(run, DATA, {"model": torch.nn.Linear(1, 1)}, steps=4, watch="val/accuracy") as loop:
        for step in loop.steps():
            loop.step({}, samples=1)
            loop.validated({"val/accuracy": (0.1, 0.9, 0.9, 0.5)[step]})
    assert loop.load_best() == 3


def test_gathered_gradients_are_never_parted(make_run):
    """Two batches make a step; a signal in the first of them waits for the second."""
    run = make_run()
    with (
        pytest.raises(Stopped, match="stopped after step 2 of 3"),
        Loop(run, DATA, {}, epochs=1, steps_per_epoch=3, watch="val/loss") as loop,
    ):
        for _ in loop.epochs():
            for number in loop.batches(range(6)):
                if number == 2:
                    os.kill(os.getpid(), signal.SIGTERM)
                if number % 2:
                    loop.step({"train/loss": 1.0}, samples=2)
    saved = load(run.checkpoints / "last.pt", lab="toy")
    assert (saved.step, saved.batch) == (2, 4)


def test_scalars_are_only_looked_at_when_due(make_run):
    looked: list[int] = []

    class Waits:
        def __float__(self) -> float:
            looked.append(loop.step_count)
            return 1.0

    with Loop(make_run(), DATA, {}, steps=10, watch="val/loss", log_every=4) as loop:
        for _ in loop.steps():
            loop.step({"train/loss": Waits()}, samples=1)
    assert looked == [4, 8, 10]


def test_a_body_that_takes_no_step_is_a_mistake(make_run):
    with (
        pytest.raises(RuntimeError, match=r"has to call loop\.step"),
        Loop(make_run(), DATA, {}, steps=1, watch="val/loss") as loop,
    ):
        for _ in loop.steps():
            pass


def test_lines_say_where_the_run_is(make_run, capsys):
    train(make_run())
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert len(lines) == EPOCHS
    assert lines[0].startswith("epoch 1/3  loss ")
    assert "\r" not in "".join(lines)


@pytest.fixture
def flat_optimizer() -> Iterator[torch.optim.Optimizer]:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("linear", [0.25, 0.5, 0.75, 1, 0.8, 0.6, 0.4, 0.2]),
        ("constant", [0.25, 0.5, 0.75] + [1] * 5),
    ],
)
def test_rates_rise_then_fall(flat_optimizer, then, expected):
    schedule = warm_up(flat_optimizer, 8, warm_up_steps=3, then=then)
    rates = []
    for _ in range(8):
        rates.append(schedule.get_last_lr()[0])
        flat_optimizer.step()
        schedule.step()
    assert rates == pytest.approx(expected)


def test_a_warm_up_longer_than_the_run_still_reaches_the_rate(flat_optimizer):
    schedule = warm_up(flat_optimizer, 10, warm_up_steps=500)
    rates = []
    for _ in range(10):
        rates.append(schedule.get_last_lr()[0])
        flat_optimizer.step()
        schedule.step()
    assert max(rates) == 1.0


def test_batches_hold_every_example_once_in_an_order_of_seed_and_epoch():
    def order(seed: int, epoch: int) -> list[int]:
        return torch.cat(shuffled(10, 4, seed=seed, epoch=epoch)).tolist()

    assert [len(b) for b in shuffled(10, 4, seed=0, epoch=0)] == [4, 4, 2]
    assert [len(b) for b in shuffled(10, 4, seed=0, epoch=0, drop_last=True)] == [4, 4]
    assert len(shuffled(3, 4, seed=0, epoch=0, drop_last=True)) == 1
    assert batches_in(10, 4) == 3
    assert sorted(order(0, 0)) == list(range(10))
    assert order(0, 1) == order(0, 1) != order(1, 0) != order(0, 0)


def test_symptoms():
    labels = torch.tensor([0, 1, 2])
    assert "same class" in (one_class(torch.tensor([1, 1, 1]), labels) or "")
    assert one_class(labels, labels) is None
    assert one_class(torch.tensor([1, 1]), torch.tensor([1, 1])) is None
    assert at_chance(math.log(10) + 0.01, 10)
    assert at_chance(1.0, 10) is None
