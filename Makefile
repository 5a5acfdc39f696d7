# The commands that people call. Everything is installed into .venv; delete it to start over.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

# For exact versions: make install CONSTRAINTS=constraints.txt
ifdef CONSTRAINTS
CONSTRAIN := --constraint $(CONSTRAINTS)
endif

export PROMPT ?= a cat
export IMAGE ?=
export FILE ?= penguess-backup.sqlite3
ARGS ?=

.PHONY: help install play serve backup restore draw guess test test-all simulate kills soak bench lint format clean

help:
	@echo 'make play                    the bot: in Discord with DISCORD_TOKEN, else on a page of its own'
	@echo 'make draw PROMPT="a cat"     draw it: SVG, PNG and GIF into out/ (ARGS="--ink pen --seed 3")'
	@echo 'make serve                   the engine alone, over HTTP'
	@echo 'make backup FILE=a.sqlite3   copy what the bot keeps; make restore FILE=… puts it back'
	@echo 'make guess IMAGE=photo.png   say what a picture shows'
	@echo 'make test                    the tests; make test-all takes the slow ones along'
	@echo 'make simulate GAMES=1000     games while Discord, network and disk misbehave; SEED=7 replays one'
	@echo 'make kills MINUTES=10         bot and engine killed for real while people play; make soak: nobody is'
	@echo 'make bench                   measure the rasteriser and a step of painting'
	@echo 'make lint                    style, types, and who may import whom'

# Installs PyTorch without CUDA where there is no NVIDIA GPU; PENGUESS_TORCH_INDEX names another index.
INSTALL := $(PYTHON) -m engine.install --venv $(VENV) $(CONSTRAIN) --extras

$(VENV)/installed: pyproject.toml
	@$(INSTALL) engine,bot
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(INSTALL) engine,bot,dev
	@touch $@

$(VENV)/installed-all: $(VENV)/installed-dev
	@$(PYTHON) -m engine.install --venv $(VENV) --extras engine,bot,cluster,baselines,dev
	@touch $@

install: $(VENV)/installed

play: $(VENV)/installed
	$(RUN) -m bot $(ARGS)

serve: $(VENV)/installed
	$(RUN) -m engine serve $(ARGS)

backup restore: $(VENV)/installed
	$(RUN) -m bot $@ "$$FILE"

draw: $(VENV)/installed
	$(RUN) -m engine draw $(ARGS) -- "$$PROMPT"

guess: $(VENV)/installed
	$(RUN) -m engine guess $(ARGS) -- "$$IMAGE"

# Runs a process for each core. A file's tests stay together, because they share what takes long to make.
PYTEST := $(RUN) -m pytest --numprocesses auto --dist loadfile

test: $(VENV)/installed-dev
	$(PYTEST) $(ARGS)

test-all: $(VENV)/installed-all
	$(PYTEST) -m '' $(ARGS)

GAMES ?= 200
SEED ?=

simulate: $(VENV)/installed-dev
	$(RUN) -m tests.simulation --games $(GAMES) $(if $(SEED),--seed $(SEED)) $(ARGS)

MINUTES ?= 10

kills: $(VENV)/installed-dev
	$(RUN) -m tests.kills --minutes $(MINUTES) $(ARGS)

soak: $(VENV)/installed-dev
	$(RUN) -m tests.kills.soak $(ARGS)

bench: $(VENV)/installed
	$(RUN) -m engine bench raster $(ARGS)
	$(RUN) -m engine bench step $(ARGS)

lint: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyright
	$(VENV)/bin/lint-imports

format: $(VENV)/installed-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

clean:
	rm -rf $(VENV) out
