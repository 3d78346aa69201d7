"""`studylab papers`: guides, history, and papers of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studylab.study.arxiv_paper import ArxivProblem
from studylab.study.new_paper import NewPaper
from studylab.syllabus.papers import load_paper

BIB = r"""
@article{one, title={One}, author={M{\"u}ller, A.}, year=2020}
@article{two, title={Two}, author={B}}
"""


def test_a_guide_hides_its_answers_until_the_comparison(cli):
    shown = cli("papers", "show", "bert")
    assert shown.code == 0
    assert shown.out.startswith("BERT: Pre-training of Deep")
    assert "### §3.1 Pre-training BERT" in shown.out
    assert "46 min" in shown.out
    assert "Where:" not in shown.out
    assert "Where:" in cli("papers", "show", "bert", "--answers").out

    cli("papers", "set", "bert", "compare")
    assert "Where:" in cli("papers", "show", "BERT").out


def test_a_guide_in_chinese(cli, monkeypatch):
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "zh")
    assert "## 阅读指南" in cli("papers", "show", "bert").out


def test_the_history_of_a_paper(cli):
    assert cli("papers", "history", "bert").err == "BERT is still to read\n"
    cli("papers", "set", "bert", "first-pass")
    cli("papers", "set", "bert", "companion")
    cli("papers", "set", "bert", "first-pass")
    lines = cli("papers", "history", "bert").out.splitlines()
    assert [line.split("  ")[1] for line in lines] == ["first pass", "companion", "first pass"]
    kept = json.loads(cli("papers", "history", "bert", "--json").out)
    assert [step["state"] for step in kept] == ["first pass", "companion", "first pass"]


def test_a_state_goes_by_its_chinese_name(cli, monkeypatch):
    monkeypatch.setattr("studylab.cli.papers._", lambda message, **values: f"zh {message}")
    assert cli("papers", "set", "bert", "zh", "first", "pass").code == 0
    assert json.loads(cli("papers", "history", "bert", "--json").out)[0]["state"] == "first pass"


def test_the_list_counts_open_questions_and_missed_points(cli):
    cli("ask", "why?", "--paper", "bert")
    cli("missed", "tick", "bert", "1", "2")
    bert = next(p for p in json.loads(cli("papers", "--json").out) if p["id"] == "bert")
    assert (bert["open_questions"], bert["missed"]) == (1, 2)


def test_a_paper_by_its_title(cli, home):
    added = cli(
        "papers", "add", "--title", "U-Net: a [bold] paper", "--author", "A", "--author", "李",
        "--year", "2015", "--url", "https://example.org/u", "--week", "4",
    )  # fmt: skip
    assert added.code == 0
    assert added.out.startswith("u-net-a-bold-paper: U-Net: a [bold] paper, week 4, in ")
    paper = load_paper(home / "papers" / "u-net-a-bold-paper.md")
    assert (paper.authors, paper.year, paper.week) == (("A", "李"), 2015, 4)
    assert "U-Net" in cli("papers").out
    assert cli("papers", "set", "u-net", "done").code == 0
    assert cli("missed", "points", "u-net").err.startswith("its guide names no points")

    again = cli("papers", "add", "--title", "u-net: A [BOLD] paper", "--author", "A")
    assert (again.code, again.out) == (1, "")
    assert again.err == (
        "studylab: U-Net: a [bold] paper is there already, as u-net-a-bold-paper\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "give --title and --author, or --arxiv, or --bibtex"),
        (["--title", "T"], 1, "name at least one author"),
        (["--title", "T", "--author", "A", "--week", "99"], 3, "there is no week 99"),
        (["--title", "T", "--author", "A", "--url", "x"], 1, "is not a web address"),
        (["--arxiv", "1706.03762", "--bibtex", "x.bib"], 2, "not both"),
        (["--arxiv", "attention"], 1, "is no arXiv identifier"),
        (["--bibtex", "none.bib"], 4, "can't be read"),
    ],
)
def test_what_can_not_be_added_is_told_in_a_line(cli, home, words, code, said):
    shown = cli("papers", "add", *words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err and shown.err.count("\n") == 1
    assert not (home / "papers").exists()


def test_the_papers_of_a_bibtex_file(cli, home, tmp_path: Path):
    (tmp_path / "x.bib").write_text(BIB, "utf-8")
    shown = cli("papers", "add", "--bibtex", str(tmp_path / "x.bib"), "--week", "2")
    assert (shown.code, shown.err) == (0, "")
    assert load_paper(home / "papers" / "one.md").authors == ("A. Müller",)
    assert load_paper(home / "papers" / "two.md").week == 2

    broken = BIB.replace("One", "Three").replace("{one", "{three").replace("title={Two}, ", "")
    shown = cli("papers", "add", "--bibtex", "-", given=broken)
    assert shown.code == 1
    assert shown.out.startswith("three: ")
    assert shown.err == "studylab: -:3: two has no title; add it\n"

    shown = cli("papers", "add", "--bibtex", "-", "--title", "T", given=BIB)
    assert shown.code == 2 and "are for one" in shown.err


def test_what_is_said_goes_before_what_the_file_says(cli, home):
    given = BIB.split("\n@article{two")[0]
    shown = cli("papers", "add", "--bibtex", "-", "--title", "Mine", "--short", "S", given=given)
    assert shown.code == 0
    paper = load_paper(home / "papers" / "one.md")
    assert (paper.title, paper.short, paper.year) == ("Mine", "S", 2020)


def test_a_paper_from_arxiv(cli, home, monkeypatch):
    asked = []

    def fetch(text: str) -> NewPaper:
        asked.append(text)
        return NewPaper("From there", ("A",), "https://arxiv.org/abs/hep-th/9901001", year=1999)

    monkeypatch.setattr("studylab.study.arxiv_paper.fetch", fetch)
    assert cli("papers", "add", "--arxiv", "hep-th/9901001").code == 0
    assert asked == ["hep-th/9901001"]
    assert load_paper(home / "papers" / "from-there.md").venue == "arXiv 1999"


def test_arxiv_out_of_reach(cli, home, monkeypatch):
    def fetch(text: str) -> NewPaper:
        raise ArxivProblem("arXiv can't be reached")

    monkeypatch.setattr("studylab.study.arxiv_paper.fetch", fetch)
    shown = cli("papers", "add", "--arxiv", "1706.03762")
    assert (shown.code, shown.err) == (1, "studylab: arXiv can't be reached\n")


def test_the_libraries_are_loaded_only_for_who_asks(program, home):
    loaded = "import sys; from studylab.cli.main import run; run(%r); print([m for m in sys.modules"
    loaded += (
        " if m.split('.')[0] in ('arxiv', 'bibtexparser', 'requests', 'lxml', 'markdown_it')])"
    )
    import subprocess
    import sys

    for words in (["papers"], ["papers", "add", "--title", "T", "--author", "A"]):
        done = subprocess.run(
            [sys.executable, "-c", loaded % words], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]"
