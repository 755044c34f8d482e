"""Proves, in processes that lack one framework, that Bridge works without it and names the extra that brings it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = '''
import sys

class Without:
    """A finder that does not find one package, as if it were not installed."""

    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] == "{missing}" else self.finder.find_spec(name, path, target)

sys.meta_path[:] = map(Without, sys.meta_path)
import bridge
import torch
from bridge import layers as nn

layer = nn.Linear(3, 2)
assert layer(torch.ones(4, 3)).shape == (4, 2)
assert torch.equal(nn.Sequential(layer, nn.ReLU())(torch.ones(4, 3)), torch.relu(layer(torch.ones(4, 3))))
spec = [bridge.InputSpec((None, 3))]
folder = sys.argv[1]
bridge.export.safetensors(layer, folder + "/linear.safetensors")
try:
    {use}
except bridge.MissingExtraError as error:
    print(type(error.__cause__).__name__, error)
else:
    raise SystemExit("nothing was missed")
'''

SAVED = "bridge.export.saved_model(layer, folder + '/1', spec)"
OPENVINO = "bridge.export.openvino(layer, folder + '/linear.xml', spec)"

CASES = [
    ("jax", "import bridge.interop.jax", "bridge.interop.jax needs jax", "jax"),
    ("jax", "bridge.interop.jax", "bridge.interop.jax needs jax", "jax"),
    ("tensorflow", "from bridge.interop.tf import as_module", "bridge.interop.tf needs tensorflow", "tf"),
    ("tensorflow", SAVED, "bridge.export.saved_model needs tensorflow", "tf"),
    ("lightning", "from bridge.interop import lightning", "bridge.interop.lightning needs lightning", "lightning"),
    ("openvino", OPENVINO, "bridge.export.openvino needs openvino", "openvino"),
]


@pytest.mark.parametrize(("missing", "use", "purpose", "extra"), CASES, ids=[use for _, use, _, _ in CASES])
def test_the_extra_is_named_and_the_rest_works(
    tmp_path: Path, missing: str, use: str, purpose: str, extra: str
) -> None:
    done = run(SCRIPT.format(missing=missing, use=use), tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        f"ModuleNotFoundError {purpose}, which is not installed. Install it with: pip install 'torch-bridge[{extra}]'"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["linear.safetensors"], "an export left something behind"


def test_a_fault_inside_what_is_installed_is_not_called_missing(tmp_path: Path) -> None:
    broken = tmp_path / "packages" / "jax"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("import a_package_that_jax_lacks\n")
    done = run(
        f"import sys; sys.path.insert(0, {str(broken.parent)!r}); import bridge; import bridge.interop.jax", tmp_path
    )
    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1] == "ModuleNotFoundError: No module named 'a_package_that_jax_lacks'"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, cwd=ROOT)
