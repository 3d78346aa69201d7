"""The weekly report: what it says, in Markdown and HTML, whatever a student has written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from studylab.problem import Problem
from studylab.runs.directory import State
from studylab.runs.sync import sync_all
from studylab.store import missed, progress, questions, sessions
from studylab.study.report.content import MOST_RUNS, report_on
from studylab.study.report.html import html
from studylab.study.report.markdown import markdown, quoted
from studylab.study.report.save import ReportError, save
from studylab.workspace import Workspace
from tests.tui.run_files import write_full_run, write_run

HOSTILE = "# no heading\n<img src=x onerror=alert(1)> **b** [l](javascript:1) `c` 批归一化 \x1b[31m"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    opened = Workspace.open()
    yield opened
    opened.close()


@pytest.fixture
def studied(workspace: Workspace) -> Workspace:
    """Week 6 half done."""
    db, week = workspace.db, workspace.syllabus.week(6)
    progress.mark_done(db, [week.items[0].id])
    sessions.add(db, 5400, date(2026, 1, 2), item=week.items[0].id, week=6)
    first = questions.ask(db, "Why the square root?", week=6, paper="transformer", place="§3.2.1")
    questions.answer(db, first, "The variance is d_k.", source="P32 12:40", source_kind="video")
    questions.ask(db, HOSTILE, week=6, run="cnn-1", step=300)
    questions.ask(db, "of another week", week=5)
    missed.note_missed(db, "Warm-up has 4000 steps.", paper="transformer", week=6, point=0)
    return workspace


class Text(HTMLParser):
    """The text and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(text: str) -> Text:
    found = Text()
    found.feed(text)
    return found


def test_what_a_week_says(studied: Workspace) -> None:
    report = report_on(studied, 6)
    assert [item.id for item, _at in report.done] == [studied.syllabus.week(6).items[0].id]
    assert not {item.id for item in report.left} & {item.id for item, _at in report.done}
    assert report.seconds == 5400
    assert (report.asked, len(report.answered), len(report.open)) == (2, 1, 1)
    assert [point.text for point in report.missed] == ["Warm-up has 4000 steps."]


def test_markdown_has_every_part(studied: Workspace) -> None:
    text = markdown(studied, report_on(studied, 6))
    assert text.startswith("# Week 6: ")
    for part in ("Time: 1 h 30 min", "Questions: 2 asked, 1 answered, 1 open", "§3.2.1"):
        assert part in text
    assert "video: P32 12:40" in text
    assert "of another week" not in text
    assert "run cnn-1, step 300" in text


def test_an_empty_week_is_short_and_has_no_empty_sections(workspace: Workspace) -> None:
    text = markdown(workspace, report_on(workspace, 9))
    assert "## Missed" not in text
    assert "## Runs" not in text
    assert "## Left" in text


@given(st.text(max_size=200))
def test_a_students_words_are_never_markup(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"- {quoted(text).replace(chr(10), chr(10) + '  ')}")
    kinds = {token.type for token in tokens}
    assert kinds <= {
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
        *("paragraph_open", "paragraph_close", "inline"),
    }
    inside = {child.type for token in tokens for child in token.children or ()}
    assert inside <= {"text", "softbreak", "hardbreak", "text_special"}


def test_html_holds_what_was_written_as_text(studied: Workspace) -> None:
    found = page(html(studied, report_on(studied, 6)))
    assert "<img src=x onerror=alert(1)> **b** [l](javascript:1) `c` 批归一化" in found.text
    assert not [tag for tag, _ in found.tags if tag in ("img", "script", "a", "link", "iframe")]
    assert "\x1b" not in found.text


def test_html_opens_offline(studied: Workspace) -> None:
    write_a_run(studied)
    for _tag, attributes in page(html(studied, report_on(studied, 4))).tags:
        assert not {"src", "href", "onload"} & attributes.keys()


def write_a_run(workspace: Workspace) -> None:
    write_full_run("cnn-1", State.FINISHED, lab="vision/cnn")
    sync_all(workspace.db)


def test_runs_stand_beside_their_reference_with_their_curves(workspace: Workspace) -> None:
    write_a_run(workspace)
    report = report_on(workspace, 4)
    (run,) = report.runs
    assert run.curves[0].quantity == "loss"
    text = html(workspace, report)
    assert text.count("<svg") == len(run.curves) > 0
    assert "reference" in text
    assert re.search(r"cnn-1 · finished", markdown(workspace, report))


def test_only_the_newest_runs_are_shown_and_the_others_counted(workspace: Workspace) -> None:
    for number in range(MOST_RUNS + 3):
        write_run(f"cnn-{number}", lab="vision/cnn")
    sync_all(workspace.db)
    report = report_on(workspace, 4)
    assert len(report.runs) == MOST_RUNS
    assert "3 older runs" in markdown(workspace, report)


def test_a_file_that_can_not_be_written_is_told_and_kept(
    studied: Workspace, tmp_path: Path
) -> None:
    report = report_on(studied, 6)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ReportError, match="choose another place"):
        save(studied, report, tmp_path / "file" / "report.md", "md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(Problem):
        save(studied, report, tmp_path / "folder.md", "md")
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_report_replaces_the_one_before(studied: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "week.html"
    for _ in range(2):
        save(studied, report_on(studied, 6), path, "html")
    assert path.read_text("utf-8").count("<!doctype html>") == 1
