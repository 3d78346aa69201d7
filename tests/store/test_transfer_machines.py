"""Three machines, on which a student does what students do, while they merge with each other."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from studylab.store import (
    missed,
    plan,
    progress,
    question_list,
    questions,
    reviews,
    search_index,
    sessions,
    transfer,
    undo,
)
from studylab.store.database import open_database, transaction
from studylab.store.transfer_check import checked
from studylab.store.transfer_merge import settled
from tests.store.transfer_fill import Shelf
from tests.store.transfer_records import words

CLOCKED = ("questions", "progress", "missed", "undo", "plan", "sessions", "reviews")

machine = st.integers(0, 2)
pick = st.integers(0, 10**6)
item = st.sampled_from(["p9", "p10", "hw-1"])
state = st.sampled_from(list(progress.PaperState))


class Machines(RuleBasedStateMachine):
    """What was asked and never deleted or undone anywhere must be on all machines in the end."""

    template: Path

    def __init__(self):
        super().__init__()
        self.moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
        self.patches = [patch(f"studylab.store.{module}.now", self.tick) for module in CLOCKED]
        for each in self.patches:
            each.start()
        self.shelf = Shelf(self.template, Path(tempfile.mkdtemp()))
        self.dbs = [self.shelf.empty() for _ in range(3)]
        self.asked, self.gone = set(), set()

    def tick(self):
        self.moment += timedelta(seconds=1)
        return self.moment.isoformat(timespec="seconds")

    def question(self, db, pick):
        there = question_list.listing(db)
        return there[pick % len(there)] if there else None

    @rule(machine=machine, text=words, tags=st.lists(st.sampled_from(["cnn", "注意力"])))
    def ask(self, machine, text, tags):
        db = self.dbs[machine]
        try:
            number = questions.ask(db, text, week=1, paper="bert", tags=tags)
        except questions.EmptyText:
            return
        self.asked.add(question_list.get(db, number).uid)

    @rule(machine=machine, pick=pick, text=words)
    def answer(self, machine, pick, text):
        db = self.dbs[machine]
        if found := self.question(db, pick):
            try:
                questions.answer(db, found.id, text, source="P9 1:00", source_kind="video")
            except questions.EmptyText:
                return

    @rule(machine=machine, pick=pick)
    def reword_an_answer(self, machine, pick):
        db = self.dbs[machine]
        found = self.question(db, pick)
        if found and found.answers:
            questions.reword_answer(db, found.answers[0].id, f"better {pick}", source="")

    @rule(machine=machine, pick=pick, add=st.booleans())
    def tag(self, machine, pick, add):
        db = self.dbs[machine]
        if found := self.question(db, pick):
            tags = {"add" if add else "remove": ["cnn"]}
            questions.tag(db, [found.id], **tags)

    @rule(machine=machine, pick=pick)
    def delete(self, machine, pick):
        db = self.dbs[machine]
        if found := self.question(db, pick):
            questions.delete(db, found.id)
            self.gone.add(found.uid)

    @rule(machine=machine, item=item, done=st.booleans())
    def tick_item(self, machine, item, done):
        (progress.mark_done if done else progress.mark_undone)(self.dbs[machine], [item])

    @rule(machine=machine, state=state)
    def read(self, machine, state):
        progress.set_paper_state(self.dbs[machine], "bert", state)

    @rule(machine=machine, point=st.one_of(st.none(), st.integers(0, 2)))
    def miss(self, machine, point):
        missed.note_missed(self.dbs[machine], "missed", paper="bert", point=point)

    @rule(machine=machine, pick=pick)
    def forget(self, machine, pick):
        db = self.dbs[machine]
        if there := missed.missed_points(db):
            missed.forget_missed(db, there[pick % len(there)].id)

    @rule(machine=machine, pick=pick, rating=st.integers(1, 4))
    def review(self, machine, pick, rating):
        db = self.dbs[machine]
        answered = [q for q in question_list.listing(db, status="answered") if q.answers]
        if not answered:
            return
        found = answered[pick % len(answered)]
        row = db.execute(
            "SELECT state, step, stability, difficulty, due_at, reviewed_at FROM cards"
            " WHERE uid = ?",
            (found.uid,),
        ).fetchone()
        before = reviews.Waiting(
            "question", found.uid, found.id, reviews.Card(*row) if row else None
        )
        at = self.tick()
        reviews.record(db, before, rating, reviews.Card(2, None, 1.0 + pick, 5.0, at, at))

    @rule(machine=machine, minutes=st.integers(1, 60))
    def study(self, machine, minutes):
        sessions.add(self.dbs[machine], minutes * 60, date(2026, 11, 23), item="p9", week=1)

    @rule(machine=machine, pick=pick)
    def delete_session(self, machine, pick):
        db = self.dbs[machine]
        if there := sessions.listing(db):
            sessions.delete(db, there[pick % len(there)].id)

    @rule(machine=machine, weeks=st.integers(10, 15))
    def plan_weeks(self, machine, weeks):
        plan.set_weeks(self.dbs[machine], weeks)

    @rule(machine=machine)
    def pause(self, machine):
        plan.add_pause(self.dbs[machine], date(2026, 12, 24), date(2026, 12, 31), "holidays")

    @rule(machine=machine)
    def undo(self, machine):
        db = self.dbs[machine]
        before = {question.uid for question in question_list.listing(db)}
        try:
            undo.undo(db)
        except (undo.NothingToUndo, undo.ChangedSince):
            return
        after = {question.uid for question in question_list.listing(db)}
        self.gone |= before - after

    @rule(seconds=st.integers(-5, 50))
    def set_clock(self, seconds):
        self.moment += timedelta(seconds=seconds)

    @rule(there=machine, here=machine)
    def merge(self, there, here):
        self.carry(there, here)

    def carry(self, source, target):
        theirs = checked(transfer.read(self.dbs[source]))
        with transaction(self.dbs[target]):
            return transfer.take(self.dbs[target], theirs)

    @invariant()
    def no_reference_is_broken(self):
        for db in self.dbs:
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []

    def teardown(self):
        try:
            self.all_end_equal()
        finally:
            for each in self.patches:
                each.stop()
            self.shelf.close()

    def all_end_equal(self):
        for source, target in ((0, 1), (1, 2), (2, 0), (2, 1)):
            self.carry(source, target)
        first, *others = (settled(transfer.read(db)) for db in self.dbs)
        assert all(other == first for other in others)
        there = {row["uid"] for row in first["questions"]}
        assert self.asked - self.gone <= there <= self.asked
        for source in range(3):
            for target in range(3):
                assert not any(tally.any for tally in self.carry(source, target).values())
        db = self.dbs[0]
        index = [tuple(row) for row in db.execute("SELECT rowid, words FROM search ORDER BY rowid")]
        with transaction(db):
            search_index.rebuild(db)
        again = [tuple(row) for row in db.execute("SELECT rowid, words FROM search ORDER BY rowid")]
        assert index == again


def test_machines_that_merge_end_equal_and_lose_nothing(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "studylab.db"
    db = open_database(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()

    class Filled(Machines):
        template = path

    run_state_machine_as_test(
        Filled, settings=settings(max_examples=30, stateful_step_count=30, deadline=None)
    )
