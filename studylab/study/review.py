"""What comes back for review, when, and what a rating does. The scheduler is FSRS's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from studylab.language import N_, _, n_
from studylab.store import missed, question_list, reviews
from studylab.store.questions import Answer
from studylab.store.reviews import Card, Clock, Waiting
from studylab.workspace import Workspace

if TYPE_CHECKING:
    import fsrs

KNOWN_FOR_EACH_NEW = 10
LEAST_KNOWN = 50
"""So many known things come back a day at most, or ten for each new one that is let in: after a
holiday the rest waits for the next day."""

AHEAD = timedelta(minutes=20)
"""What is being learned and due within this time comes once nothing else is left."""

WRONG_BY = timedelta(days=1)
"""A review further in the future than this was made while the clock was wrong."""

LEARNING_STEPS = (timedelta(minutes=10),)
"""One step is enough: the student has found the answer and written it down before."""


class Rating(IntEnum):
    """How well the answer was known; the numbers are FSRS's, and the keys."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


RATINGS = {
    Rating.AGAIN: N_("again"),
    Rating.HARD: N_("hard"),
    Rating.GOOD: N_("good"),
    Rating.EASY: N_("easy"),
}
"""What the ratings are called; `_` translates one where it is shown."""


@dataclass(frozen=True, slots=True)
class Face:
    """What is shown of something to review: first the front, then the answers."""

    front: str
    answers: tuple[Answer, ...]
    week: int | None
    item: str
    paper: str
    place: str
    run: str
    step: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rating would do: the card after it, and in how long it comes back."""

    card: Card
    after: timedelta


def due_count(workspace: Workspace, at: datetime | None = None) -> int:
    """How many questions and missed points wait for review today."""
    return len(waiting(workspace, at))


def waiting(workspace: Workspace, at: datetime | None = None) -> list[Waiting]:
    """What waits for review today: what is due, then what is new, a few a day."""
    clock = _clock(at)
    new_a_day = int(workspace.settings.reviews_a_day)
    done, new_done = reviews.done_since(workspace.db, clock.midnight, clock.ahead)
    most_known = max(LEAST_KNOWN, new_a_day * KNOWN_FOR_EACH_NEW)
    known_left = max(0, most_known - (done - new_done))
    due = reviews.due(workspace.db, clock, limit=known_left + done)
    again = [each for each in due if (_reviewed_at(each) or "") >= clock.midnight]
    known = [each for each in due if (_reviewed_at(each) or "") < clock.midnight][:known_left]
    new = reviews.new(workspace.db, limit=max(0, new_a_day - new_done))
    return [*again, *known, *new]


def learning(workspace: Workspace, at: datetime | None = None) -> list[Waiting]:
    """What is being learned and comes back so soon that it may be taken now."""
    clock = _clock(at)
    until = _stored((at or datetime.now(UTC)) + AHEAD)
    return reviews.learning(workspace.db, clock, until)


def comes_back(workspace: Workspace, at: datetime) -> timedelta | None:
    """In how long the next thing comes back that does not wait already; None if nothing will."""
    due = _read(reviews.next_due(workspace.db, _clock(at).tomorrow))
    return due - at if due else None


def face(workspace: Workspace, of: Waiting) -> Face:
    """What to show of a question or missed point.

    Raises:
        NoSuchQuestion, NoSuchPoint: it was deleted meanwhile.
    """
    if of.kind == reviews.QUESTION:
        question = question_list.get(workspace.db, of.id)
        return Face(
            question.text,
            question.answers,
            question.week,
            question.item,
            question.paper,
            question.place,
            question.run,
            question.step,
        )
    point = missed.get_missed(workspace.db, of.id)
    front, text = _claim(point.text)
    answers = [Answer(0, each, "", point.noted_at) for each in (text, point.remark) if each]
    return Face(front, tuple(answers), point.week, "", point.paper, "", "", None)


def outcomes(card: Card | None, at: datetime) -> dict[Rating, Outcome]:
    """What each rating would do to a card, or to a new one."""
    import fsrs

    at = _to_the_second(at)
    before = _as_fsrs(card, at)
    scheduler = _scheduler()
    found = {}
    for rating in Rating:
        after, _log = scheduler.review_card(before, fsrs.Rating(rating), at)
        found[rating] = Outcome(
            Card(
                int(after.state),
                after.step,
                after.stability,
                after.difficulty,
                _stored(after.due),
                _stored(at),
            ),
            after.due - at,
        )
    return found


def rate(workspace: Workspace, reviewed: Waiting, rating: Rating, outcome: Outcome) -> None:
    """Write down that something was reviewed, with the outcome that was shown for the rating.

    Raises:
        ReviewedMeanwhile: another app changed it; nothing is written.
    """
    reviews.record(workspace.db, reviewed, rating, outcome.card)


def span(time: timedelta) -> str:
    """An interval in a few characters: `10 min`, `3 d`, `2 months`."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return _("{count} min", count=max(1, minutes))
    if minutes < 24 * 60:
        return _("{count} h", count=round(minutes / 60))
    days = round(minutes / 60 / 24)
    if days < 60:
        return _("{count} d", count=days)
    if days < 730:
        return n_("{count} month", "{count} months", round(days / 30.4))
    return n_("{count} year", "{count} years", round(days / 365))


def _claim(text: str) -> tuple[str, str]:
    """A missed point as a front and what it hides: its first sentence asks for the rest."""
    bold = re.match(r"\*\*(.+?)\*\*\s*", text, re.DOTALL)
    sentence = bold or re.match(r"(.+?(?:[.!?:](?=\s)|[。！？：]))\s*", text, re.DOTALL)
    if sentence and text[sentence.end() :].strip():
        return sentence[1], text[sentence.end() :]
    return _("What did your first pass miss here?"), text


def _scheduler() -> fsrs.Scheduler:
    import fsrs

    # Without fuzz: the interval that is shown is the one that comes.
    return fsrs.Scheduler(
        learning_steps=LEARNING_STEPS, relearning_steps=LEARNING_STEPS, enable_fuzzing=False
    )


def _as_fsrs(card: Card | None, at: datetime) -> fsrs.Card:
    import fsrs

    # Of a card without figures, from a broken import, nothing is known: it begins anew.
    if card is None or card.stability is None or card.difficulty is None:
        return fsrs.Card(card_id=0, due=at)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State(card.state),
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due=_read(card.due_at) or at,
        last_review=_read(card.reviewed_at),
    )


def _clock(at: datetime | None) -> Clock:
    at = at or datetime.now(UTC)
    here = at.astimezone()
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return Clock(
        now=_stored(at),
        midnight=_stored(midnight.astimezone()),
        tomorrow=_stored((midnight + timedelta(days=1)).astimezone()),
        ahead=_stored(at + WRONG_BY),
    )


def _reviewed_at(of: Waiting) -> str | None:
    return of.card.reviewed_at if of.card else None


def _to_the_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _stored(at: datetime) -> str:
    return _to_the_second(at).isoformat(timespec="seconds")


def _read(at: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(at or "")
    except (ValueError, OverflowError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
