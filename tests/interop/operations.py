"""Each operation of torch's `op_db` as a module that is converted, run elsewhere, and compared with torch."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from unittest.mock import patch

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy
import tensorflow as tf
import torch
from torch.testing._internal import common_methods_invocations
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import OpInfo, SampleInput
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

from bridge import stateless_apply
from bridge.interop import convert
from tests.helpers import real_number, to_array, to_framework, to_numpy
from tests.interop.deviations import WITHOUT_SAMPLES

TOLERANCES = {torch.float32: (1e-3, 1e-4, 1e-5), torch.bfloat16: (3e-2, 1e-2, 3e-2)}
"""How far a number may be off: relative to itself, at least, and at least relative to the largest of its tensor.

By the dtype of the answer; any but bfloat16 counts as float32. In bfloat16 it may be so far from what torch makes of
the same inputs in float32 instead, or as far from that as torch's own, up to 0.05: each framework rounds other steps.
"""

ANCHOR = torch.zeros(())

OF_EQUALS = (torch.int64, torch.bool, torch.bfloat16)
"""The dtypes in which samples have equal numbers."""


class Calling(torch.nn.Module):
    """An operation with a sample's arguments as a module of the tensors among them.

    Before them stands one that is not used, which tells the framework to an operation that takes no tensor. What an
    operation leaves open, as the signs of eigenvectors, the table's own function of its answers takes away; the order
    of eigenvalues is ours.
    """

    def __init__(self, info: OpInfo, sample: SampleInput) -> None:
        super().__init__()
        self.operation = info.op
        self.settled = _ORDERING.get(info.name, sample.output_process_fn_grad)
        if isinstance(sample.input, torch.Tensor) and sample.input.dtype in OF_EQUALS:
            self.settled = _AMONG_EQUALS.get(info.name, self.settled)
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
        return self.settled(self.operation(first, *args, **kwargs))


def _ordered(values: torch.Tensor, vectors: torch.Tensor | None = None) -> Any:
    """Eigenvalues, and the vectors in the same order, whatever order a library finds them in."""
    order = torch.argsort(values.real + values.imag / 2, dim=-1)
    if vectors is None:
        return values.gather(-1, order)
    return values.gather(-1, order), vectors.gather(-1, order[..., None, :].expand_as(vectors))


_ORDERING: dict[str, Callable[[Any], Any]] = {
    "linalg.eig": lambda found: _ordered(found[0], found[1].abs()),
    "linalg.eigvals": _ordered,
}

_AMONG_EQUALS: dict[str, Callable[[Any], Any]] = {
    "argsort": lambda found: torch.sort(found)[0],
    **dict.fromkeys(("kthvalue", "sort", "topk"), lambda found: found[0]),
}
"""What stands where some numbers are equal, which of them an operation takes being left open."""


@dataclasses.dataclass
class Reference:
    """What torch makes of a sample: its answers, the gradients by its floating inputs, and whether it draws them."""

    module: Calling
    inputs: list[torch.Tensor]
    answers: list[torch.Tensor]
    flowing: list[int]
    cotangents: list[torch.Tensor]
    learning: list[int]
    gradients: list[torch.Tensor] | None
    random: bool
    wide: Reference | None = None
    """The same in float32, of a sample in bfloat16."""

    @functools.cached_property
    def converted(self) -> torch.nn.Module:
        """The module, converted: one graph serves the frameworks that have its dtypes, with gradients and without."""
        return convert(self.module)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a framework makes of a sample, as NumPy arrays."""

    answers: list[Any]
    gradients: list[Any]


def name_of(info: OpInfo) -> str:
    """The operation's name and its variant, as the table has them."""
    return f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name


OPERATIONS = {name_of(info): info for info in op_db}


def names_in(dtype: str) -> list[str]:
    """The operations that torch has samples of in a dtype other than float32."""
    return [
        name
        for name, info in OPERATIONS.items()
        if getattr(torch, dtype) in info.supported_dtypes("cpu") and name not in WITHOUT_SAMPLES
    ]


WRONG_GRADIENT_IN_TORCH = frozenset({"as_strided_scatter"})
"""Operations that `torch.autograd.gradcheck` refuses: finite differences stand for torch's gradient."""


def samples_of(info: OpInfo, dtype: torch.dtype, count: int = 3) -> Iterator[SampleInput]:
    """The first samples that the operation has for a dtype, the same each time; none where it has not."""
    torch.manual_seed(0)
    if dtype in info.supported_dtypes("cpu"):
        learning = info.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
        yield from itertools.islice(info.sample_inputs("cpu", dtype, requires_grad=learning), count)


def reference(
    info: OpInfo, sample: SampleInput, *, gradients: bool, of: torch.dtype = torch.float32
) -> Reference | None:
    """Torch's answers to a sample; `None` where torch itself refuses it, or it holds a sparse tensor.

    Gradients are of the answers times weights that `of` has.
    """
    module = Calling(info, sample)
    inputs = module.tensors()
    if any(tensor.layout is not torch.strided for tensor in inputs):
        return None
    given = [module.leaves[place] for place in module.places]
    learning = [place for place, tensor in enumerate(given) if tensor.requires_grad and tensor.is_floating_point()]
    try:
        answers, others = (_drawn(module, inputs, seed) for seed in (0, 1))
    except Exception:
        return None
    random = fault(_arrays(others), answers) is not None
    found = Reference(module, inputs, answers, [], [], learning, None, random)
    if gradients and info.supports_autograd and learning:
        _add_gradients(found, numerical=name_of(info) in WRONG_GRADIENT_IN_TORCH, of=of)
    if any(tensor.dtype is torch.bfloat16 for tensor in inputs):
        found.wide = reference(info, sample.transform(_single), gradients=gradients, of=torch.bfloat16)
    return found


def _single(value: Any) -> Any:
    """A tensor of bfloat16 as one of float32."""
    if not isinstance(value, torch.Tensor) or value.dtype is not torch.bfloat16:
        return value
    return value.detach().float().requires_grad_(value.requires_grad)


def _drawn(module: Calling, inputs: list[torch.Tensor], seed: int) -> list[torch.Tensor]:
    torch.manual_seed(seed)
    with torch.no_grad(), patch.object(common_methods_invocations, "wrapper_set_seed", _as_it_is):  # its seed is one
        found = _answers(module(ANCHOR, *[tensor.clone() for tensor in inputs]))
    return [_widened(one) if isinstance(one, torch.Tensor) else _of_number(one, inputs[0]) for one in found]


def _of_number(number: bool | float, beside: torch.Tensor) -> torch.Tensor:
    return torch.tensor(number, dtype=beside.dtype if isinstance(number, float) else None)


def _answers(output: Any) -> list[Any]:
    return [leaf for leaf in tree_leaves(output) if leaf is not None]


def _as_it_is(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return operation(*args, **kwargs)


def _widened(output: Any) -> Any:
    """NumPy has no complex numbers of halves."""
    return output.to(torch.complex64) if getattr(output, "dtype", None) is torch.complex32 else output


def _add_gradients(found: Reference, *, numerical: bool, of: torch.dtype) -> None:
    leaves = [
        tensor.clone().requires_grad_() if place in found.learning else tensor.clone()
        for place, tensor in enumerate(found.inputs)
    ]
    torch.manual_seed(0)
    try:
        outputs = _answers(found.module(ANCHOR, *[leaf * 1 if leaf.requires_grad else leaf for leaf in leaves]))
        found.flowing = [place for place, one in enumerate(outputs) if getattr(one, "requires_grad", False)]
        if not found.flowing:
            return
        generator = torch.Generator().manual_seed(1)
        found.cotangents = [_cotangent(outputs[place], generator, of) for place in found.flowing]
        if numerical:
            found.gradients = [_by_finite_differences(found, place) for place in found.learning]
            return
        chosen = [leaves[place] for place in found.learning]
        found.gradients = list(torch.autograd.grad(_value(found, outputs), chosen, materialize_grads=True))
    except Exception:
        return


def _value(found: Reference, outputs: list[torch.Tensor]) -> torch.Tensor:
    """The number that gradients are taken of."""
    pairs = zip(found.flowing, found.cotangents, strict=True)
    return torch.stack([(real_number(outputs[place]) * one).sum() for place, one in pairs]).sum()


def _by_finite_differences(found: Reference, place: int) -> torch.Tensor:
    step = 1e-4

    def moved(element: int, distance: float) -> torch.Tensor:
        inputs = [tensor.double() if tensor.is_floating_point() else tensor for tensor in found.module.tensors()]
        inputs[place].view(-1)[element] += distance
        return _value(found, _answers(found.module(ANCHOR, *inputs)))

    shape = found.inputs[place].shape
    slopes = [(moved(each, step) - moved(each, -step)) / (2 * step) for each in range(shape.numel())]
    return torch.stack(slopes).reshape(shape).to(found.inputs[place].dtype)


def _cotangent(output: torch.Tensor, generator: torch.Generator, of: torch.dtype) -> torch.Tensor:
    drawn = (torch.rand(output.shape, generator=generator) + 0.5).to(of)
    return drawn.to(output.real.dtype if output.is_complex() else output.dtype)


def run(found: Reference, framework: str, *, compiled: bool = True, gradients: bool = False, seed: int = 0) -> Outcome:
    """What the converted operation answers in a framework, and its gradients where they are asked for.

    Both come of one compiled function, which takes all inputs as arguments, so that it knows no values.
    """
    anchor, *inputs = to_framework([ANCHOR, *found.inputs], framework)
    key = {"jax": jax.random.key(seed), "tensorflow": tf.constant([1, seed])}[framework]
    cotangents = to_framework(found.cotangents, framework)
    weighted = _WEIGHTED[framework]

    def answers(*arrays: Any) -> list[Any]:
        return _answers(stateless_apply(found.converted, {}, {}, anchor, *arrays, rng=key)[0])

    def objective(*arrays: Any) -> tuple[Any, list[Any]]:
        outputs = answers(*arrays)
        pairs = zip(found.flowing, cotangents, strict=True)
        return sum(weighted(real_number(outputs[place]), one) for place, one in pairs), outputs

    compiler = _COMPILERS[framework if compiled else "eager"]
    if not gradients:
        return Outcome(_arrays(compiler(answers)(*inputs)), [])
    return Outcome(*map(_arrays, compiler(_DIFFERENTIATED[framework](objective, found.learning))(*inputs)))


def _jax_gradients(objective: Callable[..., Any], learning: Sequence[int]) -> Callable[..., Any]:
    differentiated = jax.value_and_grad(objective, argnums=tuple(learning), has_aux=True)

    def both(*inputs: Any) -> tuple[Any, Any]:
        (_, outputs), gradients = differentiated(*inputs)
        return outputs, list(gradients)

    return both


def _tensorflow_gradients(objective: Callable[..., Any], learning: Sequence[int]) -> Callable[..., Any]:
    def both(*inputs: Any) -> tuple[Any, Any]:
        chosen = [inputs[place] for place in learning]
        with tf.GradientTape() as tape:
            tape.watch(chosen)
            value, outputs = objective(*inputs)
        zero = tf.UnconnectedGradients.ZERO
        return outputs, [tf.convert_to_tensor(one) for one in tape.gradient(value, chosen, unconnected_gradients=zero)]

    return both


_WEIGHTED: dict[str, Callable[[Any, Any], Any]] = {
    "jax": lambda output, weights: jnp.sum(output * weights.astype(output.dtype)),
    "tensorflow": lambda output, weights: tf.reduce_sum(output * tf.cast(weights, output.dtype)),
}

_DIFFERENTIATED = {"jax": _jax_gradients, "tensorflow": _tensorflow_gradients}

_COMPILERS: dict[str, Callable[..., Any]] = {
    "jax": jax.jit,
    "tensorflow": lambda function: tf.function(function, autograph=False),
    "eager": lambda function: function,
}


def fault(actual: list[Any], expected: list[torch.Tensor], wide: Sequence[torch.Tensor] | None = None) -> str | None:
    """How answers differ from torch's; `None` where they agree in shape, kind and value, NaN included.

    Each number may agree with that of `wide` instead, if that has as many tensors.
    """
    unlike = unlikeness(actual, expected)
    if unlike is not None:
        return unlike
    others = expected if wide is None or len(wide) != len(expected) else wide
    for received, tensor, other in zip(actual, expected, others, strict=True):
        dtype = "complex128" if tensor.is_complex() else "float64"
        received, *both = (array.astype(dtype) for array in (received, to_numpy(tensor), to_numpy(other)))
        relative, least, part = TOLERANCES.get(tensor.dtype, TOLERANCES[torch.float32])
        least = max(least, min(_largest(both[0] - both[1]), 0.05))
        near = [_is_near(received, one, relative, least, part) for one in both]
        if not numpy.logical_or.reduce(near).all():
            finite = numpy.isfinite(received) & numpy.isfinite(both[0])
            gap = numpy.abs(received - both[0])[finite].max(initial=0)
            return (
                f"differs by {gap:.3g} where the largest is {_largest(both[0]):.3g}, or in where it is infinite or NaN"
            )
    return None


def _is_near(received: numpy.ndarray, wanted: numpy.ndarray, relative: float, least: float, part: float) -> Any:
    """Which of the numbers are; `part` is of the largest."""
    return numpy.isclose(received, wanted, relative, max(least, part * _largest(wanted)), equal_nan=True)


def _largest(array: numpy.ndarray) -> float:
    return numpy.abs(array)[numpy.isfinite(array)].max(initial=0)


def unlikeness(actual: list[Any], expected: list[torch.Tensor]) -> str | None:
    """How answers differ from torch's in number, shape and kind of dtype; `None` where they do not."""
    if len(actual) != len(expected):
        return f"{len(actual)} answers in place of {len(expected)}"
    for received, wanted in zip(actual, _arrays(expected), strict=True):
        if received.shape != wanted.shape:
            return f"shape {received.shape} in place of {wanted.shape}"
        if _kind(received) != _kind(wanted):
            return f"dtype {received.dtype} in place of {wanted.dtype}"
    return None


def _kind(array: numpy.ndarray) -> str:
    """The kind of an array's dtype: JAX has 32 bits where torch has 64."""
    return "i" if array.dtype.kind in "iu" else "bfloat16" if array.dtype == ml_dtypes.bfloat16 else array.dtype.kind


def _arrays(tensors: list[Any]) -> list[numpy.ndarray]:
    return [to_array(tensor) for tensor in tensors]
