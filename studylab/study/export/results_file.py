"""The results table as a file: CSV and Parquet to compute with, Markdown and LaTeX to read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from studylab.language import _
from studylab.plain import one_line
from studylab.runs.wording import metric_value
from studylab.study.export import one_file
from studylab.study.export.markdown_text import phrase, table
from studylab.study.results import LabResults, changed, in_order
from studylab.study.score_words import told_mean, told_place, told_settings, told_verdict
from studylab.study.scores import Ranking

COLUMNS = {
    "lab": "string",
    "metric": "string",
    "split": "string",
    "data": "string",
    "tier": "string",
    "kind": "string",
    "settings": "string",
    "mean": "float64",
    "deviation": "float64",
    "seeds": "int64",
    "verdict": "string",
    "best": "bool_",
    "source": "string",
    "runs": "string",
}
"""Each row's `kind` is `reference`, `baseline` or `score`; what it lacks is empty."""

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "±": r"$\pm$",
    # Behind the end of a row these two would be read as a part of it.
    "[": "{[}",
    "*": "{*}",
}


def records(found: list[LabResults], sort: str = "mean") -> list[dict[str, Any]]:
    """A record for each row of each ranking, with the keys of `COLUMNS`."""
    return [
        row for lab in found for ranking in lab.rankings for row in _records(lab, ranking, sort)
    ]


def csv(found: list[LabResults], sort: str = "mean") -> bytes:
    """One table, in which each row says what it may be compared with."""
    text = one_file.csv_text(list(COLUMNS), records(found, sort))
    return text.encode("utf-8-sig", "replace")


def parquet(found: list[LabResults], sort: str = "mean") -> bytes:
    """The same table.

    Raises:
        NeedsPackage: pyarrow is not installed.
    """
    return one_file.parquet(COLUMNS, records(found, sort))


def markdown(found: list[LabResults], sort: str = "mean") -> bytes:
    """A table for each ranking, under a heading."""
    parts = []
    for lab in found:
        for ranking in lab.rankings:
            heading = f"### {phrase(lab.name)}: {phrase(told_place(ranking.place))}"
            rows = [
                [f"★ {settings}" if best else settings, mean, seeds, verdict]
                for settings, mean, seeds, verdict, best in _shown(lab, ranking, sort)
            ]
            parts.append(f"{heading}\n\n{table(_titles(), rows)}\n")
    return "\n".join(parts).encode("utf-8", "replace")


def latex(found: list[LabResults], sort: str = "mean") -> bytes:
    """A `table` with booktabs for each ranking, the best score in bold."""
    parts = ["% \\usepackage{booktabs}\n"]
    for lab in found:
        for ranking in lab.rankings:
            titles = " & ".join(map(escaped, _titles()))
            lines: list[str] = []
            above = True
            for settings, mean, seeds, verdict, best in _shown(lab, ranking, sort):
                if seeds and above:
                    above = False
                    lines += [r"\midrule"] if lines else []
                cells = [escaped(cell) for cell in (settings, mean, seeds, verdict)]
                if best:
                    cells[1] = rf"\textbf{{{cells[1]}}}"
                lines.append(f"{' & '.join(cells)} \\\\")
            caption = escaped(f"{lab.name}: {told_place(ranking.place)}")
            parts.append(
                "\\begin{table}\n\\centering\n"
                f"\\caption{{{caption}}}\n"
                "\\begin{tabular}{lrrl}\n\\toprule\n"
                f"{titles} \\\\\n\\midrule\n" + "\n".join(lines) + "\n\\bottomrule\n"
                "\\end{tabular}\n\\end{table}\n"
            )
    return "\n".join(parts).encode("utf-8", "replace")


FORMATS: dict[str, Callable[[list[LabResults], str], bytes]] = {
    "csv": csv,
    "parquet": parquet,
    "markdown": markdown,
    "latex": latex,
}
"""What makes the file of each format."""

SUFFIXES = {"csv": ".csv", "parquet": ".parquet", "markdown": ".md", "latex": ".tex"}


def escaped(text: str) -> str:
    """A text as LaTeX shows it: none of it is a command."""
    return re.sub(r"[\\{}$&#%_~^<>|\"±\[*]", lambda found: _LATEX[found[0]], one_line(text))


def _titles() -> list[str]:
    return [_("settings"), _("mean"), _("seeds"), _("verdict")]


def _shown(
    lab: LabResults, ranking: Ranking, sort: str
) -> Iterator[tuple[str, str, str, str, bool]]:
    """Settings, mean, seeds, verdict, and whether it is the best, of each row."""
    metric, reference, baseline = ranking.place.metric, ranking.reference, ranking.baseline
    if reference is not None:
        figure = metric_value(metric, reference.value, exact=True)
        yield _("reference"), figure, "", reference.source, False
    if baseline is not None and math.isfinite(baseline):
        yield _("baseline"), metric_value(metric, baseline, exact=True), "", "", False
    for score in in_order(ranking, sort, lab.declared):
        settings = told_settings(score, lab.declared)
        told = told_mean(metric, score), str(score.seeds), told_verdict(score)
        yield settings, *told, score.best


def _records(lab: LabResults, ranking: Ranking, sort: str) -> Iterator[dict[str, Any]]:
    empty = dict.fromkeys(COLUMNS)
    place = ranking.place
    about = {
        **empty,
        "lab": lab.name,
        "metric": place.metric,
        "split": place.split,
        "data": place.data,
        "tier": place.tier,
    }
    if ranking.reference is not None:
        held = {"mean": ranking.reference.value, "source": ranking.reference.source}
        yield {**about, "kind": "reference", **held}
    if ranking.baseline is not None:
        yield {**about, "kind": "baseline", "mean": ranking.baseline}
    for score in in_order(ranking, sort, lab.declared):
        settings = changed(score, lab.declared)
        yield {
            **about,
            "kind": "score",
            "settings": " ".join(f"{name}={value}" for name, value in settings.items()),
            "mean": score.mean,
            "deviation": score.deviation,
            "seeds": score.seeds,
            "verdict": score.verdict.value,
            "best": score.best,
            "runs": " ".join(score.runs),
        }
