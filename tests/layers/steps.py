"""One step of a module in each framework: its outputs, its gradients for given cotangents, and its buffers after it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_flatten, tree_leaves, tree_map, tree_unflatten

import bridge
from bridge.interop import jax as bridge_jax
from bridge.transfer import from_torch
from tests import sweep
from tests.helpers import assert_close, to_numpy

FRAMEWORKS = ("jax", "tensorflow")


@dataclasses.dataclass
class Step:
    """What came of a step: flat outputs, gradients by the parameters and then by the inputs, and the buffers."""

    outputs: list[Any]
    gradients: list[Any]
    buffers: dict[str, Any]


@dataclasses.dataclass
class Call:
    """Arguments of a module: `(args, kwargs)`, nested.

    Its tensors of floating point are differentiated by; or those alone that require a gradient, with `as_marked`.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    as_marked: bool = False

    def flat(self) -> tuple[list[Any], Any]:
        """New copies of the arguments, flat, and how to nest them."""
        return tree_flatten(tree_map(self._fresh, (tuple(self.args), dict(self.kwargs))))

    def _fresh(self, leaf: Any) -> Any:
        if not torch.is_tensor(leaf):
            return leaf
        wanted = leaf.requires_grad if self.as_marked else leaf.is_floating_point()
        return leaf.detach().clone().requires_grad_(wanted)


def _is_float(leaf: Any) -> bool:
    return torch.is_tensor(leaf) and leaf.is_floating_point()


def torch_step(module: torch.nn.Module, call: Call) -> tuple[Step, list[torch.Tensor]]:
    """torch's step, and the cotangents, drawn from one seed, that it has gradients for."""
    flat, structure = call.flat()
    args, kwargs = tree_unflatten(flat, structure)
    torch.manual_seed(3)
    outputs = [leaf for leaf in tree_leaves(module(*args, **kwargs)) if leaf is not None]
    roots = [leaf for leaf in outputs if torch.is_tensor(leaf) and leaf.requires_grad]
    torch.manual_seed(1)
    cotangents = [torch.randn_like(leaf) for leaf in roots]
    wanted = [leaf for leaf in (*module.parameters(), *flat) if _is_float(leaf) and leaf.requires_grad]
    if roots and wanted:
        found = torch.autograd.grad(roots, wanted, cotangents, allow_unused=True)
    else:
        found = (None,) * len(wanted)
    gradients = [torch.zeros_like(x) if g is None else g.to_dense() for x, g in zip(wanted, found, strict=True)]
    return Step(outputs, gradients, dict(module.named_buffers())), _in_all(outputs, roots, cotangents)


def _in_all(outputs: list[Any], roots: list[torch.Tensor], cotangents: list[torch.Tensor]) -> list[torch.Tensor]:
    """A cotangent for each output of floating point: zero for one that torch has no gradient for."""
    of_root = {id(root): cotangent for root, cotangent in zip(roots, cotangents, strict=True)}
    return [of_root.get(id(leaf), torch.zeros_like(leaf)) for leaf in outputs if _is_float(leaf)]


def jax_step(
    module: torch.nn.Module, call: Call, cotangents: list[torch.Tensor], *, training: bool, compiled: bool
) -> Step:
    """The step in JAX, through `stateless_apply`."""
    convert = bridge_jax.from_torch
    flat, structure = call.flat()
    trained = {name: convert(p) for name, p in module.named_parameters() if _is_float(p) and p.requires_grad}
    names = list(trained)  # jit hands a dict on with its keys sorted
    fixed = {name: convert(p) for name, p in module.named_parameters() if name not in trained}
    buffers = convert(dict(module.named_buffers()))
    places = [place for place, leaf in enumerate(flat) if torch.is_tensor(leaf)]
    floats = [place for place in places if flat[place].requires_grad]

    def step(trained: Any, arrays: Any, buffers: Any, cotangents: Any) -> Any:
        def apply(trained: Any, inputs: Any) -> Any:
            given = [*flat]
            for place, value in {**arrays, **inputs}.items():
                given[place] = value
            args, kwargs = tree_unflatten(given, structure)
            outputs, new = bridge.stateless_apply(
                module, trained | fixed, buffers, *args, rng=jax.random.key(0), training=training, **kwargs
            )
            leaves = [leaf for leaf in tree_leaves(outputs) if leaf is not None]
            return [leaf for leaf in leaves if _is_float_array(leaf)], (leaves, new)

        inputs = {place: arrays[place] for place in floats}
        _, back, (outputs, new) = jax.vjp(apply, trained, inputs, has_aux=True)
        by_params, by_inputs = back(cotangents)
        return outputs, new, [*(by_params[name] for name in names), *(by_inputs[place] for place in floats)]

    arrays = {place: convert(flat[place]) for place in places}
    outputs, new, gradients = (jax.jit(step) if compiled else step)(
        trained, arrays, buffers, [convert(cotangent) for cotangent in cotangents]
    )
    return Step(outputs, gradients, new)


def _is_float_array(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jax.numpy.issubdtype(leaf.dtype, jax.numpy.floating)


def tensorflow_step(
    module: torch.nn.Module, call: Call, cotangents: list[torch.Tensor], *, training: bool, compiled: bool
) -> Step:
    """The step in TensorFlow, through `stateless_apply`."""

    def convert(leaf: Any) -> Any:
        return from_torch(leaf, "tensorflow") if torch.is_tensor(leaf) else leaf

    flat, structure = call.flat()
    params = {name: convert(tensor) for name, tensor in module.named_parameters()}
    trained = [name for name, tensor in module.named_parameters() if _is_float(tensor) and tensor.requires_grad]
    buffers = {name: convert(tensor) for name, tensor in module.named_buffers()}
    places = [place for place, leaf in enumerate(flat) if torch.is_tensor(leaf)]
    floats = [place for place in places if flat[place].requires_grad]

    def step(params: Any, arrays: Any, buffers: Any, cotangents: Any) -> Any:
        given = [*flat]
        for place, value in zip(places, arrays, strict=True):
            given[place] = value
        wanted = [*(params[name] for name in trained), *(given[place] for place in floats)]
        with tf.GradientTape() as tape:
            tape.watch(wanted)
            args, kwargs = tree_unflatten(given, structure)
            outputs, new = bridge.stateless_apply(
                module, params, buffers, *args, rng=tf.constant([0, 1]), training=training, **kwargs
            )
            leaves = [leaf for leaf in tree_leaves(outputs) if leaf is not None]
        targets = [leaf for leaf in leaves if hasattr(leaf, "dtype") and leaf.dtype.is_floating]
        gradients = tape.gradient(targets, wanted, cotangents, unconnected_gradients="zero")
        return leaves, new, [tf.convert_to_tensor(gradient) for gradient in gradients]

    arrays = [convert(flat[place]) for place in places]
    run = tf.function(step, autograph=False) if compiled else step
    outputs, new, gradients = run(params, arrays, buffers, [convert(cotangent) for cotangent in cotangents])
    return Step(outputs, gradients, new)


STEPS: dict[str, Callable[..., Step]] = {"jax": jax_step, "tensorflow": tensorflow_step}

in_each_framework = pytest.mark.parametrize(
    ("framework", "modes"),
    [
        pytest.param("jax", (True,), id="jax"),
        pytest.param("jax", (False,), id="jax-eager", marks=sweep.MARK),
        pytest.param("tensorflow", (False, True), id="tensorflow"),
    ],
)
"""A framework, and whether its step is compiled. Eager JAX compiles each operation by itself, many times as long."""


def assert_near_torch(received: Step, expected: Step, tolerance: float = 1e-5) -> None:
    """Asserts outputs within `tolerance` of torch's, gradients within ten times that, and the same buffers."""
    for mine, torchs in zip(received.outputs, expected.outputs, strict=True):
        _assert_near(mine, torchs, tolerance, [torchs])
    for mine, torchs in zip(received.gradients, expected.gradients, strict=True):
        _assert_near(mine, torchs, 10 * tolerance, expected.gradients)  # one that cancels to zero is rounding alone
    assert sorted(received.buffers) == sorted(expected.buffers)
    for name, buffer in expected.buffers.items():
        assert_close(received.buffers[name], buffer)


def _assert_near(received: Any, reference: Any, tolerance: float, scale: list[Any]) -> None:
    """Within `tolerance` of the largest value in `scale`; whole numbers and bool equal.

    A gelu at -5 and the slope of a tanh at 8 are what the rounding of numbers near 1 leaves: hence the least scale.
    """
    received, reference = numpy.asarray(to_numpy(received)), numpy.asarray(to_numpy(reference))
    assert received.shape == reference.shape
    if not numpy.issubdtype(reference.dtype, numpy.inexact):
        numpy.testing.assert_array_equal(received, reference)
        return
    assert numpy.isfinite(received).all()
    assert numpy.isfinite(reference).all()
    floats = [tensor.detach() for tensor in scale if _is_float(tensor) and tensor.numel()]
    largest = max([1e-2, *(float(tensor.abs().max()) for tensor in floats)])
    numpy.testing.assert_allclose(received, reference, rtol=0, atol=tolerance * largest)
