"""The tables, as a chain of migrations. Imported only by `studylab.store.migrate`.

What the student wrote (progress, papers, questions, answers) lives only here. What runs wrote
(runs, metrics, resources, results) is a copy of the run directories and can be made anew.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("studylab")


@migrations()
def m001_study(db: Database) -> None:
    """Progress, states of papers, questions and answers."""
    db.table("progress").create({"item": str, "done_at": str}, pk="item", not_null={"done_at"})
    db.table("papers").create(
        {"paper": str, "state": str, "changed_at": str},
        pk="paper",
        not_null={"state", "changed_at"},
    )
    db.table("questions").create(
        {
            "id": int,
            "uid": str,
            "text": str,
            "status": str,
            "week": int,
            "item": str,
            "paper": str,
            "place": str,
            "run": str,
            "step": int,
            "asked_at": str,
            "changed_at": str,
        },
        pk="id",
        not_null={"uid", "text", "status", "asked_at", "changed_at"},
        defaults={"status": "open"},
    )
    db.table("questions").create_index(["uid"], unique=True)
    db.table("questions").create_index(["status", "week"])
    db.table("questions").create_index(["paper"])
    db.table("answers").create(
        {"id": int, "uid": str, "question": int, "text": str, "source": str, "answered_at": str},
        pk="id",
        not_null={"uid", "question", "text", "answered_at"},
    )
    db.table("answers").create_index(["uid"], unique=True)
    db.table("answers").create_index(["question"])
    db.table("answers").add_foreign_key("question", "questions", "id", on_delete="CASCADE")


@migrations()
def m002_runs(db: Database) -> None:
    """Runs and what they logged."""
    db.table("runs").create(
        {
            "id": str,
            "lab": str,
            "command": str,
            "settings": str,
            "seed": int,
            "state": str,
            "reason": str,
            "exit_code": int,
            "signal": int,
            "host": str,
            "directory": str,
            "created_at": str,
            "started_at": str,
            "ended_at": str,
            "step": int,
            "steps": int,
            "metrics_offset": int,
            "events_offset": int,
            "resources_offset": int,
            "settled": int,
        },
        pk="id",
        not_null={"state", "created_at", "directory"},
        defaults={
            "metrics_offset": 0,
            "events_offset": 0,
            "resources_offset": 0,
            "settled": 0,
        },
    )
    db.table("runs").create_index(["created_at"])
    db.table("runs").create_index(["lab"])
    db.table("runs").create_index(["settled"])
    db.table("metrics").create(
        {"run": str, "name": str, "step": int, "time": float, "value": float, "kind": str},
        not_null={"run", "name", "step", "kind"},
        foreign_keys=[("run", "runs", "id")],
    )
    db.table("metrics").create_index(["run", "name", "step"])
    db.table("resources").create(
        {"run": str, "time": float, "cpu_percent": float, "rss_bytes": int, "gpus": str},
        not_null={"run", "time"},
        foreign_keys=[("run", "runs", "id")],
    )
    db.table("resources").create_index(["run", "time"])
    db.table("results").create(
        {
            "id": int,
            "run": str,
            "metric": str,
            "split": str,
            "data": str,
            "value": float,
            "kind": str,
            "baseline": float,
            "reference": float,
            "reference_source": str,
            "higher_is_better": int,
            "verdict": str,
            "time": float,
        },
        pk="id",
        not_null={"run", "metric", "split", "data", "kind"},
        foreign_keys=[("run", "runs", "id")],
    )
    db.table("results").create_index(["run"])


@migrations()
def m003_study_whole(db: Database) -> None:
    """What belongs to studying beside questions: tags, passes, missed points, reviews, time.

    A row that a student wrote has a `uid`, by which two databases are merged, and `changed_at`,
    which tells whose version is newer. What was deleted leaves a tombstone.
    """
    db.table("answers").add_column("source_kind", str, not_null_default="")
    db.table("answers").add_column("changed_at", str, not_null_default="")
    db.execute("UPDATE answers SET changed_at = answered_at")
    db.table("answers").create_index(["answered_at"])
    db.execute("DROP INDEX IF EXISTS idx_questions_status_week")
    db.execute("DROP INDEX IF EXISTS idx_questions_paper")
    questions = db.table("questions")
    questions.create_index(["status", "week", "paper"])
    questions.create_index(["status", "asked_at"])
    questions.create_index(["status", "changed_at"])
    questions.create_index(["asked_at"])
    questions.create_index(["changed_at"])
    questions.create_index(["week", "asked_at"])
    questions.create_index(["paper", "asked_at"])
    questions.create_index(["run"])
    db.table("question_tags").create({"question": int, "tag": str}, pk=("question", "tag"))
    db.table("question_tags").add_foreign_key("question", "questions", "id", on_delete="CASCADE")
    db.table("question_tags").create_index(["tag", "question"])
    db.table("paper_history").create(
        {"id": int, "uid": str, "paper": str, "state": str, "at": str},
        pk="id",
        not_null={"uid", "paper", "state", "at"},
    )
    db.table("paper_history").create_index(["uid"], unique=True)
    db.table("paper_history").create_index(["paper", "at"])
    for paper, state, at in db.execute("SELECT paper, state, changed_at FROM papers").fetchall():
        db.table("paper_history").insert(
            {"uid": f"first-{paper}-{at}", "paper": paper, "state": state, "at": at}
        )
    db.table("missed_points").create(
        {
            "id": int,
            "uid": str,
            "paper": str,
            "week": int,
            "point": int,
            "text": str,
            "remark": str,
            "noted_at": str,
            "changed_at": str,
        },
        pk="id",
        not_null={"uid", "text", "noted_at", "changed_at"},
        defaults={"paper": "", "remark": ""},
    )
    db.table("missed_points").create_index(["uid"], unique=True)
    db.table("missed_points").create_index(["paper", "point"])
    db.table("missed_points").create_index(["noted_at"])
    _reviews(db)
    _time(db)
    db.table("saved_filters").create(
        {"id": int, "uid": str, "name": str, "filter": str, "changed_at": str},
        pk="id",
        not_null={"uid", "name", "filter", "changed_at"},
    )
    db.table("saved_filters").create_index(["uid"], unique=True)
    db.table("saved_filters").create_index(["name"], unique=True)
    db.table("tombstones").create(
        {"uid": str, "kind": str, "deleted_at": str}, pk="uid", not_null={"kind", "deleted_at"}
    )
    # A number is never used again, so that "since this number" tells what was changed later.
    db.execute(
        "CREATE TABLE undo (id INTEGER PRIMARY KEY AUTOINCREMENT, said TEXT NOT NULL,"
        " at TEXT NOT NULL, rows TEXT NOT NULL)"
    )
    db.table("notes").create(
        {"id": int, "name": str, "bytes": int, "modified_ns": int},
        pk="id",
        not_null={"name", "bytes", "modified_ns"},
    )
    db.table("notes").create_index(["name"], unique=True)
    db.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        " (words, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')"
    )


def _reviews(db: Database) -> None:
    """Spaced repetition: one card for each thing that comes back, one row for each review."""
    db.table("cards").create(
        {
            "id": int,
            "uid": str,
            "kind": str,
            "of": str,
            "state": int,
            "step": int,
            "stability": float,
            "difficulty": float,
            "due_at": str,
            "reviewed_at": str,
            "changed_at": str,
        },
        pk="id",
        not_null={"uid", "kind", "of", "state", "due_at", "changed_at"},
    )
    db.table("cards").create_index(["uid"], unique=True)
    db.table("cards").create_index(["kind", "of"], unique=True)
    db.table("cards").create_index(["due_at"])
    db.table("reviews").create(
        {"id": int, "uid": str, "card": str, "rating": int, "reviewed_at": str},
        pk="id",
        not_null={"uid", "card", "rating", "reviewed_at"},
    )
    db.table("reviews").create_index(["uid"], unique=True)
    db.table("reviews").create_index(["reviewed_at"])
    db.table("reviews").create_index(["card", "reviewed_at"])


def _time(db: Database) -> None:
    """Study sessions, the plan's dates, and the days that do not count."""
    db.table("sessions").create(
        {
            "id": int,
            "uid": str,
            "item": str,
            "week": int,
            "day": str,
            "started_at": str,
            "running_since": str,
            "seen_at": str,
            "ended_at": str,
            "seconds": float,
            "changed_at": str,
        },
        pk="id",
        not_null={"uid", "day", "started_at", "seconds", "changed_at"},
        defaults={"item": "", "seconds": 0},
    )
    db.table("sessions").create_index(["uid"], unique=True)
    db.table("sessions").create_index(["day"])
    db.table("sessions").create_index(["week"])
    db.table("sessions").create_index(["ended_at"])
    db.table("plan").create(
        {"name": str, "value": str, "changed_at": str}, pk="name", not_null={"value", "changed_at"}
    )
    db.table("pauses").create(
        {
            "id": int,
            "uid": str,
            "first_day": str,
            "last_day": str,
            "why": str,
            "changed_at": str,
        },
        pk="id",
        not_null={"uid", "first_day", "last_day", "changed_at"},
        defaults={"why": ""},
    )
    db.table("pauses").create_index(["uid"], unique=True)


@migrations()
def m004_runs_kept(db: Database) -> None:
    """What a student keeps about a run: marks, and what was expected of it; how the data of a
    result was had."""
    db.table("results").add_column("tier", str, not_null_default="")
    db.table("run_marks").create(
        {
            "run": str,
            "star": int,
            "archived": int,
            "tags": str,
            "note": str,
            "changed_at": str,
        },
        pk="run",
        not_null={"star", "archived", "tags", "note", "changed_at"},
        defaults={"star": 0, "archived": 0, "tags": "", "note": ""},
    )
    db.table("expectations").create(
        {
            "run": str,
            "metric": str,
            "value": float,
            "shape": str,
            "why": str,
            "told_at": str,
            "changed_at": str,
        },
        pk="run",
        not_null={"metric", "shape", "why", "told_at", "changed_at"},
        defaults={"metric": "", "shape": "", "why": ""},
    )
