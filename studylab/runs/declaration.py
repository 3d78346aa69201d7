"""Reading what a lab declares out of its source text, without running it.

A lab imports torch, which the app never does, and a lab that does not even import still has to be
shown, with its mistake. So `LAB = Lab(...)` and the fields of `Config` are written as literals.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylab.labspec import SETTING_TYPES, Lab, Reference, Setting, SettingError
from studylab.language import _
from studylab.problem import Problem

_BUILDERS = {"Lab": Lab, "Reference": Reference}


class DeclarationError(Problem):
    """A lab's declaration that can't be read; one line with the line number and the mend."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A lab's declaration, its settings and its docstring."""

    lab: Lab
    settings: tuple[Setting, ...]
    docstring: str


def read_declaration(path: Path) -> Declaration | None:
    """What the file declares; None for a file that is no lab.

    Raises:
        DeclarationError: the file can't be read or its declaration is not made of literals.
    """
    try:
        text = path.read_text("utf-8")
        if "LAB" not in text:
            return None
        tree = ast.parse(text)
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(_("{path} can't be read: {error}", path=path, error=error)) from None
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        what = getattr(error, "msg", None) or str(error)
        raise DeclarationError(
            _("{path}:{line}: {error}; mend that line", path=path, line=line, error=what)
        ) from None
    lab, settings = None, None
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _target(node) == "LAB":
            lab = _build(path, node.value)
        elif isinstance(node, ast.ClassDef) and node.name == "Config":
            settings = tuple(_settings(path, node))
    if lab is None:
        return None
    if not isinstance(lab, Lab):
        raise DeclarationError(_("{path}: LAB must be a Lab(...)", path=path))
    if settings is None:
        raise DeclarationError(
            _("{path}: a lab needs a dataclass called Config; see CONTRIBUTING", path=path)
        )
    return Declaration(lab, settings, ast.get_docstring(tree) or "")


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _build(path: Path, node: ast.expr | None) -> Any:
    """A literal, or a call of one of the declaration's classes with such arguments."""
    if node is None:
        raise DeclarationError(_("{path}: LAB has no value", path=path))
    if isinstance(node, ast.Tuple):
        return tuple(_build(path, element) for element in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        builder = _BUILDERS.get(node.func.id)
        if builder is not None:
            positional = [_build(path, argument) for argument in node.args]
            named = {k.arg or "**": _build(path, k.value) for k in node.keywords}
            try:
                return builder(*positional, **named)
            except TypeError as error:
                raise DeclarationError(_at(path, node, error)) from None
    return _literal(path, node)


def _settings(path: Path, config: ast.ClassDef) -> list[Setting]:
    found = []
    for node in config.body:
        if not (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == "setting"
        ):
            continue
        name, kind = node.target.id, ast.unparse(node.annotation)
        if kind not in SETTING_TYPES:
            raise DeclarationError(
                _(
                    "{path}:{line}: {name} is of type {kind}; use bool, int, float or str",
                    path=path,
                    line=node.lineno,
                    name=name,
                    kind=kind,
                )
            )
        positional = [_literal(path, argument) for argument in node.value.args]
        named = {k.arg or "**": _literal(path, k.value) for k in node.value.keywords}
        named.update(zip(("default", "help"), positional, strict=False))
        named["choices"] = tuple(named.get("choices", ()))
        try:
            setting = Setting(name=name, type=kind, **named)
            setting.check(setting.default)
        except TypeError as error:
            raise DeclarationError(_at(path, node, f"{name}: {error}")) from None
        except SettingError as error:
            wrong = _("the default: {error}", error=error)
            raise DeclarationError(_at(path, node, wrong)) from None
        found.append(setting)
    return found


def _literal(path: Path, node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        raise DeclarationError(
            _(
                "{path}:{line}: {value} is no literal; write the value itself",
                path=path,
                line=node.lineno,
                value=ast.unparse(node)[:60],
            )
        ) from None


def _at(path: Path, node: ast.expr | ast.stmt, error: object) -> str:
    """What is wrong, after the place in the file."""
    return f"{path}:{node.lineno}: {error}"
