# `make run` and `make test` need only Python 3.11, make and git. `make help` lists everything.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
export VENV
PY := "$(VENV)/bin/python"
LAUNCH := $(PYTHON) -B -m launcher
IN_VENV := $(PY) -m launcher

.PHONY: help run test lint lock assets bench rush migrate manage messages clean python installed installed-test

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo
	@echo "  PORT=8001 make run        another port; more variables are in the README"
	@echo '  make test ARGS="tests/bids -k submit"'

run: installed assets ## Start the portal: database, broker, pages, worker; Ctrl-C stops it
	@exec $(IN_VENV) run

test: installed-test assets ## Run all tests on a private database and broker; ARGS="…" for pytest
	@exec $(IN_VENV) test $(ARGS)

lint: installed-test ## Check layout, lint, missing migrations and the production settings
	@exec $(IN_VENV) lint

bench: installed-test assets ## Measure the portal and print a table
	@exec $(IN_VENV) with $(PY) -m bench $(ARGS)

rush: installed-test assets ## 200 bidders in the last seconds while everything is killed by turns
	@exec $(PY) -m rush $(ARGS)

assets: python ## Fetch the front-end packages and build static/built, if something changed
	@$(LAUNCH) assets

migrate: installed ## Bring the private database up to date without starting the pages
	@exec $(IN_VENV) manage migrate

manage: installed ## Run a management command on the private database: make manage ARGS="shell"
	@exec $(IN_VENV) manage $(ARGS)

messages: installed ## Collect the words to translate and compile the catalogues (needs gettext)
	@command -v msgfmt >/dev/null || { echo "gettext is missing. On Debian: apt-get install gettext" >&2; exit 1; }
	DEBUG=1 $(PY) manage.py makemessages --locale cy --no-location --no-obsolete \
	  --ignore var --ignore node_modules --ignore .venv --ignore tests
	DEBUG=1 $(PY) manage.py compilemessages --ignore var --ignore node_modules --ignore .venv

lock: python ## Write requirements*.txt and package-lock.json anew; ARGS=--upgrade for newer versions
	@$(LAUNCH) lock $(ARGS)

clean: ## Remove what is built and fetched; var/, with the data, stays
	rm -rf "$(VENV)" node_modules static/built var/node var/tools .pytest_cache .ruff_cache

installed: python
	@$(LAUNCH) install requirements.txt

installed-test: python
	@$(LAUNCH) install requirements-test.txt

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The portal needs Python 3.11 or newer as '$(PYTHON)'. On Debian 12: apt-get install python3." >&2; \
	  echo "Or name another one: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
