"""The messages that studylab shows, read out of the source text."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from studylab.cli.spoken import paragraphs

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("labs", "studylab")
CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""The modules of click whose words a student may see."""

MARKS = {"_", "N_"}
PLURALS = {"n_", "ngettext"}
DECORATORS = {"command", "group"}
CLICK_CALLS = {*DECORATORS, "argument", "option"}
CLICK_KEYWORDS = {"help", "short_help", "metavar", "epilog"}
BUGS = {"RuntimeError", "TypeError", "ValueError"}
"""What click raises when the program that uses it is wrong: nothing for a student."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text, where it is, and its form for several things if it has one."""

    text: str
    file: str
    line: int
    plural: str = ""


def messages() -> tuple[list[Message], list[str]]:
    """Every message of the labs, of studylab and of click; and what can't be translated, with its
    place: an f-string or the like where a plain text has to be, fields without values."""
    found: list[Message] = []
    mistakes: list[str] = []
    for path, name in _sources():
        more, wrong = in_source(path.read_text("utf-8"), name)
        found += more
        mistakes += wrong
    return found, mistakes


def in_source(text: str, file: str) -> tuple[list[Message], list[str]]:
    """The messages and the mistakes of one source text."""
    reader = _Reader(file)
    reader.visit(ast.parse(text, file))
    return sorted(reader.found, key=lambda message: message.line), reader.mistakes


def fields(text: str) -> set[str]:
    """The names of the fields of `text`, without conversions and formats."""
    return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name}


def _sources() -> Iterator[tuple[Path, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, path.relative_to(ROOT).as_posix()
    for name in CLICK:
        yield Path(click.__file__).with_name(f"{name}.py"), f"click/{name}.py"


class _Reader(ast.NodeVisitor):
    def __init__(self, file: str) -> None:
        self.file = file
        self.foreign = file.startswith("click/")
        self.found: list[Message] = []
        self.mistakes: list[str] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        calls = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
        if any(isinstance(c, ast.Attribute) and c.attr in DECORATORS for c in calls):
            text = ast.get_docstring(node) or ""
            for paragraph in paragraphs(text):
                self._add(node, paragraph.text)
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else None
        if not (self.foreign and isinstance(raised, ast.Name) and raised.id in BUGS):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if isinstance(called, ast.Name) and name in MARKS:
            self._marked(node)
        elif isinstance(called, ast.Name) and name in PLURALS:
            self._plural(node)
        elif self.foreign:
            pass
        elif isinstance(called, ast.Attribute) and name in CLICK_CALLS:
            self._click(node)
        elif name == "Binding":
            self._arguments(node, 2, {"description", "tooltip"})
        elif name == "setting":
            self._arguments(node, 1, {"help"})
        elif name == "Lab":
            self._lab(node)
        self.generic_visit(node)

    def _marked(self, node: ast.Call) -> None:
        for text in self._texts(node.args[0]) if node.args else ():
            self._check_values(node, fields(text) if node.keywords else set())
            self._add(node, text)

    def _plural(self, node: ast.Call) -> None:
        forms = [self._texts(form) for form in node.args[:2]]
        if not all(len(form) == 1 for form in forms):
            self._mistake(node, "both forms have to be plain texts")
            return
        (one,), (many,) = forms
        if self.foreign:
            # click fills the fields in itself: `studylab.cli.click_words` looks up each form.
            self._add(node, one)
            self._add(node, many)
            return
        self._check_values(node, (fields(one) | fields(many)) - {"count"})
        self._add(node, one, many)

    def _click(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg in CLICK_KEYWORDS:
                for text in self._texts(keyword.value):
                    for paragraph in paragraphs(text):
                        self._add(keyword.value, paragraph.text)

    def _arguments(self, node: ast.Call, position: int, keywords: set[str]) -> None:
        given = [k.value for k in node.keywords if k.arg in keywords]
        for value in node.args[position : position + 1] + given:
            for text in self._texts(value):
                self._add(value, text)

    def _lab(self, node: ast.Call) -> None:
        given = {k.arg: k.value for k in node.keywords}
        for name in ("title", "teaches"):
            if name in given and f"{name}_zh" not in given:
                for text in self._texts(given[name]):
                    self._add(node, text)

    def _texts(self, node: ast.expr) -> list[str]:
        """The texts that an expression can be; none where only the running program knows."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) and node.value else []
        if isinstance(node, ast.IfExp):
            return [*self._texts(node.body), *self._texts(node.orelse)]
        if isinstance(node, ast.JoinedStr):
            self._mistake(node, "an f-string can't be translated; write {fields}")
        elif isinstance(node, ast.BinOp) and _has_text(node):
            self._mistake(node, "texts that are put together can't be translated; write one")
        return []

    def _check_values(self, node: ast.Call, wanted: set[str]) -> None:
        given = {k.arg for k in node.keywords}
        missing = {name.partition(".")[0].partition("[")[0] for name in wanted} - given
        if missing and None not in given and not self.foreign:
            self._mistake(node, f"no value is given for {', '.join(sorted(missing))}")

    def _add(self, node: ast.AST, text: str, plural: str = "") -> None:
        self.found.append(Message(text, self.file, getattr(node, "lineno", 0), plural))

    def _mistake(self, node: ast.expr, why: str) -> None:
        self.mistakes.append(f"{self.file}:{node.lineno}: {why}")


def _has_text(node: ast.expr) -> bool:
    return any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(node))
