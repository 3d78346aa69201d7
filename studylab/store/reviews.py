"""Spaced repetition: the cards of answered questions and missed points, and each review.

A question that was opened again, or is gone, keeps its card and just isn't listed here.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from studylab.language import N_, _
from studylab.problem import Problem
from studylab.store.database import first, now
from studylab.store.undo import change

QUESTION, MISSED = "question", "missed"
"""What a card is of."""

REVIEW_STATE = 2
"""The state of a card that comes back after days, not minutes."""

_THERE = {
    QUESTION: (
        "questions q",
        "q.status = 'answered' AND EXISTS (SELECT 1 FROM answers WHERE question = q.id)",
        "q.asked_at",
    ),
    MISSED: ("missed_points q", "1", "q.noted_at"),
}
"""What has a card or may get one: its table, the condition, and since when it is there."""

_SAID = {QUESTION: N_("Reviewed question {id}"), MISSED: N_("Reviewed missed point {id}")}


class ReviewedMeanwhile(Problem):
    """Another app reviewed, reopened or deleted the same thing after it was shown here."""


@dataclass(frozen=True, slots=True)
class Card:
    """How well something is known; the words are those of FSRS."""

    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: str
    reviewed_at: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to review: question or missed point `id`. Without a card it is new."""

    kind: str
    uid: str
    id: int
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The moments that decide what is due, ISO 8601 in UTC."""

    now: str
    midnight: str
    """Where the student's day began."""
    tomorrow: str
    ahead: str
    """A review later than this was made by a clock that was wrong; what it said does not count."""


def due(db: sqlite3.Connection, clock: Clock, *, limit: int) -> list[Waiting]:
    """Cards that are due, those of today first, then by when they became due.

    One in review is due the whole day, one that is being learned from its minute on.
    """
    return _cards(
        db,
        f"(c.due_at <= :now OR (c.state = {REVIEW_STATE} AND c.due_at < :tomorrow)"
        " OR c.reviewed_at > :ahead)",
        "coalesce(reviewed_at >= :midnight, 0) DESC, due_at, uid LIMIT :limit",
        {**asdict(clock), "limit": limit},
    )


def learning(db: sqlite3.Connection, clock: Clock, until: str) -> list[Waiting]:
    """Cards that are being learned and come back by `until`, the first of them first."""
    return _cards(
        db,
        f"c.state != {REVIEW_STATE} AND c.due_at > :now AND c.due_at <= :until",
        "due_at, uid",
        {"now": clock.now, "until": until},
    )


def new(db: sqlite3.Connection, *, limit: int) -> list[Waiting]:
    """What could get a card, the oldest first."""
    parts = [
        f"SELECT * FROM (SELECT '{kind}', q.uid, q.id, {since} AS since FROM {table}"
        f" WHERE {condition} AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.uid = q.uid)"
        f" ORDER BY {since}, q.id LIMIT :limit)"
        for kind, (table, condition, since) in _THERE.items()
    ]
    rows = db.execute(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY since LIMIT :limit",
        {"limit": limit},
    )
    return [Waiting(kind, uid, id) for kind, uid, id, _since in rows]


def find(db: sqlite3.Connection, kind: str, id: int) -> Waiting | None:
    """A question or missed point with its card, due or not; None if it is nothing to review."""
    table, condition, _since = _THERE[kind]
    row = first(
        db,
        "SELECT q.uid, c.state, c.step, c.stability, c.difficulty, c.due_at, c.reviewed_at"
        f" FROM {table} LEFT JOIN cards c ON c.uid = q.uid WHERE q.id = ? AND {condition}",
        [id],
    )
    if row is None:
        return None
    uid, *card = row
    return Waiting(kind, uid, id, None if card[0] is None else Card(*card))


def done_since(db: sqlite3.Connection, midnight: str, ahead: str) -> tuple[int, int]:
    """How many things were reviewed since then, and how many of them for the first time."""
    row = db.execute(
        "SELECT count(*), coalesce(sum(NOT EXISTS ("
        "SELECT 1 FROM reviews b WHERE b.card = r.card AND b.reviewed_at < :midnight)), 0)"
        " FROM (SELECT DISTINCT card FROM reviews"
        " WHERE reviewed_at >= :midnight AND reviewed_at <= :ahead) r",
        {"midnight": midnight, "ahead": ahead},
    ).fetchone()
    return int(row[0]), int(row[1])


def record(db: sqlite3.Connection, reviewed: Waiting, rating: int, after: Card) -> None:
    """Write a review down; `after` is the card as the review leaves it.

    Raises:
        ReviewedMeanwhile: the card is not what was shown any more; nothing is written.
    """
    table, condition, _since = _THERE[reviewed.kind]
    with change(db, _(_SAID[reviewed.kind], id=reviewed.id)) as kept:
        before = kept.before("cards", reviewed.uid)
        known = reviewed.card.reviewed_at if reviewed.card else None
        if (before and before["reviewed_at"]) != known:
            raise ReviewedMeanwhile(_("it was reviewed in another window meanwhile"))
        there = f"SELECT 1 FROM {table} WHERE q.uid = ? AND {condition}"
        if db.execute(there, (reviewed.uid,)).fetchone() is None:
            raise ReviewedMeanwhile(_("it was opened again or deleted meanwhile"))
        at = max(now(), before["changed_at"]) if before else now()
        db.execute(
            'INSERT INTO cards (uid, kind, "of", state, step, stability, difficulty, due_at,'
            " reviewed_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (uid) DO UPDATE SET state = excluded.state, step = excluded.step,"
            " stability = excluded.stability, difficulty = excluded.difficulty,"
            " due_at = excluded.due_at, reviewed_at = excluded.reviewed_at,"
            " changed_at = excluded.changed_at",
            (
                reviewed.uid,
                reviewed.kind,
                reviewed.uid,
                after.state,
                after.step,
                after.stability,
                after.difficulty,
                after.due_at,
                after.reviewed_at,
                at,
            ),
        )
        uid = uuid.uuid4().hex
        db.execute(
            "INSERT INTO reviews (uid, card, rating, reviewed_at) VALUES (?, ?, ?, ?)",
            (uid, reviewed.uid, rating, after.reviewed_at),
        )
        kept.added("reviews", uid)


def next_due(db: sqlite3.Connection, after: str) -> str | None:
    """When the next card that is not due by `after` comes back; None if there is none."""
    parts = [
        f"SELECT min(c.due_at) AS at FROM cards c JOIN {table} ON q.uid = c.uid"
        f" WHERE c.kind = '{kind}' AND {condition} AND c.due_at > :after"
        for kind, (table, condition, _since) in _THERE.items()
    ]
    row = db.execute(f"SELECT min(at) FROM ({' UNION ALL '.join(parts)})", {"after": after})
    found: str | None = row.fetchone()[0]
    return found


def _cards(
    db: sqlite3.Connection, which: str, order: str, values: Mapping[str, object]
) -> list[Waiting]:
    parts = [
        f"SELECT '{kind}', c.uid, q.id, c.state, c.step, c.stability, c.difficulty, c.due_at,"
        f" c.reviewed_at FROM cards c JOIN {table} ON q.uid = c.uid"
        f" WHERE c.kind = '{kind}' AND {condition} AND {which}"
        for kind, (table, condition, _since) in _THERE.items()
    ]
    rows = db.execute(f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY {order}", values)
    return [Waiting(kind, uid, id, Card(*card)) for kind, uid, id, *card in rows]
