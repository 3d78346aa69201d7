"""The syllabus is read before the app's first paint, so it must be cheap."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"torch", "numpy", "pandas", "textual", "rich", "sqlite3", "sqlite_utils"}


def test_only_the_standard_library_is_imported() -> None:
    code = "import sys, studylab.syllabus.load; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert not HEAVY & modules
    below = {"studylab.problem", "studylab.language"}
    own = {name for name in modules if name.startswith("studylab.")} - below
    assert all(name.startswith("studylab.syllabus") for name in own)
