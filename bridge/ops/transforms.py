"""Functions of functions: derivatives, batching, rematerialisation and compilation, by each framework's own.

What they make runs in the framework of the tensors that it is called with; NumPy arrays ride on torch. Functions may
take and return nested lists, tuples and dicts of tensors.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection
from typing import Any

import numpy

from bridge.dispatch import higher_order_primitive, transform
from bridge.frameworks import tree_map
from bridge.ops.manipulation import broadcast_to, reshape, shape
from bridge.typing import Array

__all__ = [
    "checkpoint",
    "compile",
    "custom_gradient",
    "grad",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vectorize",
    "vjp",
    "vmap",
]

_SIGNATURE = re.compile(r"^(\([\w,]*\))(,\([\w,]*\))*->(\([\w,]*\))(,\([\w,]*\))*$")


@transform
def grad(function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The gradient of a function that answers with one number; `jax.grad`, `torch.func.grad`.

    Args:
        function: of tensors to a floating tensor without axes.
        argnums: the arguments to differentiate by; each may nest tensors.
        has_aux: whether `function` answers with that number and anything else; then the gradient comes with the rest.

    Raises:
        TypeError: `function` is not callable.
        ValueError: its answer is not one number, in TensorFlow; torch and JAX raise their own error.

    >>> ops.grad(lambda x: ops.sum(ops.square(x)))(torch.tensor([1.0, 2.0]))
    tensor([2., 4.])
    """


@transform
def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The answer of a function and its gradient, at once; `jax.value_and_grad`.

    With `has_aux` the answer is the pair that `function` gives. Otherwise as `grad`.

    >>> ops.value_and_grad(lambda x: ops.sum(ops.square(x)))(torch.tensor([1.0, 2.0]))
    (tensor(5.), tensor([2., 4.]))
    """


@transform
def jacobian(function: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """All the derivatives of a function, by reverse mode; `jax.jacrev`, `torch.func.jacrev`.

    It has the shape of the answer followed by the shape of the argument; a nested answer, or a nested argument, makes
    it nested likewise, the answer's structure outside.

    >>> ops.jacobian(ops.square)(torch.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """


@transform
def vmap(
    function: Callable[..., Any], in_axes: int | tuple[Any, ...] = 0, out_axes: int | tuple[Any, ...] = 0
) -> Callable[..., Any]:
    """A function of one example made a function of a batch; `jax.vmap`, `torch.func.vmap`, `tf.vectorized_map`.

    Args:
        function: of tensors without the batch axis; it takes positional arguments.
        in_axes: where the batch axis stands in each argument; one number for all, or one or `None` each, `None` where
            an argument has none.
        out_axes: where it goes in the answer; one number for all, or one each.

    A random op inside draws the same for each example, as in JAX.

    >>> ops.vmap(lambda x, y: ops.sum(x * y))(torch.ones(3, 2), torch.ones(3, 2))
    tensor([2., 2., 2.])
    """


@transform
def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that keeps nothing for its gradient but its inputs, and runs again when that is computed.

    It trades time for memory; `torch.utils.checkpoint.checkpoint`, `jax.checkpoint`, `tf.recompute_grad`. Random ops
    draw the same the second time.

    Where a framework cannot run again it keeps everything, and answers the same: PyTorch inside the transforms of
    `torch.func`, of which `grad` is one (`Tensor.backward` saves the memory), and TensorFlow outside a `tf.function`.

    Reference: Chen et al., Training Deep Nets with Sublinear Memory Cost, https://arxiv.org/abs/1604.06174

    >>> ops.checkpoint(ops.tanh)(torch.zeros(2))
    tensor([0., 0.])
    """


@transform
def compile(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that the framework compiles at its first call; `torch.compile`, `jax.jit`, `tf.function`.

    What is no tensor among the arguments, such as a flag or a size, is fixed: another value compiles anew. It must be
    hashable in JAX.

    >>> double = ops.compile(lambda x, times: x * times)
    >>> double(jax.numpy.ones(2), times=2).tolist()
    [2.0, 2.0]
    """


@transform
def custom_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a gradient of its own; `jax.custom_gradient`, `tf.custom_gradient`.

    Args:
        function: of tensors, to a pair: its answer, a tensor or a tuple of them, and a function that takes the gradient
            by each tensor of the answer and gives the gradient by each argument, a tuple where there are several. In
            PyTorch it runs once more for the gradient.

    >>> @ops.custom_gradient
    ... def clipped(x):
    ...     return ops.exp(x), lambda upstream: ops.clip(upstream * ops.exp(x), -1.0, 1.0)
    >>> ops.grad(lambda x: ops.sum(clipped(x)))(torch.tensor([0.0, 5.0]))
    tensor([1., 1.])
    """


@higher_order_primitive
def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """The answer at `primals`, and a function from a gradient by it to the gradients by them; `jax.vjp`.

    Args:
        function: of tensors to tensors.
        primals: what it is called with; each may nest tensors.
        has_aux: whether `function` answers with its answer and anything else, which then comes third.

    Returns:
        The answer, and a function that takes what has its structure and gives a tuple, one item for each of `primals`.

    >>> value, pull = ops.vjp(ops.square, torch.tensor([1.0, 2.0]))
    >>> pull(torch.ones(2))
    (tensor([2., 4.]),)
    """


@higher_order_primitive
def jvp(
    function: Callable[..., Any], primals: tuple[Array, ...], tangents: tuple[Array, ...], has_aux: bool = False
) -> tuple[Any, ...]:
    """The answer at `primals` and its derivative in the direction of `tangents`, by forward mode; `jax.jvp`.

    Args:
        function: of tensors to tensors.
        primals: a tuple of what it is called with.
        tangents: a tuple of the same structure.
        has_aux: whether `function` answers with its answer and anything else, which then comes third.

    >>> ops.jvp(ops.square, (torch.tensor([1.0, 2.0]),), (torch.ones(2),))
    (tensor([1., 4.]), tensor([2., 4.]))
    """


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Collection[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function of single elements, or of arrays of a few axes, made one that broadcasts; `numpy.vectorize`.

    Unlike NumPy's, which loops, it computes all at once by `vmap`.

    Args:
        pyfunc: of tensors.
        excluded: places and names of arguments that are passed as they are.
        signature: the axes that `pyfunc` takes and gives, such as `"(m,n),(n)->(m)"`; none by default.

    Raises:
        ValueError: the signature is not of this form, or has not an item for each argument.

    >>> ops.vectorize(torch.dot, signature="(n),(n)->()")(torch.ones(4, 3), torch.ones(3))
    tensor([3., 3., 3., 3.])
    """
    if signature is not None and not _SIGNATURE.match(signature.replace(" ", "")):
        raise ValueError(f"ops.vectorize expected a signature such as '(m,n),(n)->(m)', got {signature!r}")
    apart = frozenset(excluded or ())

    @functools.wraps(pyfunc, updated=())
    def vectorized(*args: Any, **kwargs: Any) -> Any:
        named = [key for key in kwargs if key not in apart]
        places = [place for place in range(len(args)) if place not in apart]
        given = [*(args[place] for place in places), *(kwargs[key] for key in named)]

        def of_one(*elements: Any) -> Any:
            positional = list(args)
            for place, element in zip(places, elements, strict=False):
                positional[place] = element
            return pyfunc(*positional, **kwargs | dict(zip(named, elements[len(places) :], strict=True)))

        return _broadcast(of_one, given, _core_ranks(signature, len(given)))

    return vectorized


def _core_ranks(signature: str | None, count: int) -> list[int]:
    """How many axes of each argument belong to one call."""
    if signature is None:
        return [0] * count
    items = re.findall(r"\(([\w,]*)\)", signature.replace(" ", "").partition("->")[0])
    if len(items) != count:
        raise ValueError(f"ops.vectorize expected {len(items)} arguments by its signature {signature!r}, got {count}")
    return [len(item.split(",")) if item else 0 for item in items]


def _broadcast(function: Callable[..., Any], arrays: list[Array], core_ranks: list[int]) -> Any:
    """`function` over the axes before the core ones, which broadcast."""
    shapes = [tuple(shape(array)) for array in arrays]
    outer = [sizes[: len(sizes) - rank] for sizes, rank in zip(shapes, core_ranks, strict=True)]
    batch = numpy.broadcast_shapes(*outer)
    if not batch:
        return function(*arrays)
    count = math.prod(batch)
    flat = [
        reshape(broadcast_to(array, (*batch, *sizes[len(before) :])), (count, *sizes[len(before) :]))
        for array, sizes, before in zip(arrays, shapes, outer, strict=True)
    ]
    return tree_map(lambda x: reshape(x, (*batch, *shape(x)[1:])), vmap(function)(*flat))
