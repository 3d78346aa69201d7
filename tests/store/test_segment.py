"""What a query finds in a text, through SQLite's own full-text index, and where it is shown."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from studylab.store.folding import Folded, folded
from studylab.store.segment import as_typed, match, pieces, places, words

HAN = "批归一化模型"
CJK = HAN + "々かがガー한글"
SIGNS = " .,_-√，。…\n"
LATIN = "abAeéÉ12"
MIXED = st.text(alphabet=CJK + LATIN + SIGNS, max_size=40)
UNEVEN = st.text(alphabet=HAN + LATIN + SIGNS + "ﬁ①Ａａ\u0301İ", max_size=40)
"""With characters that fold to none or to several."""


@pytest.fixture(scope="module")
def table():
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        " (words, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')"
    )
    return db


@pytest.fixture(scope="module")
def finds(table):
    """Whether a query finds a text, as the index does it."""

    def finds(query: str, text: str) -> bool:
        table.execute("DELETE FROM search")
        table.execute("INSERT INTO search VALUES (?)", (words(text),))
        expression = match(query)
        assert expression is not None
        return bool(
            table.execute("SELECT 1 FROM search WHERE search MATCH ?", (expression,)).fetchall()
        )

    return finds


def plain(text: str) -> str:
    """Folding, for the few characters that these tests use."""
    return text.lower().replace("é", "e").replace("，", ",")


def runs(text: str) -> list[str]:
    """Chinese runs and Latin words of a text, in order."""
    return re.findall(f"[{CJK}]+|[^\\W_{CJK}]+", plain(text))


def expected(query: str, text: str) -> bool:
    """The rule, word by word: Chinese anywhere in a run, Latin at the beginning of a word, words
    that the query joins by a sign one behind the other."""
    there = runs(text)
    for part in query.split():
        for piece in re.findall(f"[{CJK}]+|[^{CJK}]+", part):
            wanted = runs(piece)
            if not wanted:
                continue
            if wanted[0][0] in CJK:
                if not any(wanted[0] in run for run in there):
                    return False
                continue
            *whole, last = wanted
            starts = range(len(there) - len(whole))
            if not any(
                there[at : at + len(whole)] == whole and there[at + len(whole)].startswith(last)
                for at in starts
            ):
                return False
    return True


@given(text=MIXED, query=st.text(alphabet=CJK + LATIN + SIGNS, max_size=6))
@example(text="批x归", query="批归")
@example(text="批，归一", query="批归")
@example(text="批归。归一", query="批归一")
@example(text="批々が", query="々批")
@example(text="don't stop", query="don't st")
@example(text="a批b", query="a-b")
def test_the_index_finds_what_the_rule_says(finds, text, query):
    assume(match(query) is not None)
    assert finds(query, text) == expected(query, text)


@given(
    before=MIXED, run=st.text(alphabet=CJK, min_size=1, max_size=12), after=MIXED, data=st.data()
)
def test_every_part_of_a_chinese_run_is_found(finds, before, run, after, data):
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert finds(run[start:end], before + run + after)


@pytest.mark.parametrize("between", ["x", " ", "，", "。", "\n", "-", "1", "√", "_"])
def test_a_word_of_two_characters_is_not_found_across_a_boundary(finds, between):
    assert not finds("批归", f"前批{between}归后")
    assert finds("前批", f"前批{between}归后")
    assert finds("归后", f"前批{between}归后")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("NORM", "batch normalisation"),
        ("cafe", "Café"),
        ("CAFÉ", "le cafe"),
        ("cafe", "cafe\u0301"),
        ("strasse", "Straße"),
        ("transformer", "Ｔｒａｎｓｆｏｒｍｅｒ模型"),
        ("ｂｅｒｔ", "用BERT微调"),
        ("bert微调", "微调了，用BERT"),
        ("finetune", "ﬁnetune"),
        ("x2", "x²"),
        ("иод", "Йод"),
        ("が", "ながい"),
        ("な\u304b\u3099い", "ながい"),
        ("ガ", "ｶﾞｲﾄﾞ"),
        ("ラーメン", "とんこつラーメン"),
        ("時々", "時々雨"),
        ("二〇", "二〇二六年"),
        ("학습", "기계학습"),
        (unicodedata.normalize("NFD", "학습"), "기계학습"),
        ("𠮷野", "𠮷野家"),
    ],
)
def test_case_accents_width_and_other_scripts_do_not_matter(finds, query, text):
    assert finds(query, text)
    assert places(text, query)


@pytest.mark.parametrize(
    ("query", "text"),
    [("orm", "batch norm"), ("か", "がい"), ("々時", "時々"), ("アイ", "ア・イ"), ("归", "批 化")],
)
def test_what_does_not_occur_is_not_found(finds, query, text):
    assert not finds(query, text)


HOSTILE = [
    '"', '""', "'", "*", "a*", '"a', 'a" OR "b', "NEAR(", "NEAR(a b)", "AND", "OR", "NOT a",
    "a AND", "-", "--a", ":", "words: a", "words:a", "^a", "a + b", "(", ")", "{a}", "a\x00b",
    "\x00", "\ud800", "a\udcff批", "🤔", "批🤔归", "👩‍👩‍👧", "\u202e批", "\ufeff",
    "\u0301", "x" * 10_000,
    "批" * 10_000, "批a" * 5_000, "a " * 5_000, " ".join(map(str, range(2_000))), "%", "_", "\\",
    "'; DROP TABLE search; --", "\U0001e900", "ก็", "ﷺ", "．", "ア・", "゛",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_raises(table, query):
    table.execute("DELETE FROM search")
    table.execute("INSERT INTO search VALUES (?)", (words(query + " 批归一化 a b"),))
    expression = match(query)
    if expression is not None:
        table.execute("SELECT 1 FROM search WHERE search MATCH ?", (expression,)).fetchall()
    table.execute("SELECT 1 FROM search WHERE instr(words, ?)", (as_typed(query),)).fetchall()
    places(query, query)


@given(text=st.text(st.characters()), query=st.text(st.characters(), max_size=20))
def test_nothing_raises_and_places_are_in_order(table, text, query):
    table.execute("DELETE FROM search")
    table.execute("INSERT INTO search VALUES (?)", (words(text),))
    if (expression := match(query)) is not None:
        table.execute("SELECT 1 FROM search WHERE search MATCH ?", (expression,)).fetchall()
    last = 0
    for start, end in places(text, query):
        assert last <= start < end <= len(text)
        last = end


@given(text=UNEVEN, query=st.text(alphabet=HAN + LATIN + SIGNS, max_size=6))
@example(text="……①ﬁb 批归", query="批归")
@example(text="模型ab", query="ab")
@example(text="e\u0301a", query="ea")
@example(text="批归一", query="批归 归一")
def test_places_are_where_the_words_are(finds, text, query):
    found = places(text, query)
    beginnings = [re.findall(r"[^\W_]+", piece)[0] for piece in pieces(query)]
    spelled = folded(query).strip()
    last = 0
    for start, end in found:
        assert last <= start < end <= len(text)
        last = end
        there = folded(text[start:end])
        assert any(there.startswith(each) for each in beginnings) or spelled in there
    if match(query) is not None and finds(query, text):
        assert found


def test_places_of_several_words():
    text = "为什么 Batch 归一化? batch!"
    assert [text[slice(*span)] for span in places(text, "归一 BATCH")] == ["Batch", "归一", "batch"]
    assert places(text, "什么 么") == [(1, 3)]
    assert places("用BERT的norm", "bert norm") == [(1, 5), (6, 10)]
    assert places("bert用BERT", "bert") == [(0, 4), (5, 9)]
    assert places("norm abnormal", "norm") == [(0, 4)]
    assert places(text, "") == places(text, "  ") == places(text, "nothing") == []


def test_what_is_no_word_is_shown_where_it_was_typed():
    assert places("除以 √d", "√") == [(3, 4)]
    assert places("vanishing gradients", "radient") == [(11, 18)]


def test_places_behind_what_folds_to_more_or_fewer_characters():
    assert places("ﬁrst ﬁne", "fine") == [(5, 8)]
    assert places("…… 批归", "归") == [(4, 5)]
    assert places("cafe\u0301 cafe\u0301s", "cafes") == [(6, 12)]
    assert places("İstanbul 批", "istanbul") == [(0, 8)]


@given(text=st.text(alphabet="ab批ﬁ①e\u0301…ｶﾞ\u0327 ", max_size=20))
def test_each_folded_character_leads_back_to_where_it_came_from(text):
    aligned = Folded(text)
    assert aligned.text == folded(text)
    for place in range(len(aligned.text)):
        start, end = aligned.span(place, place + 1)
        assert aligned.text[place] in folded(text[start:end])
    assert aligned.span(0, len(aligned.text))[1] <= len(text)
