"""The layers that the lab writes out, against torch and against finite differences."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

import torch.nn.functional as F  # noqa: E402

from labs.vision.cnn import (  # noqa: E402
    Config,
    Network,
    bent,
    conv2d,
    conv2d_backward,
    output_size,
    pool2d,
    pool2d_backward,
)

small = st.integers(1, 3)
sizes = st.integers(1, 8)


@st.composite
def convolutions(draw):
    """x, w, b, stride, padding of any shapes that fit."""
    kernel = draw(small), draw(small)
    padding = draw(st.integers(0, 2))
    size = draw(sizes), draw(sizes)
    assume(all(s + 2 * padding >= k for s, k in zip(size, kernel, strict=True)))
    n, c, f = draw(small), draw(small), draw(small)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x, w, b = rng.normal(size=(n, c, *size)), rng.normal(size=(f, c, *kernel)), rng.normal(size=f)
    return x, w, b, draw(small), padding


@st.composite
def poolings(draw):
    size, stride = draw(small), draw(small)
    height, width = draw(sizes), draw(sizes)
    assume(min(height, width) >= size)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.normal(size=(draw(small), draw(small), height, width))
    if draw(st.booleans()):
        x = x.round()  # ties: the first of the largest gets the gradient
    return x, size, stride, draw(st.sampled_from(["max", "average"]))


@given(convolutions())
def test_convolution_is_torchs_forward_and_backward(case):
    x, w, b, stride, padding = case
    tx, tw, tb = (torch.tensor(a, requires_grad=True) for a in (x, w, b))
    expected = F.conv2d(tx, tw, tb, stride=stride, padding=padding)
    y = conv2d(x, w, b, stride, padding)
    np.testing.assert_allclose(y, expected.detach(), atol=1e-10)
    dy = np.random.default_rng(0).normal(size=y.shape)
    expected.backward(torch.tensor(dy))
    for ours, theirs in zip(conv2d_backward(dy, x, w, stride, padding), (tx, tw, tb), strict=True):
        np.testing.assert_allclose(ours, theirs.grad, atol=1e-10)


@given(poolings())
def test_pooling_is_torchs_forward_and_backward(case):
    x, size, stride, kind = case
    tx = torch.tensor(x, requires_grad=True)
    theirs = F.max_pool2d if kind == "max" else F.avg_pool2d
    expected = theirs(tx, size, stride)
    y = pool2d(x, size, stride, kind)
    np.testing.assert_allclose(y, expected.detach(), atol=1e-12)
    dy = np.random.default_rng(0).normal(size=y.shape)
    expected.backward(torch.tensor(dy))
    np.testing.assert_allclose(pool2d_backward(dy, x, size, stride, kind), tx.grad, atol=1e-12)


@given(sizes, small, small, st.integers(0, 2))
def test_output_size_counts_the_places_of_the_kernel(size, kernel, stride, padding):
    assume(size + 2 * padding >= kernel)
    places = range(0, size + 2 * padding - kernel + 1, stride)
    assert output_size(size, kernel, stride, padding) == len(places)


def numerical_gradient(loss, array, step=1e-5):
    """(loss(a + h) - loss(a - h)) / 2h for each number of the array, in place."""
    gradient = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + step
        above = loss()
        array[place] = kept - step
        gradient[place] = (above - loss()) / (2 * step)
        array[place] = kept
    return gradient


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 1), (3, 2)])
def test_gradients_are_slopes(stride, padding):
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(2, 2, 5, 4)), rng.normal(size=(3, 2, 3, 2)), rng.normal(size=3)
    weights = rng.normal(size=conv2d(x, w, b, stride, padding).shape)

    def loss() -> float:
        return float((conv2d(x, w, b, stride, padding) * weights).sum())

    gradients = conv2d_backward(weights, x, w, stride, padding)
    for array, gradient in zip((x, w, b), gradients, strict=True):
        np.testing.assert_allclose(numerical_gradient(loss, array), gradient, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_gradients_of_pooling_are_slopes(kind):
    rng = np.random.default_rng(4)
    x = rng.permutation(2 * 2 * 5 * 4).reshape(2, 2, 5, 4) / 10  # no ties
    weights = rng.normal(size=pool2d(x, 2, 1, kind).shape)

    def loss() -> float:
        return float((pool2d(x, 2, 1, kind) * weights).sum())

    gradient = pool2d_backward(weights, x, 2, 1, kind)
    np.testing.assert_allclose(numerical_gradient(loss, x), gradient, rtol=1e-6, atol=1e-8)


def test_an_edge_detector_finds_the_edge():
    """P109: light on the left, dark on the right, and the filter of the lecture."""
    x = np.repeat([[10.0, 10, 10, 0, 0, 0]], 6, axis=0)[None, None]
    w = np.repeat([[1.0, 0, -1]], 3, axis=0)[None, None]
    assert conv2d(x, w, np.zeros(1))[0, 0].tolist() == [[0, 30, 30, 0]] * 4


@pytest.mark.parametrize("pool", ["max", "average"])
@pytest.mark.parametrize(("channels", "size"), [(1, (8, 8)), (3, (9, 14))])
def test_the_network_by_hand_is_the_network(pool, channels, size):
    torch.manual_seed(0)
    net = Network(Config(channels=4, pool=pool), channels, size, classes=5).eval()
    x = torch.randn(3, channels, *size)
    np.testing.assert_allclose(net.by_hand(x), net(x).detach(), atol=1e-5)


def test_bending_by_nothing_changes_nothing():
    torch.manual_seed(0)
    x = torch.randn(2, 3, 8, 6)
    torch.testing.assert_close(bent(x, 0.0), x, atol=1e-5, rtol=1e-5)
    assert bent(x, 0.1).shape == x.shape
    assert not torch.allclose(bent(x, 0.1), x, atol=1e-2)
