"""An offline run of W&B as a run: config, history, and the summary as results."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studylab.language import _
from studylab.metrics.adapters.wandb import WandbRun, read_run
from studylab.metrics.adapters.wandb_log import NotAWandbRun
from studylab.metrics.groups import SPLITS, split_name
from studylab.metrics.reporter import event_line
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.incoming.places import (
    Imported,
    ImportProblem,
    foreign_spec,
    made_whole,
    place_of,
)
from studylab.runs.outcome import signal_name
from studylab.runs.scalars import WANDB, Source
from studylab.runs.translate import Translator

SUMMARY = "summary"
"""What stands in the place of a result's split where W&B's name tells none."""

MOST_SETTINGS = 500
LONGEST_VALUE = 500


def import_wandb(path: Path) -> Imported:
    """Make a run of a log of W&B, unless that was done already.

    Raises:
        ImportProblem: the file is no such log, of a newer version, or holds nothing.
        OSError: something can't be read or written.
    """
    try:
        told = read_run(path)
    except NotAWandbRun as error:
        raise ImportProblem(_("{path}: {reason}", path=path, reason=error)) from None
    if not told.points and not told.summary:
        raise ImportProblem(_("{path}: {reason}", path=path, reason=_("it holds no scalars")))
    identity = f"wandb {told.project} {told.id} {told.started}"
    run = place_of(told.name or told.project or "wandb", identity)
    if run.path.exists():
        return Imported(run, new=False)
    with made_whole(run, identity, path) as made:
        translator = Translator(made)
        translator.add(Source(WANDB, str(path.absolute())))
        records = translator.finish()
        started = told.started or min(translator.earliest, path.stat().st_mtime)
        ended = told.ended or max(started, translator.latest)
        translator.close()
        _write_results(made, told, ended)
        settings = dict(list(_flat(told.config))[:MOST_SETTINGS])
        made.write_spec(
            foreign_spec(run, started, folder=path.parent, host=told.host, settings=settings)
        )
        made.write_state(_state(told, started, ended))
    return Imported(run, new=True, records=records)


def _state(told: WandbRun, started: float, ended: float) -> RunState:
    code = told.exit_code
    state, reason = State.FINISHED, _("imported from W&B")
    if code is None:
        state, reason = State.LOST, _("imported from W&B; its log stops before its end")
    elif code < 0 or code > 128:
        number = -code if code < 0 else code - 128
        state = State.FAILED
        reason = _("imported from W&B; killed by {signal}", signal=signal_name(number))
    elif code:
        state, reason = State.FAILED, _("imported from W&B; exit code {code}", code=code)
    return RunState(state, reason, exit_code=code, started_at=started, ended_at=ended)


def _write_results(made: RunDirectory, told: WandbRun, ended: float) -> None:
    """The summary, without what W&B keeps for itself; nothing is known to hold it against."""
    given = told.config.get("dataset") or told.config.get("data") or told.project
    data = given if isinstance(given, str) else told.project
    lines = []
    for name, value in told.summary.items():
        if name.startswith("_"):
            continue
        split, metric = split_name(name)
        if split not in SPLITS:
            split, metric = SUMMARY, name
        fields = {"metric": metric, "value": value, "split": split, "data": data}
        lines.append(event_line(ended or time.time(), "result", fields))
    if told.exit_code == 0:
        lines.append(event_line(ended or time.time(), "end", {"outcome": "finished"}))
    made.events.write_bytes(b"".join(lines))


def _flat(config: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{name}.")
        elif isinstance(value, (bool, int, float)):
            yield name, value
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield name, text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
