"""Filters of the Questions room that are kept under a name."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from studylab.language import _
from studylab.problem import Problem
from studylab.store import filters
from studylab.store.questions import EmptyText
from studylab.study.filtering import filter_words
from studylab.tui.question_filter import FilteredRoom


class SavedFiltersRoom(FilteredRoom):
    """A room whose filter can be saved, and brought back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filters", "Filters", show=False, tooltip="Choose a saved filter"),
        Binding("F", "save_filter", "Save filter", show=False, tooltip="Save this filter"),
    ]

    def action_filters(self) -> None:
        """Choose a saved filter, or delete one."""
        from studylab.tui.dialogs.pick import PickDialog

        def chosen(name: str | None) -> None:
            if name is not None:
                found = {
                    each.name: each.filter for each in filters.saved_filters(self.workspace.db)
                }
                self.set_filter(found.get(name, self.filter))

        empty = _("No filter is saved yet: F saves the one in use.")
        self.app.push_screen(
            PickDialog(_("Saved filters"), self._saved(), empty=empty, delete=self._forget), chosen
        )

    def action_save_filter(self) -> None:
        """Save the filter in use under a name."""
        from studylab.tui.dialogs.line import LineDialog

        there = {each.name for each in filters.saved_filters(self.workspace.db)}

        def told(name: str) -> str:
            name = filters.filter_name(name)
            if not name:
                raise EmptyText(_("a filter needs a name"))
            return _("takes the place of the filter of this name") if name in there else ""

        def taken(name: str | None) -> None:
            if name is None:
                return
            try:
                filters.save_filter(self.workspace.db, name, self.filter)
            except Problem as problem:
                self.app.problem(problem)
            else:
                self.notify(_("Saved; f brings it back"), timeout=4, markup=False)

        words = filter_words(self.workspace, self.filter)
        prompt = _("A name for: {filter}", filter=words)
        self.app.push_screen(LineDialog(_("Save the filter"), prompt, told), taken)

    def _saved(self) -> list[tuple[str, str, str]]:
        return [
            (each.name, each.name, filter_words(self.workspace, each.filter))
            for each in filters.saved_filters(self.workspace.db)
        ]

    def _forget(self, name: str) -> list[tuple[str, str, str]]:
        try:
            filters.delete_filter(self.workspace.db, name)
        except Problem as problem:
            self.app.problem(problem)
        return self._saved()
