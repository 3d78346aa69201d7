"""MNIST from a stand-in for the hub, from broken ones, and from none."""

from __future__ import annotations

import re
import socket
import time

import pytest
from lab_process import HUB, SMALL, Ended, events

pytest.importorskip("torch")
pytest.importorskip("sklearn")
pytest.importorskip("datasets")

MEND = "Name a mirror with HF_ENDPOINT, give a folder with --data PATH, or use --data digits"


def refusal(done: Ended, cause: str) -> None:
    """One line with the cause and the mends, and the exit code of missing data."""
    assert done.code == 3, done.err
    assert re.search(cause, done.refusal), done.refusal
    assert done.refusal.startswith("cnn: ylecun/mnist can't be had from ")
    assert done.refusal.endswith(MEND)


def test_an_endpoint_that_refuses_is_told_quickly(lab, closed_port, tmp_path):
    start = time.monotonic()
    refusal(lab("--data", "mnist", **closed_port, HF_HOME=tmp_path), "Connection refused")
    assert time.monotonic() - start < 15  # the retries of `datasets` alone take 23 s


def test_an_endpoint_that_says_nothing_is_told_quickly(lab, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        refusal(
            lab("--data", "mnist", HF_ENDPOINT=address, HF_HOME=str(tmp_path)),
            "no answer within 3 s",
        )
        assert time.monotonic() - start < 18


@pytest.mark.parametrize("address", ["ftp://somewhere", "somewhere"])
def test_an_endpoint_that_is_none_is_told(lab, address, tmp_path):
    done = lab("--data", "mnist", HF_ENDPOINT=address, HF_HOME=str(tmp_path))
    refusal(done, "which is no http address")


def test_mnist_from_the_hub_then_from_its_cache(lab, hub, closed_port):
    pytest.importorskip("PIL")
    variables = hub()
    first = lab("--data", "mnist", *SMALL, **variables)
    assert first.code == 0, first.err
    (data,) = events(first.run, "data")
    assert data["tier"] == "hub"
    assert data["name"] == "mnist-cut-8000-2000"  # never taken for the whole of it
    assert data["sizes"] == {"train": 7200, "validation": 800, "test": 2000}
    assert "data: mnist-cut-8000-2000 (hub, ylecun/mnist from http://127.0.0.1" in first.out
    (result,) = events(first.run, "result")
    assert (result["data"], result["verdict"]) == ("mnist-cut-8000-2000", "no reference")
    assert "reference" not in result

    variables |= closed_port
    second = lab("--data", "mnist", *SMALL, **variables, STUDYLAB_RUN_DIR="again")
    assert second.code == 0, second.err
    assert "from the cache, as http://127.0.0.1" in second.out
    assert "Connection refused" in second.out
    (again,) = events(second.folder / "again", "result")
    assert again["value"] == result["value"]


def test_a_slow_hub_that_breaks_off_is_waited_for(lab, hub):
    pytest.importorskip("PIL")
    done = lab("--data", "mnist", *SMALL, **hub("--slow", "0.2", "--cut", "2"))
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        (("--fail", "1"), "503 Service Unavailable"),
        (("--fail", "2"), "503 Service Unavailable"),
        (("--cut", "1"), "peer closed connection"),
        (("--gated", "ylecun/mnist"), "is a gated dataset"),
    ],
)
def test_a_broken_hub_is_told_with_its_cause(lab, hub, faults, cause):
    start = time.monotonic()
    refusal(lab("--data", "mnist", **hub(*faults)), cause)
    assert time.monotonic() - start < 25


def test_a_set_that_the_hub_does_not_have_is_told(python, hub):
    done = python(
        """
        from labs.kit.errors import DataError
        from labs.kit.hub import tables_from_hub
        try:
            tables_from_hub("no/such", instead="digits")
        except DataError as error:
            print(error)
        """,
        **hub(),
    )
    assert "no/such can't be had from http://127.0.0.1" in done.out
    assert "doesn't exist on the Hub" in done.out


def test_a_folder_downloaded_from_the_hub(lab, hub):
    pytest.importorskip("PIL")
    hub()  # skips where there is no stand-in
    done = lab("--data", HUB.parent / "datasets" / "ylecun" / "mnist", *SMALL)
    assert done.code == 0, done.err
    (data,) = events(done.run, "data")
    assert (data["tier"], data["name"]) == ("local", "local-mnist")
