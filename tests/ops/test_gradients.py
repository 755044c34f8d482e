"""Proves the gradients of every differentiable op, in JAX and TensorFlow, against torch's autograd."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

from bridge import ops
from tests.helpers import assert_close, to_framework
from tests.ops.case import Case, floats
from tests.ops.cases import CASES

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),  # torch copies to pad by one
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),  # torch takes another way
]

PIECEWISE_CONSTANT = {
    *("all", "any", "argmax", "argmin", "bernoulli_mask", "equal", "greater", "greater_equal", "isfinite", "isnan"),
    *("less", "less_equal", "logical_and", "logical_not", "logical_or", "not_equal", "one_hot", "shape"),
}
"""Ops that answer with bool or whole numbers."""

NOT_A_FUNCTION_OF_VALUES = {"arange", "asarray", "full", "full_like", "ones", "ones_like", "zeros", "zeros_like"}

FIXED = {
    "batch_norm": ("running_mean", "running_var"),
    "batch_norm_training": ("running_mean", "running_var"),
    "cross_entropy": ("weight",),
}
"""Arguments through which torch lets no gradient flow."""


def _axes(x: torch.Tensor, axis: Any) -> tuple[int, ...]:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(position % x.ndim for position in axes)


def _along(function: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction of torch's with NumPy's keywords."""
    return lambda x, axis=None, keepdims=False: function(x, _axes(x, axis), keepdim=keepdims)


def _prod(x: torch.Tensor, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    for position in sorted(_axes(x, axis), reverse=True):
        x = torch.prod(x, position, keepdim=keepdims)
    return x


def _of_tensors(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x1, x2: function(torch.as_tensor(x1), torch.as_tensor(x2))


def _spread(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis=None, correction=0, keepdims=False: function(x, axis, correction=correction, keepdim=keepdims)


TORCH: dict[str, Callable[..., Any]] = {
    "abs": torch.abs,
    "add": operator.add,
    "astype": lambda x, name: x.to(getattr(torch, name)),
    "broadcast_to": torch.broadcast_to,
    "clip": torch.clamp,
    "concat": lambda arrays, axis=0: torch.cat(arrays, axis),
    "concatenate": lambda arrays, axis=0: torch.cat(arrays, axis),
    "cos": torch.cos,
    "cumulative_sum": lambda x, axis: torch.cumsum(x, axis),
    "divide": operator.truediv,
    "erf": torch.erf,
    "exp": torch.exp,
    "expand_dims": lambda x, axis: torch.unsqueeze(x, axis),
    "flip": lambda x, axis=None: torch.flip(x, _axes(x, axis)),
    "floor": torch.floor,
    "log": torch.log,
    "logsumexp": _along(torch.logsumexp),
    "matmul": operator.matmul,
    "matrix_transpose": lambda x: x.mT,
    "max": _along(torch.amax),
    "maximum": _of_tensors(torch.maximum),
    "mean": _along(torch.mean),
    "min": _along(torch.amin),
    "minimum": _of_tensors(torch.minimum),
    "multiply": operator.mul,
    "negative": operator.neg,
    "permute_dims": lambda x, axes=None: torch.permute(x, axes or tuple(range(x.ndim))[::-1]),
    "pow": operator.pow,
    "power": operator.pow,
    "prod": _prod,
    "reciprocal": torch.reciprocal,
    "reshape": lambda x, shape: torch.reshape(x, (shape,) if isinstance(shape, int) else shape),
    "rsqrt": torch.rsqrt,
    "sign": torch.sign,
    "sin": torch.sin,
    "split": lambda x, places, axis=0: torch.tensor_split(x, places, axis),
    "sqrt": torch.sqrt,
    "square": torch.square,
    "squeeze": torch.squeeze,
    "stack": lambda arrays, axis=0: torch.stack(arrays, axis),
    "std": _spread(torch.std),
    "subtract": operator.sub,
    "sum": _along(torch.sum),
    "swapaxes": torch.swapaxes,
    "take": lambda x, indices, axis: x.movedim(axis, 0)[indices].movedim(
        tuple(range(indices.ndim)), tuple(range(axis % x.ndim, axis % x.ndim + indices.ndim))
    ),
    "take_along_axis": lambda x, indices, axis=-1: torch.gather(x, axis, indices.long()),
    "tanh": torch.tanh,
    "transpose": lambda x: x.permute(2, 1, 0),
    "tril": lambda x, k=0: torch.tril(x, k),
    "triu": lambda x, k=0: torch.triu(x, k),
    "var": _spread(torch.var),
    "where": torch.where,
}
"""For the ops whose cases have a reference of NumPy's, which has no gradient."""

DIFFERENTIABLE = sorted(set(CASES) - PIECEWISE_CONSTANT - NOT_A_FUNCTION_OF_VALUES - {"stop_gradient"})


class Problem:
    """An example as a function of its floating arrays alone, and torch's gradient of it."""

    def __init__(self, name: str, example: Case) -> None:
        self.op = getattr(ops, name)
        self.leaves, self.structure = tree_flatten((example.args, example.kwargs))
        named = inspect.signature(self.op).bind(*example.args, **example.kwargs).arguments
        fixed = {id(leaf) for argument in FIXED.get(name, ()) for leaf in tree_leaves(named.get(argument))}
        self.places = [
            place
            for place, leaf in enumerate(self.leaves)
            if isinstance(leaf, numpy.ndarray) and leaf.dtype == numpy.float32 and id(leaf) not in fixed
        ]
        self.flowing: list[int] = []
        self.cotangents: list[Any] = []
        self.expected = self._torch_gradients(TORCH.get(name, example.reference)) if self.places else ()

    def _torch_gradients(self, reference: Callable[..., Any]) -> Sequence[torch.Tensor]:
        inputs = [tensor.requires_grad_() for tensor in self.inputs("torch")]
        outputs = self._call(reference, "torch", inputs)
        self.flowing = [i for i, output in enumerate(outputs) if getattr(output, "requires_grad", False)]
        self.cotangents = [floats(*outputs[i].shape) for i in self.flowing]
        if not self.flowing:
            return ()
        chosen = [outputs[i] for i in self.flowing]
        return torch.autograd.grad(chosen, inputs, to_framework(self.cotangents, "torch"), materialize_grads=True)

    def inputs(self, framework: str) -> list[Any]:
        return [to_framework(self.leaves[place], framework) for place in self.places]

    def objective(self, framework: str) -> Callable[[list[Any]], Any]:
        """A number whose gradient is the product with the cotangents."""
        cotangents = to_framework(self.cotangents, framework)

        def of_inputs(inputs: list[Any]) -> Any:
            outputs = self._call(self.op, framework, inputs)
            return sum(ops.sum(outputs[i] * c) for i, c in zip(self.flowing, cotangents, strict=True))

        return of_inputs

    def _call(self, function: Callable[..., Any], framework: str, inputs: Sequence[Any]) -> list[Any]:
        filled = to_framework(self.leaves, framework)
        for place, value in zip(self.places, inputs, strict=True):
            filled[place] = value
        args, kwargs = tree_unflatten(filled, self.structure)
        return tree_leaves(function(*args, **kwargs))


def _jax_gradients(problems: list[Problem]) -> list[Any]:
    gradients = [jax.grad(problem.objective("jax")) for problem in problems]
    inputs = [problem.inputs("jax") for problem in problems]
    return jax.jit(lambda inputs: [gradient(x) for gradient, x in zip(gradients, inputs, strict=True)])(inputs)


def _tensorflow_gradients(problems: list[Problem]) -> list[Any]:
    return [_tape(problem.objective("tensorflow"), problem.inputs("tensorflow")) for problem in problems]


def _tape(objective: Callable[..., Any], inputs: list[tf.Tensor]) -> list[tf.Tensor]:
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = objective(inputs)
    gradients = tape.gradient(value, inputs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [tf.convert_to_tensor(gradient) for gradient in gradients]  # those of a look-up are tf.IndexedSlices


GRADIENTS = {"jax": _jax_gradients, "tensorflow": _tensorflow_gradients}

LACKING = {("max_pool2d", "jax")}
"""Where the framework has no gradient once a dilation is not 1."""


def _lacks(name: str, framework: str, example: Case) -> bool:
    arguments = inspect.signature(getattr(ops, name)).bind(*example.args, **example.kwargs).arguments
    return (name, framework) in LACKING and arguments.get("dilation", 1) != 1


@pytest.mark.parametrize("framework", GRADIENTS)
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients_are_torchs(name: str, framework: str) -> None:
    examples = [example for example in CASES[name] if not _lacks(name, framework, example)]
    problems = [problem for problem in (Problem(name, example) for example in examples) if problem.flowing]
    assert problems, "no case of this op has a gradient"
    for problem, actual in zip(problems, GRADIENTS[framework](problems), strict=True):
        assert_close(list(actual), list(problem.expected), 1e-4)


@pytest.mark.parametrize(("name", "framework"), sorted(LACKING))
def test_the_framework_still_lacks_a_gradient(name: str, framework: str) -> None:
    dilated = [Problem(name, example) for example in CASES[name] if _lacks(name, framework, example)]
    assert dilated
    for problem in dilated:
        with pytest.raises(NotImplementedError, match="dilation"):
            GRADIENTS[framework]([problem])


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_no_gradient_flows_through_stop_gradient(framework: str) -> None:
    x = to_framework(floats(3), framework)

    def objective(inputs: list[Any]) -> Any:
        return ops.sum(inputs[0] * ops.stop_gradient(inputs[0]))

    if framework == "torch":
        (gradient,) = torch.autograd.grad(objective([x.requires_grad_()]), [x])
    else:
        (gradient,) = jax.grad(objective)([x]) if framework == "jax" else _tape(objective, [x])
    assert_close(gradient, x)
