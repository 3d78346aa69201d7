from __future__ import annotations

from studylab.store.progress import (
    PaperState,
    done_items,
    mark_done,
    mark_undone,
    paper_states,
    set_paper_state,
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
