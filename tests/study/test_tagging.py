"""What is typed to tag questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.questions import folded_tag
from studylab.study.tagging import parse_tags, shown_tags


@pytest.mark.parametrize(
    ("text", "add", "remove"),
    [
        ("", [], []),
        ("loss", ["loss"], []),
        ("+loss -old", ["loss"], ["old"]),
        ("#Loss, attention;-old", ["loss", "attention"], ["old"]),
        ("＋损失、－旧的，＃新", ["损失", "新"], ["旧的"]),
        ("loss -loss", [], ["loss"]),
        ("-loss +loss loss", ["loss"], []),
        ("+ - # ,", [], []),
        ("batch-norm -batch-norm-", ["batch-norm"], ["batch-norm-"]),
        ("+#loss -#old", ["loss"], ["old"]),
    ],
)
def test_signs_add_and_take_away(text, add, remove):
    assert parse_tags(text) == (add, remove)


@given(st.text())
def test_any_text_gives_tags_as_they_are_stored(text):
    add, remove = parse_tags(text)

    assert len({*add, *remove}) == len(add) + len(remove)
    for tag in add + remove:
        assert tag
        assert folded_tag(tag) == tag


@given(st.text())
def test_what_is_shown_is_read_the_same(text):
    add, remove = parse_tags(text)

    assert parse_tags(shown_tags(add, remove)) == (add, remove)
