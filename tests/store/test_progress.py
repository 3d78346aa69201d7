from __future__ import annotations

from studylab.store.progress import (
    PaperState,
    done_items,
    mark_done,
    mark_undone,
    paper_history,
    paper_states,
    set_paper_state,
    shown_state,
)
from studylab.store.undo import undo


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
    db.execute("UPDATE progress SET done_at = '2026-01-01T00:00:00+00:00'")
    mark_undone(db, ["a"])
    assert undo(db) == "Unticked a"
    assert done_items(db) == {"a": "2026-01-01T00:00:00+00:00"}


def test_the_way_of_a_paper_is_kept_and_goes_back_with_undo(db):
    for state in (PaperState.FIRST_PASS, PaperState.DONE, PaperState.FIRST_PASS):
        set_paper_state(db, "bert", state, items=["paper-bert"])
    assert [state for state, _ in paper_history(db, "bert")] == ["first pass", "done", "first pass"]
    assert not done_items(db)
    undo(db)
    assert done_items(db).keys() == {"paper-bert"}
    assert paper_states(db) == {"bert": PaperState.DONE}
    assert len(paper_history(db, "bert")) == 2


def test_the_tick_decides_whether_a_paper_is_done():
    assert shown_state(None, ticked=False) is PaperState.TO_READ
    assert shown_state(PaperState.COMPANION, ticked=True) is PaperState.DONE
    assert shown_state(PaperState.DONE, ticked=False) is PaperState.COMPARE
    assert shown_state(PaperState.COMPANION, ticked=False) is PaperState.COMPANION
