"""`studylab report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_the_report_of_a_week_is_printed_as_markdown(cli: Cli) -> None:
    cli("done", "P9")
    cli("ask", "Why?", "--week", "1")
    out = cli("report", "--week", "1").out
    assert out.startswith("# Week 1: ")
    assert "Questions: 1 asked, 0 answered, 1 open" in out
    assert cli("report").out.splitlines()[0] == out.splitlines()[0], "the week one is in"


@pytest.mark.parametrize(
    ("name", "begins"), [("a.html", "<!doctype"), ("a.md", "# Week"), ("A.HTM", "<!doctype")]
)
def test_the_suffix_tells_the_format(cli: Cli, tmp_path: Path, name: str, begins: str) -> None:
    path = tmp_path / name
    assert str(path) in cli("report", "--week", "2", "-o", str(path)).out
    assert path.read_text("utf-8").startswith(begins)
    cli("report", "--week", "2", "-o", str(path), "--format", "md")
    assert path.read_text("utf-8").startswith("# Week 2")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--week", "99"), 3, "no week 99"),
        (("-o", "report.pdf"), 2, "neither .md nor .html"),
        (("-o", "/dev/null/report.md"), 4, "can't be written"),
    ],
)
def test_what_can_not_be_done_is_one_line(
    cli: Cli, words: tuple[str, ...], code: int, said: str
) -> None:
    done = cli("report", *words)
    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert said in done.err
