"""The batch normalisation lab: nn.BatchNorm1d's numbers both ways, and the lab as it is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_process import events, metrics, train_here

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from labs.foundations import batch_norm as lab_file  # noqa: E402

MODULE = "labs.foundations.batch_norm"
SMALL = ("--layers=2", "--width=6", "--epochs=2")


@given(
    st.integers(2, 9), st.integers(1, 5), st.floats(0.01, 1), st.floats(0.1, 10), st.integers(0, 99)
)
def test_both_ways_and_at_test_time_it_is_torchs(N, D, momentum, spread, seed):
    torch.manual_seed(seed)
    ours = lab_file.BatchNorm(D, momentum).double()
    theirs = torch.nn.BatchNorm1d(D, momentum=momentum).double()
    with torch.no_grad():
        ours.gamma[:] = theirs.weight[:] = torch.randn(D)
        ours.beta[:] = theirs.bias[:] = torch.randn(D)
    for _ in range(2):
        x = torch.randn(N, D, dtype=torch.float64) * spread + spread
        weights = torch.randn(N, D, dtype=torch.float64)
        a, b = x.clone().requires_grad_(), x.clone().requires_grad_()
        ya, yb = ours(a), theirs(b)
        assert torch.allclose(ya, yb, atol=1e-9)
        found = torch.autograd.grad((ya * weights).sum(), [a, ours.gamma, ours.beta])
        expected = torch.autograd.grad((yb * weights).sum(), [b, theirs.weight, theirs.bias])
        for one, other in zip(found, expected, strict=True):
            assert torch.allclose(one, other, rtol=1e-6, atol=1e-7)
    assert torch.allclose(ours.mean, theirs.running_mean)
    assert torch.allclose(ours.variance, theirs.running_var)
    ours.eval(), theirs.eval()
    assert torch.allclose(ours(x), theirs(x))


def test_the_gradient_is_that_of_finite_differences():
    torch.manual_seed(0)
    given = [torch.randn(5, 3), torch.randn(3), torch.randn(3)]
    given = [each.double().requires_grad_() for each in given]
    assert torch.autograd.gradcheck(lab_file.Normalise.apply, given)


def test_at_test_time_a_picture_is_judged_alone():
    torch.manual_seed(0)
    net = lab_file.Network(lab_file.Config(layers=2, width=6), 64, 10, normalised=True)
    pictures = torch.randn(8, 1, 8, 8)
    net(pictures)
    together = lab_file.predict(net, pictures)
    alone = torch.cat([lab_file.predict(net, picture[None]) for picture in pictures])
    assert torch.allclose(together, alone, atol=1e-6)
    assert net.training


def test_a_deep_net_keeps_its_signal_by_it():
    torch.manual_seed(0)
    pictures = torch.rand(200, 1, 8, 8)
    deviations = []
    for normalised in (True, False):
        config = lab_file.Config(layers=30, scale=0.7)
        net = lab_file.Network(config, 64, 10, normalised=normalised)
        net(pictures)
        deviations.append(net.deviation)
    assert deviations[0] == pytest.approx(1, abs=0.05)
    assert deviations[1] < 0.01


def test_a_fast_run_leaves_a_whole_run_directory(lab):
    done = lab("--fast", module=MODULE)
    assert done.code == 0, done.err
    assert done.err == ""
    difference = float(done.out.split("nn.BatchNorm1d differs by at most ")[1].split(",")[0])
    assert difference < 1e-12
    names = {name for _, scalars in metrics(done.run) for name in scalars}
    assert {"train/loss", "plain/train/loss", "plain/val/accuracy", "val/accuracy"} <= names
    (result,) = events(done.run, "result")
    assert result["value"] > 0.3


def test_a_resumed_run_ends_with_the_same_numbers(tmp_path):
    """The running statistics too."""
    whole = train_here(lab_file, tmp_path / "whole", *SMALL)
    first = train_here(lab_file, tmp_path / "run", *SMALL, stop_at=20)
    train_here(lab_file, first, *SMALL, "--resume", str(first))
    assert metrics(first) == metrics(whole)
