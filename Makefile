# Two commands matter: `make run` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

WORKERS ?= 2
# needs a program or packages beyond requirements.txt, or takes its time
NOT_QUICK := server or browser or office or engines or long

# a folder `make wheelhouse` filled elsewhere: setup then asks no package index
WHEELHOUSE ?=
FROM := $(if $(WHEELHOUSE),--no-index --find-links "$(WHEELHOUSE)")

.PHONY: run test test-all check lint audit engines old-browsers readers setup wheelhouse sample bench outage lock clean

run: setup
	$(BIN)/python -m data_access prepare
	$(BIN)/streamlit run server.py

# A few minutes, end to end, with nothing but Python: what needs more is in test-all.
test: setup
	$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=few -m "not ($(NOT_QUICK))"

# Everything, random worlds and histories in full. A test whose program is missing is skipped; with NOTHING_MISSING=1 it fails.
test-all: setup
	$(BIN)/python -m pytest -n $(WORKERS) --durations=20

check: lint test

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Known vulnerabilities of what the lock pins, where the package index can be asked; fails on one. Its own environment:
# the program needs none of it.
audit: setup
	@$(PYTHON) -m venv --clear $(VENV)/audit-tool && $(VENV)/audit-tool/bin/pip install --quiet --disable-pip-version-check "pip-audit>=2.9,<3"
	@$(VENV)/audit-tool/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip > $(VENV)/audit.txt 2>&1 || { cat $(VENV)/audit.txt; exit 1; }
	@echo "$$(grep -c 'could not be audited' $(VENV)/audit.txt) of $$(grep -c == requirements.lock) packages could not be asked about; no known vulnerability in the others"

# What the tests of engines that spread over machines need besides (half a gigabyte); without it they are skipped.
engines: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-engines.txt -c requirements.lock

# The old browsers some tests open the pages in (300 MB under var/); needs npm. Without them those tests are skipped.
old-browsers:
	node tests/fetch_old_browsers.cjs

# What web previewers read workbooks with (two files under var/); needs npm. Without them those tests are skipped.
readers:
	node tests/fetch_readers.cjs

setup: $(STAMP)

$(STAMP): requirements.txt requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(FROM) -r requirements.txt -c requirements.lock
	@touch $(STAMP)

# What setup installs, for machines without a package index: for this machine, or TARGET=aarch64-3.12. Its own environment.
# DRIVERS=oracledb,pymssql: those drivers too.
TARGET ?=
DRIVERS ?=
wheelhouse:
	@$(PYTHON) -m venv --clear var/wheel-tool
	@var/wheel-tool/bin/python deploy/wheelhouse.py $(if $(TARGET),--target "$(TARGET)") $(if $(DRIVERS),--drivers "$(DRIVERS)") "wheelhouse/$(or $(TARGET),here)"

# Rebuild the embedded sample databases and read them again.
sample: setup
	rm -rf var/sample
	$(BIN)/python -m data_access refresh

# Speed as ratios within one run; machines are noisy, so nothing here passes or fails.
bench: setup
	$(BIN)/python -m benchmarks.methods
	$(BIN)/python -m benchmarks.workbook
	$(BIN)/python -m benchmarks.refresh
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.returns
	$(BIN)/python -m benchmarks.scale --sizes 50000,500000

# A hundred readers through a killed process and a stopped database; ten minutes. Needs nginx and PostgreSQL.
outage: setup
	$(BIN)/python -m tests.deploy.outage

# After editing requirements.txt; needs uv (pip install uv).
lock:
	uv pip compile requirements.txt --universal --python-version 3.11 --no-header --no-emit-index-url -o requirements.lock

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
