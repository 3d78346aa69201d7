"""Which old checkpoints and deleted runs can go, and the last question before they do."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from typing_extensions import override

from studylab import locations
from studylab.language import _, listed, n_
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs import old_checkpoints, trash
from studylab.runs.old_checkpoints import Old, Rule
from studylab.runs.trash import Trashed
from studylab.runs.wording import size
from studylab.store import runs as store
from studylab.store.database import open_database
from studylab.tui import ages
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import Column, Row, RowList

EVERY = 1 << 62

Found = tuple[list[Old], list[Trashed]]


class CleanUpDialog(TranslatedKeys, ModalScreen[int]):
    """Dismisses with the bytes that are free again."""

    DEFAULT_CSS = """
    CleanUpDialog {
        #dialog { width: 72; }
        #about, #told { height: auto; }
        #told { margin-top: 1; }
        RowList { height: auto; max-height: 14; }
        &.-low RowList { max-height: 8; }
        &.-flat RowList { max-height: 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "clean", "Delete"),
        Binding("n,escape,q", "dismiss(0)", "Leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Found = ([], [])
        self._busy = True

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as box:
            box.border_title = _("Clean up")
            box.border_subtitle = _("esc leaves")
            yield Static(
                Content(
                    _(
                        "Of each run that is over, the last and the best checkpoint stay; runs "
                        "with a star keep all. Another rule: studylab runs clean --help"
                    )
                ),
                id="about",
                classes="quiet",
            )
            yield RowList(
                [Column(16, fit=True), Column(), Column(8, fit=True, align="right")],
                empty=_("looking …"),
            )
            yield Static(id="told")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(RowList))
        self.run_worker(self._look())

    async def _look(self) -> None:
        try:
            self._found = await asyncio.to_thread(_find)
        except Problem as problem:
            self._tell(str(problem))
            return
        old, thrown = self._found
        self._busy = not (old or thrown)
        rows = [_row(each.run, each.path.name, each.bytes, "c") for each in old]
        for each in thrown:
            at = ages.moment(datetime.fromtimestamp(each.at, UTC).isoformat())
            rows.append(_row(each.id, _("deleted {time}", time=at), each.bytes, "t"))
        table = self.query_one(RowList)
        table.display = bool(rows)
        table.set_rows(rows)
        if self._busy:
            self._tell(_("There is nothing to clean up."))
            return
        parts = [
            n_("{count} checkpoint", "{count} checkpoints", len(old)) if old else "",
            n_("{count} deleted run", "{count} deleted runs", len(thrown)) if thrown else "",
        ]
        total = sum(each.bytes for each in old) + sum(each.bytes for each in thrown)
        told = _("{what}: {size}", what=listed(parts), size=size(total))
        self._tell(f"{told}\n{_('Deleting them can not be taken back.')}")
        self.query_one("#dialog").border_subtitle = _("y deletes them · esc leaves")

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is deleted that was not shown."""
        return not (action == "clean" and self._busy)

    def action_clean(self) -> None:
        """Delete what is shown, for good."""
        self._busy = True
        self._tell(_("deleting …"))
        self.run_worker(self._clean())

    async def _clean(self) -> None:
        try:
            freed, complaints = await asyncio.to_thread(_remove, self._found)
        except Problem as problem:
            self._tell(str(problem))
            return
        self.app.notify(_("freed {size}", size=size(freed)), timeout=5, markup=False)
        for complaint in complaints[:3]:
            self.app.notify(one_line(complaint), severity="error", timeout=12, markup=False)
        self.dismiss(freed)

    def _tell(self, text: str) -> None:
        self.query_one("#told", Static).update(Content(text))


def _row(run: str, what: str, count: int, kind: str) -> Row:
    return Row(f"{kind} {run} {what}", (one_line(run), one_line(what), size(count)))


def _find() -> Found:
    with closing(open_database(locations.database())) as db:
        rows = store.listing(db, limit=EVERY)
        return old_checkpoints.old_checkpoints(rows, Rule()), trash.outdated(db)


def _remove(found: Found) -> tuple[int, list[str]]:
    old, thrown = found
    freed, complaints = old_checkpoints.remove(old)
    with closing(open_database(locations.database())) as db:
        complaints += trash.throw_out(db, thrown)
    return freed + sum(each.bytes for each in thrown if not each.path.exists()), complaints
