# Two commands do it all: `make run` opens the desk on the demo city, `make test` runs every test.
PYTHON ?= python3
VENV ?= .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
BIN = $(VENV)/bin
UV := $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)
export OPENBLAS_NUM_THREADS = 1

.PHONY: run test bench bench-team evaluate check crash chaos-team coverage lock clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/run.stamp: $(BIN)/python requirements/run.txt pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(BIN)/python requirements/dev.txt pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp
	$(BIN)/connect-console demo

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

$(VENV)/bench.stamp: $(VENV)/dev.stamp
	$(UV) pip install --quiet --python $(BIN)/python --group bench
	@touch $@

bench: $(VENV)/bench.stamp
	$(BIN)/python -m tests.benchmarks $(if $(N),--n $(N)) $(ARGS)

bench-team: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmarks.team $(ARGS)

evaluate: $(VENV)/dev.stamp
	$(BIN)/python -m tests.evaluate $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.licences

coverage: $(VENV)/dev.stamp
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term $(ARGS)

crash: $(VENV)/dev.stamp
	$(BIN)/python -m tests.crash

chaos-team: $(VENV)/dev.stamp
	$(BIN)/python -m tests.chaos_team $(ARGS)

lock: $(BIN)/python | $(UV)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group build pyproject.toml -o requirements/run.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
