"""The initialization lab: the factors that it predicts, and the lab as it is run."""

from __future__ import annotations

import pytest
from lab_process import events, metrics, train_here

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from labs.foundations import initialization as lab_file  # noqa: E402
from labs.kit.images import Split  # noqa: E402

MODULE = "labs.foundations.initialization"
SMALL = ("--layers=3", "--width=8", "--epochs=2")


@pytest.mark.parametrize(("start", "width"), [("xavier", 64), ("he", 64), ("small", 400)])
def test_the_variance_of_wide_layers_is_the_predicted_one(start, width):
    """Through three layers, over many networks: forward and backward."""
    forward, backward = [], []
    for seed in range(30):
        torch.manual_seed(seed)
        split = Split(torch.randn(200, 1, 8, 8), torch.randint(10, (200,)))
        config = lab_file.Config(start=start, layers=4, width=width)
        found = lab_file.measure(config, split, 10)
        forward.append(found[-1][0] / found[0][0])
        backward.append(found[0][1] / found[-1][1])
    expected = lab_file.factor(start, width) ** 3
    assert sum(forward) / len(forward) == pytest.approx(expected, rel=0.25)
    assert sum(backward) / len(backward) == pytest.approx(expected, rel=0.25)


def test_the_deviations_are_those_of_torchs_own():
    for start, initialise in (
        ("he", torch.nn.init.kaiming_normal_),
        ("xavier", torch.nn.init.xavier_normal_),
    ):
        torch.manual_seed(0)
        weights = initialise(torch.empty(500, 500))
        assert lab_file.deviation(start, 500) == pytest.approx(weights.std().item(), rel=0.01)


def test_from_zeros_all_units_stay_the_same():
    net = lab_file.Network(lab_file.Config(start="zeros", layers=2, width=5), 64, 10)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(5):
        loss = torch.nn.functional.cross_entropy(
            net(torch.randn(20, 1, 8, 8)), torch.randint(10, (20,))
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    weights = net.hidden[1].weight
    assert torch.equal(weights, weights[:1].expand_as(weights))


def test_a_fast_run_leaves_a_whole_run_directory(lab):
    done = lab("--fast", "--start", "xavier", module=MODULE)
    assert done.code == 0, done.err
    assert done.err == ""
    (table,) = events(done.run, "table")
    assert [row[0] for row in table["rows"]] == ["zeros", "small", "xavier", "he"]
    assert len(events(done.run, "result")) == 1
    names = {name for _, scalars in metrics(done.run) for name in scalars}
    assert {"gradient_norm/first", "gradient_norm/last"} <= names


def test_a_resumed_run_ends_with_the_same_numbers(tmp_path):
    whole = train_here(lab_file, tmp_path / "whole", *SMALL)
    first = train_here(lab_file, tmp_path / "run", *SMALL, stop_at=20)
    train_here(lab_file, first, *SMALL, "--resume", str(first))
    assert metrics(first) == metrics(whole)
