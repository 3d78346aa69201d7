"""The Markdown pages: every word is there, and none of it is markup."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from studylab.plain import plain
from studylab.store import missed, plan, progress, questions, sessions
from studylab.study.export.markdown_folder import write
from studylab.study.export.markdown_text import bullets, passage, phrase, table
from studylab.study.note_files import NoteFile
from tests.store.transfer_records import HOSTILE

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.sampled_from("a 1.)-+=#*_`>|<&\\[]!~$\n\t{}:@\"'"), max_size=30),
    st.text(max_size=40),
)


def words_of(text):
    """The words that a text has, as plain text shows them."""
    return plain(text).replace("\u00a0", " ").split()


def rendered(markdown):
    """The words that a renderer shows, and the kinds of tokens that it saw."""
    found, kinds = [], set()
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            found.append("\n" if child.type in ("softbreak", "hardbreak") else child.content)
        if token.type in ("fence", "code_block", "html_block"):
            found.append(token.content)
        found.append("\n")
    return "".join(found).replace("\u00a0", " ").split(), kinds


PLAIN = {"inline", "text", "paragraph_open", "paragraph_close", "softbreak", "hardbreak"}
LIST = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
TEXT_ONLY = PLAIN | {"text_special"}


@given(texts)
def test_a_passage_is_shown_as_it_was_written(text):
    shown, kinds = rendered(passage(text))
    assert shown == words_of(text)
    assert kinds <= TEXT_ONLY


@given(texts)
def test_a_passage_stays_a_passage_inside_a_list(text):
    shown, kinds = rendered(f"- {passage(text, 2)}\n\n  *after*\n")
    assert shown == [*words_of(text), "after"]
    assert kinds <= TEXT_ONLY | LIST | {"em_open", "em_close"}


@given(texts)
def test_lines_stay_lines(text):
    breaks = [line.split() for line in plain(text).strip("\n").split("\n")]
    markdown = passage(text)
    blocks = re.split(r"\n\s*\n", markdown)
    lines = [line.replace("\u00a0", " ").split() for block in blocks for line in block.split("\n")]
    assert len([line for line in lines if line]) == len([line for line in breaks if line])


@given(st.lists(texts, min_size=1, max_size=3))
def test_a_table_has_a_cell_for_each_text(cells):
    shown, kinds = rendered(table(["x"] * len(cells), [cells]))
    assert shown == ["x"] * len(cells) + [word for each in cells for word in words_of(each)]
    assert "table_open" in kinds
    assert "code_inline" not in kinds


@given(texts)
def test_a_phrase_in_a_list_is_one_line(text):
    assert "\n" not in phrase(text)
    shown, _kinds = rendered(bullets([f"{phrase(text)} end"]))
    assert shown == [*words_of(text), "end"]


@pytest.fixture
def studied(workspace):
    db = workspace.db
    progress.mark_done(db, ["p9", "no-longer-there"])
    progress.set_paper_state(db, "bert", progress.PaperState.COMPARE)
    answered = questions.ask(
        db, "为什么 [MASK] 只有 80 %？", week=6, paper="bert", place="3.1", tags=["注意力"]
    )
    questions.answer(db, answered, "So that *fine-tuning* fits", source="P32 12:40")
    questions.ask(db, "Why is the loss convex?", week=1, item="p9")
    questions.ask(db, "Of no week at all")
    missed.note_missed(db, "It masks whole words", paper="bert", week=6, remark="I skipped it")
    sessions.add(db, 5400, sessions.date(2026, 9, 1), item="p9", week=1)
    plan.set_start(db, sessions.date(2026, 9, 1))
    plan.add_pause(db, sessions.date(2026, 10, 1), sessions.date(2026, 10, 7), "holidays")
    return workspace


def test_the_pages_have_everything_where_it_belongs(studied, tmp_path):
    notes = [NoteFile("bert", b"# BERT\n"), NoteFile("week-1", b"\xff"), NoteFile("a b", b"")]
    write(studied, notes, tmp_path)
    page = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.md")}
    assert len(page) == len(studied.syllabus.weeks) + 4
    assert "为什么 \\[MASK\\] 只有 80 %？" in page["week-06.md"]
    assert "So that \\*fine-tuning\\* fits" in page["week-06.md"]
    assert "\\#注意力" in page["week-06.md"]
    assert "P32 12:40" in page["week-06.md"]
    assert "It masks whole words" in page["week-06.md"]
    assert "I skipped it" in page["week-06.md"]
    assert "[bert](notes/bert.md)" in page[f"week-{studied.papers['bert'].week:02}.md"]
    assert "Why is the loss convex?" in page["week-01.md"]
    assert "P9 What is a Neural Network?" in page["week-01.md"]
    assert "Of no week at all" in page["other.md"]
    assert "no-longer-there" in page["other.md"]
    assert "1 h 30 min" in page["time.md"]
    assert "2026-10-01" in page["time.md"]
    assert "compare" in page["index.md"]
    assert "(week-06.md)" in page["index.md"]
    assert "(notes/a%20b.md)" in page["index.md"]
    assert (tmp_path / "notes" / "week-1.md").read_bytes() == b"\xff"


def test_every_link_leads_to_a_file(studied, tmp_path):
    write(studied, [NoteFile("bert", b"x"), NoteFile("笔记", b"x")], tmp_path)
    for path in tmp_path.glob("*.md"):
        for token in MarkdownIt().parse(path.read_text("utf-8")):
            for child in token.children or ():
                if child.type == "link_open":
                    assert (tmp_path / unquote(child.attrs["href"])).is_file()


def test_of_nothing_there_are_empty_pages(workspace, tmp_path):
    write(workspace, [], tmp_path)
    assert "No session is booked." in (tmp_path / "time.md").read_text("utf-8")
    assert "There is no run." in (tmp_path / "runs.md").read_text("utf-8")
