"""What a lab may load, and what every lab has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from lab_process import REPOSITORY

from studylab.runs.declaration import read_declaration

LABS = REPOSITORY / "labs"
ALLOWED = {"studylab.labspec", "studylab.metrics.reporter"}
FILES = sorted(LABS.rglob("*.py"))
LAB_FILES = [p for p in FILES if "kit" not in p.parts and p.name != "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(LABS).as_posix())
def test_labs_import_only_the_declaration_and_the_reporter_of_studylab(path: Path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    assert {name for name in found if name.split(".")[0] == "studylab"} <= ALLOWED


@pytest.mark.parametrize("path", LAB_FILES, ids=lambda p: p.relative_to(LABS).as_posix())
def test_every_lab_declares_what_the_app_and_a_student_look_for(path: Path):
    declared = read_declaration(path)
    assert declared is not None
    names = {s.name for s in declared.settings}
    assert {"data", "seed"} <= names
    module = "labs." + ".".join(path.relative_to(LABS).with_suffix("").parts)
    assert f"python -m {module}" in declared.docstring
    assert "Try:" in declared.docstring
    assert declared.lab.name == path.stem
    assert declared.lab.title_zh and declared.lab.teaches_zh
    assert declared.lab.references


def test_the_command_line_loads_no_library_that_takes_seconds(python):
    done = python("""
        import sys
        import labs.kit.command, labs.kit.hub, labs.kit.verdict, labs.kit.local
        heavy = {"torch", "numpy", "sklearn", "datasets", "pandas", "pyarrow", "PIL", "tqdm"}
        print(sorted(heavy & set(sys.modules)))
    """)
    assert done.out.strip() == "[]", done.err


def test_a_refusal_comes_before_torch(python):
    done = python("""
        import runpy, sys
        sys.argv = ["cnn", "--epochs", "0"]
        try:
            runpy.run_module("labs.vision.cnn", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            print(end.code, "torch" in sys.modules)
    """)
    assert done.out.strip() == "2 False"
    assert done.refusal == "cnn: --epochs takes a whole number from 1 to 500, not 0"


def test_a_missing_library_is_named(python):
    done = python("""
        import runpy, sys
        sys.argv, sys.modules["torch"] = ["cnn"], None
        runpy.run_module("labs.vision.cnn", run_name="__main__", alter_sys=True)
    """)
    assert done.code == 1
    assert done.refusal == "cnn: needs torch, which is not installed: pip install torch"
