"""Run directories that somebody or something has damaged."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.runs.directory import RunDirectory, RunDirectoryError, RunState, State, write_json
from studylab.runs.identity import ProcessIdentity
from studylab.runs.truth import state_of


@given(
    state=st.sampled_from(State),
    reason=st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    exit_code=st.none() | st.integers(0, 255),
    identity=st.none()
    | st.builds(ProcessIdentity, st.integers(1, 2**22), st.floats(0, 1e12), st.just("boot")),
    time=st.none() | st.floats(0, 4e9),
)
def test_a_state_is_read_as_it_was_written(
    tmp_path_factory, state, reason, exit_code, identity, time
):
    run = RunDirectory(tmp_path_factory.mktemp("state"))
    written = RunState(state, reason, identity, identity, exit_code, heartbeat=time)
    run.write_state(written)
    assert run.read_state() == written


@given(st.binary(max_size=300))
def test_any_bytes_are_a_state_or_an_error_in_words(tmp_path_factory, data):
    run = RunDirectory(tmp_path_factory.mktemp("garbage"))
    run.state_file.write_bytes(data)
    run.spec_file.write_bytes(data)
    for read in (run.read_state, run.read_spec):
        try:
            read()
        except RunDirectoryError as error:
            assert str(run.path) in str(error)
    assert state_of(run).state is State.LOST


@pytest.mark.parametrize(
    "record", [{}, [], {"state": "odd"}, {"state": "running", "supervisor": 3}, "x"]
)
def test_records_of_the_wrong_shape(tmp_path, record):
    run = RunDirectory(tmp_path)
    run.state_file.write_text(json.dumps(record))
    with contextlib.suppress(RunDirectoryError):
        assert run.read_state().supervisor is None


def test_a_newer_contract_is_told(tmp_path):
    run = RunDirectory(tmp_path)
    run.spec_file.write_text(json.dumps({"contract": 99}))
    with pytest.raises(RunDirectoryError, match="upgrade studylab"):
        run.read_spec()


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "state.json"
    write_json(path, {"a": 1})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert json.loads(path.read_text()) == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["state.json"]
