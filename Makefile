# Everything runs in .venv, which the first target that needs it makes from requirements-dev.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo run check backup test bench chaos lint format screenshots lock clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Easel needs Python 3.11 or newer; set PYTHON=/path/to/one")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(READY) ## Try the bot in a simulated Discord, with no token and no key
	@$(BIN)/python -m bot demo

run: $(READY) ## Run the bot on Discord (needs .env)
	@$(BIN)/python -m bot run

check: $(READY) ## Say whether the bot could run (needs .env; GUILD=id looks into one server)
	@$(BIN)/python -m bot check $(if $(GUILD),--guild $(GUILD))

backup: $(READY) ## Copy the database to FILE=name, also while the bot runs
	@$(BIN)/python -m bot backup $(FILE)

test: $(READY) ## Run the tests, on every core (PYTEST_ARGS: others of pytest's arguments)
	@$(BIN)/python -m pytest $(or $(PYTEST_ARGS),--numprocesses auto --dist loadfile)

bench: $(READY) ## Measure the bot beside a bare one (QUICK=1: in less than a minute)
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick)

chaos: $(READY) ## Kill the bot over and over, and see that nothing is lost (SEED=n: as it was then)
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

lint: $(READY) ## Check style, types and the arrows between folders
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

format: $(READY) ## Put the code in order
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

screenshots: $(READY) ## Photograph the demo's page for the README (needs Chromium)
	@mkdir -p .github/images
	@SCREENSHOTS=.github/images $(BIN)/python -m pytest -q tests/page

lock: ## Pin the dependencies anew from pyproject.toml
	@test -x $(BIN)/uv || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove .venv and the caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
