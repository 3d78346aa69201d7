"""What is told to a person went through `_` or `n_` where it is told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import studylab

ROOT = Path(studylab.__file__).parent
FILES = {path.relative_to(ROOT.parent).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8"), name) for name, path in FILES.items()}

TELLING = {"line": 99, "paragraph": 1, "remark": 1, "complain": 1, "notify": 1, "Cell": 1}
"""Functions that show their first so many arguments."""

SHOWN = {"title", "found", "mend"}
"""Keywords whose values are shown too."""

TOLD = {"Problem", "TableError", "LookFailed"}
"""Exceptions whose text is shown, with all that derive from them."""

WORD = re.compile(r"[A-Za-z]{2}")
COMMAND = re.compile(r"studylab( |$)")
"""What is to be typed as it stands."""


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def exceptions(trees: list[ast.Module]) -> set[str]:
    """The names of `TOLD` and of all classes below them."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = set(TOLD)
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


EXCEPTIONS = exceptions(list(TREES.values()))


class Reader(ast.NodeVisitor):
    """Finds texts that are told as they stand."""

    def __init__(self, tree: ast.Module) -> None:
        self.mistakes: list[str] = []
        self.scopes = [_assigned(tree.body)]
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        given = node.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        # What a caller gives is looked at where it is given.
        self.scopes.append({each.arg: [] for each in parameters} | _assigned(node.body))
        self.generic_visit(node)
        self.scopes.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        told: list[ast.expr] = []
        if name in EXCEPTIONS:
            told = [*node.args, *(k.value for k in node.keywords)]
        elif name in TELLING:
            told = [*node.args[: TELLING[name]]]
            told += [k.value for k in node.keywords if k.arg in SHOWN]
        for argument in told:
            for text in self.raw(argument, set()):
                self.mistakes.append(f"{argument.lineno}: {text!r}")
        self.generic_visit(node)

    def raw(self, node: ast.expr, seen: set[str]) -> Iterator[str]:
        """The texts in an expression that nothing has looked up."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if WORD.search(node.value) and not COMMAND.match(node.value):
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            whole = "".join(str(getattr(part, "value", "{}")) for part in node.values)
            if not COMMAND.match(whole):
                for part in node.values:
                    yield from self.raw(part, seen)
        elif isinstance(node, ast.FormattedValue):
            yield from self.raw(node.value, seen)
        elif isinstance(node, ast.IfExp):
            yield from self.raw(node.body, seen)
            yield from self.raw(node.orelse, seen)
        elif isinstance(node, ast.BinOp):
            yield from self.raw(node.left, seen)
            yield from self.raw(node.right, seen)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self.raw(value, seen)
        elif isinstance(node, ast.Call) and _name(node.func) == "N_":
            yield from self.raw(node.args[0], seen)
        elif isinstance(node, ast.Name) and node.id not in seen:
            # The value of a variable of this function, or of a constant of this file.
            for scope in reversed(self.scopes):
                if node.id in scope:
                    for value in scope[node.id]:
                        yield from self.raw(value, seen | {node.id})
                    break


def _assigned(body: list[ast.stmt]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name, value in _pairs(target, node.value):
                    found.setdefault(name, []).append(value)
        waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
        waiting += [s for h in getattr(node, "handlers", []) for s in h.body]
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, its)


@pytest.mark.parametrize("file", FILES)
def test_what_is_told_was_looked_up(file):
    assert Reader(TREES[file]).mistakes == []


@pytest.mark.parametrize(
    "code",
    [
        'raise Problem("no such thing")',
        'raise Problem(f"no {thing}")',
        'raise NoSuchRun(_("x") if a else f"no {thing}")',
        'raise SyllabusError(path, 1, _("x"), "mend it")',
        'remark("so and so")',
        'complain(f"{a} and {b}")',
        'self.app.notify("done that", severity="error")',
        'self.notify(_("x"), title="Done")',
        'line(Cell("all done", "green"))',
        'line("  ", x or "none")',
        'def f():\n    said = "so" if a else b\n    remark(said)',
        'def f():\n    try:\n        f()\n    except E:\n        said = "so"\n    remark(said)',
        'MEND = N_("mend it")\ndef f():\n    raise Problem(MEND)',
        'wrong, mend = f"{x} is bad", _("x")\nraise TableError((), wrong, mend)',
    ],
)
def test_a_text_that_is_told_as_it_stands_is_found(code):
    assert Reader(ast.parse(code)).mistakes


@pytest.mark.parametrize(
    "code",
    [
        'raise Problem(_("no such thing"))',
        'raise Problem(n_("{count} thing", "{count} things", 3))',
        "raise Problem(str(error))",
        'raise ValueError("a bug")',
        'remark(f"{a}: {b}")',
        'line(f"  {_(word)}  ", Cell(told(), "dim"))',
        'line("  ", Cell(f"studylab run {lab}", "dim"))',
        'self.notify(_("x"), severity="error", timeout=5)',
        'MEND = N_("mend it")\ndef f():\n    raise Problem(_(MEND))',
        'text = "so"\ndef f():\n    text = "so"\ndef g(text):\n    remark(text)',
    ],
)
def test_a_text_that_was_looked_up_is_none(code):
    assert Reader(ast.parse(code)).mistakes == []
