"""The logistic regression lab: its gradient, its optimum, and the lab as it is run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_process import events, metrics, train_here

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from labs.foundations import logistic_regression as lab_file  # noqa: E402

MODULE = "labs.foundations.logistic_regression"
SMALL = ("--steps=300",)

problems = st.tuples(st.integers(1, 12), st.integers(1, 5), st.integers(0, 10**6))


def problem(N, D, seed):
    numbers = np.random.default_rng(seed)
    X, w = numbers.normal(size=(N, D)), numbers.normal(size=D)
    return X, (numbers.random(N) < 0.5).astype(float), w, float(numbers.normal())


@given(problems, st.sampled_from([0.0, 0.5, 10.0]))
def test_the_gradient_is_that_of_torch(sizes, l2):
    X, y, w, b = problem(*sizes)
    tw = torch.tensor(w, requires_grad=True)
    tb = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    logits = torch.tensor(X) @ tw + tb
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(y))
    loss = loss + l2 / (2 * len(y)) * (tw @ tw)
    loss.backward()
    dw, db = lab_file.gradient(X, y, w, b, l2)
    assert np.allclose(dw, tw.grad, atol=1e-12)
    assert np.isclose(db, tb.grad, atol=1e-12)
    assert np.isclose(lab_file.loss(X, y, w, b, l2), loss.item())


@given(problems)
def test_the_loop_gives_what_the_matrices_give(sizes):
    X, y, w, b = problem(*sizes)
    dw, db = lab_file.gradient(X, y, w, b, 0.7)
    dw_by_loop, db_by_loop = lab_file.gradient_by_loop(X, y, w, b, 0.7)
    assert np.allclose(dw, dw_by_loop, atol=1e-12)
    assert np.isclose(db, db_by_loop, atol=1e-12)


@given(st.floats(-1e6, 1e6))
@settings(max_examples=50)
def test_a_sigmoid_neither_overflows_nor_leaves_0_to_1(z):
    with np.errstate(over="raise", invalid="raise"):
        a = lab_file.sigmoid(np.array([z, -z]))
    assert ((a >= 0) & (a <= 1)).all()
    assert np.isclose(a.sum(), 1)


def test_the_loss_of_an_unlikely_label_is_finite():
    X, y = np.array([[1000.0]]), np.array([0.0])
    assert lab_file.loss(X, y, np.array([1.0]), 0.0, 0.0) == pytest.approx(1000)


def test_the_coefficients_are_those_of_scikit_learn(lab):
    done = lab(module=MODULE)
    assert done.code == 0, done.err
    (table,) = events(done.run, "table")
    assert len(table["rows"]) == 10
    for _feature, ours, theirs in table["rows"]:
        assert ours == pytest.approx(theirs, abs=2e-4)
    (result,) = events(done.run, "result")
    assert f"scikit-learn: test accuracy {result['value'] * 100:.1f} %" in done.out
    assert result["verdict"] == "reached"
    first = next(scalars for _, scalars in metrics(done.run) if "train/loss" in scalars)
    assert first["train/loss"] < np.log(2)


def test_standardising_looks_at_the_training_split_alone():
    data = lab_file.load("auto", 0)
    X, _y = data.standardised().train
    assert np.allclose(X.mean(0), 0, atol=1e-9)
    assert np.allclose(X.std(0), 1)
    assert not np.allclose(data.standardised().test[0].mean(0), 0, atol=1e-3)
    assert sum(data.provenance.sizes.values()) == 569


def test_a_file_of_the_students_own(lab, tmp_path):
    numbers = np.random.default_rng(0)
    X = numbers.normal(size=(60, 2))
    rows = [f"{a},{b},{int(a > b)}" for a, b in X]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["first,second,label", *rows]), encoding="utf-8-sig")
    done = lab("--data", path, "--fast", module=MODULE)
    assert done.code == 0, done.err
    (result,) = events(done.run, "result")
    assert (result["data"], result["tier"]) == ("local-mine", "local")
    assert result["value"] > 0.8


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,x\n", "can't be read as a heading and rows of numbers"),
        ("", "can't be read as a heading and rows of numbers"),
        ("a,label\n1,2\n3,1\n", "the last column has to be 0 or 1"),
        ("a,label\n1,0\n3,1\n", "too few rows of a class"),
    ],
)
def test_a_file_that_is_not_read_is_one_line(lab, tmp_path, text, words):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    done = lab("--data", path, module=MODULE)
    assert done.code != 0
    assert words in done.refusal


def test_a_resumed_run_ends_with_the_same_numbers(tmp_path):
    whole = train_here(lab_file, tmp_path / "whole", *SMALL)
    first = train_here(lab_file, tmp_path / "run", *SMALL, stop_at=77)
    assert events(first)[-1]["outcome"] == "stopped"
    train_here(lab_file, first, *SMALL, "--resume", str(first))
    assert metrics(first) == metrics(whole)


def test_a_refused_value_is_one_line(lab):
    done = lab("--l2", "-1", module=MODULE)
    assert done.code == 2
    assert "--l2 takes" in done.refusal
