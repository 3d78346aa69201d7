"""Whatever is changed can be taken back, step by step, to exactly what was there."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from studylab.problem import Problem
from studylab.store import database, missed, progress, questions, search_index, undo
from studylab.store.database import open_database, transaction
from studylab.store.progress import PaperState
from studylab.store.undo import ChangedSince, NothingToUndo, change

TABLES = [table for table in undo._KEYS if table != "tombstones"]
TEXTS = st.sampled_from(["why?", "为什么 √d", "Loss é", "[bold]x", "'; --"])
WEEKS = st.one_of(st.none(), st.integers(1, 10))
TAGS = st.lists(st.sampled_from(["loss", "Loss", "批", "#new"]), max_size=2)
NUMBERS = st.integers(1, 4)
SEVERAL = st.lists(NUMBERS, max_size=3)
ITEMS = st.lists(st.sampled_from(["p9", "p10", "paper-bert"]), max_size=2)


def content(db):
    """Everything that a student wrote, as far as it is not about when it was changed."""
    return {table: sorted(map(str, rows_of(db, table))) for table in TABLES}


def rows_of(db, table):
    of_no_matter = {"changed_at"} if "id" in undo._KEYS[table] else {"changed_at", "id"}
    return [
        {name: value for name, value in dict(row).items() if name not in of_no_matter}
        for row in db.execute(f"SELECT * FROM {table}")
    ]


def uids(db):
    """What the tombstone of each row would be called."""
    return {
        undo.grave(table, row.get("uid") or row[undo._KEYS[table][0]])
        for table in TABLES
        if table != "question_tags"
        for row in rows_of(db, table)
    }


def buried(db):
    return {uid for (uid,) in db.execute("SELECT uid FROM tombstones")}


def indexed(db):
    return db.execute("SELECT rowid, words FROM search ORDER BY rowid").fetchall()


def rebuilt(db):
    db.execute("BEGIN")
    search_index.rebuild(db)
    there = indexed(db)
    db.rollback()
    return there


class Study(RuleBasedStateMachine):
    """A student's day in two apps, with the way back at every moment."""

    empty: Path
    """A database that was just made."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "studylab.db"
        shutil.copy(self.empty, path)
        self.dbs = [open_database(path), open_database(path)]
        self.db, self.other = self.dbs
        self.before = []
        self.newest = {}
        self.time = datetime(2026, 3, 2, tzinfo=UTC)
        self.patch = patch.object(database, "datetime", self)
        self.patch.start()

    def now(self, _zone):
        return self.time

    def teardown(self):
        self.patch.stop()
        for db in self.dbs:
            db.close()
        self.folder.cleanup()

    def do(self, act):
        before, number = content(self.db), undo.last_change(self.db)
        try:
            act(self.db)
        except Problem:
            assert content(self.db) == before
        if undo.last_change(self.db) == number:
            assert content(self.db) == before
        else:
            self.before.append(before)

    @initialize()
    def start(self):
        self.do(lambda db: questions.ask(db, "first", tags=["loss"]))
        self.do(lambda db: questions.ask(db, "second", tags=["loss", "批"]))
        self.do(lambda db: questions.answer(db, 1, "so"))
        self.do(lambda db: missed.note_missed(db, "the warm-up"))

    @rule(seconds=st.integers(-100_000, 100_000))
    def set_the_clock(self, seconds):
        self.time += timedelta(seconds=seconds)

    @rule()
    def go_to_the_other_app(self):
        self.db, self.other = self.other, self.db

    @rule(text=TEXTS, week=WEEKS, place=st.sampled_from(["", "§3", "P9 12:30"]), tags=TAGS)
    def ask(self, text, week, place, tags):
        self.do(lambda db: questions.ask(db, text, week=week, place=place, tags=tags))

    @rule(number=NUMBERS, text=TEXTS, accepted=st.booleans())
    def answer(self, number, text, accepted):
        self.do(
            lambda db: questions.answer(
                db, number, text, source="P9", source_kind="video", accepted=accepted
            )
        )

    @rule(number=NUMBERS, text=TEXTS)
    def reword_answer(self, number, text):
        self.do(lambda db: questions.reword_answer(db, number, text, source="p. 3"))

    @rule(numbers=SEVERAL)
    def reopen(self, numbers):
        self.do(lambda db: questions.reopen(db, *numbers))

    @rule(numbers=SEVERAL)
    def close(self, numbers):
        self.do(lambda db: questions.close(db, *numbers))

    @rule(number=NUMBERS, text=TEXTS)
    def reword(self, number, text):
        self.do(lambda db: questions.reword(db, number, text))

    @rule(numbers=SEVERAL, week=WEEKS, place=st.sampled_from([None, "", "§4"]))
    def move(self, numbers, week, place):
        self.do(lambda db: questions.move(db, numbers, week=week, place=place))

    @rule(numbers=SEVERAL, add=TAGS, remove=TAGS)
    def tag(self, numbers, add, remove):
        self.do(lambda db: questions.tag(db, numbers, add, remove))

    @rule(numbers=SEVERAL)
    def delete(self, numbers):
        self.do(lambda db: questions.delete(db, *numbers))

    @rule(items=ITEMS)
    def mark_done(self, items):
        self.do(lambda db: progress.mark_done(db, items))

    @rule(items=ITEMS)
    def mark_undone(self, items):
        self.do(lambda db: progress.mark_undone(db, items))

    @rule(state=st.sampled_from(PaperState), items=st.sampled_from([[], ["paper-bert"]]))
    def set_paper_state(self, state, items):
        self.do(lambda db: progress.set_paper_state(db, "bert", state, items=items))

    @rule(text=TEXTS, paper=st.sampled_from(["", "bert"]), point=st.sampled_from([None, 0, 1]))
    def note_missed(self, text, paper, point):
        self.do(lambda db: missed.note_missed(db, text, paper=paper, point=point, remark="oh"))

    @rule(number=NUMBERS, text=TEXTS)
    def change_missed(self, number, text):
        self.do(lambda db: missed.change_missed(db, number, text=text))

    @rule(numbers=SEVERAL)
    def forget_missed(self, numbers):
        self.do(lambda db: missed.forget_missed(db, *numbers))

    @rule(
        number=NUMBERS, kind=st.sampled_from(["questions", "missed_points"]), step=st.integers(1, 4)
    )
    def review(self, number, kind, step):
        self.do(lambda db: reviewed(db, kind, number, step))

    @rule(number=NUMBERS)
    def break_off(self, number):
        before, there = content(self.db), indexed(self.db)
        number_of_changes = len(undo.changes(self.db))
        with pytest.raises(ZeroDivisionError), change(self.db, "never") as kept:
            kept.before("questions", number)
            self.db.execute("DELETE FROM questions")
            search_index.rebuild(self.db)
            raise ZeroDivisionError
        assert content(self.db) == before
        assert indexed(self.db) == there
        assert len(undo.changes(self.db)) == number_of_changes

    @precondition(lambda self: self.before)
    @rule()
    def take_back(self):
        was, were = buried(self.db), uids(self.db)
        (newest, *_) = undo.changes(self.db)
        assert undo.undo(self.db) == newest.said
        assert content(self.db) == self.before.pop()
        # What an undo takes away, it takes away everywhere.
        assert buried(self.db) - was == were - uids(self.db) - was

    @precondition(lambda self: not self.before)
    @rule()
    def take_nothing_back(self):
        with pytest.raises(NothingToUndo):
            undo.undo(self.db)

    @invariant()
    def the_index_is_what_it_would_be_if_made_anew(self):
        assert indexed(self.other) == rebuilt(self.other)

    @invariant()
    def there_are_as_many_ways_back_as_changes(self):
        assert len(undo.changes(self.db)) == len(self.before)

    @invariant()
    def what_is_there_is_not_buried(self):
        # A paper or a card that begins anew is newer than its tombstone.
        anew = {uid for uid in uids(self.db) if uid.startswith(("paper-", "card-"))}
        assert not (uids(self.db) - anew) & buried(self.db)

    @invariant()
    def every_answer_and_tag_has_its_question(self):
        assert not self.db.execute("PRAGMA foreign_key_check").fetchall()

    @invariant()
    def no_version_looks_older_than_the_one_before(self):
        # A card that is made anew has the name of the one before; it begins again.
        there = {key: time for key, time in self.newest.items() if key[0] != "cards"}
        before, self.newest = self.newest, there
        for table in ("questions", "answers", "missed_points", "cards"):
            for uid, time in self.db.execute(f"SELECT uid, changed_at FROM {table}").fetchall():
                assert time >= before.get((table, uid), "")
                there[table, uid] = time


def reviewed(db, kind, number, step):
    row = db.execute(f"SELECT uid FROM {kind} WHERE id = ?", (number,)).fetchone()
    if row is None:
        return
    with change(db, "Reviewed it") as kept:
        before = kept.before("cards", row["uid"])
        at = max(database.now(), before["changed_at"] if before else "")
        db.execute(
            'INSERT INTO cards (uid, kind, "of", state, step, stability, due_at, changed_at)'
            " VALUES (:uid, :kind, :uid, 1, :step, 0.1, '2026', :at) ON CONFLICT (uid)"
            " DO UPDATE SET step = excluded.step, changed_at = excluded.changed_at",
            {"uid": row["uid"], "kind": kind, "step": step, "at": at},
        )
        uid = uuid.uuid4().hex
        db.execute(
            "INSERT INTO reviews (uid, card, rating, reviewed_at) VALUES (?, ?, 3, ?)",
            (uid, row["uid"], at),
        )
        kept.added("reviews", uid)


def test_every_change_can_be_taken_back(new_database):
    class OfACopy(Study):
        empty = new_database()

    run_state_machine_as_test(
        OfACopy, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )


@pytest.fixture
def other(db, path):
    connection = open_database(path)
    yield connection
    connection.close()


MEANWHILE = {
    "asked": "UPDATE questions SET text = 'other' WHERE id = 1",
    "answered": "UPDATE answers SET text = 'other' WHERE id = 1",
    "tagged": "DELETE FROM question_tags",
    "deleted": (
        "INSERT INTO questions (id, uid, text, asked_at, changed_at) VALUES (1, 'o', 'o', '', '')"
    ),
    "ticked": "DELETE FROM progress",
    "read": "UPDATE papers SET state = 'done'",
    "missed": "UPDATE missed_points SET remark = 'other'",
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_was_changed_meanwhile_stays(db, other, what):
    number = questions.ask(db, "why?")
    if what == "answered":
        questions.answer(db, number, "so")
    elif what == "tagged":
        questions.tag(db, [number], ["loss"])
    elif what == "deleted":
        questions.delete(db, number)
    elif what == "ticked":
        progress.mark_done(db, ["p9"])
    elif what == "read":
        progress.set_paper_state(db, "bert", PaperState.COMPARE)
    elif what == "missed":
        missed.note_missed(db, "the warm-up")
    other.execute(MEANWHILE[what])
    before, found = content(db), indexed(db)
    said = undo.changes(db)[0].said
    with pytest.raises(ChangedSince) as error:
        undo.undo(db)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert (content(db), indexed(db)) == (before, found)
    assert said not in [each.said for each in undo.changes(db)]


def test_that_only_the_time_of_change_differs_stops_no_undo(db, other):
    questions.ask(db, "why?")
    other.execute("UPDATE questions SET changed_at = '2999'")
    undo.undo(db)
    assert not any(content(db).values())


def test_a_question_that_got_an_answer_elsewhere_is_not_taken_back_with_it(db, other):
    """A merge writes without undo: its answer would go with the question, unseen."""
    number = questions.ask(db, "why?", tags=["loss"])
    with transaction(other):
        other.execute(
            "INSERT INTO answers (uid, question, text, answered_at) VALUES ('u', ?, 'so', '')",
            (number,),
        )
    with pytest.raises(ChangedSince):
        undo.undo(db)
    assert len(content(db)["answers"]) == 1


def test_a_tag_does_not_come_back_to_a_question_that_is_gone(db, other, clock):
    number = questions.ask(db, "why?", tags=["loss"])
    questions.tag(db, [number], remove=["loss"])
    other.execute("DELETE FROM questions")
    before = content(db)
    with pytest.raises(ChangedSince):
        undo.undo(db)
    assert content(db) == before
    assert not db.in_transaction


def test_what_was_made_by_another_app_is_taken_back_first(db, other):
    questions.ask(db, "mine")
    progress.mark_done(other, ["p9"])
    assert undo.undo(db) == "Ticked p9"
    assert undo.undo(other) == "Asked: mine"


def test_since_leaves_alone_what_was_there_before(db):
    progress.mark_done(db, ["p9"])
    start = undo.last_change(db)
    with pytest.raises(NothingToUndo):
        undo.undo(db, since=start)
    progress.mark_done(db, ["p10"])
    assert [each.said for each in undo.changes(db, since=start)] == ["Ticked p10"]
    undo.undo(db, since=start)
    with pytest.raises(NothingToUndo):
        undo.undo(db, since=start)
    assert progress.done_items(db).keys() == {"p9"}


def test_since_holds_where_another_app_took_older_changes_back(db, other):
    progress.mark_done(db, ["p9"])
    start = undo.last_change(db)
    undo.undo(other)
    progress.mark_done(db, ["p10"])
    assert undo.undo(db, since=start) == "Ticked p10"


def test_an_end_is_not_older_than_what_ended(db, clock):
    number = questions.ask(db, "why?")
    questions.answer(db, number, "so")
    point = missed.note_missed(db, "the warm-up")
    progress.mark_done(db, ["p9"])
    latest = database.now()
    clock.turn(days=-400)
    questions.delete(db, number)
    missed.forget_missed(db, point)
    progress.mark_undone(db, ["p9"])
    ends = [at for (at,) in db.execute("SELECT deleted_at FROM tombstones")]
    assert ends == [latest] * 4


def test_only_the_last_changes_are_kept(db, monkeypatch):
    monkeypatch.setattr(undo, "KEPT", 5)
    for number in range(8):
        progress.mark_done(db, [f"p{number}"])
    assert [each.said for each in undo.changes(db)] == [f"Ticked p{n}" for n in (7, 6, 5, 4, 3)]
    for _ in range(5):
        undo.undo(db)
    with pytest.raises(NothingToUndo):
        undo.undo(db)
    assert progress.done_items(db).keys() == {"p0", "p1", "p2"}


def test_what_changes_nothing_is_no_change(db):
    number = questions.ask(db, "why?")
    progress.mark_done(db, ["p9"])
    count = len(undo.changes(db))
    progress.mark_done(db, ["p9"])
    progress.mark_undone(db, ["p10"])
    questions.tag(db, [], ["loss"])
    questions.delete(db)
    missed.forget_missed(db)
    assert len(undo.changes(db)) == count
    assert number == 1


def test_an_undone_tick_does_not_come_back_from_another_database(db):
    progress.mark_done(db, ["p9"])
    undo.undo(db)
    assert buried(db) == {progress.tick_uid("p9")}
    progress.mark_done(db, ["p9"])
    assert not buried(db)


def test_a_tick_that_is_undone_is_gone_since_then(db, clock):
    progress.mark_done(db, ["p9"])
    progress.mark_undone(db, ["p9"])
    clock.turn(hours=1)
    progress.mark_done(db, ["p9"])
    (ticked_at,) = progress.done_items(db).values()
    undo.undo(db)
    ((deleted_at,),) = db.execute("SELECT deleted_at FROM tombstones").fetchall()
    assert deleted_at >= ticked_at


def test_what_belongs_to_a_question_comes_back_after_it(db):
    number = questions.ask(db, "why?", tags=["loss"])
    questions.answer(db, number, "so")
    before = content(db)
    with change(db, "Deleted it all") as kept:
        kept.before("question_tags", number, "loss")
        kept.before("answers", 1)
        kept.before("questions", number)
        db.execute("DELETE FROM questions")
    undo.undo(db)
    assert content(db) == before


def test_undoing_the_first_review_does_not_bury_what_was_reviewed(db):
    questions.ask(db, "why?")
    reviewed(db, "questions", 1, 1)
    undo.undo(db)
    assert not content(db)["cards"]
    (of_the_card,) = [uid for uid in buried(db) if uid.startswith("card-")]
    assert len(buried(db)) == 2
    assert not buried(db) & uids(db)
    assert of_the_card.removeprefix("card-") in uids(db)


def test_a_deleted_question_comes_back_whole(db):
    number = questions.ask(db, "why?", week=6, paper="bert", place="§3", tags=["loss", "批"])
    questions.answer(db, number, "so", source="P9", source_kind="video")
    reviewed(db, "questions", number, 2)
    before, found = content(db), indexed(db)
    questions.delete(db, number)
    assert not any(
        content(db)[table] for table in ("questions", "answers", "question_tags", "cards")
    )
    assert buried(db) == {uid for (uid,) in db.execute("SELECT uid FROM tombstones")}
    assert len(buried(db)) == 2
    assert undo.undo(db) == "Deleted 1 question"
    assert (content(db), indexed(db), buried(db)) == (before, found, set())


def test_a_number_given_twice_is_deleted_once(db):
    number = questions.ask(db, "why?")
    questions.delete(db, number, number)
    assert undo.changes(db)[0].said == "Deleted 1 question"
    undo.undo(db)
    point = missed.note_missed(db, "the warm-up")
    missed.forget_missed(db, point, point)
    assert not missed.missed_points(db)


def test_a_card_comes_back_though_its_number_was_given_away(db, other):
    first, second = questions.ask(db, "one"), questions.ask(db, "two")
    reviewed(db, "questions", first, 1)
    before = content(db)
    questions.delete(db, first)
    uid = other.execute("SELECT uid FROM questions WHERE id = ?", (second,)).fetchone()[0]
    other.execute(
        'INSERT INTO cards (uid, kind, "of", state, due_at, changed_at)'
        " VALUES (?, 'question', ?, 1, '', '')",
        (uid, uid),
    )
    undo.undo(db)
    other.execute("DELETE FROM cards WHERE uid = ?", (uid,))
    assert content(db) == before


def test_a_kill_in_the_middle_keeps_nothing(db, path):
    progress.mark_done(db, ["p9"])
    before, there = content(db), undo.changes(db)
    with pytest.raises(KeyboardInterrupt), change(db, "never") as kept:
        kept.before("progress", "p9")
        db.execute("DELETE FROM progress")
        raise KeyboardInterrupt
    assert (content(db), undo.changes(db)) == (before, there)


def test_nothing_is_kept_where_the_disk_is_full(db):
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(database.StoreError):
        questions.ask(db, "why? " * 100_000)
    assert not any(content(db).values())
    assert not undo.changes(db)
    assert not indexed(db)


def test_the_record_is_plain_rows_that_sqlite_shows(db):
    questions.ask(db, "为什么?")
    ((said, rows),) = db.execute("SELECT said, rows FROM undo").fetchall()
    assert said == "Asked: 为什么?"
    assert "为什么?" in rows


def test_times_never_go_back_with_the_clock(db, clock):
    number = questions.ask(db, "why?")
    point = missed.note_missed(db, "the warm-up")
    questions.answer(db, number, "so")
    progress.set_paper_state(db, "bert", PaperState.FIRST_PASS)

    def times():
        tables = ("questions", "answers", "missed_points", "papers")
        return [
            time
            for table in tables
            for (time,) in db.execute(f"SELECT changed_at FROM {table} ORDER BY 1")
        ]

    before = times()
    clock.turn(days=-400)
    questions.reword(db, number, "why then?")
    questions.tag(db, [number], ["loss"])
    questions.move(db, [number], week=3)
    questions.reopen(db, number)
    questions.close(db, number)
    questions.reword_answer(db, 1, "so then", source="")
    missed.change_missed(db, point, remark="oh")
    progress.set_paper_state(db, "bert", PaperState.COMPARE)
    assert times() == before
    assert [state for state, _ in progress.paper_history(db, "bert")] == ["first pass", "compare"]
    while undo.changes(db):
        undo.undo(db)
        assert all(after >= earlier for after, earlier in zip(times(), before, strict=False))
    ends = db.execute("SELECT min(deleted_at) FROM tombstones WHERE uid NOT LIKE 'tick-%'")
    assert ends.fetchone()[0] >= before[0]


def test_a_plain_connection_can_list_the_changes(path, db):
    progress.mark_done(db, ["p9"])
    plain = sqlite3.connect(path)
    assert [each.said for each in undo.changes(plain)] == ["Ticked p9"]
    plain.close()
