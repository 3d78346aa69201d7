"""A folder of TensorBoard as a run: its scalars with their times; how it ended, nobody knows."""

from __future__ import annotations

from pathlib import Path

from studylab.language import _
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.event_files import host_in, prefix_of
from studylab.runs.incoming.find import FoundRun
from studylab.runs.incoming.places import (
    Imported,
    ImportProblem,
    foreign_spec,
    made_whole,
    place_of,
)
from studylab.runs.scalars import EVENTS, Source
from studylab.runs.supervisor import AlreadySupervised, alone
from studylab.runs.translate import Translator

_FIRST_RECORD = 40
"""Bytes of the first record, which holds the time to the microsecond at which it was written."""


def import_events(found: FoundRun) -> Imported:
    """Make a run of event files, or add to the one that was made of them what is new.

    Raises:
        ImportProblem: they hold no scalars.
        OSError: something can't be read or written.
    """
    first = found.files[0]
    with first.open("rb") as file:
        beginning = file.read(_FIRST_RECORD)
    identity = f"{first.name} {beginning.hex()}"
    run = place_of(found.path.name or "tensorboard", identity)
    if run.path.exists():
        return _brought_up_to_date(run, found)
    with made_whole(run, identity, found.path) as made:
        translator = _translator(made, found)
        records = translator.finish()
        troubles = _troubles(translator)
        translator.close()
        if not records:
            why = troubles or _("it holds no scalars")
            raise ImportProblem(_("{path}: {reason}", path=found.path, reason=why))
        started, ended = translator.earliest, translator.latest
        made.write_spec(foreign_spec(run, started, folder=found.path, host=host_in(first.name)))
        made.write_state(
            RunState(
                State.FINISHED,
                _("imported from event files; how it ended they don't say"),
                started_at=started,
                ended_at=ended,
            )
        )
    return Imported(run, new=True, records=records, remark=troubles)


def _brought_up_to_date(run: RunDirectory, found: FoundRun) -> Imported:
    try:
        with alone(run):
            translator = _translator(run, found)
            records = translator.finish()
            troubles = _troubles(translator)
            translator.close()
            if records:
                run.write_state(run.read_state().with_(ended_at=translator.latest))
    except AlreadySupervised:
        raise ImportProblem(_("{path} is being imported just now", path=found.path)) from None
    return Imported(run, new=False, records=records, remark=troubles)


def _translator(run: RunDirectory, found: FoundRun) -> Translator:
    """One that knows these files, where they are now."""
    translator = Translator(run)
    known = {(Path(s.path).name, s.prefix): s for s in translator.sources.sources}
    for file in found.files:
        prefix = prefix_of(file.parent, found.path)
        source = known.get((file.name, prefix))
        if source is None:
            translator.add(Source(EVENTS, str(file.absolute()), prefix))
        else:
            source.path = str(file.absolute())
    return translator


def _troubles(translator: Translator) -> str:
    """What is wrong with the files, each told by its name."""
    return "; ".join(
        f"{Path(source.path).name}: {source.trouble}"
        for source in translator.sources.sources
        if source.trouble
    )
