# Every target begins with storefront/launch/prepare.py, which needs nothing but Python.
PYTHON ?= python3
PREPARE = $(PYTHON) storefront/launch/prepare.py

.PHONY: run setup test check bench lock

run:    ## set up whatever is missing, then serve on http://127.0.0.1:8000
	@$(PREPARE) run

setup:  ## the set-up alone
	@$(PREPARE) setup

test:   ## every test
	@$(PREPARE) test

check:  ## format, lint, types, layers, migrations
	@$(PREPARE) check

bench:  ## measure speed against a bare page
	@$(PREPARE) bench

lock:   ## resolve pyproject.toml into requirements.lock
	@$(PREPARE) lock
