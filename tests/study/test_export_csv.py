"""The CSV files: what is read back from them is what was in the tables."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.transfer_format import TABLES, nothing
from studylab.study.export.csv_folder import cell, text_of, write
from studylab.study.export.everything import RESULT_KEYS, RUN_KEYS, Everything
from tests.store.transfer_records import HOSTILE, records

AT = "2026-11-24T09:00:00+00:00"


def parsed(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def everything(**more):
    given_rows = {"records": nothing(), "notes": (), "runs": (), "results": ()} | more
    return Everything(schema=3, exported_at=AT, **given_rows)


@given(records())
def test_what_is_read_back_is_what_was_there(a):
    with tempfile.TemporaryDirectory() as name:
        write(everything(records=a), Path(name))
        for table, columns in TABLES.items():
            header, *rows = parsed(Path(name, f"{table}.csv"))
            assert header[: len(columns.columns)] == list(columns.columns)
            assert len(rows) == len(a[table])
            for row, was in zip(rows, a[table], strict=True):
                for column, found in zip(header, row, strict=True):
                    expected = was[column]
                    if isinstance(expected, list):
                        expected = " ".join(expected)
                    assert text_of(found) == ("" if expected is None else str(expected))


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_no_text_is_a_formula_and_each_can_be_read_back(text):
    shown = cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert text_of(shown) == text


def test_numbers_stay_numbers():
    assert [cell(value) for value in (-3, -0.5, 7, True, None)] == ["-3", "-0.5", "7", "1", ""]


def test_excel_is_told_that_it_is_utf_8(tmp_path):
    write(everything(), tmp_path)
    data = (tmp_path / "questions.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfuid,text,")
    assert data.endswith(b"\r\n")


def test_there_is_a_file_for_each_table_runs_and_results_too(tmp_path):
    run = dict.fromkeys(RUN_KEYS, None) | {
        "id": "r1",
        "command": ("python", "-c", "=x"),
        "settings": {"lr": -0.1},
    }
    result = dict.fromkeys(RESULT_KEYS, None) | {"run": "r1", "value": float("nan")}
    write(everything(runs=[run], results=[result]), tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {*TABLES, "runs", "results"}
    (_header, row) = parsed(tmp_path / "runs.csv")
    assert row[RUN_KEYS.index("settings")] == '{"lr": -0.1}'
    assert row[RUN_KEYS.index("command")] == "python -c =x"
    (_header, row) = parsed(tmp_path / "results.csv")
    assert row[RESULT_KEYS.index("value")] == "nan"


@pytest.mark.parametrize("text", ["a\r\nb", 'say "x", y', "\x00", "一, 二"])
def test_quotes_commas_and_lines_inside_a_cell_survive(tmp_path, text):
    rows = nothing() | {"plan": [{"name": "start", "value": text, "changed_at": AT}]}
    write(everything(records=rows), tmp_path)
    assert parsed(tmp_path / "plan.csv")[1][1] == text
