"""What was logged just before the app is closed is in the database when it is gone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from studylab.metrics.reporter import Reporter
from studylab.runs.directory import State
from studylab.settings import Settings
from studylab.store import runs as store
from studylab.tui.sync import RunsChanged, SyncLoop
from tests.runs.test_sync import make_run


def test_the_last_sync_is_after_the_loop(db):
    run = make_run(state=State.RUNNING)
    # Of another host, so that it counts as alive without a process.
    run.write_spec(replace(run.read_spec(), host="elsewhere"))

    class App:
        workspace = SimpleNamespace(settings=Settings())

        def post_message(self, message: RunsChanged) -> None:
            with Reporter(run.path) as reporter:
                reporter.log({"loss": 1.0}, step=1)
            loop.stop()

    loop = SyncLoop(App())
    loop.run()
    assert [m.step for m in store.metrics(db, run.id)] == [1]
