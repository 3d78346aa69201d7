"""Everything that a student wrote is found: questions, missed points, notes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store import missed, question_list, questions, search
from studylab.store.search import LARGEST_NOTE, excerpt, excerpt_of, index_notes


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def notes(db, folder):
    """The names of the notes in which a query is found, after indexing."""

    def notes(query: str) -> list[str]:
        index_notes(db, folder)
        return [hit.name for hit in search.search(db, query, folder).notes]

    return notes


def matched(found):
    return [found.text[slice(*span)] for span in found.matches]


def test_a_question_is_found_by_all_that_belongs_to_it(db, folder):
    number = questions.ask(db, "为什么除以 √d?", place="§3.2 Scaling", tags=["attention"])
    questions.answer(db, number, "因为方差", source="李沐 P67")
    questions.ask(db, "something else")

    def found(query):
        return [question.id for question in search.search(db, query, folder).questions]

    for query in ("为什么", "scal", "attent", "方差", "李沐", "P67", "什么 方差 scaling"):
        assert found(query) == [number], query
    assert found("什么 absent") == []
    questions.reword(db, number, "why divide?")
    questions.tag(db, [number], remove=["attention"])
    assert found("为什么") == found("attention") == []
    questions.delete(db, number)
    assert found("divide") == found("方差") == []


def test_missed_points_are_found(db, folder):
    first = missed.note_missed(db, "the warm-up of 4000 steps", paper="transformer")
    second = missed.note_missed(db, "残差连接", remark="also in §3.1: warm")

    def found(query):
        return [point.id for point in search.search(db, query, folder).missed]

    assert found("warm") == [second, first]
    assert found("残差") == [second]
    missed.change_missed(db, second, text="跳跃连接", remark="")
    assert found("残差") == []
    assert found("跳跃") == [second]
    missed.forget_missed(db, first)
    assert found("warm") == []


@pytest.mark.parametrize("query", ["√", "radient", "ADIENT", "∂"])
def test_what_no_word_begins_with_is_looked_for_as_it_is(db, folder, query):
    text = "the gradient ∂L/∂w by √d"
    number = questions.ask(db, text)
    answered = questions.ask(db, "another")
    questions.answer(db, answered, text)
    placed = questions.ask(db, "a third", place=text)
    point = missed.note_missed(db, "one", remark=text)
    (folder / "bert.md").write_text(text)
    index_notes(db, folder)
    found = search.search(db, query, folder)
    assert [each.id for each in found.questions] == [placed, answered, number]
    assert [each.id for each in found.missed] == [point]
    assert [each.name for each in found.notes] == ["bert"]
    assert matched(found.notes[0].excerpt)[0].casefold() == query.casefold()


def test_words_come_before_what_only_contains_them(db, folder):
    whole = questions.ask(db, "the loss curve")
    questions.ask(db, "a colossal error")
    assert [each.id for each in search.search(db, "loss", folder).questions] == [whole]


@pytest.mark.parametrize("query", ["", "  ", "\n"])
def test_nothing_typed_finds_nothing(db, folder, query):
    questions.ask(db, "why?")
    assert search.search(db, query, folder) == search.Found([], [], [])


@pytest.mark.parametrize("query", ['"', "NEAR(", "AND", "*", "\ud800", "\x00", "批" * 10_000, "%"])
def test_a_hostile_query_finds_nothing(db, folder, query):
    questions.ask(db, "why?")
    (folder / "bert.md").write_text("a note")
    index_notes(db, folder)
    assert search.search(db, query, folder) == search.Found([], [], [])


def test_no_more_than_asked_for_is_found(db, folder):
    for _ in range(5):
        questions.ask(db, "why?")
        missed.note_missed(db, "why?")
    found = search.search(db, "why", folder, limit=2)
    assert (len(found.questions), len(found.missed)) == (2, 2)


def test_notes_are_found_once_indexed_and_follow_their_files(db, folder, notes):
    assert index_notes(db, folder) == 0
    (folder / "bert.md").write_text("# BERT\n\n掩码语言模型 masks 15 %", encoding="utf-8")
    (folder / "week-03.md").write_text("softmax")
    assert notes("掩码") == ["bert"]
    assert index_notes(db, folder) == 0
    (folder / "bert.md").write_text("# BERT\n\nnext sentence")
    assert notes("掩码") == []
    assert notes("sentence") == ["bert"]
    (folder / "week-03.md").unlink()
    assert notes("softmax") == []
    for table in ("notes", "search"):
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 1
    (folder / "week-03.md").write_text("softmax again")
    assert notes("again") == ["week-03"]


def test_a_note_of_the_same_size_and_another_time_is_read_again(db, folder, notes):
    file = folder / "bert.md"
    file.write_text("aaaa")
    assert notes("aaaa") == ["bert"]
    file.write_text("bbbb")
    os.utime(file, ns=(1, 1))
    assert notes("bbbb") == ["bert"]


def test_newer_notes_come_first(folder, notes):
    for name, time in (("old", 1), ("new", 3), ("middle", 2)):
        (folder / f"{name}.md").write_text("attention")
        os.utime(folder / f"{name}.md", (time, time))
    assert notes("attention") == ["new", "middle", "old"]


def test_a_note_of_fifty_megabytes_is_found_by_its_beginning(folder, notes):
    with (folder / "huge.md").open("w") as file:
        file.write("beginning " + "filler " * (LARGEST_NOTE // 7 + 1) + "ending")
        file.truncate(50_000_000)
    assert notes("beginning") == ["huge"]
    assert notes("ending") == []


def test_a_note_that_is_not_utf_8_is_found_by_what_can_be_read(folder, notes):
    (folder / "gbk.md").write_bytes("BERT 掩码".encode("gb18030") + b"\xff\x00 model")
    assert notes("bert") == notes("model") == ["gbk"]


def test_a_mark_of_the_byte_order_is_not_shown(db, folder):
    (folder / "windows.md").write_text("梯度", encoding="utf-8-sig")
    index_notes(db, folder)
    (hit,) = search.search(db, "梯度", folder).notes
    assert hit.excerpt.text == "梯度"


def test_what_is_no_note_is_passed_over(db, folder, notes):
    (folder / "bert.md").write_text("mask")
    (folder / "broken.md").symlink_to(folder / "nowhere")
    (folder / "round.md").symlink_to(folder / "round.md")
    (folder / "folder.md").mkdir()
    (folder / "other.txt").write_text("mask")
    os.mkfifo(folder / "pipe.md")
    (folder / os.fsdecode(b"\xb1\xca\xbc\xc7.md")).write_text("mask")
    assert notes("mask") == ["bert"]
    assert index_notes(db, folder) == 0


def test_notes_may_have_any_name(folder, notes):
    for name in ("学习 笔记", "a'b\"c", "100%", "x.y"):
        (folder / f"{name}.md").write_text("mask")
    assert sorted(notes("mask")) == sorted(["学习 笔记", "a'b\"c", "100%", "x.y"])


def test_an_unreadable_note_is_left_out_until_it_can_be_read(folder, notes, monkeypatch):
    (folder / "bert.md").write_text("mask")
    (folder / "gpt.md").write_text("mask")
    whole = Path.open

    def refusing(path, *more, **named):
        if path.name == "gpt.md":
            raise PermissionError(path)
        return whole(path, *more, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refusing)
        assert notes("mask") == ["bert"]
        assert notes("mask") == ["bert"]
    assert sorted(notes("mask")) == ["bert", "gpt"]


def test_a_note_that_vanishes_between_indexing_and_showing_has_no_excerpt(db, folder):
    (folder / "bert.md").write_text("mask")
    index_notes(db, folder)
    (folder / "bert.md").unlink()
    (hit,) = search.search(db, "mask", folder).notes
    assert hit.excerpt == search.Excerpt("", ())


@pytest.mark.parametrize("missing", ["nowhere", "file"])
def test_no_folder_means_no_notes(db, tmp_path, missing):
    (tmp_path / "file").write_text("")
    assert index_notes(db, tmp_path / missing) == 0


def test_a_number_that_another_app_gave_away_is_not_taken_from_it(db, folder, monkeypatch):
    """The first app sees `a` gone; meanwhile the second has given its number to `b`."""
    (folder / "a.md").write_text("mask")
    index_notes(db, folder)
    (folder / "a.md").unlink()
    files = search._files

    def slowly(folder):
        monkeypatch.setattr(search, "_files", files)
        there = list(files(folder))
        (folder / "b.md").write_text("token")
        index_notes(db, folder)
        return there

    monkeypatch.setattr(search, "_files", slowly)
    index_notes(db, folder)
    assert [hit.name for hit in search.search(db, "token", folder).notes] == ["b"]


def test_an_excerpt_shows_the_place_on_one_line():
    text = "word " * 50 + "the\n\n  warm-up\tand 批归一化 after" + " more" * 50
    found = excerpt(text, "warm up 归一")
    assert found.text.startswith("…") and found.text.endswith("…")
    assert "the warm-up and 批归一化 after" in found.text
    assert matched(found) == ["warm", "up", "归一"]


def test_an_excerpt_of_what_is_not_there_is_the_beginning():
    assert excerpt("a short\ntext", "zebra") == search.Excerpt("a short text", ())
    found = excerpt("word " * 100, "zebra")
    assert found.text.startswith("word word") and found.text.endswith("…")
    assert not found.matches


def test_an_excerpt_cuts_no_word_so_that_it_looks_like_a_match():
    text = "colossal " + "x" * 32 + " loss"
    found = excerpt(text, "loss")
    assert "lossal" in found.text
    assert [span[0] for span in found.matches] == [found.text.rindex("loss")]


def test_an_excerpt_stays_short():
    assert len(excerpt("批" * 10_000, "批" * 9_000).text) < 250


@given(
    text=st.text(alphabet="ab批归ﬁe\u0301…√ \n\t", max_size=300),
    query=st.text(alphabet="ab批归e√ ", max_size=4),
)
def test_matches_of_an_excerpt_are_in_it_and_in_order(text, query):
    found = excerpt(text, query)
    assert "\n" not in found.text
    last = 0
    for start, end in found.matches:
        assert last <= start < end <= len(found.text)
        last = end
        assert not found.text[start:end].startswith(" ")


def test_an_excerpt_of_a_question_tells_where_else_it_matched(db):
    number = questions.ask(db, "why?", place="§3.1", tags=["Warm Up"])
    questions.answer(db, number, "因为方差", source="李沐 P67")
    question = question_list.get(db, number)
    assert excerpt_of(question, "why") is None
    assert excerpt_of(question, "nothing of it") is None
    for query, shown in (("方差", "方差"), ("p67", "P67"), ("3.1", "3.1"), ("warm", "warm")):
        found = excerpt_of(question, query)
        assert found is not None and matched(found) == [shown]
