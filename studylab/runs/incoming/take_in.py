"""One found run into the student's runs."""

from __future__ import annotations

from studylab.language import _
from studylab.runs.incoming.copied import import_copied
from studylab.runs.incoming.events import import_events
from studylab.runs.incoming.find import FoundRun, Kind
from studylab.runs.incoming.places import Imported, ImportProblem
from studylab.runs.incoming.wandb import import_wandb


def import_run(found: FoundRun) -> Imported:
    """Import one run; one that is here already is only given what is new.

    Raises:
        ImportProblem: it can't be; the text says which and why.
    """
    try:
        if found.kind is Kind.TENSORBOARD:
            return import_events(found)
        return (import_wandb if found.kind is Kind.WANDB else import_copied)(found.path)
    except UnicodeEncodeError:
        raise ImportProblem(
            _(
                "{path}: its name is no UTF-8; rename it",
                path=str(found.path).encode(errors="replace").decode(),
            )
        ) from None
    except OSError as error:
        raise ImportProblem(
            _(
                "{path}: {error}",
                path=error.filename or found.path,
                error=error.strerror or error,
            )
        ) from error
