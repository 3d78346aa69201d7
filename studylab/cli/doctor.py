"""`studylab doctor`."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.cells import cell_len

from studylab import locations, settings
from studylab.cli import exit_codes, output
from studylab.cli.as_json import write_json
from studylab.cli.checks import (
    NAMES,
    Check,
    Level,
    failure,
    files,
    hub,
    in_background,
    machine,
    packages,
)
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell
from studylab.language import N_, _
from studylab.monitor.gpu import Gpus
from studylab.problem import Problem
from studylab.runs.catalogue import catalogue, lab_ids
from studylab.runs.truth import all_runs
from studylab.settings import Settings, SettingsError
from studylab.store import runs as store
from studylab.store.database import open_database
from studylab.syllabus.load import load
from studylab.syllabus.model import Syllabus
from studylab.syllabus.papers import builtin_papers_folder, load_papers

KEYS = ("name", "level", "found", "mend")

_MARKS = {
    Level.OK: Cell("✓", "green"),
    Level.WARNING: Cell("!", "yellow"),
    Level.FAILURE: Cell("✗", "red"),
}


@click.command(
    cls=JsonCommand,
    keys=KEYS,
    of=N_("each check"),
    epilog="A level is ok, warning or failure.",
)
@json_option
def doctor(as_json: bool) -> int:
    """Check everything that studylab needs, each with a mend.

    The exit code is 1 if something has to be mended, 0 if it only could be better.
    """
    found = []
    for check in checks():
        found.append(check)
        if not as_json:
            _write(check)
            output.flush()
    if as_json:
        write_json([asdict(check) for check in found])
    worst = any(check.level is Level.FAILURE for check in found)
    return exit_codes.FAILED if worst else exit_codes.OK


def checks() -> Iterator[Check]:
    """Every finding, the slow ones last; they are begun first."""
    chosen, problem = _settings()
    gpus = Gpus.open()
    look_at_hub = in_background(
        lambda: hub.hub(chosen, os.environ), 2 * hub.SECONDS, hub.too_slow(chosen, os.environ)
    )
    look_at_packages = in_background(
        lambda: packages.packages(chosen.interpreter, len(gpus)),
        packages.SECONDS + 10,
        failure("torch", _("no answer"), _("try again")),
    )
    home = locations.home()
    yield machine.python(
        platform.python_version(), chosen.interpreter, f"{platform.system()} {platform.machine()}"
    )
    yield machine.terminal(os.environ, _terminal_size(), sys.stdout.encoding or "?")
    yield machine.clock(datetime.now(UTC), _newest_run())
    yield machine.git(shutil.which("git"))
    yield files.home(home)
    yield files.disk(shutil.disk_usage(_existing(home)).free, home)
    yield files.settings(locations.settings_file(), problem)
    yield files.database(locations.database())
    yield from _material(chosen)
    yield files.supervisors(list(all_runs()))
    yield machine.gpu(gpus)
    gpus.close()
    yield look_at_packages()
    yield look_at_hub()


def _material(chosen: Settings) -> Iterator[Check]:
    folders = [builtin_papers_folder()]
    if chosen.papers:
        folders.append(Path(chosen.papers).expanduser())
    found, complaints = load_papers(folders)
    loaded: Syllabus | None = None
    problem: Problem | None = None
    try:
        loaded = load(
            Path(chosen.syllabus).expanduser() if chosen.syllabus else None,
            labs=lab_ids(chosen),
            papers=found,
            broken=[complaint.id for complaint in complaints],
        )
    except Problem as error:
        problem = error
    yield files.syllabus(loaded, problem)
    yield files.papers(len(found), complaints)
    yield files.labs(catalogue(chosen))


def _settings() -> tuple[Settings, Problem | None]:
    try:
        return settings.load(), None
    except SettingsError as error:
        return Settings(), error


def _newest_run() -> str | None:
    """When the newest run was started. What is wrong with the database is another check's."""
    if not locations.database().exists():
        return None
    try:
        with closing(open_database(locations.database())) as db:
            newest = store.listing(db, limit=1)
    except Exception:
        return None
    return newest[0].created_at if newest else None


def _terminal_size() -> tuple[int, int] | None:
    if not output.on_terminal():
        return None
    columns, lines = shutil.get_terminal_size()
    return columns, lines


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _write(check: Check) -> None:
    name = _(check.name)
    wide = 2 + max(cell_len(_(each)) for each in NAMES)
    begin: list[Cell | str] = [_MARKS[check.level], f"  {name}", " " * (wide - cell_len(name))]
    output.paragraph(check.found, first=begin, indent=wide + 3)
    if check.mend:
        output.paragraph(check.mend, first=[" " * (wide + 3)], indent=wide + 3)
