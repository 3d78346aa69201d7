"""Telling what an import or a merge did, or would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from studylab import locations
from studylab.cli.as_json import write_json
from studylab.cli.guard import complain, remark
from studylab.cli.output import table
from studylab.cli.session import opened
from studylab.language import _
from studylab.study.incoming.parcel import Parcel
from studylab.study.incoming.take import Outcome, foresee, take_in
from studylab.study.incoming.wording import lines, remarks

KEYS = ("dry_run", "rows", "notes", "backup")


def take(read: Callable[[], Parcel], *, dry_run: bool, as_json: bool) -> None:
    """Take in what `read` gives, or only tell what that would do.

    Raises:
        Problem: nothing was changed.
    """
    with opened() as workspace:
        parcel = read()
        act = foresee if dry_run else take_in
        outcome = act(workspace.db, locations.notes(), parcel)
    for complaint in parcel.complaints:
        complain(complaint)
    if as_json:
        write_json(_record(outcome, dry_run))
        return
    _print(outcome, dry_run)


def _print(outcome: Outcome, dry_run: bool) -> None:
    rows = [(line.name, *map(str, line[1:])) for line in lines(outcome)]
    header = ("", _("new"), _("changed"), _("deleted"), _("kept"))
    table(rows, header if rows else ())
    for each in remarks(outcome, done=not dry_run):
        remark(each)
    if dry_run and outcome.any:
        remark(_("this is what would happen; without --dry-run it does"))


def _record(outcome: Outcome, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "rows": {name: asdict(tally) for name, tally in outcome.rows.items()},
        "notes": {
            "new": outcome.notes_new,
            "beside": outcome.notes_beside,
            "kept": outcome.notes_kept,
            "written": list(outcome.written),
        },
        "backup": outcome.backup,
    }
