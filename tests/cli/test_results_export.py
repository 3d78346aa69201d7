"""The results table, and its way and the scalars' into files."""

from __future__ import annotations

import csv
import io
import json
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from studylab.runs.directory import RunDirectory, State
from studylab.study.export.results_file import escaped
from tests.tui.run_files import BEGAN, labs_of, write_event, write_metrics, write_run


def result(id, value, *, seed=0, tier="embedded", settings=None, **more) -> RunDirectory:
    """A run that has ended and reported an accuracy."""
    run = write_run(id, State.FINISHED, settings={"seed": seed, **(settings or {})}, began=BEGAN)
    run.write_spec(replace(run.read_spec(), seed=seed))
    write_metrics(run, 20)
    fields = {"split": "test", "data": "digits", "baseline": 0.1, "reference": 0.97, **more}
    write_event(run, "result", metric="accuracy", value=value, tier=tier, source="a book", **fields)
    return run


@pytest.fixture
def labs(tmp_path, monkeypatch):
    """The stand-in lab, and some results of it."""
    labs_of(tmp_path / "labs")
    monkeypatch.setenv("STUDYLAB_LABS", str(tmp_path / "labs"))
    for seed, value in enumerate((0.985, 0.981, 0.989)):
        result(f"digits-2222{seed}", value, seed=seed)
    result("digits-33333", 0.93, settings={"rate": 0.5})
    result("digits-44444", 0.999, tier="hub")


def test_seeds_are_one_row_beside_reference_and_baseline(cli, labs):
    out = cli("results", "digits").out
    embedded, hub = out.strip().split("\n\n")
    assert embedded.splitlines()[0] == "mine/digits  accuracy on test (digits, embedded)"
    rows = [" ".join(line.split()) for line in embedded.splitlines()[2:]]
    assert rows[:2] == ["reference 97 % a book [p. 3]", "baseline 10 % nothing learned"]
    assert rows[2].startswith("★ defaults 98.5 ± 0.4 % 3 seeds better digits-22220")
    assert rows[3].startswith("rate=0.5 93.0 % 1 seed worse")
    assert "99.9 %" in hub and "98.5" not in hub


def test_the_table_is_sorted_by_a_column(cli, labs):
    result("digits-66666", 0.999, settings={"epochs": 1})

    def order(column):
        lines = cli("results", "digits", "--sort", column).out.split("\n\n")[0].splitlines()
        words = ("defaults", "rate=0.5", "epochs=1")
        return [word for line in lines for word in words if word in line]

    assert order("mean") == order("verdict") == ["epochs=1", "defaults", "rate=0.5"]
    assert order("settings") == ["defaults", "epochs=1", "rate=0.5"]
    assert order("seeds")[0] == order("deviation")[0] == "defaults"
    assert cli("results", "--sort", "colour").code == 2


def test_json_has_each_run_with_the_score_that_it_is_part_of(cli, labs):
    rows = json.loads(cli("results", "--json").out)
    seeds = [row for row in rows if row["seeds"] == 3]
    assert [row["run"] for row in seeds] == ["digits-22220", "digits-22221", "digits-22222"]
    assert {(row["tier"], row["score"], row["best"]) for row in seeds} == {
        ("embedded", "better", True)
    }
    assert {row["deviation"] for row in rows if row["seeds"] == 1} == {None}


def test_two_labs_are_refused(cli, labs):
    assert "give one" in cli("results", "digits", "--lab", "cnn").err


def test_csv_has_a_row_for_each_score_and_no_formula(cli, labs, tmp_path):
    result("digits-55555", 0.5, data="=cmd()")
    path = tmp_path / "out" / "results.csv"
    assert cli("results", "--format", "csv", "--output", str(path)).code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    assert {row["data"] for row in rows} == {"digits", "'=cmd()"}
    first = next(row for row in rows if row["kind"] == "score" and row["seeds"] == "3")
    assert (float(first["mean"]), first["verdict"], first["tier"]) == (
        pytest.approx(0.985), "better", "embedded",
    )  # fmt: skip
    assert "".join(cli("results", "--format", "csv").out.split()) == "".join(
        path.read_bytes().decode("utf-8-sig").split()
    )


def test_parquet_holds_the_same_table(cli, labs, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "results.parquet"
    assert cli("results", "-o", str(path)).code == 0
    rows = parquet.read_table(path).to_pylist()
    assert [(row["kind"], row["seeds"]) for row in rows[:3]] == [
        ("reference", None), ("baseline", None), ("score", 3),
    ]  # fmt: skip


def test_parquet_without_pyarrow_says_what_to_install(cli, labs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = cli("results", "--format", "parquet", "-o", str(tmp_path / "r.parquet"))
    assert ran.code == 1 and "pip install pyarrow" in ran.err
    assert "name a file" in cli("results", "--format", "parquet").err


def test_markdown_and_latex_have_a_table_for_each_ranking(cli, labs):
    markdown = cli("results", "--format", "markdown").out
    assert markdown.count("| settings | mean | seeds | verdict |") == 2
    latex = cli("results", "--format", "latex").out
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 2
    assert r"\textbf{98.5 $\pm$ 0.4 \%}" in latex


def test_latex_takes_nothing_of_a_text_for_a_command():
    assert escaped("a_b & 50% $x$ #1 {~^} \\end") == (
        r"a\_b \& 50\% \$x\$ \#1 \{\textasciitilde{}\textasciicircum{}\} \textbackslash{}end"
    )
    assert escaped("[2] *") == "{[}2] {*}"


def test_a_file_that_cannot_be_written_is_one_line(cli, labs, tmp_path):
    (tmp_path / "file").write_text("mine")
    ran = cli("results", "--format", "csv", "-o", str(tmp_path / "file" / "r.csv"))
    assert ran.code == 4 and "can't be written" in ran.err and ran.err.count("\n") == 1
    assert "is a folder" in cli("results", "--format", "csv", "-o", str(tmp_path)).err


def test_scalars_are_one_table(cli, labs, tmp_path):
    out = cli("runs", "export", "digits-33", "digits-44").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["run"] for row in rows} == {"digits-33333", "digits-44444"}
    assert [row["step"] for row in rows if row["name"] == "val/loss"] == ["10", "20"] * 2
    parquet = pytest.importorskip("pyarrow.parquet")
    assert cli("runs", "export", "digits-33", "-o", str(tmp_path / "s.parquet")).code == 0
    assert parquet.read_table(tmp_path / "s.parquet").num_rows == len(rows) // 2
    assert cli("runs", "export", "nothing").code == 3


def test_a_curve_is_a_picture_with_a_line_for_each_run(cli, labs, tmp_path):
    path = tmp_path / "loss.svg"
    words = ("digits-33", "digits-44", "--metric", "train/loss", "-o", str(path))
    assert cli("runs", "plot", *words).code == 0
    root = ET.fromstring(path.read_bytes())
    names = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"digits-33333", "digits-44444"} <= set(names)

    pytest.importorskip("PIL")
    path = path.with_suffix(".png")
    assert cli("runs", "plot", "digits-33", "--metric", "val/loss", "-o", str(path)).code == 0
    assert path.read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_told(cli, labs, tmp_path, monkeypatch):
    def plot(metric, name):
        return cli("runs", "plot", "digits-33", "--metric", metric, "-o", str(tmp_path / name))

    assert "there is train/loss" in plot("train/los", "a.svg").err
    assert plot("train/loss", "a.gif").code == 2
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert "pip install pillow" in plot("train/loss", "a.png").err
    assert not list(tmp_path.glob("a.*"))


def test_a_run_is_shown_with_its_baseline_and_its_other_seeds(cli, labs):
    lines = [line.strip() for line in cli("runs", "show", "digits-22221").out.splitlines()]
    assert "baseline 10 % · over 3 seeds: 98.5 ± 0.4 % · better" in lines
    lines = [line.strip() for line in cli("runs", "show", "digits-33").out.splitlines()]
    assert "baseline 10 % · one seed: its noise is not known" in lines
