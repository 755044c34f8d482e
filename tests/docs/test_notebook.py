"""The notebook runs again from scratch, without an error, and prints what it has kept."""

import os

import nbformat
import pytest

from notebooks.execute import FOLDER, execute

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def printed(notebook):
    """What each code cell printed, but for the cells that are tagged to vary."""
    return [
        "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")
        for cell in notebook.cells
        if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", [])
    ]


def pictures(notebook):
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output for output in outputs if "image/png" in output.get("data", {})]


def test_the_notebook_is_there():
    assert [path.name for path in NOTEBOOKS] == ["one_model_four_lives.ipynb"]


# Jupyter's own event loop and sockets warn when the kernel goes.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_again_from_scratch(path, monkeypatch):
    monkeypatch.setitem(os.environ, "PYDEVD_DISABLE_FILE_VALIDATION", "1")
    kept = nbformat.read(path, as_version=4)
    again = execute(path)  # raises at the first cell that fails
    assert all(cell.execution_count for cell in kept.cells if cell.cell_type == "code")
    assert printed(again) == printed(kept)
    assert len(pictures(again)) == len(pictures(kept)) >= 2
