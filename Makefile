# Everything a person or a build machine needs: `make run` and `make test`. Both set up what is missing by themselves.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
RUN_READY := $(VENV)/run-ready
CENTRAL_READY := $(VENV)/central-ready
CENTRAL_DATA := build/central
CENTRAL_PORT := 8765

.PHONY: run central test pytest keyring-tests check format demo build smoke explore faults bench lock clean help

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(RUN_READY) ## set up, then open the window on the sample workspace (without a display: the same job without a window)
	@$(BIN)/python -m ui demo

demo: $(RUN_READY)
	@$(BIN)/python -m ui demo --headless

test: $(READY)   ## set up, then every test and the static checks; both are run, and it fails if either does
	@$(MAKE) --no-print-directory --keep-going pytest keyring-tests check

pytest: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

keyring-tests: $(READY) ## signing keys in a real keyring, started for them alone with a home of its own
	@sh tests/keyring-session.sh $(BIN)/python -m pytest -m keyring tests/desktop/test_*keyring*.py

check: $(READY)  ## format, lint, types, import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

central: $(CENTRAL_READY) ## set up, then run a central endpoint with a made-up programme on this machine alone (Ctrl+C stops it)
	@$(BIN)/python -m central sample --data $(CENTRAL_DATA) --address http://127.0.0.1:$(CENTRAL_PORT)
	@exec $(BIN)/python -m central serve --data $(CENTRAL_DATA) --host 127.0.0.1 --port $(CENTRAL_PORT) --log warning

build: $(READY)  ## the one-folder app in dist/mhhs-desk
	$(BIN)/pyinstaller --noconfirm --clean --log-level WARN build.spec

smoke: $(READY)  ## what the built app must be able to do
	@$(BIN)/python packaging/smoke.py dist/mhhs-desk

explore: $(READY) ## the tests of properties with new examples (`make test` draws the same ones everywhere)
	@$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=explore -o faulthandler_timeout=1200

faults: $(READY) ## sync with everything going wrong: random faults, every kill point, power cuts, any order (an hour)
	$(BIN)/python -m tests.faults.campaign --seeds 1-10 --faults 1000
	$(BIN)/python -m tests.faults.kills
	$(BIN)/python -m tests.faults.unsynced --seeds 1-10
	MHHS_FAULT_EXAMPLES=1000 $(BIN)/python -m pytest -o faulthandler_timeout=0 tests/faults

bench: $(READY)  ## the measured figures (minutes)
	$(BIN)/python -m benchmarks

lock: $(READY)   ## renew the hash-pinned requirements (needs uv)
	uv pip compile pyproject.toml --extra dev --extra central --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements-dev.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock -o requirements.lock
	uv pip compile pyproject.toml --extra central --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock -o requirements-central.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/system: packaging/linux/system-packages.sh
	@sh packaging/linux/system-packages.sh $(PYTHON)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN_READY): requirements.lock $(VENV)/system
	@echo "Setting up (once, a few minutes) ..." >&2
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(CENTRAL_READY): requirements-central.lock $(VENV)/system
	@echo "Setting up (once, a minute) ..." >&2
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements-central.lock
	@touch $@

$(READY): requirements-dev.lock $(VENV)/system
	@echo "Setting up (once, a few minutes) ..." >&2
	@sh packaging/linux/system-packages.sh $(PYTHON) tests
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@ $(RUN_READY) $(CENTRAL_READY)
