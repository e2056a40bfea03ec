# `make demo` and `make test` are all that a new owner needs; the rest is for daily work.
# uv is used where it is installed, else fetched into .tools/ of this folder.

PYTHON ?= $(shell for v in python3 python3.13 python3.12 python3.11; do \
	command -v $$v >/dev/null 2>&1 && $$v -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' 2>/dev/null && { echo $$v; break; }; done)
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen --python $(PYTHON)
WORKSPACE ?= workspace

export MLFLOW_DISABLE_TELEMETRY := true
export BENTOML_DO_NOT_TRACK := True
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1

.PHONY: demo test lint serve mlflow setup format

demo: setup ## simulate an employer, train, release, recommend, report
	$(RUN) huyula demo --workspace $(WORKSPACE)

test: setup ## every test
	$(RUN) pytest --cov

lint: setup ## formatting, lint, types, import direction, lock file
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) pyright
	$(RUN) lint-imports
	$(UV) lock --check --python $(PYTHON)

format: setup
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

serve: setup ## the prediction API on http://127.0.0.1:3000
	$(RUN) huyula serve --workspace $(WORKSPACE)

mlflow: setup ## the experiment tracking page on http://127.0.0.1:5000
	MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(RUN) mlflow server --host 127.0.0.1 --port 5000 --workers 1 \
		--backend-store-uri sqlite:///$(abspath $(WORKSPACE))/mlflow.db \
		--artifacts-destination $(abspath $(WORKSPACE))/mlartifacts

setup: $(UV) libgomp
	@$(UV) sync --frozen --quiet --python $(PYTHON)

.PHONY: libgomp python
python:
	@test -n "$(PYTHON)" || { echo "Huyula needs Python 3.11, 3.12 or 3.13; none was found on the PATH. Remedy: install one, or name it: make demo PYTHON=/path/to/python3.12"; exit 1; }

libgomp: python
	@$(PYTHON) -c 'import ctypes.util, sys; sys.exit(sys.platform == "linux" and not ctypes.util.find_library("gomp"))' || { \
		echo "LightGBM needs the system library libgomp, which was not found. Remedy: apt-get install libgomp1 (Debian, Ubuntu) or dnf install libgomp (Fedora)"; exit 1; }

.tools/bin/uv: | python
	@echo "fetching uv into .tools/"
	@$(PYTHON) -m venv .tools && .tools/bin/python -m pip install --quiet 'uv>=0.9' || { \
		rm -rf .tools; echo "uv could not be fetched. Remedy: install python3-venv (Debian: apt-get install python3-venv) or uv itself, then run make again"; exit 1; }
