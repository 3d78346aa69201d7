"""Review: what comes back and when. FSRS itself is the reference."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import fsrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studylab.store import missed, question_list, questions, reviews, undo
from studylab.store.database import open_database
from studylab.store.reviews import ReviewedMeanwhile
from studylab.study import review
from studylab.study.review import Rating

MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    import time

    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def answered(db: sqlite3.Connection, text: str = "why?") -> int:
    number = questions.ask(db, text, week=1)
    questions.answer(db, number, "because")
    return number


def rate(workspace, rating: Rating, at: datetime, which: int = 0) -> reviews.Waiting:
    waiting = review.waiting(workspace, at)[which]
    review.rate(workspace, waiting, rating, review.outcomes(waiting.card, at)[rating])
    return waiting


def test_only_what_is_answered_or_missed_comes_back(workspace):
    db = workspace.db
    questions.ask(db, "open")
    closed = questions.ask(db, "closed without an answer")
    questions.close(db, closed)
    unsettled = questions.ask(db, "an answer that settles nothing")
    questions.answer(db, unsettled, "perhaps", accepted=False)
    number = answered(db)
    point = missed.note_missed(db, "Table 3 is another test set.", paper="transformer")

    there = review.waiting(workspace, MORNING)
    assert {(each.kind, each.id) for each in there} == {("question", number), ("missed", point)}
    assert review.due_count(workspace, MORNING) == 2


def test_new_ones_come_in_slowly(workspace):
    for number in range(12):
        answered(workspace.db, f"why {number}?")
    assert review.due_count(workspace, MORNING) == 5

    for _each in range(5):
        rate(workspace, Rating.EASY, MORNING)
    assert review.due_count(workspace, MORNING + timedelta(hours=12)) == 0
    texts = [
        review.face(workspace, each).front
        for each in review.waiting(workspace, MORNING + timedelta(days=1))
    ]
    assert texts == [f"why {number}?" for number in range(5, 10)]


def test_after_a_holiday_what_is_due_is_capped(workspace):
    many = SimpleNamespace(
        db=workspace.db, settings=SimpleNamespace(reviews_a_day=80), syllabus=workspace.syllabus
    )
    for number in range(80):
        answered(workspace.db, f"why {number}?")
    for _each in range(80):
        rate(many, Rating.EASY, MORNING)

    later = MORNING + timedelta(days=90)
    assert review.due_count(workspace, later) == 50
    for _each in range(50):
        rate(workspace, Rating.EASY, later)
    assert review.due_count(workspace, later) == 0
    assert review.due_count(workspace, later + timedelta(days=1)) == 30


def test_a_reopened_or_deleted_question_drops_out_and_comes_back(workspace):
    db = workspace.db
    number = answered(db)
    rate(workspace, Rating.AGAIN, MORNING)
    soon = MORNING + timedelta(minutes=11)
    assert review.due_count(workspace, soon) == 1

    questions.reopen(db, number)
    assert review.due_count(workspace, soon) == 0
    questions.answer(db, number, "now I see")
    assert review.waiting(workspace, soon)[0].card is not None
    questions.delete(db, number)
    assert review.due_count(workspace, soon) == 0
    assert db.execute("SELECT count(*) FROM cards").fetchone()[0] == 0
    undo.undo(db)
    assert review.waiting(workspace, soon)[0].card is not None


def test_what_is_learned_is_due_to_the_minute_and_the_rest_by_the_day(workspace):
    answered(workspace.db)
    rate(workspace, Rating.AGAIN, MORNING)
    assert review.due_count(workspace, MORNING + timedelta(minutes=9)) == 0
    assert len(review.learning(workspace, MORNING + timedelta(minutes=9))) == 1
    assert review.due_count(workspace, MORNING + timedelta(minutes=10)) == 1

    evening = MORNING + timedelta(hours=13)
    rate(workspace, Rating.GOOD, evening)
    [due_at] = [row[0] for row in workspace.db.execute("SELECT due_at FROM cards")]
    due = datetime.fromisoformat(due_at)
    assert (due - evening).days >= 1
    assert review.due_count(workspace, due.replace(hour=0)) == 1
    assert review.due_count(workspace, due.replace(hour=0) - timedelta(minutes=1)) == 0


def test_a_clock_that_was_ahead_keeps_nothing_away(workspace):
    answered(workspace.db)
    rate(workspace, Rating.EASY, MORNING + timedelta(days=3650))

    [waiting] = review.waiting(workspace, MORNING)
    for rating, outcome in review.outcomes(waiting.card, MORNING).items():
        assert outcome.after > timedelta(0), rating
    rate(workspace, Rating.GOOD, MORNING)
    assert review.due_count(workspace, MORNING) == 0
    assert review.comes_back(workspace, MORNING) < timedelta(days=3650)


def test_two_apps_do_not_rate_the_same_twice(workspace):
    answered(workspace.db)
    [shown] = review.waiting(workspace, MORNING)
    outcome = review.outcomes(shown.card, MORNING)[Rating.GOOD]
    rate(workspace, Rating.EASY, MORNING)

    with pytest.raises(ReviewedMeanwhile, match="reviewed in another window"):
        review.rate(workspace, shown, Rating.GOOD, outcome)
    assert workspace.db.execute("SELECT count(*) FROM reviews").fetchone()[0] == 1


def test_a_review_is_taken_back_whole(workspace):
    db = workspace.db
    answered(db)
    rate(workspace, Rating.AGAIN, MORNING)
    rows = [tuple(row)[:10] for row in db.execute("SELECT * FROM cards")]
    rate(workspace, Rating.EASY, MORNING + timedelta(hours=1))

    assert undo.undo(db) == "Reviewed question 1"
    assert [tuple(row)[:10] for row in db.execute("SELECT * FROM cards")] == rows
    assert db.execute("SELECT count(*) FROM reviews").fetchone()[0] == 1
    undo.undo(db)
    assert review.waiting(workspace, MORNING)[0].card is None
    assert db.execute("SELECT count(*) FROM reviews").fetchone()[0] == 0


def test_what_was_reopened_after_it_was_shown_is_not_rated(workspace):
    number = answered(workspace.db)
    [shown] = review.waiting(workspace, MORNING)
    outcome = review.outcomes(shown.card, MORNING)[Rating.GOOD]
    questions.reopen(workspace.db, number)

    with pytest.raises(ReviewedMeanwhile, match="opened again or deleted"):
        review.rate(workspace, shown, Rating.GOOD, outcome)
    assert workspace.db.execute("SELECT count(*) FROM cards").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        ("**Only training is parallel.** The decoder is not.", "Only training is parallel.",
         ["The decoder is not."]),
        ("Tables differ. Table 2 is 2014.", "Tables differ.", ["Table 2 is 2014."]),
        ("表不能比。表 2 是 2014 年的。", "表不能比。", ["表 2 是 2014 年的。"]),
        ("One claim alone", "What did your first pass miss here?", ["One claim alone"]),
        ("See §3.1 alone.", "What did your first pass miss here?", ["See §3.1 alone."]),
    ],
)  # fmt: skip
def test_a_missed_point_asks_before_it_tells(workspace, text, front, back):
    missed.note_missed(workspace.db, text, paper="transformer", remark="I overlooked it.")
    face = review.face(workspace, review.waiting(workspace, MORNING)[0])

    assert face.front == front
    assert [answer.text for answer in face.answers] == [*back, "I overlooked it."]
    assert face.paper == "transformer"


def test_a_card_without_figures_begins_anew(workspace):
    answered(workspace.db)
    rate(workspace, Rating.GOOD, MORNING)
    workspace.db.execute("UPDATE cards SET stability = NULL, due_at = 'soon'")
    [waiting] = review.waiting(workspace, MORNING + timedelta(days=9)) or [
        reviews.find(workspace.db, "question", 1)
    ]

    assert review.outcomes(waiting.card, MORNING) == review.outcomes(None, MORNING)


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (timedelta(seconds=20), "1 min"),
        (timedelta(minutes=15), "15 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=45), "45 d"),
        (timedelta(days=75), "2 months"),
        (timedelta(days=900), "2 years"),
    ],
)
def test_an_interval_in_words(time, told):
    assert review.span(time) == told


def test_a_count_needs_no_scheduler():
    program = (
        "import sys, studylab.study.review, studylab.tui.review\nsys.exit('fsrs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_hundred_thousand_answers_are_counted_quickly(workspace):
    import time

    with workspace.db as db:
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO questions (id, uid, text, status, asked_at, changed_at)"
            " VALUES (?, ?, 'q', ?, '2026-01-01', '2026-01-01')",
            ((n, f"u{n}", "answered" if n % 3 else "open") for n in range(100_000)),
        )
        db.executemany(
            "INSERT INTO answers (uid, question, text, answered_at, changed_at)"
            " VALUES (?, ?, 'a', '2026-01-01', '2026-01-01')",
            ((f"a{n}", n) for n in range(100_000)),
        )
    best = 9.0
    for _attempt in range(5):
        start = time.perf_counter()
        assert review.due_count(workspace, MORNING) == 5
        best = min(best, time.perf_counter() - start)
    assert best < 0.1


class Student(RuleBasedStateMachine):
    """A student who asks, answers, reviews, changes their mind, and has an unreliable clock."""

    template: str

    @initialize(new=st.integers(0, 3))
    def begin(self, new):
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        with sqlite3.connect(self.template) as source:
            source.backup(self.db)
        self.db.execute("PRAGMA foreign_keys = ON")
        self.workspace = SimpleNamespace(db=self.db, settings=SimpleNamespace(reviews_a_day=new))
        self.new = new
        self.at = MORNING
        self.model: dict[str, fsrs.Card] = {}
        self.history: list[tuple[str, fsrs.Card | None]] = []
        self.rated = 0

    @rule()
    def ask_and_answer(self):
        answered(self.db)
        self.history.clear()

    @rule()
    def ask(self):
        questions.ask(self.db, "open")
        self.history.clear()

    @rule()
    def miss(self):
        missed.note_missed(self.db, "a point", paper="bert")
        self.history.clear()

    @rule(which=st.integers(0, 9))
    def reopen_or_answer(self, which):
        there = question_list.listing(self.db)
        if there:
            question = there[which % len(there)]
            if question.open:
                questions.answer(self.db, question.id, "because")
            else:
                questions.reopen(self.db, question.id)
            self.history.clear()

    @rule(which=st.integers(0, 9))
    def delete(self, which):
        there = question_list.listing(self.db)
        if there:
            question = there[which % len(there)]
            questions.delete(self.db, question.id)
            self.model.pop(question.uid, None)
            self.history.clear()

    @rule(hours=st.integers(0, 24 * 40))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(hours=st.integers(0, 24 * 40))
    def the_clock_is_set_back(self, hours):
        self.at -= timedelta(hours=hours)

    @rule(which=st.integers(0, 9), rating=st.sampled_from(Rating), ahead=st.booleans())
    def rate(self, which, rating, ahead):
        there = (review.learning if ahead else review.waiting)(self.workspace, self.at)
        if not there:
            return
        waiting = there[which % len(there)]
        outcome = review.outcomes(waiting.card, self.at)[rating]
        review.rate(self.workspace, waiting, rating, outcome)
        before = self.model.get(waiting.uid)
        scheduler = fsrs.Scheduler(
            learning_steps=review.LEARNING_STEPS,
            relearning_steps=review.LEARNING_STEPS,
            enable_fuzzing=False,
        )
        after, _log = scheduler.review_card(
            before or fsrs.Card(card_id=1), fsrs.Rating(rating), self.at
        )
        self.model[waiting.uid] = after
        self.history.append((waiting.uid, before))
        self.rated += 1
        assert outcome.after == after.due - self.at

    @precondition(lambda self: self.history)
    @rule()
    def undo(self):
        uid, before = self.history.pop()
        undo.undo(self.db)
        self.rated -= 1
        if before is None:
            del self.model[uid]
        else:
            self.model[uid] = before

    @invariant()
    def cards_are_as_fsrs_says(self):
        rows = {
            row["uid"]: (
                datetime.fromisoformat(row["due_at"]),
                fsrs.State(row["state"]),
                row["stability"],
                row["difficulty"],
            )
            for row in self.db.execute("SELECT * FROM cards")
        }
        assert rows == {
            uid: (card.due, card.state, card.stability, card.difficulty)
            for uid, card in self.model.items()
        }

    @invariant()
    def each_review_is_in_the_log(self):
        assert self.db.execute("SELECT count(*) FROM reviews").fetchone()[0] == self.rated

    @invariant()
    def what_waits_can_be_reviewed(self):
        there = review.waiting(self.workspace, self.at)
        assert len({each.uid for each in there}) == len(there)
        assert len(there) == review.due_count(self.workspace, self.at)
        assert sum(each.card is None for each in there) <= self.new
        for each in there:
            if each.kind == reviews.QUESTION:
                question = question_list.get(self.db, each.id)
                assert not question.open
                assert question.answers
            assert review.face(self.workspace, each).answers


def test_whatever_a_student_does(tmp_path_factory):
    template = tmp_path_factory.mktemp("template") / "studylab.db"
    open_database(template).close()
    Student.template = str(template)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Student, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
    shutil.rmtree(template.parent)
