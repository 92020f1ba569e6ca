# Everything here needs only make and Python 3.11 or newer; each command sets itself up in .venv on first use.
.DEFAULT_GOAL := help
.PHONY: help run test tried check compiled lint types imports rules docs units coverage format generate accuracy floors mutate bench clean
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

VENV := .venv
COMPILED := $(VENV)/compiled
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install -qq --no-input
PURE := src/govscrape/text/*,src/govscrape/models/*,src/govscrape/rules/*,src/govscrape/extract/*,src/govscrape/parse/*

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: $(READY)  ## the demo: crawl sample portals on this machine, extract, show what was found
	@$(PY) -m govscrape demo

test: $(READY_DEV)  ## everything: check, then all tests with coverage, of the compiled engine too
	@$(MAKE) -j2 tried compiled
	@$(PY) -m pytest tests/integration/test_compiled.py
	@$(MAKE) coverage

tried: # one after the other, while another core compiles
	@MAKEFLAGS=--no-print-directory $(MAKE) check units

check: lint types imports rules docs  ## style, types, import layers, rules' own examples, generated docs

lint: $(READY_DEV)
	@echo "== lint"
	@$(PY) -m ruff check -q --output-format=concise .
	@$(PY) -m ruff format -q --check . || { echo "some files are not formatted: make format"; exit 1; }

types: $(READY_DEV)
	@echo "== types"
	@$(PY) -m mypy --no-error-summary

imports: $(READY_DEV)
	@echo "== imports"
	@$(VENV)/bin/lint-imports --no-logo 2>&1 > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

rules: $(READY)
	@echo "== rules"
	@$(PY) -m govscrape rules check

docs: $(READY_DEV)
	@echo "== docs"
	@$(PY) docs/generate.py --check

units: $(READY_DEV)
	@echo "== tests"
	@rm -f .coverage .coverage.*
	@$(PY) -m pytest --cov --cov-report= --ignore=tests/integration/test_compiled.py

coverage: $(READY_DEV)
	@echo "== coverage"
	@if ls .coverage.* >/dev/null 2>&1; then $(PY) -m coverage combine -q --append; fi
	@$(PY) -m coverage report --skip-covered --format=total > $(VENV)/coverage.log && echo "all code: $$(cat $(VENV)/coverage.log)%"
	@echo "the pure core, which must reach 95%:"
	@$(PY) -m coverage report --include='$(PURE)' --fail-under=95

compiled: $(COMPILED)/.ready  ## the engine as machine code, in .venv/compiled: half the time; needs a C compiler

$(COMPILED)/.ready: $(READY_DEV) pyproject.toml hatch_build.py $(shell find src rules -type f -not -name '*.pyc')
	@rm -rf $(COMPILED)
	@if command -v cc > /dev/null || command -v gcc > /dev/null || command -v clang > /dev/null; then echo "== compiling the engine (two minutes)" && \
	   HATCH_BUILD_HOOKS_ENABLE=1 $(PIP) --no-deps --no-build-isolation --target $(COMPILED) . && touch $@; \
	 else echo "== no C compiler: the compiled engine is neither made nor tested"; fi

format: $(READY_DEV)  ## mend formatting and imports
	@$(PY) -m ruff check -q --fix . ; $(PY) -m ruff format -q .

generate: $(READY)  ## rewrite docs/cli.md, ARCHITECTURE.md's modules, README.md's examples and excerpt
	@$(PY) docs/generate.py
	@$(PY) docs/excerpt.py

accuracy: $(READY)  ## compare with the annotated articles and rewrite README.md's table
	@$(PY) -m govscrape evaluate --readme README.md

floors: $(READY)  ## raise the floors under the accuracy to what is reached now, and rewrite README.md's table
	@$(PY) -m govscrape evaluate --floors tests/fixtures/floors.json --update --readme README.md

mutate: $(READY)  ## break rules one by one and show that the examples or the floors see it
	@$(PY) benchmarks/mutate_rules.py

bench: $(COMPILED)/.ready  ## speed beside other readers, memory and start-up time, of the compiled engine (minutes)
	@PYTHONPATH=$(COMPILED) $(PY) -m benchmarks.startup
	@PYTHONPATH=$(COMPILED) $(PY) -m benchmarks.bench_speed
	@$(PY) -m benchmarks.bench_profile # looks at Python's stack, on which machine code does not stand
	@PYTHONPATH=$(COMPILED) $(PY) benchmarks/extract_speed.py

clean:  ## remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist

$(PY):
	@for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	   if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$p; break; fi; done; \
	 if [ -z "$$found" ]; then echo "govscrape needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; fi; \
	 $$found -m venv $(VENV)

$(READY): pyproject.toml | $(PY)
	@echo "Setting up .venv with what govscrape needs (first time: about a minute)..."
	@$(PIP) -e '.[explore]' && touch $@

$(READY_DEV): pyproject.toml | $(PY)
	@echo "Setting up .venv with what govscrape and its tests need (first time: about a minute)..."
	@$(PIP) -e '.[dev]' && touch $(READY) $@
