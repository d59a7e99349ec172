# `make run` and `make test` need only Python 3.11, make and git. `make help` lists everything.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
export VENV
PY := $(VENV)/bin/python
LAUNCH := $(PYTHON) -B -m launcher

.PHONY: help assets python

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The portal needs Python 3.11 or newer as '$(PYTHON)'. On Debian 12: apt-get install python3." >&2; \
	  echo "Or name another one: make run PYTHON=/path/to/python3.11" >&2; exit 1; }

assets: python ## Fetch the front-end packages and build static/built, if something changed
	@$(LAUNCH) assets
