"""The optimizers lab: step for step torch's rules, and the lab as it is run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_process import events, metrics, train_here

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from labs.foundations import optimizers as lab_file  # noqa: E402

MODULE = "labs.foundations.optimizers"
SMALL = (
    "--hidden=8",
    "--epochs=3",
    "--decay=cosine",
    "--warm-up=10",
)


def theirs(name, parameters, rate, beta1, beta2):
    return {
        "sgd": lambda: torch.optim.SGD(parameters, lr=rate),
        "momentum": lambda: torch.optim.SGD(parameters, lr=rate, momentum=beta1),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, lr=rate, alpha=beta2, eps=1e-8),
        "adam": lambda: torch.optim.Adam(parameters, lr=rate, betas=(beta1, beta2), eps=1e-8),
    }[name]()


@pytest.mark.parametrize("name", list(lab_file.RULES))
@given(
    st.integers(0, 10**6),
    st.floats(1e-4, 0.5),
    st.floats(0, 0.99),
    st.floats(0.1, 0.999),
)
@settings(max_examples=20)
def test_every_step_is_that_of_torch(name, seed, rate, beta1, beta2):
    numbers = torch.Generator().manual_seed(seed)
    start = [torch.randn(size, generator=numbers, dtype=torch.float64) for size in ((3, 2), (4,))]
    ours = [each.clone().requires_grad_() for each in start]
    others = [each.clone().requires_grad_() for each in start]
    rule = lab_file.RULES[name](ours, lab_file.Config(beta1=beta1, beta2=beta2))
    other = theirs(name, others, rate, beta1, beta2)
    for _ in range(6):
        for a, b in zip(ours, others, strict=True):
            a.grad = torch.randn(a.shape, generator=numbers, dtype=torch.float64)
            b.grad = a.grad.clone()
        rule.step(rate)
        other.step()
        for a, b in zip(ours, others, strict=True):
            assert torch.allclose(a, b, rtol=1e-9, atol=1e-12)


def rates(decay, *, epochs=20, steps_per_epoch=5, warm_up=0):
    config = lab_file.Config(decay=decay, epochs=epochs, warm_up=warm_up, learning_rate=0.1)
    return [lab_file.rate_at(t, config, steps_per_epoch) for t in range(epochs * steps_per_epoch)]


@pytest.mark.parametrize(
    ("decay", "make"),
    [
        ("exponential", lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.95)),
        ("step", lambda o: torch.optim.lr_scheduler.StepLR(o, 10, 0.5)),
        ("inverse", lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda e: 1 / (1 + 0.1 * e))),
    ],
)
def test_the_rate_of_an_epoch_is_that_of_torchs_schedule(decay, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = make(optimizer)
    expected = []
    for _ in range(20):
        expected += [schedule.get_last_lr()[0]] * 5
        optimizer.step()
        schedule.step()
    assert rates(decay) == pytest.approx(expected)


def test_a_cosine_falls_as_torchs_does():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)
    expected = []
    for _ in range(100):
        expected.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert rates("cosine") == pytest.approx(expected)


@pytest.mark.parametrize("decay", ["none", "cosine"])
def test_a_warm_up_rises_to_the_rate_even_if_it_is_longer_than_the_run(decay):
    found = rates(decay, warm_up=1000)
    rising = found[:50]
    assert rising == sorted(rising)
    assert rising[0] > 0
    assert max(found) == pytest.approx(0.1)


def test_the_first_steps_of_adam_are_as_long_as_the_rate():
    """That is what the correction of the bias is for."""
    p = torch.tensor([1.0], requires_grad=True)
    for corrected, expected in ((True, 0.1), (False, 0.1 * 0.1 / 0.001**0.5)):
        p.data[:] = 1
        rule = lab_file.Adam([p], lab_file.Config(bias_correction=corrected))
        p.grad = torch.tensor([5.0])
        rule.step(0.1)
        assert 1 - p.item() == pytest.approx(expected, rel=1e-4)


def test_in_the_ravine_the_walls_decide_how_far_plain_descent_may_go():
    needed = {}
    for name in lab_file.RULES:
        way = lab_file.race(name)
        needed[name] = next(t for t, p in enumerate(way) if lab_file.ravine(p) < 0.01)
    assert needed["momentum"] < needed["sgd"]
    assert needed["adam"] < needed["sgd"]


def test_a_fast_run_leaves_a_whole_run_directory(lab):
    done = lab("--fast", "--optimizer", "momentum", "--learning-rate", "0.05", module=MODULE)
    assert done.code == 0, done.err
    (table,) = events(done.run, "table")
    assert [row[0] for row in table["rows"]] == ["sgd", "momentum", "rmsprop", "adam"]
    (result,) = events(done.run, "result")
    assert result["value"] > 0.7
    assert {s["lr"] for _, s in metrics(done.run) if "lr" in s} == {0.05}


def test_a_resumed_run_ends_with_the_same_numbers(tmp_path, monkeypatch):
    """Adam's averages and its count of steps too."""
    monkeypatch.setattr(lab_file, "show_race", lambda *_given, **_named: None)
    whole = train_here(lab_file, tmp_path / "whole", *SMALL)
    first = train_here(lab_file, tmp_path / "run", *SMALL, stop_at=20)
    train_here(lab_file, first, *SMALL, "--resume", str(first))
    assert metrics(first) == metrics(whole)
