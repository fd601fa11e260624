# `make demo` and `make test` are all that a newcomer needs; each makes .venv first.
# Everything that is made lands in .venv/ or build/.

PYTHON_IN_VENV = .venv/bin/python
ONLY ?=
PERSONS ?= 100000

.PHONY: help setup demo test bench soak docs reports synpuf format lock

help:
	@echo "make setup    .venv with tongchou in it, from requirements.lock"
	@echo "make demo     check every region, settle a year, report on a reform, run a town; PERSONS=1000 for less"
	@echo "make test     everything that must hold before a change goes in"
	@echo "make bench    one JSON object a line; ONLY=name picks one"
	@echo "make soak     the long counts"
	@echo "make docs     the documentation, into build/docs"
	@echo "make reports  the reform reports in the documentation, drawn and compared anew; ONLY=name picks one"
	@echo "make synpuf   a catalogue and a cleared year on the public DE-SynPUF stays of ../shared, into build/synpuf"
	@echo "make format   let the formatter and the fixable lint rules have their way"
	@echo "make lock     requirements.lock anew from pyproject.toml"

setup:
	@tools/setup.sh

demo: setup
	@.venv/bin/tongchou demo --persons $(PERSONS)

test: setup
	@$(PYTHON_IN_VENV) tools/stages.py

bench: setup
	@$(PYTHON_IN_VENV) benchmarks/run.py $(ONLY)

soak: setup
	@$(PYTHON_IN_VENV) tools/soak.py
	@TONGCHOU_SOAK=1 HYPOTHESIS_PROFILE=soak $(PYTHON_IN_VENV) -m pytest -n auto -m "soak or bulk"

docs: setup
	@$(PYTHON_IN_VENV) tools/build_docs.py

synpuf: setup
	@$(PYTHON_IN_VENV) tools/synpuf_year.py

reports: setup
	@$(PYTHON_IN_VENV) tools/reports.py $(ONLY)

format: setup
	@$(PYTHON_IN_VENV) -m ruff check --fix-only --quiet .
	@$(PYTHON_IN_VENV) -m ruff format .

lock:
	@tools/lock.sh
