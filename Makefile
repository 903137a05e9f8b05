# Two commands for a newcomer: `make demo` and `make test`. Every target prepares what it needs by itself.

UV_VERSION := 0.13.8
UV := .tools/bin/uv
READY := .venv/.ready
BIN := .venv/bin
PYTHON3 ?= python3

export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON_PREFERENCE := only-system
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: help setup demo run test test-days check audit bench bench-scale slow format migration docs clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: $(READY) ## prepare the environment

demo: $(READY) ## a throw-away company and a page to chat with the bot
	@$(BIN)/salesbell demo

run: $(READY) ## the real thing: SALESBELL_TELEGRAM_TOKEN in the environment or .env
	@$(BIN)/salesbell run

test: $(READY) ## the tests, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest

test-days: $(READY) ## the tests on days that are like no other: DAYS="2026-12-31 2028-02-29" TESTS=tests/api
	DAYS="$(DAYS)" $(BIN)/python -m tests.days $(TESTS)

check: $(READY) ## lint, types, layers, migrations and documentation up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/core/test_migrations.py tests/test_documentation.py

audit: $(READY) ## known faults of the dependencies, asked of PyPI's advisory database: needs the network
	$(UV) export --locked --no-dev --no-emit-project --quiet --output-file .venv/audit.txt
	$(UV) tool run pip-audit --requirement .venv/audit.txt --disable-pip --require-hashes

bench: $(READY) ## speed, side by side with what one would otherwise have
	$(BIN)/python -m tests.bench

bench-scale: $(READY) ## operations and figures by size, at up to ten million lines: LINES="--lines 10000 --lines 1000000"
	$(BIN)/python -m tests.bench.scale $(or $(LINES),--lines 10000 --lines 1000000 --lines 10000000)

slow: $(READY) ## the long proofs: kill -9 among a thousand sales, two processes on one database
	$(BIN)/python -m pytest -m slow

format: $(READY) ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migration: $(READY) ## write the next migration: make migration NAME="what it does"
	$(BIN)/python -m core.migrations "$(NAME)"
	@$(BIN)/ruff format --quiet core/migrations/versions

docs: $(READY) ## write the generated references anew
	$(BIN)/python -m docs.reference

clean: ## remove what setup made
	rm -rf .venv .tools

$(READY): pyproject.toml uv.lock $(UV)
	$(UV) sync --locked --quiet --python $(PYTHON3)
	@touch $@

# The system's own pip refuses to install beside Debian's packages, so uv gets a folder of its own.
$(UV):
	@rm -rf .tools
	@if $(PYTHON3) -c 'import ensurepip, venv' 2>/dev/null; then \
	  $(PYTHON3) -m venv .tools && .tools/bin/python -m pip install --quiet uv==$(UV_VERSION); \
	elif $(PYTHON3) -m pip --version >/dev/null 2>&1; then \
	  mkdir -p .tools/bin && $(PYTHON3) -m pip install --quiet --target .tools/lib uv==$(UV_VERSION) \
	    && ln -s ../lib/bin/uv $(UV); \
	else \
	  echo "Python 3.11 or newer is needed, with venv. On Debian: apt-get install python3 python3-venv make" >&2; exit 1; \
	fi
