"""The demonstration: one model.py lives four lives on real data, each at an accuracy of 0.97 or more."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    done = subprocess.run(
        [sys.executable, "-m", "examples.digits.demo", "--out", str(out)],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr, out


def test_every_life_is_accurate_and_near_torch(demo):
    rows = re.findall(r"│ (.+?) +│ +([\d.]+) │ +([\d.e+-]+) │", demo[0])
    lives = " ".join(name for name, _, _ in rows)
    assert all(life in lives for life in ("Lightning", "JAX", "TensorFlow", "SavedModel", "OpenVINO", "safetensors"))
    assert len(rows) == 6
    for name, accuracy, difference in rows:
        assert float(accuracy) >= 0.97, name
        assert float(difference) < 1e-3, name


def test_the_first_losses_agree_in_three_frameworks(demo):
    found = re.findall(r"losses of 20 steps in (\w+) differ from PyTorch's by at most ([\d.e+-]+)\.", demo[0])
    assert [name for name, _ in found] == ["JAX", "TensorFlow"]
    assert all(float(difference) < 1e-4 for _, difference in found)


def test_the_progress_bar_shows(demo):
    assert re.search(r"(\d+)/\1", demo[0])


def test_it_leaves_a_picture_and_the_files(demo):
    picture = demo[1] / "loss_curves.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert (demo[1] / "digits" / "1" / "saved_model.pb").is_file()
    assert (demo[1] / "digits.xml").is_file()
    assert (demo[1] / "digits.bin").is_file()
    assert (demo[1] / "digits.safetensors").is_file()
