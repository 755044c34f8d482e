"""Control flow that compiled programs can hold: branches and loops, with the names and meaning of `jax.lax`.

Outside a compiled function PyTorch and TensorFlow run them as Python would. A random op in a loop's body draws anew in
every iteration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge.dispatch import higher_order, higher_order_primitive
from bridge.errors import AxisError, UnsupportedOpError
from bridge.frameworks import framework_of, leaves, tree_map
from bridge.ops.creation import zeros_like
from bridge.ops.joining import concat, stack
from bridge.ops.manipulation import reshape, shape
from bridge.ops.rearranging import flip
from bridge.ops.transforms import vmap
from bridge.typing import Array

__all__ = ["associative_scan", "cond", "fori_loop", "map", "scan", "switch", "vectorized_map", "while_loop"]


@higher_order_primitive
def cond(pred: Array | bool, true_fn: Callable[..., Any], false_fn: Callable[..., Any], *operands: Any) -> Any:
    """`true_fn(*operands)` where `pred` holds, else `false_fn(*operands)`; `jax.lax.cond`, `torch.cond`, `tf.cond`.

    Args:
        pred: a bool tensor without axes. A Python bool chooses before anything is compiled.
        true_fn: of the operands.
        false_fn: likewise; in a compiled program its answer has the structure, shapes and dtypes of the other's.
        operands: what the functions take; they may also use tensors from around them.

    >>> ops.cond(torch.tensor(True), torch.sin, torch.cos, torch.zeros(2))
    tensor([0., 0.])
    """


@higher_order_primitive
def switch(index: Array | int, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """`branches[index](*operands)`; an index out of range takes the nearest branch; `jax.lax.switch`.

    Args:
        index: a whole number without axes.
        branches: functions of the operands whose answers have one structure, one shape and one dtype.
        operands: what they take.

    >>> ops.switch(torch.tensor(5), [torch.sin, torch.cos], torch.zeros(2))
    tensor([1., 1.])
    """


@higher_order_primitive
def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """`body` applied to its own answer for as long as `cond` holds; `tf.while_loop`.

    Args:
        cond: of the loop's variables, to a bool tensor without axes.
        body: of the loop's variables, to new ones of the same structure, shapes and dtypes.
        loop_vars: a tuple or list of variables, each an argument of both functions; anything else is one argument.
        maximum_iterations: where it stops at the latest.

    JAX has no reverse-mode gradient of it: `scan` and `fori_loop` have.

    >>> ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (torch.tensor(0), torch.ones(2)))
    (tensor(3), tensor([8., 8.]))
    """


@higher_order
def fori_loop(lower: Array | int, upper: Array | int, body_fun: Callable[..., Any], init_val: Any) -> Any:
    """`body_fun(i, value)` for each `i` from `lower` below `upper`, each time on the last value; `jax.lax.fori_loop`.

    In JAX the reverse-mode gradient asks for bounds that are Python numbers.

    >>> ops.fori_loop(0, 3, lambda i, x: x + i, torch.zeros(2))
    tensor([3., 3.])
    """
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


@higher_order
def scan(
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Carries a state along the leading axis of `xs` and stacks what comes out at each step; `jax.lax.scan`.

    Args:
        f: of the state and one element of `xs`, to the next state, of the same structure, shapes and dtypes, and an
            output.
        init: the first state; it may nest tensors.
        xs: tensors of one leading size, which may be nested; `None` where only `length` counts.
        length: how many steps; needed without `xs`.
        reverse: whether it starts from the end. The outputs stand in the order of `xs` all the same.
        unroll: how many steps JAX compiles in a row; the others pass it over.

    Returns:
        The last state, and the outputs stacked along a new leading axis.

    Compiled by JAX and TensorFlow the program does not grow with the length; `torch.compile` unrolls it.

    >>> ops.scan(lambda total, x: (total + x, total), torch.tensor(0.0), torch.tensor([1.0, 2.0, 3.0]))
    (tensor(6.), tensor([0., 1., 3.]))
    """
    count = _length(xs, length)
    if count == 0:
        _, output = f(init, tree_map(lambda x: None if x is None else zeros_like(x, shape=shape(x)[1:]), xs))
        return init, tree_map(lambda y: None if y is None else zeros_like(y, shape=(0, *shape(y))), output)
    state, outputs = init, []
    for i in reversed(range(count)) if reverse else range(count):
        state, output = f(state, tree_map(lambda x, i=i: None if x is None else x[i], xs))
        outputs.append(output)
    if reverse:
        outputs.reverse()
    return state, _stacked(outputs)


def _length(xs: Any, length: int | None) -> Any:
    """The number of steps of a scan.

    Raises:
        ValueError: there is none, or there are two.
    """
    sizes = [shape(x)[0] for x in leaves(xs) if x is not None]
    known = {size for size in [*sizes, length] if isinstance(size, int)}
    if len(known) > 1 or not (sizes or known):
        raise ValueError(f"ops.scan expected one length for all of xs and length, got {sorted(known) or None}")
    return known.pop() if known else sizes[0]


def _stacked(outputs: list[Any]) -> Any:
    columns = zip(*(leaves(output) for output in outputs), strict=True)
    stacked = iter([None if column[0] is None else stack(list(column)) for column in columns])
    return tree_map(lambda _: next(stacked), outputs[0])


@higher_order
def map(f: Callable[..., Any], xs: Any) -> Any:
    """`f` of each element along the leading axis of `xs`, one after another, stacked; `jax.lax.map`.

    It needs the memory of one element at a time, where `vmap` computes all at once.

    >>> ops.map(lambda x: x * 2, torch.tensor([1.0, 2.0]))
    tensor([2., 4.])
    """
    return scan(lambda _, x: (None, f(x)), None, xs)[1]


@higher_order
def vectorized_map(function: Callable[..., Any], elements: Any) -> Any:
    """`function` of each element along the leading axis of `elements`, all at once; `tf.vectorized_map`.

    Args:
        function: of one argument with the structure of `elements`.
        elements: tensors of one leading size, which may be nested.

    >>> ops.vectorized_map(lambda pair: pair[0] * pair[1], (torch.ones(3), torch.full((3,), 2.0)))
    tensor([2., 2., 2.])
    """
    return vmap(function)(elements)


@higher_order
def associative_scan(f: Callable[..., Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Running totals along `axis` by an associative operation, in logarithmic depth; `jax.lax.associative_scan`.

    Args:
        f: of two slices with the structure of `elems`, element by element along `axis`.
        elems: tensors of one size along `axis`, which may be nested.
        reverse: whether it starts from the end.
        axis: along which it runs.

    Raises:
        UnsupportedOpError: the size is not known before it runs, in TensorFlow.

    Reference: Blelloch, Prefix Sums and Their Applications, https://www.cs.cmu.edu/~guyb/papers/Ble93.pdf

    >>> ops.associative_scan(torch.add, torch.tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.])
    """
    first: Any = next(leaves(elems))
    rank = len(first.shape)
    if not -rank <= axis < rank:
        raise AxisError(f"ops.associative_scan(axis={axis}): expected axis from {-rank} to {rank - 1}, got {axis}")
    place = axis % rank
    if not isinstance(shape(first)[place], int):
        raise UnsupportedOpError(
            "associative_scan over a dynamic size", framework_of(first) or "torch", "Fix that size, or use ops.scan."
        )
    if not reverse:
        return _prefixes(f, elems, place)
    flipped = _prefixes(f, tree_map(lambda x: flip(x, axis=place), elems), place)
    return tree_map(lambda x: flip(x, axis=place), flipped)


def _prefixes(f: Callable[..., Any], elems: Any, axis: int) -> Any:
    """Totals of pairs, their running totals, and from these the ones between."""

    def part(tree: Any, *bounds: int | None) -> Any:
        return tree_map(lambda x: x[(slice(None),) * axis + (slice(*bounds),)], tree)

    lead: Any = next(leaves(elems))
    count = lead.shape[axis]
    if count < 2:
        return elems
    odd = _prefixes(f, f(part(elems, 0, -1, 2), part(elems, 1, None, 2)), axis)
    rest = f(part(odd, 0, -1) if count % 2 == 0 else odd, part(elems, 2, None, 2)) if count > 2 else part(elems, 0, 0)
    pairs = zip(leaves(part(elems, 0, 1)), leaves(rest), leaves(odd), strict=True)
    woven = iter([_woven(concat([head, tail], axis=axis), between, axis) for head, tail, between in pairs])
    return tree_map(lambda _: next(woven), elems)


def _woven(even: Array, odd: Array, axis: int) -> Array:
    """The elements of two tensors in turn; the first may have one more."""
    count = odd.shape[axis]
    sizes = shape(odd)
    head = even[(slice(None),) * axis + (slice(0, count),)]
    woven = reshape(stack([head, odd], axis=axis + 1), (*sizes[:axis], 2 * count, *sizes[axis + 1 :]))
    if even.shape[axis] == count:
        return woven
    return concat([woven, even[(slice(None),) * axis + (slice(count, None),)]], axis=axis)
