"""Proves what functions of functions do beyond their values: running again, compiling once, errors."""

from __future__ import annotations

from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers, ops
from bridge.interop.tf import as_module, to_torch
from tests.helpers import to_framework, to_numpy
from tests.ops.cells import in_a_layer

FRAMEWORKS = ("torch", "jax", "tensorflow")
X = numpy.linspace(-1, 1, 6, dtype="float32")


class Block(bridge.Layer):
    """A layer that runs again for its gradient, weights and dropout and all."""

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.dropout = layers.Linear(6, 6), layers.Dropout(0.5)

    def forward(self, x: Any) -> Any:
        return ops.checkpoint(lambda x: self.dropout(ops.tanh(self.linear(x))))(x)


def _gradients(block: Block, framework: str, rng: Any) -> tuple[Any, Any]:
    """The output of the block in training, and the gradient of its sum by the bias."""
    params = {name: to_framework(p.detach(), framework) for name, p in block.named_parameters()}
    x = to_framework(X[None].repeat(50, 0), framework)

    def total(params: Any) -> Any:
        output = bridge.stateless_apply(block, params, {}, x, rng=rng, training=True)[0]
        return ops.sum(output), output

    if framework == "torch":
        params = {name: p.requires_grad_() for name, p in params.items()}
        value, output = total(params)
        value.backward()
        return output, params["linear.bias"].grad
    gradient, output = ops.compile(ops.grad(total, has_aux=True))(params)
    return output, gradient["linear.bias"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_running_again_draws_the_same(framework: str) -> None:
    block = Block()
    rng = {"jax": jax.random.key(0), "tensorflow": tf.constant([1, 2])}.get(framework)
    output, gradient = map(to_numpy, _gradients(block, framework, rng))
    hidden = numpy.tanh(X @ block.linear.weight.detach().numpy().T + block.linear.bias.detach().numpy())
    expected = ((output != 0) * 2 * (1 - hidden**2)).sum(0)
    numpy.testing.assert_allclose(gradient, expected, rtol=1e-4)


def test_it_does_run_again() -> None:
    calls = []

    def noted(x: Any) -> Any:
        calls.append(1)
        return ops.sin(ops.exp(x))

    ops.sum(ops.checkpoint(noted)(torch.tensor(X).requires_grad_())).backward()
    assert len(calls) == 2

    def slope(x: Any) -> Any:
        return ops.grad(lambda x: ops.sum(ops.checkpoint(noted)(x)))(x)

    assert "remat" in str(jax.make_jaxpr(slope)(X))
    graph = tf.function(slope).get_concrete_function(tf.constant(X)).graph
    assert sum(operation.type == "Exp" for operation in graph.get_operations()) >= 2


def test_the_variables_of_a_tf_module_get_their_gradients() -> None:
    block = Block().eval()
    module, x = as_module(block), numpy.ones((2, 6), "float32")
    ops.sum(block(torch.tensor(x))).backward()

    @tf.function
    def gradients(x: tf.Tensor) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            value = ops.sum(module(x, training=False))
        return tape.gradient(value, module.parameters)

    received = to_torch(module, gradients(tf.constant(x)))
    for name, parameter in block.named_parameters():
        numpy.testing.assert_allclose(received[name], parameter.grad, rtol=1e-4)


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_it_compiles_once_for_one_shape_and_anew_for_another_flag(framework: str) -> None:
    traces = []

    @ops.compile
    def traced(x: Any, flag: bool) -> Any:
        traces.append(flag)
        return x if flag else -x

    x = to_framework(X, framework)
    for flag in (True, True, False):
        numpy.testing.assert_array_equal(to_numpy(traced(x, flag)), X if flag else -X)
    assert traces == [True, False]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_random_op_under_vmap_draws_the_same_for_each_example(framework: str) -> None:
    run = in_a_layer(lambda x: ops.vmap(lambda row: ops.dropout(row, 0.5))(x), framework)
    rows = to_numpy(run(to_framework(numpy.ones((3, 100), "float32"), framework)))
    assert (rows[0] == rows[1]).all()
    assert (rows[1] == rows[2]).all()
    assert 20 < (rows[0] == 0).sum() < 80


@pytest.mark.parametrize(
    "name", ["checkpoint", "compile", "custom_gradient", "grad", "jacobian", "value_and_grad", "vmap"]
)
def test_what_is_no_function(name: str) -> None:
    with pytest.raises(TypeError, match=f"ops.{name} expected a function, got Tensor"):
        getattr(ops, name)(torch.zeros(2))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_gradient_of_more_than_one_number(framework: str) -> None:
    with pytest.raises((ValueError, TypeError, RuntimeError), match="scalar|one number"):
        ops.grad(ops.sin)(to_framework(X, framework))


def test_two_frameworks() -> None:
    with pytest.raises(bridge.MixedFrameworksError, match=r"ops\.vmap got tensors of two frameworks: torch .* and jax"):
        ops.vmap(lambda x, y: x)(torch.zeros(2), jax.numpy.zeros(2))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_batching_no_argument(framework: str) -> None:
    with pytest.raises(ValueError, match="in_dims|in_axes|at least"):
        ops.vmap(lambda x: x, in_axes=(None,))(to_framework(X, framework))


def test_a_signature_that_is_none() -> None:
    with pytest.raises(ValueError, match="ops.vectorize expected a signature such as"):
        ops.vectorize(ops.add, signature="n->n")
    with pytest.raises(ValueError, match="ops.vectorize expected 2 arguments by its signature"):
        ops.vectorize(ops.add, signature="(n),(n)->(n)")(torch.zeros(3))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_gradient_of_one_s_own(framework: str) -> None:
    def doubled(x: Any) -> Any:
        return x, lambda upstream: 2 * upstream * x

    def cube(x: Any) -> Any:
        return x * x * x, lambda upstream: upstream * 3 * x * x

    def first(function: Any) -> Any:
        return ops.grad(lambda x: ops.sum(ops.custom_gradient(function)(x)))

    x = to_framework(X, framework)
    numpy.testing.assert_allclose(to_numpy(first(doubled)(x)), 2 * X, rtol=1e-6)
    second = ops.grad(lambda x: ops.sum(first(cube)(x)))
    numpy.testing.assert_allclose(to_numpy(second(x)), 6 * X, rtol=1e-6)
