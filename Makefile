# The two commands are `make demo` and `make test`. Both set up everything they need in .venv.

.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# PyTorch's own index has builds without CUDA, which are smaller by gigabytes; where it cannot be
# reached, whatever pip is configured to use will do. `make TORCH_INDEX=` does not ask it.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PIP := $(BIN)/pip --quiet --disable-pip-version-check

# The first interpreter that is new enough and can make a virtual environment.
FIND_PYTHON := for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && { echo $$python; exit 0; }; done; \
	echo "No python3 >= 3.11 that can make a virtual environment was found." >&2; \
	echo "On Debian or Ubuntu: apt install python3 python3-venv. Or: make PYTHON=/path/to/python3" >&2; \
	exit 1

.PHONY: help demo test fast lint docs setup clean

help:
	@echo "make demo   set up, grade the sample class, say where the report is"
	@echo "make test   set up, pass all tests"
	@echo "make fast   the quick tests: no sandbox, no browser, no whole class"
	@echo "make lint   ruff and mypy"
	@echo "make docs   the documentation as pages, in build/docs"

# The sample class is this repository's own, so it may run where no sandbox is possible.
demo: setup
	XDG_STATE_HOME=$(abspath $(VENV)/state) \
		$(BIN)/grader grade tests/sample-class --out reports/demo --force --trust-submissions

test: lint
	$(BIN)/pytest

fast: setup
	$(BIN)/pytest -n auto -m "not sandbox and not browser and not e2e and not slow"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: setup
	$(BIN)/properdocs build
	@echo "build/docs/index.html"

setup: $(VENV)/.complete

$(VENV)/.complete: pyproject.toml constraints.txt hatch_build.py
	@python=$$($(FIND_PYTHON)) && echo "Setting up: 1 of 3, $(VENV) with $$python" \
		&& $$python -m venv --clear $(VENV)
	@echo "Setting up: 2 of 3, PyTorch; this is most of the download and takes a minute or more"
	@$(if $(TORCH_INDEX),$(PIP) --retries 1 --timeout 15 install --constraint constraints.txt \
		--no-deps --index-url $(TORCH_INDEX) torch 2>$(VENV)/torch.log \
		|| echo "  $(TORCH_INDEX) cannot be used here; step 3 takes the build that pip finds")
	@echo "Setting up: 3 of 3, the grader and what it needs; this takes a minute or two"
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@
	@echo "Set up."

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
