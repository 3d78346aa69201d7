"""Every mistake in a syllabus file is told in one line that names the right line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studylab.syllabus.errors import SyllabusError
from studylab.syllabus.load import load
from studylab.syllabus.papers import Paper

Write = Callable[[str], Path]

GOOD = """\
title = "Plan"
title_zh = "计划"
series = "https://example.org/series"
links = [{ title = "Home", title_zh = "主页", url = "https://example.org" }]

[[week]]
number = 1
title = "One"
title_zh = "一"
notes = [{ note = "Go slow", note_zh = "慢慢来" }]
topics = [
  { name = "Nets", name_zh = "网络", episodes = "P1-P2", labs = ["vision/cnn"] },
]
[[week.section]]
title = "A"
title_zh = "甲"
episodes = [
  [1, "First", "第一"],
  [2, "Second", "第二", { minutes = 7.5, note = "Long", note_zh = "很长" }],
]

[[week]]
number = 2
title = "Two"
title_zh = "二"
[[week.section]]
title = "B"
title_zh = "乙"
episodes = [[3, "Third", "第三"]]
readings = [
  { id = "read-book", title = "Book", title_zh = "书", url = "https://example.org/book" },
]
papers = ["bert", { id = "gpt", optional = true }]
homework = [
  { id = "hw-nets", title = "Nets", title_zh = "网络", url = "https://example.org/hw" },
]
labs = [
  { id = "vision/cnn", title = "CNN", title_zh = "卷积" },
  { id = "vision/unet", title = "U-Net", title_zh = "U-Net", planned = true },
]
"""


def test_the_file_that_the_mistakes_are_made_in_is_good(
    write: Write, papers: dict[str, Paper]
) -> None:
    syllabus = load(write(GOOD), labs={"vision/cnn"}, papers=papers)
    assert [item.id for item in syllabus.items] == [
        "p1",
        "p2",
        "p3",
        "read-book",
        "paper-bert",
        "paper-gpt",
        "hw-nets",
        "lab-vision/cnn",
        "lab-vision/unet",
    ]
    assert syllabus.item("p2").minutes == 7.5
    assert syllabus.item("paper-gpt").optional
    assert syllabus.item("p3").url == "https://example.org/series?p=3"


@pytest.mark.parametrize(
    ("good", "bad", "line", "told"),
    [
        # TOML
        ('title = "One"', 'title = "One', 8, "is not TOML: illegal character"),
        ("number = 2", "number 2", 23, "is not TOML: expected '='"),
        ('title = "Two"', 'number = 2\ntitle = "Two"', 24, "is not TOML: cannot overwrite"),
        # keys
        ('title_zh = "计划"\n', "", 1, 'the syllabus has no title_zh; add title_zh = "..."'),
        ("number = 2\n", "", 22, "a week has no number; add number = 1"),
        ('title = "Two"', 'titel = "Two"', 24, "a week has no key 'titel'; write title"),
        (', url = "https://example.org/book"', "", 31, "a reading has no url; add url"),
        ('title_zh = "乙"', 'colour = "red"', 28, "a section has no key 'colour'; choose from"),
        ("optional = true", "optonal = true", 33, "a paper has no key 'optonal'; write optional"),
        (', note_zh = "很长"', "", 19, "an episode's end has no note_zh; add note_zh"),
        ('note = "Go slow", ', "", 10, "a note has no note; add note"),
        # types
        ("number = 2", 'number = "2"', 23, "number must be a whole number, 1 or more, not '2'"),
        ("number = 2", "number = true", 23, "number must be a whole number, 1 or more, not true"),
        ("number = 1", "number = 0", 7, "number must be a whole number, 1 or more, not 0"),
        ('title = "Two"', "title = 2", 24, 'title must be text, not 2; write title = "..."'),
        ('title = "Two"', 'title = " "', 24, "title is empty"),
        ('title = "Two"', 'title = "T\\nwo"', 24, "title has a line break"),
        ("planned = true", 'planned = "yes"', 39, "planned must be true or false, not 'yes'"),
        ("number = 2", f"number = 0x{'f' * 5000}", 23, "1 or more, not a huge number"),
        ("[[3, ", f"[[0x{'f' * 5000}, ", 29, "must be 1 or more, not a huge number"),
        ("minutes = 7.5", f"minutes = 0x{'f' * 5000}", 19, "above 0, not a huge number"),
        ("number = 2", "number = 2026-11-24", 23, "1 or more, not 2026-11-24"),
        ("minutes = 7.5", "minutes = nan", 19, "minutes must be a number of minutes above 0"),
        ("minutes = 7.5", "minutes = true", 19, "minutes must be a number of minutes above 0"),
        ('labs = ["vision/cnn"]', 'labs = "vision/cnn"', 12, "labs must be a list, not 'vision"),
        ('labs = ["vision/cnn"]', "labs = [1]", 12, "labs must be text, not 1"),
        ('[1, "First", "第一"]', '[1, "First"]', 18, "an episode must be a list of number and two"),
        ('[1, "First", "第一"]', '["1", "First", "第一"]', 18, "an episode's number must be"),
        ('[1, "First", "第一"]', '[1, 1, "第一"]', 18, "title must be text, not 1"),
        ('papers = ["bert"', "papers = [1", 33, "a paper must be a table, not 1"),
        ('"hw-nets"', '"hw nets"', 35, "'hw nets' can't be an id; use letters"),
        # addresses
        ("https://example.org/book", "example.org/book", 31, "url is not a web address"),
        ("https://example.org/book", "ftp://example.org/book", 31, "url is not a web address"),
        ("https://example.org/book", "https:///book", 31, "url is not a web address"),
        ("https://example.org/book", "https://[book", 31, "url is not a web address"),
        ("https://example.org/book", "https://example.org:x/", 31, "url is not a web address"),
        ("https://example.org/book", "https://example.org/a b", 31, "url is not a web address"),
        ("https://example.org/series", "example.org", 3, "series is not a web address"),
        # episodes
        ('episodes = "P1-P2"', 'episodes = "P2-P1"', 12, "P2-P1 runs backwards; write P1-P2"),
        ('episodes = "P1-P2"', 'episodes = "week 1"', 12, "'week 1' is not an episode"),
        ('episodes = "P1-P2"', 'episodes = "P1-P9"', 12, "points at P4-P9, which no section lists"),
        ("[[3, ", "[[2, ", 29, "P2 is there twice (first on line 19); list each episode once"),
        ('  [2, "Second"', '  [1, "Second"', 19, "P1 is there twice (first on line 18)"),
        ('  [1, "First"', '  [9, "First"', 19, "P2 comes after P9; list episodes in rising order"),
        ('series = "https://example.org/series"\n', "", 17, "an episode without a series"),
        # what must be there once
        ("number = 2", "number = 1", 23, "week 1 is there twice (first on line 7)"),
        ("number = 1", "number = 3", 23, "week 2 comes after week 3; put the weeks in order"),
        ('"hw-nets"', '"read-book"', 35, "the id read-book is there twice (first on line 31)"),
        ('"hw-nets"', '"p3"', 35, "the id p3 is there twice (first on line 29)"),
        ('"vision/unet"', '"vision/cnn"', 39, "the id lab-vision/cnn is there twice"),
        # labs and papers
        (
            'id = "vision/cnn"',
            'id = "vision/cmm"',
            38,
            "no lab is called vision/cmm; write vision/cnn",
        ),
        (", planned = true", "", 39, "no lab is called vision/unet"),
        ('["vision/cnn"]', '["vision/cn"]', 12, "no lab is called vision/cn; write vision/cnn"),
        (
            '"https://example.org/hw"',
            '"https://x.org", lab = "vision/none"',
            35,
            "no lab is called",
        ),
        ('"bert"', '"brt"', 33, "no paper is called brt; write bert, or add brt.md"),
    ],
)
def test_a_mistake_is_told(
    write: Write, papers: dict[str, Paper], good: str, bad: str, line: int, told: str
) -> None:
    assert GOOD.count(good) == 1
    path = write(GOOD.replace(good, bad))
    with pytest.raises(SyllabusError) as caught:
        load(path, labs={"vision/cnn"}, papers=papers)
    error = caught.value
    assert str(error) == f"{path}:{error.line}: {error.wrong}; {error.mend}"
    assert error.line == line
    assert told in str(error)
    assert error.path == path
    assert error.mend
    assert len(str(error).splitlines()) == 1


def test_one_bracket_where_two_are_meant(write: Write) -> None:
    text = 'title = "Plan"\ntitle_zh = "计划"\n\n[week]\nnumber = 1\n'
    with pytest.raises(SyllabusError, match=r":4: week must be a list, not one table; double"):
        load(write(text))


@pytest.mark.parametrize("text", ["", "# nothing yet\n", 'title = "Plan"\ntitle_zh = "计划"\n'])
def test_a_file_without_weeks(write: Write, text: str) -> None:
    with pytest.raises(SyllabusError, match=r":1: the syllabus has no week; add \[\[week\]\]"):
        load(write(text))


def test_an_unclosed_list_at_the_end(write: Write) -> None:
    with pytest.raises(SyllabusError, match=":2: is not TOML: "):
        load(write('title = "Plan"\nlinks = [\n'))


def test_a_list_without_end(write: Write) -> None:
    with pytest.raises(SyllabusError, match=":1: lists inside lists"):
        load(write("links = " + "[" * 5000 + "]" * 5000))


def test_a_number_without_end(write: Write) -> None:
    with pytest.raises(SyllabusError, match=":1: is not TOML"):
        load(write("links = " + "9" * 5000))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    with pytest.raises(SyllabusError) as caught:
        load(path)
    told = "can't be read: no such file or directory; check the path and its rights"
    assert str(caught.value) == f"{path}:1: {told}"


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SyllabusError, match=":1: can't be read: "):
        load(tmp_path)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "syllabus.toml"
    path.write_bytes('title = "Plan"\ntitle_zh = "计划"\n'.encode("gbk"))
    with pytest.raises(SyllabusError, match=":2: is not UTF-8 text; save the file as UTF-8"):
        load(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "syllabus.toml"
    path.write_text(GOOD, encoding="utf-8-sig", newline="\r\n")
    assert load(path).title == "Plan"


def test_names_are_not_checked_without_a_list_of_them(write: Write) -> None:
    syllabus = load(write(GOOD.replace(", planned = true", "").replace('"bert"', '"brt"')))
    assert not syllabus.item("lab-vision/unet").planned
    assert syllabus.item("paper-brt").title == "brt"


def test_a_planned_lab_that_exists_is_planned_no_more(write: Write) -> None:
    before = load(write(GOOD), labs={"vision/cnn"})
    after = load(write(GOOD), labs={"vision/cnn", "vision/unet"})
    assert before.item("lab-vision/unet").planned
    assert not after.item("lab-vision/unet").planned


def test_a_paper_whose_file_is_broken_does_not_close_the_syllabus(
    write: Write, papers: dict[str, Paper]
) -> None:
    others = {id: paper for id, paper in papers.items() if id != "bert"}
    syllabus = load(write(GOOD), papers=others, broken={"bert"})
    assert syllabus.item("paper-bert").title == "bert"
    assert syllabus.item("paper-gpt").title.startswith("Improving Language Understanding")


def test_the_order_of_the_lists_in_the_file_is_the_order_of_the_items(write: Write) -> None:
    before, labs = GOOD.split("labs = [\n")
    moved = before.replace("episodes = [[3", f"labs = [\n{labs}episodes = [[3")
    syllabus = load(write(moved))
    assert [item.id for item in syllabus.week(2).items][:3] == [
        "lab-vision/cnn",
        "lab-vision/unet",
        "p3",
    ]
