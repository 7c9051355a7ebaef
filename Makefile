# The targets are the commands of README.md. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HOUSEHOLDS ?= 55678
SEED ?= 1
OUT ?= demo

.PHONY: demo test lint benchmark lock clean

demo: $(STAMP) ## a synthetic municipality from delivery to approved release
	$(BIN)/samenloop demo --households $(HOUSEHOLDS) --seed $(SEED) --out $(OUT)

test: $(STAMP) lint ## every test
	$(BIN)/pytest -n 2 --dist loadgroup

lint: $(STAMP) ## style, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

benchmark: $(STAMP) ## seconds, memory and exponents of the nightly run
	$(BIN)/python benchmarks/nightly.py

lock: $(STAMP) ## resolve requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --group dev -o requirements.lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

clean: ## the environment and the demo
	rm -rf $(VENV) demo
