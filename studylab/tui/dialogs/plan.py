"""The dialogs that change the plan; each tells when the plan would end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from studylab.language import _
from studylab.store import plan as store
from studylab.store.plan import Pause, Plan
from studylab.study.calendar import read_length
from studylab.study.days import read_day
from studylab.study.pace import calendar_of
from studylab.tui.dialogs.fields import Field, FieldsDialog, Values
from studylab.workspace import Workspace


def start_dialog(workspace: Workspace, today: date) -> FieldsDialog:
    """Asks for the day on which the plan begins; none takes it away."""
    plan = store.read(workspace.db)

    def wanted(values: Values) -> date | None:
        return read_day(values["start"], today) if values["start"].strip() else None

    return FieldsDialog(
        _("Start date"),
        [Field("start", _("first day"), str(plan.start or today), _("no dates"))],
        save=lambda values: store.set_start(workspace.db, wanted(values)),
        tell=lambda values: _ends(workspace, replace(plan, start=wanted(values))),
    )


def length_dialog(workspace: Workspace) -> FieldsDialog:
    """Asks over how many calendar weeks the syllabus is to be spread."""
    plan = store.read(workspace.db)
    weeks = len(workspace.syllabus.weeks)

    def wanted(values: Values) -> int:
        return read_length(values["length"], weeks)

    return FieldsDialog(
        _("Stretch the plan"),
        [Field("length", _("calendar weeks"), str(plan.weeks or weeks))],
        save=lambda values: store.set_weeks(workspace.db, wanted(values)),
        tell=lambda values: _ends(workspace, replace(plan, weeks=wanted(values))),
    )


def pause_dialog(workspace: Workspace, today: date, pause: Pause | None = None) -> FieldsDialog:
    """Asks for the days of a new pause, or changes one."""
    plan = store.read(workspace.db)
    others = tuple(each for each in plan.pauses if each != pause)

    def wanted(values: Values) -> Pause:
        first = read_day(values["first"], today)
        last = read_day(values["last"], today) if values["last"].strip() else first
        return Pause(pause.id if pause else 0, first, last, values["why"])

    def save(values: Values) -> None:
        new = wanted(values)
        if pause is None:
            store.add_pause(workspace.db, new.first, new.last, new.why)
        else:
            store.change_pause(workspace.db, pause.id, new.first, new.last, new.why)

    return FieldsDialog(
        _("Pause") if pause is None else _("Change the pause"),
        [
            Field("first", _("first day"), str(pause.first if pause else today)),
            Field("last", _("last day"), str(pause.last) if pause else "", _("the same day")),
            Field("why", _("why"), pause.why if pause else "", _("may be left out")),
        ],
        save=save,
        tell=lambda values: _ends(workspace, replace(plan, pauses=(*others, wanted(values)))),
    )


def _ends(workspace: Workspace, plan: Plan) -> str:
    calendar = calendar_of(plan, workspace.syllabus)
    if calendar is None:
        return _("The weeks have no dates.")
    number = workspace.syllabus.weeks[-1].number
    return _("Week {number} ends on {day}.", number=number, day=calendar.last)
