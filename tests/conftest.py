"""What holds for every test: TensorFlow is quiet, and torch's generator starts from one seed."""

import os

import pytest
import torch

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read once, when TensorFlow is first imported


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)
