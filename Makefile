# Everything here needs only make, a POSIX shell, and Python 3.11 or newer with pip.

PORT ?= 8000
ARGS ?=
VENV = .venv
PYTHON = $(VENV)/bin/python
PIP = $(PYTHON) -m pip install --quiet --disable-pip-version-check

# Settings as in production, so that the checks see what a municipality would run.
PRODUCTION = ALLOWED_HOSTS=training.example.org DEBUG=false DATABASE_URL=sqlite://:memory: \
	EMAIL_URL=smtp://mail.example.org \
	SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-postgres bench check style types floors deployment migrations \
	templates format courses clean

help: ## List what can be done.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run PORT=8080 takes another port; make test ARGS=tests/quizzes runs a part."

run: $(VENV)/site-ready ## Start the site on this machine, with a small demo organisation.
	@exec $(PYTHON) manage.py serve --port $(PORT)

test: $(VENV)/tests-ready ## Run the tests, on SQLite, with a browser when there is one.
	@$(PYTHON) -m tests.tools.chromium
	@$(PYTHON) -m tests.tools.poppler
	@$(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

test-all: $(VENV)/tests-ready ## Run the tests and the slow ones, which take some minutes more.
	@$(PYTHON) -m tests.tools.chromium
	@$(PYTHON) -m tests.tools.poppler
	@$(PYTHON) -m pytest -n 2 -m '' $(ARGS)

test-postgres: $(VENV)/tests-ready ## Run the tests on a PostgreSQL server started for them.
	@$(PYTHON) -m tests.tools.chromium
	@$(PYTHON) -m tests.tools.poppler
	@$(PYTHON) -m tests.tools.postgres -n 2 $(ARGS)

bench: $(VENV)/tests-ready ## Measure how fast the site is; writes docs/performance.md.
	@$(PYTHON) -m tests.bench

check: style types floors deployment migrations templates ## Check style, types, imports, settings.

style: $(VENV)/tests-ready
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: $(VENV)/tests-ready
	$(PYTHON) -m mypy

floors: $(VENV)/tests-ready
	$(VENV)/bin/lint-imports --no-logo

deployment: $(VENV)/tests-ready
	@echo "manage.py check --deploy, with settings as in production"
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

migrations: $(VENV)/tests-ready
	@echo "manage.py makemigrations --check, for every app"
	@$(PRODUCTION) $(PYTHON) manage.py makemigrations --check --dry-run

templates: $(VENV)/tests-ready
	$(PYTHON) -m djlint --lint templates

format: $(VENV)/tests-ready ## Bring the Python files into the house style.
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

courses: $(VENV)/site-ready ## Bring the shipped course files into their form; write docs/sources.md.
	@DEBUG=true $(PYTHON) manage.py formatcourse
	@DEBUG=true $(PYTHON) manage.py writesources

clean: ## Remove the virtual environment and caches; the database in var/ stays.
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Some systems split venv and its pip into a package of their own: the pip at hand fills in then.
$(PYTHON):
	@for python in python3 python3.11 python3.12 python3.13 python3.14 none; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	if [ $$python = none ]; then \
		echo "Groundwork needs Python 3.11 or newer. Found: $$(python3 --version 2>&1)." >&2; \
		echo "Install one, so that python3 or python3.11 starts it, and try again." >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$python --version)."; \
	$$python -m venv --clear $(VENV) >/dev/null 2>&1 || { \
		$$python -m venv --clear --without-pip $(VENV) && \
		$$python -m pip --python $(PYTHON) install --quiet pip; \
	}

$(VENV)/site-ready: requirements.txt | $(PYTHON)
	@echo "Installing what the site needs. The first time takes a minute."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/tests-ready: tests/requirements.txt requirements.txt | $(PYTHON)
	@echo "Installing what the tests need. The first time takes a minute."
	@$(PIP) -r tests/requirements.txt
	@touch $@
