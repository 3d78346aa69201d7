"""The findings of a run from its directory, for those who do not watch it."""

from __future__ import annotations

from studylab.metrics.columns import read_columns
from studylab.metrics.reader import LineReader, events_reader
from studylab.metrics.series import Series
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.log import tail
from studylab.study.diagnosis.ends import LINES
from studylab.study.diagnosis.model import Finding
from studylab.study.diagnosis.names import read_name
from studylab.study.diagnosis.watch import Watch


def is_small(run: RunDirectory, most: int) -> bool:
    """Whether what a run has logged is read within a moment; nothing is."""
    try:
        return run.metrics.stat().st_size <= most
    except FileNotFoundError:
        return True


def diagnose(run: RunDirectory) -> list[Finding]:
    """What goes wrong in a run, what began last first; files that are not there say nothing.

    Raises:
        OSError: a file is there and can't be read.
    """
    watch = Watch()
    series: dict[str, Series] = {}
    try:
        watch.known.take_spec(run.read_spec())
        state = run.read_state()
    except RunDirectoryError:
        pass
    else:
        watch.known.take_end(state, tail(run.output, LINES) if state.state.ended else ())
    for events in events_reader(run.events).batches():
        for event in events:
            watch.known.take_event(event)
    for lines in LineReader(run.metrics, bytes).batches():
        for name, column in read_columns(lines).columns.items():
            if read_name(name) is not None:
                points = series.setdefault(name, Series())
                points.extend(column.steps, column.values, column.times)
        watch.take(series)
    return watch.findings(series)
