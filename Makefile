# `make audit` and `make test` set everything up by themselves; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SET_UP := $(VENV)/set-up
# Of the tests: one more than cores, for they wait for processes that they start; each has one thread.
WORKERS ?= 3
SITE_VENV := .venv-site

# The stages' commands in dvc.yaml say `python`: it is the one of the virtual environment.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Threads that wait sleep instead of spinning, which would starve whatever else runs.
export OMP_WAIT_POLICY ?= PASSIVE

.DEFAULT_GOAL := help
.PHONY: help setup git audit paper affact affact-search methods probing attention test coverage check format docs site benchmarks lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: $(SET_UP) ## set up only: a virtual environment in .venv

audit: git $(SET_UP) ## set up, then run the whole audit (the default: drawn faces, no download)
	$(BIN)/dvc repro
	@echo "Open report/index.html"

paper: $(SET_UP) ## put tables (LaTeX) and figures (PDF) of the audit into report/paper/
	$(BIN)/heed paper

affact: git $(SET_UP) ## set up, then run the study of AFFACT (SETTING=table_7_1 CELEBA=/data/celeba: the paper's)
ifneq ($(SETTING)$(CELEBA),)
	$(BIN)/python studies/affact/use_setting.py "$(SETTING)" "$(CELEBA)"
else
	cd studies/affact && dvc repro
endif
	@echo "Open studies/affact/metrics/tables/table_7_1.md"

affact-search: git $(SET_UP) ## search the study's hyper-parameters (resumes where it was stopped)
	cd studies/affact && dvc repro --quiet inventory && python stages/search.py

methods: git $(SET_UP) ## set up, then run the study of map methods (SETTING=plan DATA=/data/eyes: the plan's)
ifneq ($(SETTING)$(DATA),)
	$(BIN)/python studies/methods/use_setting.py "$(SETTING)" "$(DATA)"
else
	cd studies/methods && dvc repro
endif
	@echo "Open studies/methods/report/index.html"

probing: git $(SET_UP) ## set up, then run the study of what layers know (SETTING=paper CELEBA=… PERSONS=… LFW=…: the paper's)
ifneq ($(SETTING)$(CELEBA)$(PERSONS)$(LFW),)
	$(BIN)/python studies/probing/use_setting.py "$(SETTING)" "$(CELEBA)" "$(PERSONS)" "$(LFW)"
else
	cd studies/probing && dvc repro
endif
	@echo "Open studies/probing/report/index.html"

attention: git $(SET_UP) ## set up, then run the study of directed attention (SETTING=paper CELEBA=/data/celeba: the paper's)
ifneq ($(SETTING)$(CELEBA),)
	$(BIN)/python studies/attention/use_setting.py "$(SETTING)" "$(CELEBA)"
else
	cd studies/attention && dvc repro
endif
	@echo "Open studies/attention/report/index.html"

# What Python compiles is kept, whatever the environment says: without, each worker takes seven
# seconds more to read the tests.
test coverage: export PYTHONDONTWRITEBYTECODE :=

test: export OMP_NUM_THREADS ?= 1

test: $(SET_UP) ## set up, then run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

coverage: $(SET_UP) ## run the tests, and list the lines of the library that none of them runs
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n $(WORKERS) --dist worksteal $(TESTS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

check: $(SET_UP) ## lint, format and type checks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(SET_UP) ## put the code into the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(SET_UP) ## write the pages of docs that are written by a script, from the audit of drawn faces
	$(BIN)/python docs/drawn_faces.py
	$(BIN)/python -m docs.methods
	$(BIN)/python docs/figures.py
	$(BIN)/python -m docs.first_screen

site: $(SITE_VENV)/set-up ## build these pages and the reference of the library in site/, which needs no network
	NO_MKDOCS_2_WARNING=1 $(SITE_VENV)/bin/mkdocs build --strict --quiet
	@echo "Open site/index.html"

benchmarks: $(SET_UP) ## measure the performance claims side by side, and record them
	$(BIN)/python benchmarks/maps.py --write
	$(BIN)/python benchmarks/explain.py --write
	$(BIN)/python benchmarks/infer.py --write
	$(BIN)/python benchmarks/precision.py --write
	$(BIN)/python benchmarks/placement.py --write
	$(BIN)/python benchmarks/scores.py --write
	$(BIN)/python benchmarks/faithfulness.py --write
	$(BIN)/python benchmarks/pls.py --write
	$(BIN)/python benchmarks/guidance.py --write
	$(BIN)/python benchmarks/loader.py --write
	$(BIN)/python benchmarks/loader_workers.py --write
	$(BIN)/python benchmarks/inventory.py --write
	$(BIN)/python benchmarks/threads.py --write
	$(BIN)/python benchmarks/methods_plan.py --write
	$(BIN)/python benchmarks/explorer.py --faces 10458 200000 --write
	$(BIN)/python benchmarks/explorer_pictures.py --faces 10458 200000 --write
	$(BIN)/python benchmarks/explorer_server.py --faces 10458 200000 --write

lock: ## compile requirements.lock and requirements-site.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --group dev --extra pipeline pyproject.toml \
	  --no-annotate --no-header --no-emit-index-url --upgrade -o requirements.lock
	uv pip compile --universal --python-version 3.11 --group site --constraint requirements.lock \
	  --no-annotate --no-header --no-emit-index-url --upgrade -o requirements-site.lock

clean: ## remove the virtual environment and tool caches (DVC's cache stays)
	rm -rf $(VENV) $(SITE_VENV) site .pytest_cache .hypothesis .mypy_cache .ruff_cache

# DVC needs the history: it compares with it, and keeps experiments in it.
git:
	@{ [ -e .git ] && git rev-parse --verify --quiet HEAD; } >/dev/null 2>&1 || { \
	  echo "This folder is not a git repository with a commit, and DVC needs one: clone Heed, or run" >&2; \
	  echo "  git init && git add . && git commit -m Start" >&2; exit 1; }

# No old Python gets as far as pip.
define check_python
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo "$(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1); Heed needs Python 3.11 or newer." >&2; \
  echo "Name one: make PYTHON=python3.11 ..." >&2; exit 1; }
endef

# Of its own, and small: nothing that computes depends on it.
$(SITE_VENV)/set-up: requirements-site.lock
	$(check_python)
	$(PYTHON) -m venv $(SITE_VENV)
	$(SITE_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-site.lock
	touch $@

$(SET_UP): requirements.lock pyproject.toml
	$(check_python)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/heed plots-template
	touch $@
