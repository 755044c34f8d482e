"""The wheel holds `bridge` and nothing else, and every module in it imports from an empty folder."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("bridge", "layers", "interop", "export")

IMPORT_ALL = """
import importlib, pkgutil, sys
folder = sys.argv[1]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
sys.path = [folder] + [entry for entry in sys.path if "editable" not in entry]
import bridge
assert bridge.__file__.startswith(folder), bridge.__file__
names = [module.name for module in pkgutil.walk_packages(bridge.__path__, "bridge.")]
for name in names:
    importlib.import_module(name)
print(*names)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Builds the wheel from a copy of the sources, so that nothing is left among them."""
    sources = tmp_path_factory.mktemp("sources")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, sources / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, sources / file)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    done = subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (sources / "dist").glob("*.whl")
    return built


def test_no_import_name_but_bridge_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"bridge", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    assert "bridge/py.typed" in names


def test_every_module_of_the_sources_is_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            inside = file.relative_to(ROOT) if folder == "bridge" else Path("bridge", file.relative_to(ROOT))
            assert inside.as_posix() in names


def test_every_module_in_it_imports_from_an_empty_folder(wheel, tmp_path):
    unpacked, empty = tmp_path / "unpacked", tmp_path / "empty"
    zipfile.ZipFile(wheel).extractall(unpacked)
    empty.mkdir()
    command = [sys.executable, "-P", "-c", IMPORT_ALL, str(unpacked)]
    done = subprocess.run(command, cwd=empty, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    files = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".py")]
    assert len(done.stdout.split()) == len(files) - 1  # all but bridge itself


def test_a_missing_module_would_be_noticed(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    (tmp_path / "bridge" / "shapes.py").unlink()
    done = subprocess.run(
        [sys.executable, "-P", "-c", IMPORT_ALL, str(tmp_path)], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"bridge.shapes" in done.stderr
