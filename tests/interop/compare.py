"""What is compared by name: gradients, and all that a caller could see change in a module."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy
import torch

from tests.helpers import assert_close, to_numpy


def assert_named_close(actual: Mapping[str, Any], expected: Mapping[str, Any], tolerance: float = 1e-5) -> None:
    """`assert_close` for each name; jit hands a dict back in another order."""
    assert sorted(actual) == sorted(expected)
    for name, tensor in expected.items():
        assert_close(actual[name], tensor, tolerance)


def assert_gradients_close(actual: Mapping[str, Any], module: torch.nn.Module) -> None:
    """Within 1e-4 of torch's largest gradient of all: that of a bias before a BatchNorm is rounding alone."""
    expected = {
        name: numpy.zeros(tensor.shape) if tensor.grad is None else to_numpy(tensor.grad)
        for name, tensor in module.named_parameters()
    }
    assert sorted(actual) == sorted(expected)
    largest = max(numpy.abs(gradient).max() for gradient in expected.values())
    assert largest > 0
    for name, gradient in expected.items():
        received = numpy.asarray(actual[name])
        assert received.shape == gradient.shape, name
        assert numpy.isfinite(received).all(), name
        numpy.testing.assert_allclose(received, gradient, rtol=0, atol=1e-4 * largest, err_msg=name)


def snapshot(module: torch.nn.Module) -> dict[str, Any]:
    """All that a caller could see change in a module."""
    return {
        "state": copy.deepcopy(module.state_dict()),
        "modes": [child.training for child in module.modules()],
        "gradients": [tensor.grad is None for tensor in module.parameters()],
        "attributes": {name: sorted(child.__dict__) for name, child in module.named_modules()},
    }


def assert_untouched(module: torch.nn.Module, before: dict[str, Any]) -> None:
    now = snapshot(module)
    state, expected = now.pop("state"), before["state"]
    assert now == {key: value for key, value in before.items() if key != "state"}
    assert list(state) == list(expected)
    for name, tensor in state.items():
        assert torch.equal(tensor, expected[name]), name
