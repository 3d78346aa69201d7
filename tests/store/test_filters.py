"""Saved filters: what was saved comes back, and bad rows harm nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store import filters, undo
from studylab.store.filters import NoSuchFilter
from studylab.store.question_list import SORTS, Filter
from studylab.store.questions import EmptyText

words = st.text(max_size=20).filter(lambda text: text.isprintable())
any_filter = st.builds(
    Filter,
    status=st.sampled_from([None, "open", "answered"]),
    week=st.none() | st.integers(0, 99),
    paper=st.none() | words.filter(bool),
    item=st.none() | words.filter(bool),
    tag=st.none() | words.filter(bool),
    run=st.none() | words.filter(bool),
    containing=words,
    sort=st.sampled_from(list(SORTS)),
)


@given(wanted=any_filter, name=st.text(min_size=1, max_size=80))
def test_a_filter_comes_back_as_it_was_saved(db, wanted, name):
    stored = filters.filter_name(name)
    if not stored:
        with pytest.raises(EmptyText):
            filters.save_filter(db, name, wanted)
        return
    filters.save_filter(db, name, wanted)

    assert filters.saved_filter(db, name).filter == wanted
    assert filters.saved_filter(db, stored).name == stored
    assert len([each for each in filters.saved_filters(db) if each.name == stored]) == 1


def test_a_name_has_one_filter_and_undo_brings_the_older_back(db):
    assert not filters.save_filter(db, "hard", Filter(week=6))
    assert filters.save_filter(db, " hard ", Filter(week=7))
    assert filters.saved_filter(db, "hard").filter.week == 7

    undo.undo(db)
    assert filters.saved_filter(db, "hard").filter.week == 6
    undo.undo(db)
    assert filters.saved_filters(db) == []


def test_a_deleted_filter_leaves_a_tombstone_until_undo(db):
    filters.save_filter(db, "hard", Filter(week=6))
    uid = filters.saved_filter(db, "hard").uid
    filters.delete_filter(db, "hard")

    assert filters.saved_filters(db) == []
    assert [tuple(row)[:2] for row in db.execute("SELECT * FROM tombstones")] == [
        (uid, "saved_filters")
    ]
    undo.undo(db)
    assert filters.saved_filter(db, "hard").uid == uid
    assert db.execute("SELECT count(*) FROM tombstones").fetchone()[0] == 0


def test_a_name_that_none_has_is_told_with_those_that_there_are(db):
    filters.save_filter(db, "hard", Filter())
    filters.save_filter(db, "批归一化", Filter())

    with pytest.raises(
        NoSuchFilter, match="no filter is saved as 'easy'; there are: hard, 批归一化"
    ):
        filters.saved_filter(db, "easy")
    with pytest.raises(NoSuchFilter):
        filters.delete_filter(db, "easy")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"week": "six", "sort": 3}', "null"])
def test_a_row_that_is_no_filter_lets_all_pass_and_can_be_deleted(db, text):
    db.execute(
        "INSERT INTO saved_filters (uid, name, filter, changed_at) VALUES ('u', 'odd', ?, '2026')",
        (text,),
    )
    assert filters.saved_filter(db, "odd").filter == Filter()
    filters.delete_filter(db, "odd")
    assert filters.saved_filters(db) == []
