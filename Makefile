# Everything here works in a fresh clone: what a target needs is installed into VENV first, once.
VENV ?= .venv
BIN := $(VENV)/bin
# The first Python that ringscope runs on and that can make a virtual environment.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		2>/dev/null && echo $$python && break; done)
INSTALL = $(BIN)/python -m pip install $(if $(CI),--quiet) --constraint constraints.txt
# One thread per test process: the processes share the cores, and sums keep their order.
PYTEST = OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all lint neo4j bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

setup: $(VENV)/installed-dev ## install ringscope and the developer's tools into VENV (.venv)

demo: $(VENV)/installed ## plant a world with spam rings, find them, print where the report is
	$(BIN)/ringscope demo demo/data --force
	$(BIN)/ringscope run demo/data --out demo/run --force

test: $(VENV)/installed-dev ## the quick tests
	$(PYTEST) -m "not slow"

test-all: $(VENV)/installed-dev ## all tests, the slow ones and the notebooks too
	$(PYTEST)

lint: $(VENV)/installed-dev ## style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

neo4j: $(VENV)/installed ## download the Neo4j server that its tests start, once
	$(BIN)/ringscope neo4j fetch

bench: $(VENV)/installed-dev ## the benchmarks, at a small size
	for benchmark in benchmarks/[a-z]*.py; do $(BIN)/python $$benchmark || exit 1; done

clean: ## remove the demo and what the tools left (VENV stays)
	rm -rf demo build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "ringscope needs Python 3.11, 3.12 or 3.13 with the venv" \
		"module (Debian: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV), once: several gigabytes with the default PyTorch"
	$(INSTALL) --editable .
	@$(BIN)/python -c 'import lightgbm' || { echo "LightGBM needs the OpenMP runtime" \
		"(Debian: apt-get install libgomp1, macOS: brew install libomp)" >&2; exit 1; }
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) --editable '.[dev]'
	@touch $@
