from __future__ import annotations

from studylab.store.progress import (
    PaperState,
    done_items,
    mark_as,
    mark_done,
    mark_undone,
    paper_states,
    set_paper_state,
    shown_state,
)


def test_ticks_keep_their_first_time(db):
    assert mark_done(db, ["p9", "p10"]) == 2
    db.execute("UPDATE progress SET done_at = 'long ago' WHERE item = 'p9'")
    assert mark_done(db, ["p9", "p11"]) == 1
    assert done_items(db)["p9"] == "long ago"
    assert mark_undone(db, ["p9", "never"]) == 1
    assert done_items(db).keys() == {"p10", "p11"}


def test_states_of_papers(db):
    set_paper_state(db, "bert", PaperState.FIRST_PASS)
    set_paper_state(db, "bert", PaperState.COMPARE)
    db.execute("INSERT INTO papers VALUES ('gpt', 'of a later version', 'now')")
    assert paper_states(db) == {"bert": PaperState.COMPARE}


def test_ticks_get_their_times_back(db):
    mark_done(db, ["a"])
    before = done_items(db)["a"]
    mark_as(db, {"a": None, "b": "2026-01-01T00:00:00+00:00"})
    assert done_items(db) == {"b": "2026-01-01T00:00:00+00:00"}
    mark_as(db, {"a": before, "b": None})
    assert done_items(db) == {"a": before}


def test_the_tick_decides_whether_a_paper_is_done():
    assert shown_state(None, ticked=False) is PaperState.TO_READ
    assert shown_state(PaperState.COMPANION, ticked=True) is PaperState.DONE
    assert shown_state(PaperState.DONE, ticked=False) is PaperState.COMPARE
    assert shown_state(PaperState.COMPANION, ticked=False) is PaperState.COMPANION
