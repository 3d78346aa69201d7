"""`studylab runs compare`."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len


@pytest.fixture
def two_runs(labs, cli) -> list[str]:
    """Ids of two runs of the quick lab, the first launched first."""
    assert cli("run", "quick", "--steps", "2", "--rate=0.25").code == 0
    assert cli("run", "quick", "--steps", "3", "--rate=0.25").code == 0
    runs = json.loads(cli("runs", "--json").out)
    return [run["id"] for run in reversed(runs)]


def test_differences_come_first_and_are_marked(cli, two_runs):
    compared = cli("runs", "compare", *two_runs)

    assert (compared.code, compared.err) == (0, "")
    heading, states, *lines = [line.split() for line in compared.out.splitlines()]
    assert heading == two_runs
    assert states == ["✓", "finished", "✓", "finished"]
    settings = lines[1 : lines.index(["Results"])]
    assert settings == [
        ["*", "steps", "2", "3"],
        ["rate", "0.25", "0.25"],
        ["shuffle", "yes", "yes"],
        ["data", "auto", "auto"],
    ]
    assert ["test", "accuracy", "·", "made", "up", "95.0", "%", "95.0", "%"] in lines
    assert ["*", "loss", "0.5", "0.3333"] in lines


def test_json_has_the_values_by_run(cli, two_runs):
    first, second = two_runs
    compared = json.loads(cli("runs", "compare", first, "last", "--json").out)

    assert [run["id"] for run in compared["runs"]] == [first, second]
    assert compared["settings"][0] == {
        "name": "steps", "differs": True, "values": {first: 2, second: 3},
    }  # fmt: skip
    assert [row["differs"] for row in compared["settings"][1:]] == [False] * 3
    assert compared["values"] == [
        {"name": "loss", "differs": True, "values": {first: 0.5, second: 1 / 3}}
    ]
    origin = {row["name"]: row["differs"] for row in compared["origin"]}
    assert origin["lab"] is False and origin["python"] is False


def test_a_run_without_the_setting_differs(cli, two_runs):
    assert cli("run", "--now", "--", "true").code == 0
    compared = json.loads(cli("runs", "compare", two_runs[0], "last", "--json").out)

    assert all(row["differs"] for row in compared["settings"])
    assert {len(row["values"]) for row in compared["settings"]} == {1}


@pytest.mark.usefixtures("labs")
def test_one_run_is_not_enough(cli):
    cli("run", "quick")
    for words in ((), ("last",), ("last", "last")):
        refused = cli("runs", "compare", *words)
        assert refused.code == 2
        assert refused.out == "" and "two different runs" in refused.err
    assert cli("runs", "compare", "last", "nothing").code == 3


def test_a_narrow_terminal_gets_one_table_below_the_other(cli, two_runs, monkeypatch):
    monkeypatch.setattr("studylab.cli.output.width", lambda: 40)
    lines = cli("runs", "compare", *two_runs).out.splitlines()

    assert max(map(cell_len, lines)) <= 40
    headings = [line.strip() for line in lines if line.strip() in two_runs]
    assert headings == two_runs
    # What differs is told of all runs, also where only one is seen.
    assert sum(line.startswith("*  steps") for line in lines) == 2
