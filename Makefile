# Everything from a fresh clone: `make run`. Needs Python 3.11 or newer with venv and pip; nothing else.
# Node, which builds the web assets, comes as a Python wheel into .venv. Each step runs again only
# when what it is made from has changed.

PYTHON ?= python3
WORKERS ?= auto
TESTS ?= tests
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The system's certificates too: company networks often have their own.
NPM := NODE_USE_SYSTEM_CA=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --no-audit --no-fund --no-update-notifier --loglevel=error

VENV := .venv/pyvenv.cfg
INSTALLED := .venv/.installed
DEV := .venv/.installed-dev
MODULES := node_modules/.installed
STATIC := officetalk/web/static/manifest.json
CATALOGUES := officetalk/locales/.compiled

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run demo test chromium ffmpeg lint format bench lighthouse screenshots messages lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1@\2/p' Makefile | column -t -s @ 2>/dev/null \
	  || sed -nE 's/^([a-z-]+):.*## (.*)/  make \1: \2/p' Makefile

setup: $(INSTALLED) $(STATIC) $(CATALOGUES) ## install everything and build the web assets
	@:

run: setup ## serve OfficeTalk (options: ARGS="--port 9000")
	@exec $(BIN)/officetalk serve $(ARGS)

demo: setup ## serve a demo company full of people and posts
	@exec $(BIN)/officetalk demo $(ARGS)

test: setup $(DEV) chromium ffmpeg ## run the tests (some: TESTS=tests/posts, one by one: WORKERS=0)
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS) $(ARGS)

lint: setup $(DEV) ## check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports --no-logo

format: $(DEV) ## put the code into its form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: setup $(DEV) ## measure
	@$(BIN)/python -m bench $(ARGS)

lighthouse: setup $(DEV) chromium ## judge the main pages by Lighthouse, on a throttled phone
	@$(BIN)/python -m bench.pages

screenshots: setup $(DEV) chromium ## take the pictures of README and docs (all pages: ARGS=FOLDER)
	@$(BIN)/python -m scripts.screenshots $(ARGS)

messages: $(INSTALLED) ## collect the texts of the code into the catalogues of officetalk/locales
	@$(BIN)/python scripts/catalogues.py collect

lock: $(INSTALLED) ## choose the newest versions that pyproject.toml and package.json allow
	$(PIP) install uv
	$(BIN)/python scripts/lock.py

clean: ## remove what make made; data stays
	rm -rf .venv node_modules officetalk/web/static officetalk/locales/*.mo $(CATALOGUES) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "OfficeTalk needs Python 3.11 or newer; name it with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo "Python's venv is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv --clear .venv

$(INSTALLED): $(VENV) requirements/build.txt pyproject.toml
	@echo "Installing Python packages"
	@$(PIP) install -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt | $(INSTALLED)
	@echo "Installing the tools for tests and checks"
	@$(PIP) install -r requirements/dev.txt
	@touch $@

$(MODULES): package.json package-lock.json requirements/build.txt | $(INSTALLED)
	@echo "Installing npm packages"
	@$(NPM) ci --ignore-scripts
	@touch $@

$(STATIC): $(MODULES) $(shell find assets 2>/dev/null)
	@echo "Building the web assets"
	@$(BIN)/node assets/build.mjs
	@touch $@

$(CATALOGUES): scripts/catalogues.py $(wildcard officetalk/locales/*.po) | $(INSTALLED)
	@$(BIN)/python scripts/catalogues.py compile
	@touch $@

chromium: $(DEV)
	@$(BIN)/python tests/chromium.py >/dev/null 2>&1 || sh scripts/chromium.sh
	@$(BIN)/python tests/chromium.py

ffmpeg: $(DEV)
	@$(BIN)/python tests/ffmpeg.py >/dev/null 2>&1 || sh scripts/ffmpeg.sh
	@$(BIN)/python tests/ffmpeg.py
