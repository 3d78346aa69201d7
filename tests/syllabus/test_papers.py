from __future__ import annotations

from pathlib import Path

import pytest

from studylab.syllabus.errors import PaperError
from studylab.syllabus.papers import (
    Companion,
    Paper,
    builtin_papers_folder,
    load_paper,
    load_papers,
)

GOOD = """\
+++
id = "mine"
short = "Mine"
title = "A Paper of Mine"
title_zh = "我的论文"
authors = ["A. Student", "B. Student"]
venue = "Preprint 2026"
year = 2026
week = 10
optional = true
paper = "https://example.org/mine.pdf"
code = "https://example.org/mine"

[[companion]]
title = "Mine, read aloud"
url = "https://example.org/video"
minutes = 12.5
+++

## What it is about

Text.
"""


def written(folder: Path, text: str, name: str = "mine.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_paper(tmp_path: Path) -> None:
    assert load_paper(written(tmp_path, GOOD)) == Paper(
        id="mine",
        short="Mine",
        title="A Paper of Mine",
        title_zh="我的论文",
        authors=("A. Student", "B. Student"),
        venue="Preprint 2026",
        year=2026,
        week=10,
        optional=True,
        paper="https://example.org/mine.pdf",
        code="https://example.org/mine",
        companions=(Companion("Mine, read aloud", "https://example.org/video", 12.5),),
        body="## What it is about\n\nText.",
    )


def test_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text(GOOD, encoding="utf-8-sig", newline="\r\n")
    assert load_paper(path) == load_paper(written(tmp_path, GOOD))


@pytest.mark.parametrize(
    ("good", "bad", "line", "told"),
    [
        ("+++\nid", "id", 1, "has no metadata at its top; start it with +++"),
        ("+++\n\n##", "\n##", 1, "has metadata without an end; write +++ on a line"),
        ('"Mine"', '"Mine', 3, "is not TOML: illegal character"),
        ("year = 2026", "year 2026", 8, "is not TOML: expected '='"),
        ('short = "Mine"\n', "", 2, 'the paper has no short; add short = "..."'),
        ('short = "Mine"', 'shrt = "Mine"', 3, "the paper has no key 'shrt'; write short"),
        ("year = 2026", 'year = "2026"', 8, "year must be a whole number"),
        ('["A. Student", "B. Student"]', "[]", 6, "the paper has no authors"),
        ('["A. Student", "B. Student"]', '"A. Student"', 6, "authors must be a list"),
        ('"B. Student"', "2", 6, "authors must be text, not 2"),
        ("https://example.org/mine.pdf", "mine.pdf", 11, "paper is not a web address"),
        ("https://example.org/video", "video", 16, "url is not a web address"),
        ("minutes = 12.5", "minutes = -1", 17, "minutes must be a number of minutes above 0"),
        ("minutes = 12.5", "length = 12", 17, "a companion has no key 'length'"),
        ('title = "Mine, read aloud"\n', "", 14, "a companion has no title"),
        ('id = "mine"', 'id = "yours"', 2, "the id yours differs from the file's name"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, good: str, bad: str, line: int, told: str) -> None:
    assert GOOD.count(good) == 1
    path = written(tmp_path, GOOD.replace(good, bad))
    with pytest.raises(PaperError) as caught:
        load_paper(path)
    error = caught.value
    assert str(error) == f"{path}:{line}: {error.wrong}; {error.mend}"
    assert told in str(error)
    assert error.id == "mine"


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, "no metadata", "bad.md")
    (tmp_path / "latin.md").write_bytes(b'+++\nid = "\xe9"\n+++\n')
    (tmp_path / "folder.md").mkdir()
    written(tmp_path, "how this folder is used", "README.md")
    papers, errors = load_papers([tmp_path])
    assert set(papers) == {"mine"}
    assert {error.id: error.line for error in errors} == {"bad": 1, "latin": 2, "folder": 1}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    papers, errors = load_papers([tmp_path / "none", builtin_papers_folder()])
    assert len(papers) == 12
    assert [str(error) for error in errors] == [
        f"{tmp_path / 'none'}:1: can't be read: no such file or directory; "
        "make the folder, or take it out of the settings"
    ]


def test_a_later_folder_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    written(first, GOOD)
    written(second, GOOD.replace('"Mine"', '"Newer"'))
    papers, errors = load_papers([first, second])
    assert errors == []
    assert papers["mine"].short == "Newer"


def test_the_papers_that_come_with_studylab(papers: dict[str, Paper]) -> None:
    weeks = {id: paper.week for id, paper in papers.items()}
    assert weeks == {
        "transformer": 6,
        "gpt": 7,
        "bert": 7,
        "gpt2": 7,
        "roberta": 7,
        "t5": 8,
        "mt5": 8,
        "clip": 10,
        "ddpm": 10,
        "gpt3": 10,
        "instructgpt": 10,
        "llama31": 10,
    }
    assert [id for id, paper in papers.items() if paper.optional] == ["llama31", "roberta"]
    for paper in papers.values():
        assert "## What it is about" in paper.body
        assert "## 这篇论文讲什么" in paper.body_zh
        assert str(paper.year) in paper.venue


@pytest.mark.parametrize(
    ("id", "authors", "companion"),
    [
        ("transformer", 8, ["https://www.bilibili.com/video/BV1pu411o7BE/"]),
        ("gpt", 4, ["https://www.bilibili.com/video/BV1AF411b7xQ/"]),
        ("bert", 4, ["https://www.bilibili.com/video/BV1PL411M7eQ/"]),
        ("gpt2", 6, ["https://www.bilibili.com/video/BV1AF411b7xQ/"]),
        ("roberta", 10, []),
        ("t5", 9, []),
        ("mt5", 8, []),
        ("clip", 12, ["https://www.bilibili.com/video/BV1SL4y1s7LQ/"]),
        ("ddpm", 3, []),
        ("gpt3", 1, ["https://www.bilibili.com/video/BV1AF411b7xQ/"]),
        ("instructgpt", 1, ["https://www.bilibili.com/video/BV1hd4y187CR"]),
        (
            "llama31",
            1,
            [
                "https://www.bilibili.com/video/BV1WM4m1y7Uh",
                "https://www.bilibili.com/video/BV1u142187S5",
                "https://www.bilibili.com/video/BV1Q4421Z7Tj",
            ],
        ),
    ],
)
def test_authors_and_companions(
    papers: dict[str, Paper], id: str, authors: int, companion: list[str]
) -> None:
    assert len(papers[id].authors) == authors
    assert [video.url for video in papers[id].companions] == companion
