"""What is known of a run beside its curves: settings, plan, data, how it ended."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from studylab.metrics.records import EventRecord, number
from studylab.runs.directory import RunSpec, RunState, State

Settings = Mapping[str, float | str]
MOST_CLASSES = 100_000
_CLASSES = ("classes", "num_classes", "n_classes", "num_labels")


class Known:
    """The facts of one run; they only grow."""

    def __init__(self) -> None:
        self.lab = ""
        self.settings: Settings = {}
        self.steps: int | None = None
        self.classes: int | None = None
        """Of a classifier, as the lab reports or the settings say; never guessed."""
        self.baselines: set[float] = set()
        """What always answering the commonest class reaches."""
        self.confusion: list[list[float]] = []
        self.confusion_step: int | None = None
        self.resumed = False
        self.failed = False
        self.exit_code: int | None = None
        self.signal: int | None = None
        self.stop_asked = False
        self.lines: Sequence[str] = ()
        """The end of the output, once it has failed."""

    def take_spec(self, spec: RunSpec) -> None:
        """How it was started."""
        self.lab = spec.lab
        self.settings = settings_of(spec)
        for name in _CLASSES:
            self._take_classes(self.settings.get(name))

    def take_event(self, event: EventRecord) -> None:
        """What the lab reports beside its figures."""
        fields = event.fields
        if event.kind == "plan":
            steps = fields.get("steps")
            self.steps = steps if type(steps) is int and steps > 0 else None
        elif event.kind == "data":
            self._take_classes(fields.get("classes"))
            self._take_baseline(fields.get("majority"))
        elif event.kind == "result":
            if "accuracy" in str(fields.get("metric", "")):
                self._take_baseline(fields.get("baseline"))
        elif event.kind == "resumed":
            self.resumed = True
        elif event.kind == "table" and "confusion" in str(fields.get("name", "")).lower():
            self._take_confusion(fields)

    def take_end(self, state: RunState, lines: Sequence[str]) -> None:
        """How it ended, with the end of its output."""
        self.failed = state.state in (State.FAILED, State.LOST)
        self.exit_code, self.signal = state.exit_code, state.signal
        self.lines = lines if self.failed else ()

    def _take_classes(self, value: object) -> None:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is int and 2 <= value <= MOST_CLASSES:
            self.classes = value

    def _take_baseline(self, value: object) -> None:
        share = number(value)
        if 0 < share < 1:
            self.baselines.add(share)

    def _take_confusion(self, fields: Mapping[str, Any]) -> None:
        rows = fields.get("rows")
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            return
        figures = [[number(cell) for cell in row[-len(rows) :]] for row in rows]
        square = len(rows) >= 2 and all(len(row) == len(rows) for row in figures)
        if square and all(math.isfinite(cell) for row in figures for cell in row):
            step = fields.get("step")
            self.confusion = figures
            self.confusion_step = step if type(step) is int else None


def settings_of(spec: RunSpec) -> dict[str, float | str]:
    """The hyper-parameters of a run by name: those of a lab, or those of a command's words,
    `--batch-size 32` and `lr=3e-4`."""
    found: dict[str, float | str] = {}
    words = list(spec.argv) if not spec.lab else []
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        match = re.fullmatch(r"(-{0,2})([A-Za-z][\w.-]*)(?:=(.*))?", word, re.DOTALL)
        if match is None or (not match[1] and match[3] is None):
            continue
        text = following if match[3] is None else match[3]
        found[match[2].rsplit(".", 1)[-1].replace("-", "_").lower()] = _value(text)
    for name, value in spec.settings.items():
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            found[name.replace("-", "_").lower()] = value
    return found


def _value(text: str) -> float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
