"""The computational graph lab: derivatives of random graphs, and the lab as it is run."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_process import events, metrics, train_here

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from labs.foundations import computational_graph as graph  # noqa: E402

MODULE = "labs.foundations.computational_graph"
SMALL = (
    "--hidden=2",
    "--epochs=2",
)

leaves = st.lists(st.floats(-2, 2), min_size=1, max_size=4)
operations = st.lists(
    st.tuples(
        st.sampled_from(["+", "-", "*", "tanh", "relu", "softplus", "2*", "1+"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=25,
)


def build(values, steps, *, node, tanh, relu, softplus):
    """A graph in which every node may be used by any later one, several times too."""
    nodes = [node(value) for value in values]
    inputs = list(nodes)
    for name, left, right in steps:
        a, b = nodes[left % len(nodes)], nodes[right % len(nodes)]
        made = {
            "+": lambda a=a, b=b: a + b,
            "-": lambda a=a, b=b: a - b,
            "*": lambda a=a, b=b: tanh(a) * tanh(b),
            "tanh": lambda a=a: tanh(a),
            "relu": lambda a=a: relu(a),
            "softplus": lambda a=a: softplus(a),
            "2*": lambda a=a: 2.0 * a,
            "1+": lambda a=a: 1.0 + a,
        }[name]()
        nodes.append(made)
    return inputs, nodes[-1]


@given(leaves, operations)
def test_the_gradients_of_a_random_graph_are_those_of_torch(values, steps):
    ours, result = build(
        values, steps, node=graph.node,
        tanh=graph.Node.tanh, relu=graph.Node.relu, softplus=graph.Node.softplus,
    )  # fmt: skip
    graph.backward(result)
    theirs, expected = build(
        values, steps,
        node=lambda v: torch.tensor(v, dtype=torch.float64, requires_grad=True),
        tanh=torch.tanh, relu=torch.relu, softplus=torch.nn.functional.softplus,
    )  # fmt: skip
    assert result.value == pytest.approx(expected.item(), rel=1e-9, abs=1e-9)
    if expected.requires_grad:
        expected.backward()
    reached = {id(node) for node in graph.topological_order(result)}
    for a, b in zip(ours, theirs, strict=True):
        # torch gives no gradient to what the result was not made of.
        if id(a) in reached:
            assert a.gradient == pytest.approx(b.grad.item(), rel=1e-6, abs=1e-9)
        else:
            assert b.grad is None


@given(leaves, operations)
def test_parents_come_before_what_is_made_of_them_and_once(values, steps):
    _inputs, result = build(
        values, steps, node=graph.node,
        tanh=graph.Node.tanh, relu=graph.Node.relu, softplus=graph.Node.softplus,
    )  # fmt: skip
    order = graph.topological_order(result)
    place = {id(node): index for index, node in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is result
    assert all(place[id(p)] < place[id(node)] for node in order for p, _ in node.parents)


def test_a_graph_may_be_deeper_than_calls_may():
    x = graph.node(1.0)
    result = x
    for _ in range(20_000):
        result = result + 0.0
    assert graph.backward(result) == 40_001
    assert x.gradient == 1.0


def test_going_back_twice_counts_once():
    x = graph.node(3.0)
    y = x * x
    graph.backward(y)
    graph.backward(y)
    assert x.gradient == 6.0


def test_the_lectures_example():
    a, b, c = graph.node(5.0), graph.node(3.0), graph.node(2.0)
    J = 3.0 * (a + b * c)
    graph.backward(J)
    assert J.value == 33
    assert (a.gradient, b.gradient, c.gradient) == (3, 6, 9)


@pytest.mark.parametrize("x", [-1000.0, 1000.0])
def test_a_logit_of_any_size_has_a_loss(x):
    z = graph.node(x)
    loss = graph.cross_entropy([z], [0])
    graph.backward(loss)
    assert loss.value == max(x, 0.0)
    assert z.gradient == (1.0 if x > 0 else 0.0)
    assert math.isfinite(loss.value)


def test_a_fast_run_leaves_a_whole_run_directory(lab):
    done = lab("--fast", module=MODULE)
    assert done.code == 0, done.err
    (table,) = events(done.run, "table")
    assert ["b", 3.0, 6.0] in table["rows"]
    (result,) = events(done.run, "result")
    assert (result["data"], result["tier"]) == ("moons", "embedded")
    difference = float(done.out.split("torch's gradients differ by at most ")[1].split()[0])
    assert difference < 1e-12


def test_another_noise_is_another_task(lab):
    done = lab("--fast", "--noise", "0.4", module=MODULE)
    (result,) = events(done.run, "result")
    assert result["data"] == "moons-noise-0.4"


def test_a_folder_is_refused_in_a_line(lab, tmp_path):
    done = lab("--data", tmp_path, module=MODULE)
    assert done.code != 0
    assert "draws its points by the seed" in done.refusal


@pytest.mark.parametrize("stop_at", [4, 10])
def test_a_resumed_run_ends_with_the_same_numbers(tmp_path, monkeypatch, stop_at):
    monkeypatch.setattr(graph, "draw_boundary", lambda *_given, **_named: None)
    whole = train_here(graph, tmp_path / "whole", *SMALL)
    first = train_here(graph, tmp_path / "run", *SMALL, stop_at=stop_at)
    train_here(graph, first, *SMALL, "--resume", str(first))
    assert metrics(first) == metrics(whole)
