"""Each operation of torch's `op_db` as a module that is converted, run elsewhere, and compared with torch."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import tensorflow as tf
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import OpInfo, SampleInput
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

from bridge import stateless_apply
from bridge.interop import convert
from tests.helpers import real_number, to_framework, to_numpy

RTOL, ATOL = 1e-3, 1e-4
ANCHOR = torch.zeros(())


class Calling(torch.nn.Module):
    """An operation with a sample's arguments as a module of the tensors among them.

    Before them stands one that is not used, which tells the framework to an operation that takes no tensor.
    """

    def __init__(self, operation: Callable[..., Any], sample: SampleInput) -> None:
        super().__init__()
        self.operation = operation
        self.leaves, self.structure = tree_flatten((sample.input, sample.args, sample.kwargs))
        self.places = [place for place, leaf in enumerate(self.leaves) if isinstance(leaf, torch.Tensor)]

    def tensors(self) -> list[torch.Tensor]:
        """Copies of them."""
        return [self.leaves[place].detach().clone() for place in self.places]

    def forward(self, anchor: torch.Tensor, *tensors: torch.Tensor) -> Any:
        filled = list(self.leaves)
        for place, tensor in zip(self.places, tensors, strict=True):
            filled[place] = tensor
        first, args, kwargs = tree_unflatten(filled, self.structure)
        return self.operation(first, *args, **kwargs)


@dataclasses.dataclass
class Reference:
    """What torch makes of a sample: its answers, and the gradients by its floating inputs."""

    module: Calling
    inputs: list[torch.Tensor]
    answers: list[torch.Tensor]
    flowing: list[int]
    cotangents: list[torch.Tensor]
    learning: list[int]
    gradients: list[torch.Tensor] | None


def name_of(info: OpInfo) -> str:
    """The operation's name and its variant, as the table has them."""
    return f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name


OPERATIONS = {name_of(info): info for info in op_db}


def samples_of(info: OpInfo, dtype: torch.dtype, count: int = 3) -> Iterator[SampleInput]:
    """The first samples that the operation has for a dtype; none where it has not."""
    if dtype in info.supported_dtypes("cpu"):
        learning = info.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
        yield from itertools.islice(info.sample_inputs("cpu", dtype, requires_grad=learning), count)


def reference(info: OpInfo, sample: SampleInput, *, gradients: bool) -> Reference | None:
    """Torch's answers to a sample; `None` where torch itself refuses it or answers nothing with values."""
    module = Calling(info.op, sample)
    inputs = module.tensors()
    given = [module.leaves[place] for place in module.places]
    learning = [place for place, tensor in enumerate(given) if tensor.requires_grad and tensor.is_floating_point()]
    torch.manual_seed(0)
    try:
        with torch.no_grad():
            answers = _answers(module(ANCHOR, *[tensor.clone() for tensor in inputs]))
    except Exception:
        return None
    found = Reference(module, inputs, answers, [], [], learning, None)
    if gradients and info.supports_autograd and learning:
        _add_gradients(found)
    return found


def _answers(output: Any) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(output) if leaf is not None]


def _add_gradients(found: Reference) -> None:
    leaves = [
        tensor.clone().requires_grad_() if place in found.learning else tensor.clone()
        for place, tensor in enumerate(found.inputs)
    ]
    torch.manual_seed(0)
    try:
        outputs = _answers(found.module(ANCHOR, *[leaf * 1 if leaf.requires_grad else leaf for leaf in leaves]))
        flowing = [place for place, one in enumerate(outputs) if getattr(one, "requires_grad", False)]
        if not flowing:
            return
        generator = torch.Generator().manual_seed(1)
        cotangents = [_cotangent(outputs[place], generator) for place in flowing]
        value = sum((real_number(outputs[place]) * one).sum() for place, one in zip(flowing, cotangents, strict=True))
        gradients = torch.autograd.grad(value, [leaves[place] for place in found.learning], materialize_grads=True)
    except Exception:
        return
    found.flowing, found.cotangents, found.gradients = flowing, cotangents, list(gradients)


def _cotangent(output: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    drawn = torch.rand(output.shape, generator=generator) + 0.5
    return drawn.to(output.real.dtype if output.is_complex() else output.dtype)


def run(found: Reference, framework: str, *, compiled: bool = True, gradients: bool = False) -> Any:
    """What the converted operation answers in a framework: its answers, or the gradients, as NumPy arrays."""
    converted = convert(found.module)
    key = {"jax": jax.random.key(0), "tensorflow": tf.constant([1, 2])}[framework]
    anchor, *inputs = to_framework([ANCHOR, *found.inputs], framework)

    def answers(*arrays: Any) -> list[Any]:
        return _answers(stateless_apply(converted, {}, {}, anchor, *arrays, rng=key)[0])

    if not gradients:
        return to_numpy(_COMPILERS[framework if compiled else "eager"](answers)(*inputs))
    cotangents = to_framework(found.cotangents, framework)
    total = {"jax": jnp.sum, "tensorflow": tf.reduce_sum}[framework]

    def objective(*learning: Any) -> Any:
        filled = list(inputs)
        for place, value in zip(found.learning, learning, strict=True):
            filled[place] = value
        outputs = answers(*filled)
        pairs = zip(found.flowing, cotangents, strict=True)
        return sum(total(real_number(outputs[place]) * one) for place, one in pairs)

    chosen = [inputs[place] for place in found.learning]
    if framework == "jax":
        gradient = jax.grad(objective, argnums=tuple(range(len(chosen))))
        return to_numpy(list(jax.jit(gradient)(*chosen)))
    return to_numpy(tf.function(_tape(objective))(*chosen))


def _tape(objective: Callable[..., Any]) -> Callable[..., Any]:
    def gradient(*inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            value = objective(*inputs)
        zero = tf.UnconnectedGradients.ZERO
        return [tf.convert_to_tensor(one) for one in tape.gradient(value, inputs, unconnected_gradients=zero)]

    return gradient


_COMPILERS: dict[str, Callable[..., Any]] = {
    "jax": jax.jit,
    "tensorflow": lambda function: tf.function(function, autograph=False),
    "eager": lambda function: function,
}


def fault(actual: list[Any], expected: list[torch.Tensor]) -> str | None:
    """How answers differ from torch's; `None` where they agree in shape, kind and value, NaN included."""
    if len(actual) != len(expected):
        return f"{len(actual)} answers in place of {len(expected)}"
    for received, wanted in zip(actual, to_numpy(expected), strict=True):
        received, wanted = numpy.asarray(received), numpy.asarray(wanted)
        if received.shape != wanted.shape:
            return f"shape {received.shape} in place of {wanted.shape}"
        if _kind(received) != _kind(wanted):
            return f"dtype {received.dtype} in place of {wanted.dtype}"
        wide = "complex128" if wanted.dtype.kind == "c" else "float64"
        if not numpy.allclose(received.astype(wide), wanted.astype(wide), RTOL, ATOL, equal_nan=True):
            both = numpy.isfinite(received) & numpy.isfinite(wanted)
            gap = numpy.abs(received.astype(wide) - wanted.astype(wide))[both].max(initial=0)
            return f"differs by {gap:.3g}, or in where it is infinite or NaN"
    return None


def _kind(array: numpy.ndarray) -> str:
    return "i" if array.dtype.kind in "iu" else array.dtype.kind
