# Two commands do all:  make demo   and   make test.  Nothing is installed outside .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test lint bench agreement crashes hands mutants docs wheel-test clean

help:
	@echo "make demo    set up, run the example agency's quarter, say how to open it in Fava"
	@echo "make test    set up, run every check and test"
	@echo "make bench   measure 100,000 receipts, the same in PostgreSQL, and a day after 1,000,000 (half an hour)"
	@echo "make agreement  hold engine and model together over 2,000 random histories (half an hour)"
	@echo "make crashes    kill commands 200 times on SQLite and 50 on PostgreSQL, and let its server go 20 times (over an hour)"
	@echo "make hands      200 histories of two and 200 of four who work at once on SQLite, and 40 of each on PostgreSQL (over an hour)"
	@echo "make mutants  see whether the tests notice each of 1,470 small faults in the accounting (an hour)"
	@echo "make lint    style, types and layers alone"
	@echo "make docs    write the generated documents again"
	@echo "make clean   remove what was built"

$(READY): requirements.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV)
	@touch $@

demo: $(READY)
	@sh tools/demo.sh $(BIN)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n auto

bench: $(READY)
	$(BIN)/python bench/receipts.py
	$(BIN)/python bench/posting.py
	$(BIN)/python bench/postgres.py
	$(BIN)/python bench/history.py

agreement: $(READY)
	$(BIN)/python -m tests.agreement 2000
	$(BIN)/python -m tests.agreement 100 --database postgresql

crashes: $(READY)
	$(BIN)/python -m tests.crashes 200
	$(BIN)/python -m tests.crashes 50 --database postgresql
	$(BIN)/python -m tests.crashes 10 --server shutdown --cases 60
	$(BIN)/python -m tests.crashes 10 --server postmaster --cases 60

hands: $(READY)
	$(BIN)/python -m tests.hands 200 --writers 2
	$(BIN)/python -m tests.hands 200 --writers 4
	$(BIN)/python -m tests.hands 40 --writers 2 --database postgresql
	$(BIN)/python -m tests.hands 40 --writers 4 --database postgresql

mutants: $(READY)
	$(BIN)/python tools/mutants.py

docs: $(READY)
	$(BIN)/python tools/docs.py

wheel-test: $(READY)
	@sh tools/wheel_test.sh $(BIN)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
