"""Parameters and buffers that a converted forward reaches otherwise than through the module that runs."""

from __future__ import annotations

import functools

import jax
import numpy
import pytest
import torch
from torch import nn

from bridge.interop import convert
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module
from tests.helpers import assert_close, to_framework

X = torch.tensor([[0.3, -1.2, 2.6], [-0.4, 1.5, -2.2]])


class KeepsItsMethod(nn.Module):
    """The method and the function are bound to the module itself, and `torch.export` runs a copy."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(3, 3)
        self.register_buffer("scale", torch.tensor([1.0, 2.0, 3.0]))
        self.register_buffer("shift", torch.tensor([0.5, 0.0, 0.0]), persistent=False)
        self.method = self.compute
        self.function = functools.partial(nn.functional.linear, weight=self.inner.weight)

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x) * self.scale + self.shift

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.method(self.function(x)) + torch.tensor([7.0, 0.0, 0.0])


def test_in_jax_they_are_the_ones_given():
    module = KeepsItsMethod()
    apply, params, buffers = functionalize(module)
    compiled = jax.jit(lambda params, buffers, x: apply(params, buffers, x)[0])
    arrays = to_framework(X, "jax")
    assert_close(compiled(params, buffers, arrays), module(X).detach())
    gradient = jax.grad(lambda params: (compiled(params, buffers, arrays) ** 2).sum())(params)
    (module(X) ** 2).sum().backward()
    assert_close(gradient["inner.weight"], module.inner.weight.grad)
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            tensor.mul_(2)
    doubled = jax.tree.map(lambda tensor: tensor * 2, (params, buffers))
    assert_close(compiled(*doubled, arrays), module(X).detach())


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_a_later_change_of_the_module_is_seen(framework):
    module = KeepsItsMethod()
    converted, array = convert(module), to_framework(X, framework)
    before = numpy.asarray(converted(array))
    with torch.no_grad():
        module.inner.weight.mul_(3)
    assert_close(converted(array), module(X).detach())
    assert not numpy.allclose(before, numpy.asarray(converted(array)))


def test_a_tf_module_trains_them():
    running = as_module(KeepsItsMethod())
    before = running(to_framework(X, "tensorflow"))
    for variable in running.trainable_variables:
        variable.assign(variable * 2)
    assert not numpy.allclose(before, running(to_framework(X, "tensorflow")))
