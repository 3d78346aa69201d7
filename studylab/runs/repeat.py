"""Launching a run once more with the same settings, and saying what is not as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studylab.labspec import Value
from studylab.language import _
from studylab.problem import Refused
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.command import Command, launch_command, submit_command
from studylab.runs.directory import RunDirectory, RunSpec
from studylab.runs.evidence import differences, evidence_of, present
from studylab.runs.interpreter import python_of
from studylab.runs.launch import Again, launch_lab
from studylab.runs.private import MASK
from studylab.runs.queue import Turn
from studylab.runs.scalars import read_wanted
from studylab.runs.submit import submit_lab
from studylab.settings import Settings

ITS_PYTHON = ("VIRTUAL_ENV", "CONDA_PREFIX")
CARRIED = ("OMP_NUM_THREADS", "PYTHONHASHSEED", "PYTORCH_CUDA_ALLOC_CONF")
"""Variables that a repeated run has again; a GPU and a mirror are chosen anew."""

SEED = "seed"


class CantRepeat(Refused):
    """A run that can't be launched once more; the text says why."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """A run that is about to be repeated. `differences` are lines to read before or after."""

    spec: RunSpec
    settings: Settings
    lab: CatalogueEntry | None
    values: Mapping[str, Value] = field(default_factory=dict)
    resume: str = ""
    command: Command | None = None
    differences: tuple[str, ...] = ()

    def start(self, turn: Turn | None) -> RunDirectory:
        """Launch it for its `turn`; without one, at once.

        Raises:
            LaunchError, SettingError, NoSuchCommand: it can't be.
        """
        # The Python of a lab is that of the settings, that of a command is in its words.
        names = CARRIED if self.lab is not None else (*CARRIED, *ITS_PYTHON)
        carried = {n: v for n, v in self.spec.environment.items() if n in names}
        again = Again(self.spec.id, carried)
        if self.command is not None:
            if turn is None:
                return launch_command(self.command, self.settings, again=again)
            return submit_command(self.command, self.settings, turn=turn, again=again)
        assert self.lab is not None
        if turn is None:
            return launch_lab(self.lab, self.values, self.settings, resume=self.resume, again=again)
        return submit_lab(
            self.lab, self.values, self.settings, resume=self.resume, turn=turn, again=again
        )


def repetition(
    run: RunDirectory,
    labs: Sequence[CatalogueEntry],
    settings: Settings,
    *,
    seed: int | None = None,
) -> Repetition:
    """What it takes to repeat a run, with another seed if one is given. Asks git and the
    interpreter, which takes a moment.

    Raises:
        CantRepeat: it has nothing that could be started, or no seed to change.
        RunDirectoryError: its `run.json` can't be read.
    """
    spec = run.read_spec()
    if not spec.argv:
        raise CantRepeat(_("{run} was imported; there is nothing to start", run=run.id))
    if spec.lab:
        return _of_lab(run, spec, labs, settings, seed)
    return _of_command(run, spec, settings, seed)


def with_seed(words: Sequence[str], seed: int) -> list[str] | None:
    """A command line with another seed: `--seed 3`, `--seed=3`, `seed=3`; None without one."""
    changed = list(words)
    for at, word in enumerate(words):
        assigned = re.fullmatch(r"((?:--?|\+{0,2})seed=).*", word, re.DOTALL)
        if assigned is not None:
            changed[at] = f"{assigned[1]}{seed}"
            return changed
        if word in ("--seed", "-seed") and at + 1 < len(words):
            changed[at + 1] = str(seed)
            return changed
    return None


def _of_lab(
    run: RunDirectory,
    spec: RunSpec,
    labs: Sequence[CatalogueEntry],
    settings: Settings,
    seed: int | None,
) -> Repetition:
    lab = next((each for each in labs if each.id == spec.lab), None)
    if lab is None:
        raise CantRepeat(
            _("{run} is a run of {lab}, which is not there any more", run=run.id, lab=spec.lab)
        )
    if lab.error:
        raise CantRepeat(_("{lab} can't be run: {error}", lab=lab.id, error=lab.error))
    known = {setting.name for setting in lab.settings}
    values: dict[str, Value] = {n: v for n, v in spec.settings.items() if n in known}
    if seed is not None:
        if SEED not in known:
            raise CantRepeat(_("{lab} has no seed", lab=lab.name))
        values[SEED] = seed
    resume = ""
    if "--resume" in spec.argv[:-1]:
        resume = spec.argv[spec.argv.index("--resume") + 1]
    gone = [name for name in spec.settings if name not in known]
    new = [name for name in known if name not in spec.settings]
    lines = [_("the lab has no setting {name} any more", name=name) for name in gone]
    lines += [
        _("the lab has a new setting {name}; its default is taken", name=n) for n in sorted(new)
    ]
    lines += differences(evidence_of(run), present(spec, lab, python_of(settings)))
    return Repetition(spec, settings, lab, values, resume, differences=tuple(lines))


def _of_command(
    run: RunDirectory, spec: RunSpec, settings: Settings, seed: int | None
) -> Repetition:
    if any(MASK in word for word in spec.argv):
        raise CantRepeat(
            _(
                "the command of {run} had a secret, which is not kept; start it anew with "
                "`studylab run -- ...`",
                run=run.id,
            )
        )
    words = list(spec.argv)
    if seed is not None:
        seeded = with_seed(words, seed)
        if seeded is None:
            raise CantRepeat(_("the command of {run} sets no seed", run=run.id))
        words = seeded
    name = run.id.rsplit("-", 1)[0]
    command = Command(tuple(words), Path(spec.cwd), name, wanted=read_wanted(run))
    lines = differences(evidence_of(run), present(spec, None, spec.argv[0]))
    return Repetition(spec, settings, None, command=command, differences=tuple(lines))
