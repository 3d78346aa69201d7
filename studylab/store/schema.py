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
