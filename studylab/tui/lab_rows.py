"""A lab as a row of the catalogue, and in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from studylab.language import N_, _, listed, n_
from studylab.plain import one_line, plain
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.wording import (
    metric_value,
    read_state,
    reference_value,
    setting_value,
    time_needed,
    verdict,
    verdict_word,
)
from studylab.store.overview import LabRecord, main_result
from studylab.store.runs import RunRow
from studylab.syllabus.model import Item
from studylab.tui.about import item_name
from studylab.tui.launching import shell_command
from studylab.tui.run_rows import percent
from studylab.tui.tones import BAD, QUIET, state_text, state_tone, verdict_symbol, verdict_tone
from studylab.tui.widgets.row_list import Column, Row
from studylab.workspace import Workspace

COLUMNS = (
    Column(2, title=N_("Wk"), align="right"),
    Column(14, title=N_("Lab"), part=0.18),
    Column(title=N_("What it is")),
    Column(6, title=N_("Time"), align="right", needs=90),
    Column(8, title=N_("To reach"), align="right", needs=76),
    Column(9, title=N_("Best"), needs=56),
    Column(14, title=N_("Runs")),
)


@dataclass(frozen=True, slots=True)
class LabRows:
    """Makes rows and details from what is recorded of the labs."""

    workspace: Workspace
    records: Mapping[str, LabRecord] = field(default_factory=dict)
    going_on: Mapping[str, Sequence[RunRow]] = field(default_factory=dict)

    def row(self, entry: CatalogueEntry) -> Row:
        """A lab that is there."""
        declared = entry.declared
        record = self.records.get(entry.id, LabRecord())
        if entry.error:
            # The folder is in the details; here there is room for what is wrong.
            short = entry.error.replace(str(entry.path), entry.path.name)
            error = Content.styled(one_line(short), BAD)
            return Row(entry.id, ("", Content.styled(one_line(entry.name), BAD), error, *[""] * 4))
        reference = declared.references[0] if declared.references else None
        aim = metric_value(reference.metric, reference.value, exact=True) if reference else ""
        return Row(
            entry.id,
            (
                _quiet(str(declared.week or "")),
                Content.styled(one_line(entry.name), "bold"),
                one_line(self.workspace.title(declared)),
                _quiet(time_needed(declared.minutes) if declared.minutes else ""),
                _quiet(aim),
                _best(record),
                self._runs_cell(entry, record),
            ),
        )

    def _runs_cell(self, entry: CatalogueEntry, record: LabRecord) -> Content:
        going_on = self.going_on.get(entry.id)
        if not going_on:
            return _quiet(str(record.runs) if record.runs else "–")
        state = read_state(going_on[0].state)
        return Content.styled(f"{state_text(state)} {percent(going_on[0])}", state_tone(state))

    def planned_row(self, item: Item) -> Row:
        """A lab that is still to come."""
        name = item.ref.rsplit("/", 1)[-1]
        cells = (str(item.week), name, self.workspace.title(item), "", "", "", _("to come"))
        return Row(item.ref, tuple(_quiet(one_line(cell)) for cell in cells))

    def about(self, entry: CatalogueEntry) -> Content:
        """All that there is to say of a lab."""
        declared, workspace = entry.declared, self.workspace
        teaches = declared.teaches_zh if workspace.settings.chinese else ""
        head = [Content.styled(one_line(workspace.title(declared)), "bold")]
        if entry.error:
            head += [Content.styled(one_line(entry.error), BAD)]
        facts = [entry.id]
        facts += [_("week {number}", number=declared.week)] if declared.week else []
        facts += [about_time(declared.minutes)] if declared.minutes else []
        head.append(Content.styled(one_line(" · ".join(facts)), QUIET))
        head.append(Content(plain(teaches or (declared.teaches and _(declared.teaches)))))
        blocks = [
            Content("\n").join(part for part in head if part.plain),
            self._going_on_block(entry),
            self._results_block(entry),
            self._settings_block(entry),
            self._sources_block(entry),
            Content(plain(entry.docstring).strip()),
        ]
        return Content("\n\n").join(block for block in blocks if block.plain)

    def about_planned(self, item: Item) -> Content:
        """What the syllabus says of a lab that is still to come."""
        week = _("week {number}", number=item.week)
        section = one_line(f"{item.ref} · {week} · {item.section}")
        lines = [
            Content.styled(one_line(self.workspace.title(item)), "bold"),
            Content.styled(section, QUIET),
            Content(""),
            Content(_("This lab is still to come; the syllabus has a place for it.")),
        ]
        return Content("\n").join(lines)

    def episodes(self, entry: CatalogueEntry) -> Sequence[Item]:
        """The episodes that teach it, as far as the syllabus has them."""
        if not entry.declared.episodes:
            return ()
        try:
            return self.workspace.syllabus.episodes(entry.declared.episodes)
        except ValueError:
            # A lab of one's own, or a syllabus of one's own: they need not know each other.
            return ()

    def _going_on_block(self, entry: CatalogueEntry) -> Content:
        lines = []
        for run in self.going_on.get(entry.id, []):
            state = read_state(run.state)
            lines.append(
                Content.assemble(
                    Content.styled(state_text(state), state_tone(state)),
                    f"  {one_line(run.id)}  {percent(run)}",
                )
            )
        return Content("\n").join(lines)

    def _results_block(self, entry: CatalogueEntry) -> Content:
        lines = []
        aim, most = _("to reach"), _("best")
        width = max(cell_len(aim), cell_len(most)) + 2
        for reference in entry.declared.references:
            figure = _(
                "{figure} on {data}, {split}",
                figure=reference_value(reference),
                data=reference.data,
                split=reference.split,
            )
            lines.append(
                Content.assemble(
                    f"  {set_cell_size(aim, width)}{one_line(figure)}",
                    Content.styled(f"  ({one_line(reference.source)})", QUIET),
                )
            )
        record = self.records.get(entry.id, LabRecord())
        for best in record.best:
            word = verdict_word(best)
            where = (best.data, _(best.tier) if best.tier else "", best.split, best.run)
            lines.append(
                Content.assemble(
                    Content.styled(
                        f"{verdict_symbol(word)} {set_cell_size(most, width)}", verdict_tone(word)
                    ),
                    f"{one_line(best.metric)} ",
                    Content.styled(verdict(best), verdict_tone(word)),
                    Content.styled(f"  {one_line(listed(where))}", QUIET),
                )
            )
        if record.runs:
            count = n_("{count} run so far", "{count} runs so far", record.runs)
            lines.append(Content.styled(f"  {count}  (t)", QUIET))
        return _block(_("Results"), lines)

    def _settings_block(self, entry: CatalogueEntry) -> Content:
        names = [setting.name for setting in entry.settings]
        values = [setting_value(setting.default) for setting in entry.settings]
        name_width = max(map(cell_len, names), default=0)
        value_width = min(12, max(map(cell_len, values), default=0))
        lines = [
            Content.assemble(
                f"  {set_cell_size(setting.name, name_width)}  ",
                Content.styled(value + " " * (value_width - cell_len(value)), "bold"),
                f"  {one_line(setting.help and _(setting.help))}",
                Content.styled(f"  {setting.allowed}", QUIET),
            )
            for setting, value in zip(entry.settings, values, strict=True)
        ]
        if lines:
            command = shell_command(self.workspace, entry, {})
            lines.append(Content.styled(f"  $ {command}", QUIET))
        return _block(_("Settings and their defaults"), lines)

    def _sources_block(self, entry: CatalogueEntry) -> Content:
        lines = [f"  {item_name(self.workspace, item)}" for item in self.episodes(entry)]
        for id in entry.declared.papers:
            paper = self.workspace.papers.get(id)
            lines.append(f"  {one_line(self.workspace.title(paper) if paper else id)}")
        return _block(_("Episodes and papers"), [Content(line) for line in lines])


def about_time(minutes: float) -> str:
    """`about 1 min`: how long a lab takes."""
    return _("about {time}", time=time_needed(minutes))


def _block(heading: str, lines: Sequence[Content]) -> Content:
    """Lines under a heading; nothing without lines."""
    if not lines:
        return Content("")
    return Content("\n").join([Content.styled(heading, f"bold {QUIET}"), *lines])


def _best(record: LabRecord) -> Content:
    best = main_result(record.best)
    if best is None:
        return Content("")
    word = verdict_word(best)
    figure = f"{verdict_symbol(word)} {metric_value(best.metric, best.value)}"
    return Content.styled(figure, verdict_tone(word))


def _quiet(text: str) -> Content:
    return Content.styled(text, QUIET)
