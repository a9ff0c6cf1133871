# Two commands do everything: `make book` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := $(VENV)/audit/bin

.PHONY: help book check test preview links clean setup lock bench fuzz audit sbom
.DEFAULT_GOAL := help

help: ## Say what each command does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

book: setup ## Check the cases, run the notebooks, build the site into _build/html
	@$(BIN)/anchorbook build

check: setup ## Check the case studies only
	@$(BIN)/anchorbook check

links: setup ## Ask every outside address whether it still answers, and remember it for the next build (needs the internet)
	@$(BIN)/anchorbook links

preview: setup ## Show the site on this computer and rebuild it when a file changes
	@$(BIN)/anchorbook preview

test: setup $(VENV)/.tools ## Run every test, with a full build and a browser
	@sh tests/support/find_tools.sh
	@$(BIN)/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

bench: setup ## Measure the build with 100, 1,000 and 10,000 made-up cases, beside Hugo and MkDocs
	@$(BIN)/python benchmarks/run.py

fuzz: setup ## Try the reader and the checker with 500,000 damaged inputs (half an hour of one core)
	@$(BIN)/python benchmarks/fuzz.py
	@$(BIN)/python benchmarks/fuzz.py 6000 --target export --output benchmarks/fuzz-export.md

audit: setup $(VENV)/.audit ## Ask whether a library of the book has a known weakness (needs the internet)
	@bad=0; $(AUDIT)/pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off || bad=1; \
		PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm audit --audit-level=moderate || bad=1; exit $$bad

sbom: setup $(VENV)/.audit ## List every library of the book, with version and licence, for a security team (CycloneDX, in _build/sbom)
	@mkdir -p _build/sbom
	@$(AUDIT)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --mc-type application --output-reproducible \
		--output-format JSON --output-file _build/sbom/python.cdx.json 2>/dev/null
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm sbom --sbom-format cyclonedx --package-lock-only --omit dev > _build/sbom/browser.cdx.json 2>/dev/null
	@echo "The lists are in _build/sbom: python.cdx.json and browser.cdx.json"

lock: setup ## Write the three lock files anew from pyproject.toml and package.json
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra test \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	@$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group audit \
		--custom-compile-command "make lock" --output-file requirements-audit.lock
	@$(BIN)/npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## Remove everything that was built
	rm -rf _build

# What the commands above need. The stamps make a second run instant.
setup: $(VENV)/.python $(VENV)/.browser-libraries

$(VENV)/.python: requirements.lock pyproject.toml
	@echo "Setting up: installing what requirements.lock names into $(VENV) (about two minutes, once)"
	@$(PYTHON) -c 'import sys; sys.exit("This book needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 book" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The libraries that pages use in the browser. Node comes with the Python packages above.
$(VENV)/.browser-libraries: package-lock.json $(VENV)/.python
	@echo "Setting up: browser libraries"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(VENV)/.tools: package-lock.json $(VENV)/.browser-libraries
	@echo "Setting up: test tools"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# In a place of their own: their libraries are not the book's.
$(VENV)/.audit: requirements-audit.lock $(VENV)/.python
	@echo "Setting up: audit tools"
	@$(BIN)/python -m venv $(VENV)/audit
	@$(AUDIT)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@
