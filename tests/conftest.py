"""What holds for every test: TensorFlow is quiet, XLA compiles fast, and torch's generator starts from one seed."""

import os

import pytest
import torch

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read once, when TensorFlow is first imported
# Eager JAX compiles each operation for each shape: that took most of the tests' time, and takes half of it so.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1",
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)
