"""A note: rendered to read, and edited in place or in the student's editor."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Static
from typing_extensions import override

from studylab import locations
from studylab.language import _
from studylab.plain import one_line, plain
from studylab.problem import Problem
from studylab.study.open_note import OpenNote, Outside
from studylab.tui.dialogs.note import throw_changes_away, which_version
from studylab.tui.dialogs.writing import PAUSE
from studylab.tui.editor import open_in_editor
from studylab.tui.note_draft import NoteDraft
from studylab.tui.tones import QUIET, WARN
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.markdown_area import MarkdownArea

LOOK_SECONDS = 1.0
"""Between two looks at whether the file was changed outside."""

RENDERED = 60_000
"""Characters; a longer note is shown as it is written, which needs no time to lay out."""


class NoteScreen(TranslatedKeys, Screen[None]):
    """The note in the file `path`. One that is new begins with `heading`.

    Whatever happens to the file meanwhile, what is typed here is not lost: it is kept as a draft
    until it is saved, and saved beside the file where that has become another one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Edit", tooltip="Edit the note here"),
        Binding("E,f2", "editor", "Editor", tooltip="Edit the note in your editor"),
        Binding("x", "other", "Other version", tooltip="The other one of two versions"),
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Back", priority=True),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]
    DEFAULT_CSS = """
    NoteScreen {
        & > #about {
            height: 1; padding: 0 1; background: $panel;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & > #said { height: auto; max-height: 4; padding: 0 1; display: none; }
        & > #page { padding: 0 1; }
        & > #page > Static { height: auto; max-width: 100; }
        & > #text { display: none; max-width: 102; }
        &.-as-written > #page, &.-editing > #page { display: none; }
        &.-as-written > #text, &.-editing > #text { display: block; }
    }
    """

    def __init__(self, path: Path, heading: str) -> None:
        super().__init__()
        self._open = OpenNote(path)
        self._heading = one_line(heading)
        self._loaded = ""
        self._other: Path | None = None
        self._draft = NoteDraft(path)
        self._unsaved: str | None = None
        self._keeping: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield Static(id="said")
        with VerticalScroll(id="page"):
            yield Static()
        yield MarkdownArea(id="text")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._show_file(self._open.path)
        self.set_interval(LOOK_SECONDS, self._look)

    # What is shown

    @property
    def editing(self) -> bool:
        """Whether the text area has the keys."""
        return self.has_class("-editing")

    @property
    def area(self) -> MarkdownArea:
        """The text area; it has the text while that is only read, too."""
        return self.query_one(MarkdownArea)

    @property
    def changed(self) -> bool:
        """Whether there is something here that no file has."""
        return self.area.text != self._loaded

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of reading and of editing are not there at the same time."""
        if action in ("edit", "scroll"):
            return not self.editing and (action != "edit" or self._open.note.editable)
        if action == "save":
            return self.editing or self._open.gone
        if action == "other":
            return not self.editing and self._other is not None
        return True

    def _show_file(self, path: Path) -> None:
        """Read a note; what was typed into it before, and not saved, is there again."""
        self._open = OpenNote(path)
        self._draft = NoteDraft(path)
        self._show_note()
        trouble = self._open.note.trouble
        self._say(trouble)
        unsaved = self._draft.read()
        if unsaved is None or unsaved.text == self._open.note.text:
            if self._open.new:
                self._edit()
        elif trouble:
            kept = _("What you typed before is kept in {path}", path=self._draft.path)
            self._say(f"{trouble} {kept}")
        else:
            self._open.based_on(unsaved.digest)
            self._edit()
            self.area.text = unsaved.text
            self.area.move_cursor(self.area.document.end)
            self._say(_("This was typed before and not saved."))

    def _show_note(self) -> None:
        """Show what the note has, in the place of what was here before."""
        note = self._open.note
        text = note.text if note.editable else plain(note.text)
        with self.prevent(MarkdownArea.Changed):
            self.area.show(f"# {self._heading}\n\n" if self._open.new else text)
        self._loaded = self.area.text
        self._render_page()
        self._head()

    def _render_page(self) -> None:
        text = self.area.text
        as_written = len(text) > RENDERED
        self.set_class(as_written, "-as-written")
        self.area.read_only = not self.editing
        if not as_written:
            # 80 ms to import: only for who reads a note.
            from studylab.tui.page import Page

            self.query_one("#page > Static", Static).update(Page(self.app, plain(text)))
        if not self.editing:
            (self.area if as_written else self.query_one("#page")).focus()

    def _head(self) -> None:
        parts: list[Content | tuple[str, str]] = [
            Content.styled(self._heading, "bold"),
        ]
        if self.changed:
            parts.append((f"  {_('not saved')}", WARN))
        parts.append((f"  {_shown(self._open.path)}", QUIET))
        self.query_one("#about", Static).update(Content.assemble(*parts))
        self.refresh_bindings()

    def _say(self, text: str) -> None:
        said = self.query_one("#said", Static)
        said.update(Content.styled(one_line(text), WARN))
        said.display = bool(text)

    # Changed outside

    def _look(self) -> None:
        """See whether another program has written or deleted the file."""
        match self._open.look(changed=self.changed):
            case Outside.DELETED:
                self._say(_("The file was deleted; ctrl+s makes it again."))
                self.refresh_bindings()
            case Outside.BOTH:
                self._say(
                    _(
                        "The file was changed outside while you write. Both are kept: ctrl+s puts "
                        "yours into a file beside it."
                    )
                )
            case Outside.CHANGED:
                self._take_new_text()

    def _take_new_text(self) -> None:
        area, note = self.area, self._open.note
        (row, column), scrolled = area.cursor_location, area.scroll_offset
        self._show_note()
        row = min(row, area.document.line_count - 1)
        area.move_cursor((row, min(column, len(area.document.get_line(row)))))
        area.scroll_to(y=scrolled.y, animate=False)
        self._say(note.trouble or _("It was changed outside: this is the new text."))
        if self.editing and not note.editable:
            self._read()

    # What is done

    def action_edit(self) -> None:
        """Edit the note here."""
        self._edit()

    def _edit(self) -> None:
        self.add_class("-editing")
        self.area.read_only = False
        self.area.move_cursor(self.area.document.end)
        self.area.focus()
        self.refresh_bindings()

    def _read(self) -> None:
        self.remove_class("-editing")
        self._render_page()
        self.refresh_bindings()

    def on_text_area_changed(self) -> None:
        """Keep a draft as soon as the student pauses."""
        self._unsaved = self.area.text if self.changed else None
        self._head()
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(PAUSE, self._keep_draft)

    def on_unmount(self) -> None:
        """The app may be on its way out, with the text still here."""
        if self._unsaved is not None:
            self._keep_draft()

    def _keep_draft(self) -> None:
        if self._unsaved is None:
            self._draft.drop()
        else:
            self._draft.keep(self._unsaved, self._open.note)

    def _finish(self) -> None:
        """Nothing is left that would have to be kept."""
        self._unsaved = None
        if self._keeping is not None:
            self._keeping.stop()
        self._draft.drop()

    def action_save(self) -> None:
        """Write the file; where it has become another one, write the text beside it."""
        if self.changed or self._open.gone:
            self._save()

    def _save(self) -> bool:
        """Whether the file has the text now."""
        try:
            saved = self._open.save(self.area.text)
        except Problem as problem:
            self._say(str(problem))
            return False
        self._finish()
        self._loaded = self.area.text
        if saved.beside is not None:
            self._tell_conflict(saved.beside)
            return False
        if saved.made_again:
            self._say(_("The file had been deleted; it is there again."))
        else:
            self._say("")
            self.app.notify(_("Saved"), timeout=3, markup=False)
        self._head()
        return True

    def _tell_conflict(self, beside: Path) -> None:
        path = self._open.path

        def answered(theirs: bool | None) -> None:
            self.remove_class("-editing")
            self._other = beside if theirs else path
            self._show_file(path if theirs else beside)
            self._say(
                _(
                    "There are two versions: {one} and {two}; x changes between them.",
                    one=path.name,
                    two=beside.name,
                )
            )

        self.app.push_screen(which_version(path, beside), answered)

    def action_other(self) -> None:
        """Show the other one of the two versions."""
        if self._other is not None:
            self._other, other = self._open.path, self._other
            self._show_file(other)

    def action_editor(self) -> None:
        """Edit the note in the student's editor, and show what it has become."""
        # Not saved, or saved beside the note: that has to be looked at first.
        if self.changed and not self._save():
            return
        open_in_editor(self.app, self._open.path, self._heading)
        self.remove_class("-editing")
        self._show_file(self._open.path)

    def action_scroll(self, lines: int) -> None:
        """Scroll what is read."""
        shown = self.area if self.has_class("-as-written") else self.query_one("#page")
        shown.scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """From editing back to reading, and from there back to where the student came from."""
        if not self.editing:
            self.dismiss()
            return
        if not self.changed:
            self._left()
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self._finish()
                self._show_file(self._open.path)
                self._left()

        self.app.push_screen(throw_changes_away(len(self.area.text)), answered)

    def _left(self) -> None:
        if self._open.new:
            self.dismiss()
        else:
            self._read()


def _shown(path: Path) -> Path:
    """A path without the home directory, which all notes have in common."""
    home = locations.home()
    return path.relative_to(home) if path.is_relative_to(home) else path
