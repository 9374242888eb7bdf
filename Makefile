# Meguri. Two commands matter: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check storm bench bench-planner bench-dispatch city lock clean

# More arguments for the command behind a target, e.g. make test ARGS="-k raptor"
ARGS ?=

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## .venv with the locked packages, and the web pages (seconds when nothing changed)
	@.ci/setup

setup-dev: ## setup, with the development tools
	@.ci/setup --dev

run: setup ## start Meguri on http://127.0.0.1:8000 with the embedded city
	@exec .venv/bin/maas serve $(ARGS)

test: setup-dev ## every test, from nothing
	@.ci/system-packages
	@exec .venv/bin/pytest -n 2 --dist loadfile $(ARGS)

storm: setup-dev ## riders book and cancel while every part is killed in turn; ARGS="--seconds 60"
	@.ci/system-packages
	@exec .venv/bin/python -m tests.storms.storm $(ARGS)

check: setup-dev ## ruff, mypy, import-linter, docstrings, documentation
	@exec .ci/check

bench: setup ## the same work for us and for peers, as ratios in one run
	@exec .venv/bin/python -m benchmarks $(ARGS)

bench-planner: setup ## the journey planner beside two others, on five cities of ../shared/data
	@exec .venv/bin/python -m benchmarks.planner.table $(ARGS)

bench-dispatch: setup ## the dispatcher beside PyVRP, VROOM, vrp-cli, OR-Tools and ridepy, one table
	@exec .venv/bin/python -m benchmarks.dispatch $(ARGS)

city: setup ## rebuild data/kaga from its sources, byte for byte
	@exec .venv/bin/python data/kaga/build/build.py

lock: ## resolve requirements/*.txt anew from pyproject.toml
	@exec .ci/lock $(ARGS)

clean: ## remove everything that can be made again (not var/, which holds bookings)
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	rm -rf apps/web/node_modules apps/web/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
