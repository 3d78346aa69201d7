"""What goes out of studylab and comes in: the palette's commands for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from studylab import locations
from studylab.language import _, n_
from studylab.problem import Problem
from studylab.tui.palette import command

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def transfer_commands(app: StudylabApp) -> Iterable[SystemCommand]:
    """The commands, on every screen."""
    yield command(
        _("Export…"),
        _("Everything as JSON, Markdown, CSV or an Anki deck"),
        partial(_export, app),
    )
    yield command(
        _("Import…"),
        _("Take in a JSON file that was exported"),
        partial(_take_in, app, _("Import")),
    )
    yield command(
        _("Merge…"),
        _("Take in what you did on another machine"),
        partial(_take_in, app, _("Merge with another machine")),
    )
    yield command(
        _("Back up now"), _("Database, notes and drafts in one file"), partial(back_up, app)
    )
    yield command(
        _("Restore a backup…"),
        _("Put a backup in the place of what is here"),
        partial(choose_backup, app),
    )


def _export(app: StudylabApp) -> None:
    from studylab.tui.dialogs.export import ExportDialog

    app.push_screen(ExportDialog())


def _take_in(app: StudylabApp, title: str) -> None:
    from studylab.tui.dialogs.take_in import TakeInDialog

    app.push_screen(TakeInDialog(title))


def back_up(app: StudylabApp) -> None:
    """Make a backup, and say where it is."""
    from studylab.store import backup
    from studylab.store.database import open_database

    def make() -> None:
        home = locations.home()
        with closing(open_database(locations.database())) as db:
            made = backup.make(db, home, backup.default_path(home))
        _say(app, _("Backed up"), str(made.backup.path), *made.complaints)

    _beside(app, make)


def choose_backup(app: StudylabApp) -> None:
    """Let the student choose a backup, and restore it."""
    from studylab.runs.wording import size
    from studylab.store import backup
    from studylab.tui.ages import moment
    from studylab.tui.dialogs.pick import PickDialog

    options = [
        (
            str(found.path),
            moment(found.created_at),
            _("{size}, database", size=size(found.bytes))
            if found.path.suffix == ".db"
            else n_(
                "{size}, {count} note or draft",
                "{size}, {count} notes and drafts",
                found.files,
                size=size(found.bytes),
            ),
        )
        for found in backup.listing(locations.backups())
        if not found.trouble
    ]
    app.push_screen(
        PickDialog(_("Restore a backup"), options, empty=_("There is no backup yet.")),
        partial(_confirm_restore, app, {path: when for path, when, _aside in options}),
    )


def _confirm_restore(app: StudylabApp, times: dict[str, str], path: str | None) -> None:
    if path is None:
        return
    from studylab.tui.dialogs.confirm import ConfirmDialog

    def answered(sure: bool | None) -> None:
        if sure:
            _restore(app, Path(path))

    app.push_screen(
        ConfirmDialog(
            _("Restore a backup?"),
            _(
                "Database and notes become what they were on {time}. What is here now is backed up "
                "before.",
                time=times[path],
            ),
            yes=_("Restore it"),
            no=_("Leave all as it is"),
        ),
        answered,
    )


def _restore(app: StudylabApp, path: Path) -> None:
    from studylab.store.restore import restore

    def put_back() -> None:
        done = restore(path, locations.home())
        before = _("what was here before: {path}", path=done.before) if done.before else ""
        _say(app, _("Restored"), str(path), before)
        app.call_from_thread(app.make_rooms_anew)

    _beside(app, put_back)


def _beside(app: StudylabApp, work: Callable[[], None]) -> None:
    """Do it in a thread; the app goes on meanwhile."""

    def run() -> None:
        try:
            work()
        except Problem as problem:
            app.call_from_thread(app.problem, problem)

    app.run_worker(run, thread=True, group="transfer", exit_on_error=False)


def _say(app: StudylabApp, title: str, *lines: str) -> None:
    text = "\n".join(filter(None, lines))
    app.call_from_thread(app.notify, text, title=title, timeout=12, markup=False)
