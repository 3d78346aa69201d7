"""The loop around a lab's training step: counting, logging, checkpoints, stopping.

    with Loop(run, data, {"model": net, "optimizer": optimizer, "schedule": schedule},
              epochs=config.epochs, steps_per_epoch=len(...), watch="val/accuracy") as loop:
        for epoch in loop.epochs():
            for batch in loop.batches(shuffled(...)):
                ...                                     # the lab's own step
                loop.step({"train/loss": loss, "lr": rate}, samples=len(batch))
            loop.validated({"val/loss": ..., "val/accuracy": ...})
    loop.load_best()

A lab that counts in steps writes `for step in loop.steps():` instead of the two loops, and gives
`steps=`. A run that was stopped goes on from the very batch, with the very random numbers.
"""

from __future__ import annotations

import math
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, SupportsFloat, TypeVar

from torch import Tensor

from labs.kit import checkpoint as checkpoints
from labs.kit.checkpoint import Checkpoint, Part
from labs.kit.data import Provenance
from labs.kit.errors import CheckpointError, DivergenceError, Stopped
from labs.kit.progress import Progress
from labs.kit.run import BEST, LAST, Run
from labs.kit.seeding import generator_states, restore_generators
from labs.kit.stopping import Stopping
from labs.kit.verdict import is_fraction, shown

Batch = TypeVar("Batch")

POINTS_AN_EPOCH = 50
POINTS_A_RUN = 1000
SAVE_SECONDS = 300.0
"""A long epoch saves this often, so that a power cut costs minutes. Saving changes no number."""


class Loop:
    """Enter it around the training; it then takes over Ctrl-C."""

    def __init__(
        self,
        run: Run,
        data: Provenance,
        parts: Mapping[str, Any],
        *,
        watch: str,
        lower_is_better: bool = False,
        epochs: int = 0,
        steps_per_epoch: int = 0,
        steps: int = 0,
        log_every: int = 0,
    ) -> None:
        """`parts` is all that training changes, each with `state_dict` and `load_state_dict`; the
        part called `model` is what `load_best` brings back. `watch` is the validation figure by
        which the best checkpoint is chosen: of equals the later one, as the learning rate has
        fallen further.

        Raises:
            CheckpointError: what the run is to go on from does not fit.
        """
        self.run = run
        self.data = data
        self.parts: dict[str, Part] = dict(parts)
        self.watch = watch
        self.sign = -1.0 if lower_is_better else 1.0
        self.total_epochs = epochs
        self.steps_per_epoch = steps_per_epoch
        self.total_steps = steps or epochs * steps_per_epoch
        self.log_every = log_every or max(
            1, round(steps_per_epoch / POINTS_AN_EPOCH if epochs else steps / POINTS_A_RUN)
        )
        self.step_count = self.epoch = self.batch = 0
        self.best: float | None = None
        self._points: list[dict[str, float]] = []
        self._samples = 0
        self._clock = self._saved_at = time.monotonic()
        self._stepped = self._epoch_is_through = False
        self._warned: set[str] = set()
        self._stopping = Stopping()
        if run.saved is not None:
            self._resume(run.saved)

    def __enter__(self) -> Self:
        self.run.reporter.plan(self.total_steps, self.steps_per_epoch or None)
        self._progress = Progress(self.total_steps, self.step_count)
        self._stopping.__enter__()
        self._restart_clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.__exit__(kind, error, trace)
        self._progress.close()

    def epochs(self) -> Iterator[int]:
        """The epochs that are left, counted from 0."""
        while self.epoch < self.total_epochs:
            current = self.epoch
            yield current
            if self.epoch == current:
                self._next_epoch()
            self._pause()

    def batches(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        """The batches that are left of this epoch. They are indexed, so that those already
        taken cost nothing and draw no random numbers."""
        for index in range(self.batch, len(batches)):
            yield batches[index]
            self.batch = index + 1
            if index + 1 < len(batches):
                self._pause()
        self._epoch_is_through = True

    def steps(self) -> Iterator[int]:
        """The steps that are left, counted from 0."""
        while self.step_count < self.total_steps:
            current = self.step_count
            yield current
            if self.step_count == current:
                raise RuntimeError("the body of loop.steps() has to call loop.step()")
            self._pause()

    def step(self, scalars: Mapping[str, SupportsFloat], *, samples: int) -> None:
        """A step was taken on so many examples. `scalars` may be tensors: they are only looked
        at when a point is due, as that makes a GPU wait.

        Raises:
            DivergenceError: a loss is NaN or infinite.
        """
        self.step_count += 1
        self._stepped = True
        self._samples += samples
        loss = None
        if self._due():
            values = {name: _number(value) for name, value in scalars.items()}
            loss = values.get("train/loss")
            self._points.append(values)
            self._log(values)
        self._progress.advance(self._place(), loss)

    def validated(self, scalars: Mapping[str, SupportsFloat]) -> bool:
        """Figures of the validation split; saves a checkpoint. Whether it is the best so far."""
        values = {name: _number(value) for name, value in scalars.items()}
        self.run.reporter.log(values, step=self.step_count)
        watched = values[self.watch]
        is_best = self.best is None or self.sign * watched >= self.sign * self.best
        is_best = is_best and not math.isnan(watched)
        if is_best:
            self.best = watched
        self._progress.line(self._line(values, is_best))
        if self._epoch_is_through:
            self._next_epoch()
        self._save(watched, is_best=is_best)
        self._restart_clock()
        return is_best

    def warn(self, text: str | None) -> None:
        """Tell a symptom, once; None is no symptom."""
        if text and text not in self._warned:
            self._warned.add(text)
            self.run.reporter.warning(text)
            self._progress.line(f"warning: {text}")

    def load_best(self) -> int:
        """Bring the model of the best validation back, or leave the last if there was none; the
        step that it is of."""
        path = self.run.checkpoints / BEST
        if self.best is not None:
            best = checkpoints.load(path, lab=self.run.lab.name)
            checkpoints.load_parts(best.parts, {"model": self.parts["model"]}, path)
            figure = shown(self.watch, math.nan if best.watched is None else best.watched)
            self.run.say(f"best: step {best.step:,}, {self.watch.replace('/', ' ')} {figure}")
            return best.step
        self.run.warn(f"no best {self.watch} is known, so the last model is taken")
        return self.step_count

    def _due(self) -> bool:
        """Every so many steps, and at the end of an epoch, which evaluation follows."""
        per_epoch = self.steps_per_epoch or self.total_steps
        return self.step_count % self.log_every == 0 or self.step_count % per_epoch == 0

    def _log(self, values: dict[str, float]) -> None:
        seconds = time.monotonic() - self._clock
        more = {"samples_per_second": self._samples / seconds if seconds > 0 else math.nan}
        if self.steps_per_epoch:
            more["epoch"] = self.step_count / self.steps_per_epoch
        self.run.reporter.log({**values, **more}, step=self.step_count)
        self._restart_clock()
        for name, value in values.items():
            if "loss" in name and not math.isfinite(value):
                raise DivergenceError(self._divergence(name, value))

    def _divergence(self, name: str, value: float) -> str:
        rate = self.run.settings.get("learning_rate")
        mend = f"; try --learning-rate {float(rate) / 10:g}, it was {rate:g}" if rate else ""
        said = "NaN" if math.isnan(value) else "infinite"
        text = f"{name} became {said} at step {self.step_count:,}: the run diverged{mend}"
        self.run.reporter.warning(text)
        return text

    def _restart_clock(self) -> None:
        self._clock = time.monotonic()
        self._samples = 0

    def _place(self) -> str:
        if not self.total_epochs:
            return f"step {self.step_count:,}"
        epoch = str(min(self.epoch + 1, self.total_epochs))
        return f"epoch {epoch:>{len(str(self.total_epochs))}}/{self.total_epochs}"

    def _line(self, values: Mapping[str, float], is_best: bool) -> str:
        """`epoch  3/30  loss 0.5302, val 0.4871  accuracy 81.1 %, val 86.1 %  best  2 s left`;
        the training figures are means over the points since the last line."""
        figures = []
        for name, value in values.items():
            split, _, metric = name.rpartition("/")
            trained = self._mean(f"train/{metric}")
            before = f"{_figure(metric, trained)}, " if trained is not None else ""
            figures.append(f"{metric} {before}{split} {_figure(metric, value)}")
        self._points.clear()
        mark = "best" if is_best else "    "
        return "  ".join([self._place(), *figures, mark, self._progress.left()]).rstrip()

    def _mean(self, name: str) -> float | None:
        values = [point[name] for point in self._points if name in point]
        return math.fsum(values) / len(values) if values else None

    def _next_epoch(self) -> None:
        self.epoch, self.batch, self._epoch_is_through = self.epoch + 1, 0, False

    def _pause(self) -> None:
        """Between two steps: stop if that was asked, save if it is time."""
        if not self._stepped:
            return  # in the middle of a step that gathers the gradients of several batches
        self._stepped = False
        if self._stopping.asked is not None:
            self._stop(self._stopping.asked)
        if time.monotonic() - self._saved_at > SAVE_SECONDS:
            self._save(None)

    def _stop(self, signal_number: int) -> None:
        self._save(None)
        directory = shlex.quote(str(self.run.reporter.directory))
        raise Stopped(
            signal_number,
            f"stopped after step {self.step_count:,} of {self.total_steps:,}; go on with\n"
            f"  {self.run.command} --resume {directory}",
        )

    def _save(self, watched: float | None, *, is_best: bool = False) -> None:
        last, best = self.run.checkpoints / LAST, self.run.checkpoints / BEST
        state = Checkpoint(
            lab=self.run.lab.name,
            settings=dict(self.run.settings),
            data=self.data.to_dict(),
            step=self.step_count,
            epoch=self.epoch,
            batch=self.batch,
            watched=watched,
            parts={name: dict(part.state_dict()) for name, part in self.parts.items()},
            generators=generator_states(),
        )
        checkpoints.save(state, last, also=best if is_best else None)
        self.run.reporter.checkpoint(last, step=self.step_count)
        self._saved_at = time.monotonic()

    def _resume(self, saved: Checkpoint) -> None:
        path = self.run.resume or Path(LAST)
        if saved.data.get("name") != self.data.name or saved.data["sizes"] != self.data.sizes:
            raise CheckpointError(
                f"{path} was trained on {Provenance(**saved.data).describe()}; this run has "
                f"{self.data.describe()}"
            )
        checkpoints.load_parts(saved.parts, self.parts, path)
        self.step_count, self.epoch, self.batch = saved.step, saved.epoch, saved.batch
        restore_generators(saved.generators)
        self.best = self._best_so_far(path)
        changed = {
            name: (saved.settings[name], value)
            for name, value in self.run.settings.items()
            if name in saved.settings and saved.settings[name] != value
        }
        for name, (old, new) in changed.items():
            self.run.warn(f"{name} was {old} and is {new} from here on")
        self.run.say(f"resumed: {path}, step {saved.step:,} of {self.total_steps:,}")
        self.run.reporter.event("resumed", path=str(path), step=saved.step)

    def _best_so_far(self, path: Path) -> float | None:
        """The best checkpoint lies beside the last; a run that goes on elsewhere takes it along."""
        here, there = self.run.checkpoints / BEST, path.parent / BEST
        if not there.exists():
            return None
        best = checkpoints.load(there, lab=self.run.lab.name)
        if there.resolve() != here.resolve():
            checkpoints.save(replace(best), here)
        return best.watched


def _number(value: SupportsFloat) -> float:
    return float(value.item() if isinstance(value, Tensor) else value)


def _figure(metric: str, value: float) -> str:
    """As `shown`, but of one width, so that lines stand in columns."""
    if is_fraction(metric):
        return f"{shown(metric, value):>7}"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.1f}"
