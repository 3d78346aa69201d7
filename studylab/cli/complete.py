"""What the shell may offer after the words that are there. A problem offers nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

import click
from click.shell_completion import CompletionItem

from studylab import locations, settings
from studylab.language import _
from studylab.runs.catalogue import lab_ids
from studylab.runs.truth import all_runs, state_of
from studylab.store import question_list
from studylab.store.progress import PaperState
from studylab.workspace import Workspace

Offer = tuple[str, str]
"""A word, and what it stands for."""

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completer(offers: Callable[[], Iterable[Offer]]) -> Completer:
    @wraps(offers)
    def complete(
        _context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        try:
            found = list(offers())
        except Exception:
            # A message would land in the middle of the line that is being typed.
            return []
        return offered(found, incomplete)

    return complete


def offered(offers: Iterable[Offer], incomplete: str) -> list[CompletionItem]:
    """Those of the offers that begin as the word does."""
    start = incomplete.casefold()
    return [
        CompletionItem(word, help=" ".join(text.split()) or None)
        for word, text in offers
        if word.casefold().startswith(start)
    ]


@_completer
def items() -> Iterable[Offer]:
    """Ids of the syllabus."""
    workspace = Workspace.open()
    return [(item.id, workspace.title(item)) for item in workspace.syllabus.items]


@_completer
def left_items() -> Iterable[Offer]:
    """Ids of what is not done yet."""
    workspace = Workspace.open()
    done = workspace.done()
    return [
        (item.id, workspace.title(item)) for item in workspace.syllabus.items if item.id not in done
    ]


@_completer
def done_items() -> Iterable[Offer]:
    """Ids of what is done."""
    workspace = Workspace.open()
    done = workspace.done()
    return [
        (item.id, workspace.title(item)) for item in workspace.syllabus.items if item.id in done
    ]


@_completer
def papers() -> Iterable[Offer]:
    """Ids of papers."""
    workspace = Workspace.open()
    return [(paper.id, workspace.title(paper)) for paper in workspace.papers.values()]


@_completer
def states() -> Iterable[Offer]:
    """States of a paper."""
    return [(state.value.replace(" ", "-"), "") for state in PaperState]


@_completer
def labs() -> Iterable[Offer]:
    """Names of labs; the whole id where two have the same name."""
    ids = sorted(lab_ids(settings.load()))
    names = [id.rsplit("/", 1)[-1] for id in ids]
    return [
        (name if names.count(name) == 1 else id, id) for id, name in zip(ids, names, strict=True)
    ]


@_completer
def runs() -> Iterable[Offer]:
    """Ids of runs, the newest first."""
    newest = sorted(all_runs(), key=lambda run: run.path.stat().st_mtime, reverse=True)
    return [("last", _("the newest run")), *((run.id, "") for run in newest)]


@_completer
def alive_runs() -> Iterable[Offer]:
    """Ids of runs that have not ended."""
    return [(run.id, "") for run in all_runs() if not state_of(run).state.ended]


@_completer
def questions() -> Iterable[Offer]:
    """Numbers of questions."""
    if not locations.database().exists():
        return []
    workspace = Workspace.open()
    return [(str(q.id), q.text[:60]) for q in question_list.listing(workspace.db)]
