"""How much memory labs took: of the newest finished run of each, on one GPU and in all."""

from __future__ import annotations

import json

from studylab.store.peaks import LAST_SAMPLES, Peak, peaks


def run(db, id: str, lab: str, *, state: str = "finished", at: int = 0) -> None:
    db.execute(
        "INSERT INTO runs (id, lab, command, settings, state, reason, host, directory, created_at)"
        " VALUES (?, ?, '[]', '{}', ?, '', 'h', ?, ?)",
        (id, lab, state, f"/{id}", f"2026-11-{at + 1:02}T00:00:00+00:00"),
    )


def use(db, id: str, time: float, rss: int, *gpus: int | None) -> None:
    told = json.dumps([{"index": i, "run_memory": held} for i, held in enumerate(gpus)])
    db.execute("INSERT INTO resources VALUES (?, ?, 1.0, ?, ?)", (id, time, rss, told))


def test_the_most_of_the_newest_finished_run(db) -> None:
    run(db, "cnn-old", "vision/cnn", at=1)
    use(db, "cnn-old", 1, 999_999, 999_999)
    run(db, "cnn-new", "vision/cnn", at=2)
    for time, rss, gpus in ((1, 10, (5, None)), (2, 30, (0, 40)), (3, 20, (8, 0))):
        use(db, "cnn-new", time, rss, *gpus)
    run(db, "cnn-failed", "vision/cnn", state="failed", at=3)
    use(db, "cnn-failed", 1, 777_777)
    run(db, "bert", "lm/bert")
    use(db, "bert", 1, 7)
    assert peaks(db) == [Peak("lm/bert", "bert", 7, None), Peak("vision/cnn", "cnn-new", 30, 40)]


def test_commands_and_runs_without_samples_are_left_out(db) -> None:
    run(db, "train", "")
    use(db, "train", 1, 5)
    run(db, "quick", "vision/cnn")
    assert peaks(db) == []


def test_a_long_run_is_judged_by_its_end(db) -> None:
    run(db, "cnn", "vision/cnn")
    use(db, "cnn", 0, 10**9)
    for time in range(LAST_SAMPLES):
        use(db, "cnn", 1 + time, 5)
    assert peaks(db) == [Peak("vision/cnn", "cnn", 5, None)]
