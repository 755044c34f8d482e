"""`import bridge` brings in torch and nothing heavier, and the folders import in one direction only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("jax", "tensorflow", "lightning", "openvino", "sklearn")

REPORT = f"; import sys; print(*[name for name in {HEAVY} if name in sys.modules])"


def heavy_modules_after(code):
    done = subprocess.run([sys.executable, "-c", code + REPORT], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("statement", ["import bridge", "from bridge import layers", "from bridge import interop"])
def test_importing_brings_in_no_other_framework(statement):
    assert heavy_modules_after(statement) == []


def test_that_test_can_fail():
    assert heavy_modules_after("import bridge, jax") == ["jax"]


MAY_IMPORT = {
    "bridge": {"bridge"},
    "layers": {"bridge", "bridge.layers"},
    "interop": {"bridge", "bridge.layers", "bridge.interop"},
    "export": {"bridge", "bridge.interop", "bridge.export"},
}
AT_HOME = {
    "jax": ("bridge/backends/jax/", "interop/jax"),
    "tensorflow": ("bridge/backends/tensorflow/", "interop/tf"),
    "lightning": ("interop/lightning.py",),
    "openvino": (),
}
FILES = sorted(path for folder in MAY_IMPORT for path in (ROOT / folder).rglob("*.py"))


def imported_modules(tree):
    """Every module that the statements of a file name, those for type checkers alone left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", None) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module):
    """The folder that a module of Bridge stands in."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[1:2] and parts[1] in ("layers", "interop", "export") else "bridge"


def faults(relative, tree):
    for module in imported_modules(tree):
        top = module.partition(".")[0]
        if top == "bridge" and room(module) not in MAY_IMPORT[relative.partition("/")[0]]:
            yield f"{relative} imports {module}"
        if top in AT_HOME and not relative.startswith(AT_HOME[top] or ("-",)):
            yield f"{relative} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_import_direction_holds(path):
    assert list(faults(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    ("relative", "code"),
    [
        ("bridge/shapes.py", "from bridge import layers"),
        ("bridge/shapes.py", "import jax.numpy as jnp"),
        ("layers/linear.py", "from bridge.interop import jax"),
        ("interop/jax.py", "import bridge.export"),
        ("export/files.py", "import tensorflow"),
    ],
)
def test_a_wrong_import_would_be_noticed(relative, code):
    assert len(list(faults(relative, ast.parse(code)))) == 1
