# One command for each thing a newcomer does. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check serve bench engines prints killed score reset lock browser

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
TIMING := --durations=5 --durations-min=5
# Tests calculate a few people at a time, two tests at once: more threads would only wait for each other.
ONE_THREAD := POLARS_MAX_THREADS=1
TWO := -n 2 --dist worksteal
# Percent of the branches of rules that tests without a database pass through; it only goes up.
RULES_COVERED := 98

help: ## list what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## prepare .venv with everything of requirements.lock (done by the others as needed)
	@bin/setup

demo: setup ## run the whole story once, with figures, and check them (under a minute)
	@$(BIN)/qsmo demo

test: setup browser ## run every test: without a database, on SQLite, on PostgreSQL, in the browser
	@rm -f var/coverage*
	$(ONE_THREAD) QSMO_DB=none $(BIN)/coverage run -m pytest $(TWO) --ignore=tests/journeys $(TIMING)
	@$(BIN)/coverage combine -q
	$(BIN)/coverage report --include='*/kernel/*,*/contract/*' --fail-under=100
	$(BIN)/coverage report --include='*/rules.py,*/rules/*' --fail-under=$(RULES_COVERED)
	$(ONE_THREAD) QSMO_DB=sqlite $(PYTEST) $(TWO) $(TIMING)
	$(ONE_THREAD) QSMO_DB=postgres $(PYTEST) $(TWO) $(TIMING)
	$(PYTEST) $(TIMING) tests/journeys

check: setup ## lint, format, types, who may import whom, generated documents current (walls are tests)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/qsmo docs --check

serve: setup ## run the site, the worker and the clock on this machine
	@$(BIN)/qsmo serve

bench: setup ## measure, as docs/performance.md reports it
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.asking

engines: setup ## compare 100,000 random people on Polars, DuckDB and, where it is installed, Spark
	@$(BIN)/python -m bench.pay.engines

prints: setup ## print the statements of 10,000 people, and write what it costs into docs/performance.md
	@$(BIN)/python -m bench.pay.printing

killed: setup browser ## tell a run of 10,000 people in the browser, its worker killed twice
	@$(BIN)/python -m tests.journeys.long.killed

score: setup ## replay the federal test set and write its score into docs/performance.md
	@$(BIN)/python -m bench.score

reset: ## forget the local database and files (./var)
	rm -rf var

lock: setup ## write requirements.lock again from pyproject.toml, with digests and without addresses
	@bin/lock

browser: setup
	@bin/browser
