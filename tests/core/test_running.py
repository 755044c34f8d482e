"""The state of the running layer: each thread has its own, it is put back, and compilers see through it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy
import pytest
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.running import running, running_in
from tests.helpers import assert_close, to_framework


class AddsOnes(bridge.Layer):
    """Makes a tensor that follows the framework of the layer."""

    def forward(self, x: Any) -> Any:
        return x + ops.ones((3,))


def in_a_new_thread(function: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def test_the_state_is_put_back_even_after_an_error() -> None:
    with running_in("jax"):
        with pytest.raises(KeyError), running_in("tensorflow"):
            raise KeyError
        assert running.framework == "jax"
    assert running.framework == "torch"


def test_a_thread_starts_in_torch_whatever_another_is_running() -> None:
    with running_in("jax"):
        assert in_a_new_thread(lambda: running.framework) == "torch"


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
def test_new_tensors_follow_the_layer(framework: str) -> None:
    x = to_framework(numpy.zeros((2, 3), "float32"), framework)
    output = in_a_new_thread(lambda: AddsOnes()(x))
    assert isinstance(output, type(x))
    assert_close(output, numpy.ones((2, 3), "float32"))


def test_compiled_pure_application_may_be_called_again_in_a_thread_that_has_run_nothing() -> None:
    layer, x = nn.Linear(3, 2), torch.ones(4, 3)
    params = {name: parameter.detach().clone() for name, parameter in layer.named_parameters()}
    torch.compiler.reset()
    apply = torch.compile(
        lambda params, x: bridge.stateless_apply(layer, params, {}, x)[0], backend="eager", fullgraph=True
    )
    outputs = in_a_new_thread(lambda: [apply(params, x) for _ in range(3)])
    assert_close(outputs, [torch.nn.functional.linear(x, layer.weight, layer.bias)] * 3)
