"""A student's own paper becomes a file that studylab reads, and never replaces one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import language
from studylab.study.new_paper import NewPaper, PaperProblem, add_paper
from studylab.syllabus.guide import parse_guide, without_answers
from studylab.syllabus.papers import Paper, builtin_papers_folder, load_paper, load_papers
from studylab.workspace import Workspace

SHIPPED = load_papers([builtin_papers_folder()])[0]


def added(new: NewPaper, folder: Path, known: dict[str, Paper] | None = None) -> Paper:
    return add_paper(new, folder, known or {}, week=3)


def test_all_that_is_known_is_in_the_file(tmp_path: Path) -> None:
    paper = added(
        NewPaper(
            title="U-Net: Convolutional Networks",
            authors=("Olaf Ronneberger", "Philipp Fischer"),
            url="https://arxiv.org/abs/1505.04597v1",
            year=2015,
            week=10,
            code="https://example.org/code",
            abstract="## No heading.\nOne line.",
        ),
        tmp_path / "papers",
    )
    assert load_paper(tmp_path / "papers" / "u-net-convolutional-networks.md") == paper
    assert paper.short == "U-Net"
    assert paper.venue == "arXiv 2015"
    assert (paper.year, paper.week, paper.code) == (2015, 10, "https://example.org/code")
    assert "> ## No heading. One line." in paper.body


def test_a_title_that_begins_with_a_colon_has_a_short_name_too(tmp_path: Path) -> None:
    assert add_paper(NewPaper(": deep", ("A",)), tmp_path, {}, week=1).short


def test_a_title_and_an_author_are_enough(tmp_path: Path) -> None:
    paper = added(NewPaper("我的论文", ("张三",)), tmp_path)
    assert (paper.id, paper.short, paper.week) == ("我的论文", "我的论文", 3)
    assert (paper.paper, paper.venue, paper.year) == ("", "", 0)


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_its_guide_has_the_parts_of_the_others_to_be_filled(tmp_path: Path, spoken: str) -> None:
    language.use(spoken)
    try:
        paper = added(NewPaper("Mine", ("A",)), tmp_path)
    finally:
        language.use("en")
    shipped = SHIPPED["bert"].body if spoken == "en" else SHIPPED["bert"].body_zh
    guide = parse_guide(paper.body)
    assert [c.title for c in guide.chapters] == [c.title for c in parse_guide(shipped).chapters]
    assert not guide.questions and not guide.missed
    # What tells how to fill it in is a comment, which must stay closed where answers are hidden.
    assert without_answers(paper.body).count("<!--") == without_answers(paper.body).count("-->")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewPaper(" ", ("A",)), "needs a title"),
        (NewPaper("T", (" ",)), "name at least one author"),
        (NewPaper("T", ("A",), url="example.org"), "is not a web address"),
        (NewPaper("T", ("A",), url="javascript:alert(1)"), "is not a web address"),
        (NewPaper("T", ("A",), year=0), "is no year"),
    ],
)
def test_what_is_wrong_is_told_and_no_file_made(tmp_path: Path, new: NewPaper, said: str) -> None:
    with pytest.raises(PaperProblem, match=said):
        added(new, tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "mine-2.md").symlink_to("nowhere")
    paper = added(NewPaper("Mine", ("A",)), tmp_path)
    assert paper.id == "mine-3"
    assert (tmp_path / "mine.md").read_text() == "mine"


def test_a_shipped_paper_keeps_its_id(tmp_path: Path) -> None:
    assert added(NewPaper("Another", ("A",), key="bert"), tmp_path, SHIPPED).id == "bert-2"


@pytest.mark.parametrize(
    "new",
    [
        NewPaper("Other title", ("A",), url="http://arxiv.org/abs/1810.04805v2"),
        NewPaper("Other title", ("A",), url="https://www.arxiv.org/pdf/1810.04805"),
        NewPaper(SHIPPED["bert"].title.upper().replace(":", " -"), ("A",)),
        NewPaper(SHIPPED["bert"].title_zh, ("A",)),
    ],
)
def test_a_paper_that_is_there_is_not_added_again(tmp_path: Path, new: NewPaper) -> None:
    with pytest.raises(PaperProblem, match="there already, as bert"):
        added(new, tmp_path, SHIPPED)


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "papers").write_text("in the way")
    with pytest.raises(PaperProblem, match="can't be written"):
        added(NewPaper("T", ("A",)), tmp_path / "papers")


text = st.text(st.characters(), max_size=30)


@given(title=text, authors=st.lists(text, max_size=3), venue=text, key=text, abstract=text)
def test_whatever_is_given_makes_a_file_that_can_be_read_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
    title: str,
    authors: list[str],
    venue: str,
    key: str,
    abstract: str,
) -> None:
    folder = tmp_path_factory.mktemp("papers")
    new = NewPaper(title, tuple(authors), venue=venue, key=key, abstract=abstract)
    try:
        paper = added(new, folder)
    except PaperProblem:
        assert not list(folder.iterdir())
    else:
        papers, errors = load_papers([folder])
        assert errors == []
        assert papers == {paper.id: paper}
        assert len(parse_guide(paper.body).chapters) == 5


def test_the_home_has_a_folder_for_them(home: Path, monkeypatch) -> None:
    workspace = Workspace.open()
    assert workspace.own_papers == home / "papers"
    assert len(workspace.papers) == len(SHIPPED)
    add_paper(NewPaper("Mine", ("A",)), workspace.own_papers, workspace.papers, week=1)
    workspace.close()
    workspace = Workspace.open()
    assert "mine" in workspace.papers
    assert workspace.complaints == ()
    workspace.close()


def test_a_folder_in_the_settings_is_used_instead(home: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("STUDYLAB_PAPERS", str(tmp_path / "own"))
    (home / "papers").mkdir(parents=True)
    (home / "papers" / "bad.md").write_text("no metadata")
    workspace = Workspace.open()
    assert workspace.own_papers == tmp_path / "own"
    assert [str(error.path) for error in workspace.complaints] == [str(tmp_path / "own")]
    workspace.close()
