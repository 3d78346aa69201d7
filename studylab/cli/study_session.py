"""`studylab session`: study time, by a clock and by hand."""

from __future__ import annotations

from datetime import date

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.names import find_item, find_week
from studylab.cli.options import EVERY, json_option, week_option
from studylab.cli.output import Cell, Row, line, table
from studylab.cli.session import opened
from studylab.language import N_, _, n_
from studylab.runs.wording import duration
from studylab.store import session_clock
from studylab.store import sessions as store
from studylab.store.database import now
from studylab.store.session_clock import SessionOpen
from studylab.store.sessions import Session
from studylab.study import days, session_words
from studylab.workspace import Workspace

KEYS = ("id", "uid", "item", "week", "day", "state", "seconds", "started_at", "ended_at")

DAY = N_("A day: 2026-11-24, today, yesterday, -3d.")


@click.group(invoke_without_command=True)
@click.pass_context
def session(context: click.Context) -> None:
    """Study time: start and stop a session, book and correct by hand.

    A session that was left running is booked until an app last saw it, and at most four hours
    without a pause. It belongs to the day on which it was begun.
    """
    if not context.invoked_subcommand:
        _tell_status()


@session.command("start")
@click.argument("item", required=False, metavar="[ITEM]", shell_complete=complete.left_items)
@click.option("--switch", is_flag=True, help="Stop the session that is open first.")
def start(item: str | None, switch: bool) -> None:
    """Start a session on ITEM, or on what is next."""
    with opened() as workspace:
        found = find_item(workspace, item) if item else workspace.next_item()
        week = found.week if found else workspace.current_week().number
        _look(workspace)
        try:
            begun = session_clock.start(
                workspace.db, found.id if found else "", week, switch=switch
            )
        except SessionOpen as is_open:
            raise UsageProblem(
                _(
                    "a session on {what} is open; stop it, or start with --switch",
                    what=session_words.subject(workspace, is_open.session),
                )
            ) from None
        _tell(workspace, begun)


@session.command("pause")
def pause() -> None:
    """Stop the clock for a while."""
    with opened() as workspace:
        _look(workspace)
        _tell(workspace, session_clock.pause(workspace.db))


@session.command("resume")
def resume() -> None:
    """Go on after a pause; on another day as a new session."""
    with opened() as workspace:
        _look(workspace)
        _tell(workspace, session_clock.resume(workspace.db))


@session.command("stop")
def stop() -> None:
    """Stop the session and book its time."""
    with opened() as workspace:
        _look(workspace)
        _tell(workspace, session_clock.stop(workspace.db))


@session.command("status", cls=JsonCommand, keys=KEYS, of=N_("the open session, in a list,"))
@json_option
def status(as_json: bool) -> None:
    """Which session is open."""
    if not as_json:
        _tell_status()
        return
    with opened() as workspace:
        current = _look(workspace)
        write_json([_record(current)] if current else [])


@session.command("add")
@click.argument("time", metavar="TIME")
@click.option("--item", metavar="ID", shell_complete=complete.items, help="What it was spent on.")
@click.option("--week", type=int, metavar="N", help="The week it belongs to.")
@click.option("--on", "day", default="today", metavar="DAY", help=DAY)
def add(time: str, item: str | None, week: int | None, day: str) -> None:
    """Book TIME by hand: 45m, 1h30m, 1.5h or 1:30."""
    with opened() as workspace:
        found = find_item(workspace, item) if item else None
        if week is not None:
            number = find_week(workspace, week).number
        else:
            number = found.week if found else workspace.current_week().number
        id = store.add(
            workspace.db,
            days.read_span(time),
            days.read_day(day, days.today()),
            item=found.id if found else "",
            week=number,
        )
        _tell(workspace, store.get(workspace.db, id))


@session.command("list", cls=JsonCommand, keys=KEYS, of=N_("each session"))
@week_option
@click.option("--since", metavar="DAY", help=DAY)
@json_option
def listing(week: int | None, since: str | None, as_json: bool) -> None:
    """List the sessions, the newest first."""
    with opened() as workspace:
        _look(workspace)
        found = store.listing(
            workspace.db,
            week=None if week is None else find_week(workspace, week).number,
            first=days.read_day(since, days.today()) if since else date.min,
            limit=EVERY,
        )
        if as_json:
            write_json([_record(each) for each in found])
            return
        table(
            [_row(workspace, each) for each in found],
            (_("id"), _("day"), _("time"), _("week"), _("item")) if found else (),
            flexible=[4],
        )
        if not found:
            remark(_("no session yet; `studylab session start` begins one"))


@session.command("edit")
@click.argument("id", type=int, metavar="ID")
@click.option("--time", metavar="TIME", help="How long it was: 45m, 1h30m, 1.5h or 1:30.")
@click.option("--item", metavar="ID", shell_complete=complete.items, help="What it was spent on.")
@click.option("--on", "day", metavar="DAY", help=DAY)
def edit(id: int, time: str | None, item: str | None, day: str | None) -> None:
    """Correct session ID."""
    if time is None and item is None and day is None:
        raise UsageProblem(_("say what to correct: --time, --item or --on"))
    with opened() as workspace:
        found = find_item(workspace, item) if item else None
        changed = store.edit(
            workspace.db,
            id,
            seconds=None if time is None else days.read_span(time),
            day=None if day is None else days.read_day(day, days.today()),
            item=found.id if found else None,
            week=found.week if found else None,
        )
        _tell(workspace, changed)


@session.command("delete")
@click.argument("ids", nargs=-1, required=True, type=int, metavar="ID...")
def delete(ids: tuple[int, ...]) -> None:
    """Delete sessions."""
    with opened() as workspace:
        store.delete(workspace.db, *dict.fromkeys(ids))
        line(n_("{count} session deleted", "{count} sessions deleted", len(set(ids))))


def _look(workspace: Workspace) -> Session | None:
    """The open session; what was left behind is told."""
    current, left = session_clock.look(workspace.db)
    for each in left:
        remark(session_words.left_behind(workspace, each))
    return current


def _tell_status() -> None:
    with opened() as workspace:
        current = _look(workspace)
        if current is not None:
            _tell(workspace, current)
        else:
            remark(_("no session is open; `studylab session start` begins one"))


def _tell(workspace: Workspace, session: Session) -> None:
    """`session 4, running: 12:05  P26 Vectorization`."""
    state = {"running": _("running"), "paused": _("paused"), "ended": _("ended")}[_state(session)]
    time = duration(session.seconds_at(now())) if session.open else days.span(session.seconds)
    line(
        _("session {id}, {state}: {time}", id=session.id, state=state, time=time),
        "  ",
        Cell(session_words.subject(workspace, session), "dim"),
    )


def _state(session: Session) -> str:
    return "running" if session.running else "paused" if session.open else "ended"


def _record(session: Session) -> dict[str, object]:
    return picked(session, KEYS, state=_state(session), seconds=session.seconds_at(now()))


def _row(workspace: Workspace, session: Session) -> Row:
    time = days.span(session.seconds_at(now()))
    return (
        str(session.id),
        session.day,
        Cell(time, "green" if session.running else ""),
        "" if session.week is None else str(session.week),
        session_words.subject(workspace, session) if session.item else "",
    )
