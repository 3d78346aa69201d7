"""Texts, tables, pictures and warnings that a run has logged: the newest first, each to look at."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, ScrollableContainer, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static
from typing_extensions import override

from studylab.language import N_, _, n_
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs.artifacts import Artifact, Artifacts
from studylab.runs.directory import RunDirectory
from studylab.tui.artifact_text import heading, text_of
from studylab.tui.live_text import quiet
from studylab.tui.picture import Picture
from studylab.tui.reading import ReadsInFront
from studylab.tui.tones import WARN
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import Column, Row, RowList

SLICE_SECONDS = 0.05
TICK_SECONDS = 1.0
CATCHING_UP_SECONDS = 0.02


class ArtifactsView(ReadsInFront, TranslatedKeys, Screen[None]):
    """A list, and what the cursor is on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "zoom", "Zoom", tooltip="Over the whole screen, or beside the list again"),
        Binding("J,shift+down", "scroll_detail(0,3)", "Scroll down", key_display="J"),
        Binding("K,shift+up", "scroll_detail(0,-3)", "Scroll up", show=False),
        Binding("right", "scroll_detail(8,0)", "Scroll right", show=False),
        Binding("left", "scroll_detail(-8,0)", "Scroll left", show=False),
        Binding("escape,v", "back", "Back"),
    ]
    DEFAULT_CSS = """
    ArtifactsView {
        & > #about { height: 1; padding: 0 1; background: $panel; }
        & > #split { height: 1fr; }
        & #rows { height: 7; margin: 0 1; }
        & #shown { height: 1fr; border-top: solid $foreground 20%; padding: 0 1; }
        & #heading { height: auto; text-style: bold; }
        & #words { height: 1fr; scrollbar-size: 1 1; }
        & #text { width: 1fr; height: auto; }
        & #words.table { overflow-x: auto; }
        & #words.table #text { width: auto; text-wrap: nowrap; }
        &.-wide #split, &.-very-wide #split { layout: horizontal; }
        &.-wide #rows, &.-very-wide #rows { height: 1fr; width: 42; }
        &.-wide #shown, &.-very-wide #shown {
            height: 1fr; border-top: none; border-left: solid $foreground 20%;
        }
        &.-zoomed #rows { display: none; }
        &.-zoomed #shown, &.-zoomed.-wide #shown, &.-zoomed.-very-wide #shown { border: none; }
    }
    """

    def __init__(self, run: RunDirectory) -> None:
        super().__init__()
        self.run = run
        self.artifacts = Artifacts(run)
        self._shown: int | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        with Container(id="split"):
            yield RowList(
                (
                    Column(title=N_("Name")),
                    Column(width=10, fit=True, part=0.4, align="right", title=N_("Step")),
                    Column(width=7, fit=True, title=N_("Kind")),
                ),
                id="rows",
            )
            with Vertical(id="shown"):
                yield Static(id="heading")
                with ScrollableContainer(id="words", can_focus=False):
                    yield Static(id="text")
                yield Picture(id="picture")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(Picture).display = False
        self.set_focus(self._rows)
        self.read_on()

    @property
    def _rows(self) -> RowList:
        return self.query_one("#rows", RowList)

    @property
    def _chosen(self) -> Artifact | None:
        key = self._rows.key
        return next((each for each in self.artifacts if str(each.number) == key), None)

    @override
    def read_slice(self) -> float | None:
        """Read a slice and list what is new."""
        began = time.monotonic()
        complaint, new = "", False
        try:
            new = self.artifacts.read(SLICE_SECONDS)
        except Problem as problem:
            complaint = str(problem)
        behind = time.monotonic() - began >= SLICE_SECONDS
        if new or complaint or self._shown is None:
            self._show_rows(complaint)
        self.query_one(Picture).look()
        return CATCHING_UP_SECONDS if behind else TICK_SECONDS

    def _show_rows(self, complaint: str) -> None:
        rows = self._rows
        # At the top of the list what comes is shown as it comes.
        newest = rows.cursor == 0
        rows.set_rows(
            [
                Row(
                    str(each.number),
                    (
                        Content.styled(each.title, WARN if each.kind == "warning" else ""),
                        Content("" if each.step is None else f"{each.step:,}"),
                        quiet(_(each.kind)),
                    ),
                )
                for each in self.artifacts
            ],
            empty=complaint
            or _(
                "Nothing yet. What the lab reports with reporter.text, table and image comes here: "
                "samples, a confusion matrix, pictures, warnings."
            ),
        )
        if newest:
            rows.cursor = 0
        self._tell_about(complaint)
        self._show_chosen()

    def _tell_about(self, complaint: str) -> None:
        count = len(self.artifacts)
        parts = [
            one_line(self.run.id),
            n_("{count:,} sample or warning", "{count:,} samples and warnings", count),
        ]
        if self.artifacts.left_out:
            left_out = self.artifacts.left_out
            parts.append(
                n_("{count:,} older is left out", "{count:,} older are left out", left_out)
            )
        parts.append(complaint)
        self.query_one("#about", Static).update(quiet("  ".join(filter(None, parts))))

    def on_row_list_highlighted(self) -> None:
        """Show what the cursor is on now."""
        self._show_chosen()

    def on_row_list_selected(self) -> None:
        """Enter shows it alone."""
        self.action_zoom()

    def _show_chosen(self) -> None:
        artifact = self._chosen
        number = -1 if artifact is None else artifact.number
        if number == self._shown and (artifact is None or artifact.kind != "image"):
            return
        moved, self._shown = number != self._shown, number
        words, picture = self.query_one("#words"), self.query_one(Picture)
        is_image = artifact is not None and artifact.kind == "image"
        words.display, picture.display = not is_image, is_image
        title: Content | str = ""
        if artifact is not None:
            title = Content(one_line(heading(artifact)))
            if is_image:
                title = self._show_picture(artifact, picture)
            else:
                words.set_class(artifact.kind == "table", "table")
        self.query_one("#heading", Static).update(title)
        text = "" if artifact is None or is_image else text_of(artifact)
        self.query_one("#text", Static).update(Content(text))
        if moved:
            words.scroll_to(0, 0, animate=False)

    def _show_picture(self, artifact: Artifact, picture: Picture) -> Content:
        title = Content(one_line(heading(artifact)))
        try:
            picture.show(self.artifacts.file(artifact))
        except Problem as problem:
            picture.show(None, str(problem))
            return title
        if self.artifacts.replaced_at(artifact) is not None:
            later = _("a later picture was saved over it, and is shown")
            title = Content.assemble(title, "  ", Content.styled(later, WARN))
        path = one_line(str(artifact.content), 80)
        return Content.assemble(title, "  ", quiet(path))

    def action_zoom(self) -> None:
        """Show it over the whole screen, or beside the list again."""
        self.toggle_class("-zoomed")

    def action_scroll_detail(self, columns: int, rows: int) -> None:
        """Move what is shown."""
        words = self.query_one("#words")
        words.scroll_relative(columns, rows, animate=False)

    def action_back(self) -> None:
        """Beside the list again, or close."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        else:
            self.dismiss()
