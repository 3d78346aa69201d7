"""100,000 questions and 10,000 runs: every list, filter and search, and the first paint.

The peer of the search is what sqlite-utils' own full-text search takes for the same words on the
same rows; it knows no Chinese words of two characters.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.first_paint import paint, studylab
from benchmarks.report import Report, spread
from benchmarks.terminal import seconds_until, session, tmux
from studylab.store import overview, question_list, runs, search_index
from studylab.store.database import open_database, transaction

QUESTIONS, RUNS = 100_000, 10_000
BAR_MS = 100.0
PAINT_BAR = 1.1

_ENGLISH = ["loss", "rise", "step", "gradient", "attention", "head", "softmax", "layer", "norm"]
_ENGLISH += ["dropout", "residual", "token", "mask", "encoder", "embedding", "warmup", "batch"]
_CHINESE = ["为什么", "损失", "会", "上升", "注意力", "的", "缩放", "因子", "批归一化", "区别"]
_CHINESE += ["残差", "连接", "怎么", "帮助", "梯度", "学习率", "预热"]
_PAPERS = ("", "bert", "gpt", "t5", "transformer", "roberta")
SEARCHES = ("a", "loss", "attention head", "nr4242", "损", "损失", "批归一化", "warm 100", "√")


def fill(path: Path) -> None:
    """A database as a very long study would leave it."""
    random.seed(1)
    db = open_database(path)
    with transaction(db):
        for number in range(QUESTIONS):
            words = _ENGLISH if number % 2 else _CHINESE
            joint = " " if number % 2 else ""
            text = f"{joint.join(random.choices(words, k=14))} nr{number}"
            at = (
                f"2026-{1 + number * 10 // QUESTIONS:02}-{1 + number % 28:02}"
                f"T{number % 24:02}:{number % 60:02}:00+00:00"
            )
            answered = number % 3 == 0
            db.execute(
                "INSERT INTO questions (uid, text, status, week, item, paper, place, run, asked_at,"
                " changed_at) VALUES (?, ?, ?, ?, '', ?, '', '', ?, ?)",
                (
                    f"q{number}",
                    text,
                    "answered" if answered else "open",
                    1 + number % 10,
                    _PAPERS[number % 6],
                    at,
                    at,
                ),
            )
            if answered:
                answer = " ".join(random.choices(_ENGLISH, k=20))
                db.execute(
                    "INSERT INTO answers (uid, question, text, source, answered_at, changed_at)"
                    " VALUES (?, ?, ?, 'P32', ?, ?)",
                    (f"a{number}", number + 1, answer, at, at),
                )
            if number % 5 == 0:
                tag = random.choice(_ENGLISH)
                db.execute("INSERT INTO question_tags VALUES (?, ?)", (number + 1, tag))
        for number in range(RUNS):
            at = f"2026-{1 + number * 10 // RUNS:02}-{1 + number % 28:02}T10:00:00+00:00"
            db.execute(
                "INSERT INTO runs (id, lab, command, settings, seed, state, reason, host,"
                " directory, created_at, started_at, ended_at, step, steps, settled)"
                " VALUES (?, ?, '[]', ?, 1, ?, '', 'here', ?, ?, ?, ?, 600, 600, 1)",
                (
                    f"cnn-{number:05}",
                    "vision/cnn" if number % 2 else "language_models/pretrain",
                    json.dumps({"learning_rate": 0.001 * number}),
                    "failed" if number % 7 == 0 else "finished",
                    f"/nowhere/{number}",
                    at,
                    at,
                    at,
                ),
            )
            db.execute(
                "INSERT INTO results (run, metric, split, data, value, kind, reference, verdict,"
                " higher_is_better, time) VALUES (?, 'accuracy', 'test', 'digits', ?, 'finite',"
                " 0.98, 'reached', 1, 0)",
                (f"cnn-{number:05}", random.random()),
            )
        search_index.rebuild(db)
    db.close()


def measure(repetitions: int) -> Report:
    """The slowest list, filter, order and search; the search beside sqlite-utils'."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "large"
        fill(home / "studylab.db")
        db = open_database(home / "studylab.db")
        for what, calls in _calls(db).items():
            taken = {name: _milliseconds(call, repetitions) for name, call in calls.items()}
            slowest = max(taken, key=lambda name: taken[name])
            report.figure(
                f"{what}: the slowest of {len(taken)}, {slowest}",
                f"{taken[slowest]:.0f} ms",
                f"under {BAR_MS:.0f} ms",
                taken[slowest] < BAR_MS,
            )
        ours = _milliseconds(_find(db, "attention head"), repetitions)
        theirs = _of_sqlite_utils(home / "studylab.db", "attention head", repetitions)
        report.figure("search of `attention head`, 1000 questions in full", f"{ours:.1f} ms")
        report.figure("sqlite-utils' table.search of the same, 1000 rows", f"{theirs:.1f} ms")
        report.figure("ratio", f"{ours / theirs:.2f} x")
        db.close()
        _paints(report, Path(folder), home, repetitions)
    return report


def _calls(db: sqlite3.Connection) -> dict[str, dict[str, Callable[[], object]]]:
    def listed(**given: Any) -> Callable[[], object]:
        return lambda: question_list.listing(db, **given)

    filters: dict[str, dict[str, Any]] = {
        "all": {},
        "open": {"status": "open"},
        "week": {"week": 3},
        "paper": {"paper": "bert"},
        "tag": {"tag": "mask"},
        "open, week and paper": {"status": "open", "week": 3, "paper": "t5"},
    }
    orders = {
        f"{name} by {sort}": listed(**given, sort=sort)
        for name, given in filters.items()
        for sort in question_list.SORTS
    }
    searches = {
        f"`{words}`{' open' if status else ''}": listed(containing=words, status=status)
        for words in SEARCHES
        for status in (None, "open")
    }
    counts: dict[str, Callable[[], object]] = {
        "tally": lambda: question_list.tally(db),
        "tags": lambda: question_list.tags(db),
    }
    lists: dict[str, Callable[[], object]] = {
        "newest runs with results": lambda: overview.results_of(
            db,
            [run.id for run in runs.listing(db)],
        ),
        "failed runs": lambda: runs.listing(db, states=["failed"]),
        "runs of a lab": lambda: runs.listing(db, lab="vision/cnn"),
        "records of the labs": lambda: overview.lab_records(db),
    }
    return {
        "questions filtered and ordered": orders,
        "questions searched": searches,
        "questions counted": counts,
        "runs": lists,
    }


def _find(db: sqlite3.Connection, words: str) -> Callable[[], object]:
    return lambda: question_list.listing(db, containing=words)


def _milliseconds(call: Callable[[], object], repetitions: int) -> float:
    taken = []
    for _ in range(max(3, repetitions)):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _of_sqlite_utils(path: Path, words: str, repetitions: int) -> float:
    import sqlite_utils

    copy = path.with_name("peer.db")
    copy.write_bytes(path.read_bytes())
    table = sqlite_utils.Database(copy).table("questions")
    table.enable_fts(["text"], fts_version="FTS5", replace=True)
    return _milliseconds(lambda: list(table.search(words, limit=1000)), repetitions)


def _paints(report: Report, folder: Path, large: Path, repetitions: int) -> None:
    new, old = studylab(folder / "new"), studylab(large)
    paint(*new)
    paint(*old)
    pairs = [(paint(*old), paint(*new)) for _ in range(repetitions)]
    ratios = [a / b for a, b in pairs]
    report.figure("first paint, large database", spread([a for a, _ in pairs], "s"))
    report.figure("first paint, empty database", spread([b for _, b in pairs], "s"))
    ratio = statistics.median(ratios)
    report.figure("ratio", spread(ratios, "x"), f"at most {PAINT_BAR} x", ratio <= PAINT_BAR)
    with session(*old[:2]):
        seconds_until(lambda text: old[2] in text)
        for room, word in (("3", "the newest 500"), ("6", "cnn-09")):
            tmux("send-keys", "-t", "bench", room)
            seconds = seconds_until(lambda text, word=word: word in text)
            report.figure(f"room {room} entered for the first time", f"{seconds * 1000:.0f} ms")
