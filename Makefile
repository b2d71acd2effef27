# Every target makes .venv first: a fresh clone needs Python 3.10 or newer, and make.
# It is made again when what it is made from changes. `make help` lists the targets.

PYTHON ?= python3
BACKEND ?=
METHOD ?=
WORKERS ?= 2

venv := $(CURDIR)/.venv
bin := $(venv)/bin
plugins := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
inputs := pyproject.toml constraints.txt $(wildcard plugins/*/pyproject.toml)
# The filter is for setuptools, which warns of every editable install of a package that is not under src/.
install := PYTHONWARNINGS=ignore::UserWarning $(bin)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
editable := --editable . $(addprefix --editable ./,$(plugins))

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check docs pictures bench quality storm format clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

# The sweep of the demo: its own file for a grid, which needs finitely many values; else one line is another one.
demo_sweep := $(if $(filter grid,$(METHOD)),sweep-grid.yaml,$(if $(METHOD),../../build/sweep-$(METHOD).yaml,sweep.yaml))

demo: $(venv)/.demo $(filter build/%,$(demo_sweep:../../%=%)) ## run a real sweep; BACKEND=hyperopt, METHOD=grid or METHOD=random vary it
	cd examples/digits && PATH="$(bin):$$PATH" sweepbridge run $(demo_sweep) --workers $(WORKERS) $(addprefix --backend ,$(BACKEND))

build/sweep-%.yaml: examples/digits/sweep.yaml
	@mkdir -p build
	sed 's/^method: .*/method: $*/' $< > $@

test: $(venv)/.dev ## run the tests, with the coverage of the core; those of the docs are in check
	$(bin)/pytest -n 2 -m "not slow" tests --ignore tests/docs --cov --cov-report=term
	$(bin)/pytest -n 2 -m "not slow" plugins

test-slow: $(venv)/.dev ## run the tests that take minutes
	$(bin)/pytest -n 2 -m slow --timeout 1800

check: $(venv)/.dev ## check format, style, types, floors, and that the docs build and run
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	for plugin in $(plugins) examples/plugin; do $(bin)/mypy --exclude '/tests/' $$plugin || exit 1; done
	$(bin)/lint-imports
	NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict --quiet
	$(bin)/pytest -q -n 2 tests/docs

pictures: $(venv)/.dev ## make the pictures of README and docs anew: the terminal, a report, the dashboard; needs chromium
	$(bin)/python -m tests.docs.pictures
	$(bin)/python plugins/sweepbridge-report/picture.py

docs: $(venv)/.dev ## build the documentation into site/
	$(bin)/python -m tests.docs.config_page
	NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict

bench: $(venv)/.dev ## measure what a trial, a suggestion, the store and a stopper cost, beside other libraries
	$(bin)/python bench/overhead.py
	$(bin)/python bench/asking.py
	$(bin)/python bench/store.py
	$(bin)/python bench/stopping.py
	$(bin)/python bench/companion.py

quality: $(venv)/.dev ## measure how good the searches are, beside the bare libraries and W&B's own: an hour
	$(bin)/python bench/quality.py

storm: $(venv)/.dev ## let 32 agents work through 22,500 points while their processes are killed
	$(bin)/python -m bench.storm

format: $(venv)/.dev ## put every file into the project's format
	$(bin)/ruff format .
	$(bin)/ruff check --fix .

clean: ## remove .venv and everything that was built
	rm -rf $(venv) build dist site .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# Dependency groups need pip 25.1; the pip that comes with Python may be older.
$(venv)/.pip:
	$(PYTHON) -m venv $(venv)
	$(install) pip
	@touch $@

$(venv)/.demo: $(venv)/.pip $(inputs)
	$(install) $(editable) --group examples
	@touch $@

$(venv)/.dev: $(venv)/.pip $(inputs)
	$(install) $(editable) --group dev
	@touch $@
