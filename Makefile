# `make run` sets everything up and opens studylab; `make test` runs what CI runs.

PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(shell $(p) -c "import sys; sys.version_info >= (3, 11) and print('$(p)')" 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types walls unit cover format snapshots messages bench constraints clean

run: $(VENV)/.labs
	@$(BIN)/studylab

test: lint types walls unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

walls: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadgroup

# Not part of `test`: counting lines takes half as long again.
cover: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# After a change that is meant to be seen: look at the report before committing the new pictures.
snapshots: $(VENV)/.dev
	$(BIN)/python -m pytest tests/tui --snapshot-update

# Bring the catalogues in studylab/locale up to date with the code, then translate what is new.
messages: $(VENV)/.dev
	$(BIN)/python -m tools.messages

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# Resolve every dependency anew; review the difference before committing it.
constraints:
	rm -rf .venv-constraints
	$(PYTHON) -m venv .venv-constraints
	.venv-constraints/bin/pip install --quiet 'torch==2.13.0' -e '.[labs,dev]'
	.venv-constraints/bin/pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt
	rm -rf .venv-constraints

clean:
	rm -rf $(VENV) .venv-constraints .mypy_cache .pytest_cache .ruff_cache .coverage .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "studylab needs Python 3.11 or newer: install it, then run make again (or: make run PYTHON=/path/to/python3.12)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.labs: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[labs]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[labs,dev]'
	@touch $(VENV)/.labs $@
