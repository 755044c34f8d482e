# On two cores torch's OpenMP threads spin against each other: a training step took 300 ms without this, 9 ms with it.
export OMP_WAIT_POLICY = PASSIVE
export TF_CPP_MIN_LOG_LEVEL = 3

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test conformance families lint format benchmark notebook clean

demo: $(READY)
	$(BIN)/python -m examples.digits.demo --out out

# All but the tests marked `sweep` or `families`.
test: $(READY)
	$(BIN)/python -m pytest -n 2

# The tests marked `sweep`: the further cases of every op and every layer, in every framework.
conformance: $(READY)
	$(BIN)/python -m pytest -n 2 -m sweep

# The tests marked `families`: models of transformers, two for each minute.
families: $(READY)
	$(BIN)/python -m pytest -n 2 -m families

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	rm -rf build/types && mkdir -p build/types && cp -r bridge build/types/bridge
	cp -r layers interop export build/types/bridge/
	cd build/types && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p bridge

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

benchmark: $(READY)
	$(BIN)/python -m benchmarks --write

notebook: $(READY)
	$(BIN)/python -m notebooks.execute

# The environment is made anew when what it is made from changes.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist out *.egg-info
