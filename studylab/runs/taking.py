"""Taking the scalars that a run's output seems to hold, once the student says so."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from studylab.language import _
from studylab.problem import Problem
from studylab.runs.companion import clock_of
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.scalars import Wanted, read_wanted, write_wanted
from studylab.runs.supervisor import AlreadySupervised, alone
from studylab.runs.sync import sync_all
from studylab.runs.translate import Translator
from studylab.runs.truth import settle
from studylab.store import runs as store


class TakeError(Problem):
    """The scalars of a run's output can't be taken; one line that says why."""


def take_lines(run: RunDirectory) -> int | None:
    """Take the scalars of a run's output into its metrics, those that are not there yet.

    Returns:
        How many records were added; None if the run goes on, and its supervisor takes them.

    Raises:
        TakeError: the run's files can't be read or written.
    """
    try:
        state = settle(run)
        wanted = read_wanted(run) or Wanted(events=False)
        write_wanted(run, replace(wanted, lines=True))
        if not state.state.ended:
            return None
        with alone(run):
            translator = Translator(run, lines=True, clock=clock_of(run, state))
            try:
                return translator.finish()
            finally:
                translator.close()
    except AlreadySupervised:
        raise TakeError(_("{run} is being read just now; try again", run=run.id)) from None
    except (OSError, RunDirectoryError) as error:
        raise TakeError(
            _("the scalars of {run} can't be taken: {error}", run=run.id, error=error)
        ) from error


def read_again(db: sqlite3.Connection, run: RunDirectory) -> None:
    """Take in what was added to the files of a run that was over, and thus not looked at again.

    Raises:
        StoreError: the database can't be written.
    """
    store.forget_logged(db, run.id)
    sync_all(db, [run])
