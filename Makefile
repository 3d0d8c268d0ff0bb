# droitcommun: make demo (see the picture), make test, make lint, make docs, make messages, make lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LINKS := .links/droitcommun
# --no-compile: Python compiles what it imports, a small part of what is installed, when it first does.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-virtualenv --no-compile

# The tests start Python many times: what one has compiled, the next one reads, whatever the machine asks for.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: demo test lint lint-style lint-types lint-imports format docs messages lock clean

# The two-campagne fictitious workspace, through the real pipeline, in demo/ (made anew each time).
demo: $(VENV)/runtime.stamp
	rm -rf demo
	$(BIN)/droitcommun demo demo

# As many processes as cores; a file of tests stays in one of them, so that what it builds once is built once. Files are
# begun in the order of tests/conftest.py, the long ones first, and not by their number of tests.
WORKERS ?= auto
test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Independent of each other: make -j2 lint runs them side by side.
lint: lint-types lint-imports lint-style

lint-style: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-types: $(VENV)/dev.stamp $(LINKS)/__init__.py
	MYPYPATH=.links $(BIN)/mypy --strict -p droitcommun

lint-imports: $(VENV)/dev.stamp $(LINKS)/__init__.py
	PYTHONPATH=.links $(BIN)/lint-imports

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# docs/reference/*.md, from the headers of ontology, shapes, queries and commands.
docs: $(VENV)/dev.stamp
	$(BIN)/python docs/generate.py

# The gettext catalogues: collect the sentences of the code for the translator (msgstr "" is what is left), then compile.
BABEL = $(BIN)/pybabel --quiet
messages: $(VENV)/runtime.stamp
	mkdir -p build
	$(BABEL) extract --mapping-file graph/locale/babel.cfg --no-location --sort-output --omit-header --output-file build/droitcommun.pot graph cli
	$(BABEL) update --domain droitcommun --locale en --input-file build/droitcommun.pot --output-dir graph/locale --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date
	$(BABEL) compile --domain droitcommun --directory graph/locale

# Every dependency pinned with its hashes, for every platform; no registry address is written.
COMPILE = build/lock/bin/pip-compile --upgrade --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check "pip-tools>=7.5,<8"
	$(COMPILE) --output-file requirements.txt pyproject.toml requirements.in >/dev/null
	$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml requirements.in requirements-dev.in >/dev/null

clean:
	rm -rf build dist demo .links .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed (PYTHON=/path/to/python3 make ...)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/runtime.stamp: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(PIP) --require-hashes --requirement requirements-dev.txt
	@touch $@

# Type checkers and import-linter do not follow the folder mapping of pyproject.toml: they read this tree of links.
$(LINKS)/__init__.py: Makefile
	mkdir -p $(LINKS)
	cd $(LINKS) && for part in graph cli ontology queries shapes; do ln -sfn ../../$$part $$part; done
	cd $(LINKS) && ln -sfn ../../src/droitcommun/py.typed py.typed && ln -sfn ../../src/droitcommun/__init__.py __init__.py
	@touch -h $@
