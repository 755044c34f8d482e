"""Random numbers, called as `ops.random.normal`: the names of `keras.random`, and the `key` of `jax.random`.

Each function takes a `key`:

- `None`: the next one of the layer that is running. In torch that is its own generator; in JAX and TensorFlow it comes
  from the `rng` that was given to `stateless_apply`.
- a `torch.Generator`, a key of JAX, or a seed of TensorFlow, a tensor of two integers. It says the framework, too.
- an integer, which is the seed of a new generator in the framework that is running.

The numbers are drawn by each framework's own sampler, so one integer gives other numbers in another framework. The
framework is the key's, else that of the tensors among the parameters, else that of the layer that is running, else
torch. Floating results are of the dtype of those tensors, else float32, unless `dtype` says otherwise. `torch.compile`
takes no generator and no integer for the key.
"""

from __future__ import annotations

import math
from typing import Any

from bridge.dispatch import primitive, random_op, random_primitive
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops.arithmetic import add, multiply, subtract
from bridge.ops.comparison import less
from bridge.ops.indexing import take
from bridge.ops.manipulation import astype
from bridge.ops.manipulation import shape as sizes_of
from bridge.shapes import normalize_axis, static_shape
from bridge.typing import Array, DType, Shape

__all__ = [
    "bernoulli",
    "beta",
    "binomial",
    "categorical",
    "exponential",
    "gamma",
    "gumbel",
    "normal",
    "permutation",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]


@random_op
def uniform(
    shape: int | Shape,
    minval: float | Array = 0.0,
    maxval: float | Array = 1.0,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> Array:
    """Numbers spread evenly from `minval` below `maxval`; `keras.random.uniform`.

    Args:
        shape: of the result.
        minval: a number, or a tensor that broadcasts to `shape`; gradients flow to it.
        maxval: likewise; rounding may reach it.
        dtype: floating point.
        key: see `ops.random`.

    >>> ops.random.uniform((2, 3), key=0).shape
    torch.Size([2, 3])
    """
    _check_fit(shape, minval=minval, maxval=maxval)
    noise = draw_uniform(shape, (minval, maxval), dtype=_floating(dtype, minval, maxval), key=key)
    both_numbers = isinstance(minval, int | float) and isinstance(maxval, int | float)
    width = maxval - minval if both_numbers else subtract(maxval, minval)
    return _of(dtype, add(multiply(noise, width), minval))


@random_op
def normal(
    shape: int | Shape,
    mean: float | Array = 0.0,
    stddev: float | Array = 1.0,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> Array:
    """Numbers from a normal distribution; `keras.random.normal`.

    Args:
        shape: of the result.
        mean: a number, or a tensor that broadcasts to `shape`; gradients flow to it.
        stddev: likewise, 0 or more.
        dtype: floating point.
        key: see `ops.random`.

    >>> ops.random.normal((2, 3), key=0).shape
    torch.Size([2, 3])
    """
    _check_fit(shape, mean=mean, stddev=stddev)
    _check_range("stddev", stddev, 0)
    noise = draw_normal(shape, (mean, stddev), dtype=_floating(dtype, mean, stddev), key=key)
    return _of(dtype, add(multiply(noise, stddev), mean))


@random_op
def truncated_normal(
    shape: int | Shape,
    mean: float | Array = 0.0,
    stddev: float | Array = 1.0,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> Array:
    """Numbers from a normal distribution, at most two standard deviations off; `keras.random.truncated_normal`.

    Args:
        shape: of the result.
        mean: a number, or a tensor that broadcasts to `shape`; gradients flow to it.
        stddev: likewise, 0 or more; it is that of the distribution before it is cut.
        dtype: floating point.
        key: see `ops.random`.

    >>> bool((ops.random.truncated_normal(100, key=0).abs() <= 2).all())
    True
    """
    _check_fit(shape, mean=mean, stddev=stddev)
    _check_range("stddev", stddev, 0)
    noise = draw_truncated_normal(shape, (mean, stddev), dtype=_floating(dtype, mean, stddev), key=key)
    return _of(dtype, add(multiply(noise, stddev), mean))


@random_primitive
def exponential(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> Array:
    """Numbers from the exponential distribution of rate 1; `jax.random.exponential`.

    >>> ops.random.exponential((2, 3), key=0).shape
    torch.Size([2, 3])
    """


@random_primitive
def gumbel(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> Array:
    """Numbers from the standard Gumbel distribution; `jax.random.gumbel`.

    >>> ops.random.gumbel((2, 3), key=0).shape
    torch.Size([2, 3])
    """


@random_op
def gamma(shape: int | Shape, alpha: float | Array, *, dtype: DType | None = None, key: Any = None) -> Array:
    """Numbers from a gamma distribution of scale 1; `keras.random.gamma`.

    Args:
        shape: of the result.
        alpha: the distribution's shape, above 0: a number, or a tensor that broadcasts to `shape`; gradients flow to
            it.
        dtype: floating point.
        key: see `ops.random`.

    >>> bool((ops.random.gamma((2, 3), 0.5, key=0) > 0).all())
    True
    """
    _check_fit(shape, alpha=alpha)
    _check_range("alpha", alpha, 0, open_below=True)
    return _of(dtype, draw_gamma(shape, alpha, dtype=_floating(dtype, alpha), key=key))


@random_op
def beta(
    shape: int | Shape, alpha: float | Array, beta: float | Array, *, dtype: DType | None = None, key: Any = None
) -> Array:
    """Numbers between 0 and 1 from a beta distribution; `keras.random.beta`.

    Args:
        shape: of the result.
        alpha: above 0: a number, or a tensor that broadcasts to `shape`; gradients flow to it.
        beta: likewise.
        dtype: floating point.
        key: see `ops.random`.

    >>> bool((ops.random.beta((2, 3), 0.5, 2.0, key=0) <= 1).all())
    True
    """
    _check_fit(shape, alpha=alpha, beta=beta)
    _check_range("alpha", alpha, 0, open_below=True)
    _check_range("beta", beta, 0, open_below=True)
    return _of(dtype, draw_beta(shape, alpha, beta, dtype=_floating(dtype, alpha, beta), key=key))


@random_op
def bernoulli(shape: int | Shape, p: float | Array = 0.5, *, dtype: DType | None = None, key: Any = None) -> Array:
    """True with probability `p`; `jax.random.bernoulli`.

    Args:
        shape: of the result.
        p: from 0 to 1: a number, or a tensor that broadcasts to `shape`.
        dtype: bool by default; else 1 stands for true.
        key: see `ops.random`.

    >>> ops.random.bernoulli(2, 1.0, key=0)
    tensor([True, True])
    """
    _check_fit(shape, p=p)
    _check_range("p", p, 0, 1)
    return _of(dtype, less(draw_uniform(shape, (p,), dtype=_floating(None, p), key=key), p))


@random_op
def binomial(
    shape: int | Shape,
    counts: float | Array,
    probabilities: float | Array,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> Array:
    """How many of `counts` trials succeed; `keras.random.binomial`.

    Args:
        shape: of the result.
        counts: whole, 0 or more: a number, or a tensor that broadcasts to `shape`.
        probabilities: from 0 to 1; likewise.
        dtype: of the whole numbers that come: floating, unless it says otherwise.
        key: see `ops.random`.

    >>> ops.random.binomial(2, 10, 1.0, key=0)
    tensor([10., 10.])
    """
    _check_fit(shape, counts=counts, probabilities=probabilities)
    _check_range("counts", counts, 0)
    _check_range("probabilities", probabilities, 0, 1)
    drawn = draw_binomial(shape, counts, probabilities, dtype=_floating(None, counts, probabilities), key=key)
    return _of(dtype, drawn)


@random_primitive
def randint(shape: int | Shape, minval: int, maxval: int, *, dtype: DType | None = None, key: Any = None) -> Array:
    """Whole numbers from `minval` below `maxval`, int64 (int32 in JAX without x64); `keras.random.randint`.

    >>> ops.random.randint((2, 3), 5, 6, key=0)
    tensor([[5, 5, 5],
            [5, 5, 5]])
    """


@primitive
def categorical(logits: Array, num_samples: int, *, key: Any = None) -> Array:
    """Classes drawn by the logarithms of their probabilities, int64 (int32 in JAX without x64).

    It is `keras.random.categorical`.

    Args:
        logits: `(*, C)`, up to a constant; minus infinity for what is never drawn.
        num_samples: how many are drawn, each anew.
        key: see `ops.random`.

    Returns:
        `(*, num_samples)`, from 0 below C.

    >>> ops.random.categorical(torch.tensor([[0.0, -torch.inf]]), 3, key=0)
    tensor([[0, 0, 0]])
    """


@random_op
def permutation(x: int | Array, axis: int = 0, *, key: Any = None) -> Array:
    """The slices of `x` along `axis` in a random order, or the numbers below an integer; `jax.random.permutation`.

    >>> sorted(ops.random.permutation(4, key=0).tolist())
    [0, 1, 2, 3]
    """
    if isinstance(x, int):
        return draw_order(x, key=key)
    count = sizes_of(x)[normalize_axis(axis, x.ndim)]
    return take(x, draw_order(count, (x,), key=key), axis=axis)


@random_primitive
def draw_uniform(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> Array:
    """Numbers spread evenly from 0 below 1, on the device of the tensors among `beside`; for `uniform`."""


@random_primitive
def draw_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> Array:
    """Numbers of mean 0 and variance 1, on the device of the tensors among `beside`; for `normal`."""


@random_primitive
def draw_truncated_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> Array:
    """Those of `draw_normal` that lie between -2 and 2; for `truncated_normal`."""


@random_primitive
def draw_gamma(shape: int | Shape, alpha: float | Array, *, dtype: DType | None = None, key: Any = None) -> Array:
    """What `gamma` returns, of parameters that were checked."""


@random_primitive
def draw_beta(
    shape: int | Shape, alpha: float | Array, beta: float | Array, *, dtype: DType | None = None, key: Any = None
) -> Array:
    """What `beta` returns, of parameters that were checked."""


@random_primitive
def draw_binomial(
    shape: int | Shape,
    counts: float | Array,
    probabilities: float | Array,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> Array:
    """What `binomial` returns, of parameters that were checked."""


@random_primitive
def draw_order(count: Any, beside: tuple[Any, ...] = (), *, key: Any = None) -> Array:
    """The numbers below `count` in a random order, on the device of the tensors among `beside`; for `permutation`."""


def _floating(dtype: DType | None, *parameters: Any) -> DType | None:
    """The dtype to draw in: the one asked for, else that of the first floating tensor, else the default."""
    if dtype is not None:
        return dtype
    given = (parameter.dtype for parameter in parameters if _has(parameter, "dtype"))
    return next((dtype for dtype in given if is_inexact(dtype_name(dtype))), None)


def _of(dtype: DType | None, x: Array) -> Array:
    return x if dtype is None else astype(x, dtype)


def _check_fit(shape: int | Shape, **parameters: Any) -> None:
    """Refuses a tensor that does not broadcast to `shape`: it would share one draw among its elements."""
    wanted = (shape,) if isinstance(shape, int) else tuple(shape)
    for name, parameter in parameters.items():
        given = static_shape(parameter) if _has(parameter, "shape") else ()
        if given is None:
            continue
        pairs = zip(reversed(given), reversed(wanted), strict=False)
        fits = all(one in (1, None) or not isinstance(size, int) or one == size for one, size in pairs)
        if len(given) > len(wanted) or not fits:
            raise ValueError(f"expected a {name} that broadcasts to shape {wanted}, got one of shape {given}")


def _has(parameter: Any, name: str) -> bool:
    """`hasattr`, at which Dynamo breaks its graph where the number of a layer has become a symbol."""
    return not isinstance(parameter, int | float) and hasattr(parameter, name)


def _check_range(
    name: str, value: float | Array, low: float, high: float = math.inf, *, open_below: bool = False
) -> None:
    """Refuses a number out of its range; the values of a tensor are not looked at."""
    if isinstance(value, int | float) and (not low <= value <= high or (open_below and value == low)):
        wanted = f"above {low}" if open_below else f"not below {low}" if high == math.inf else f"from {low} to {high}"
        raise ValueError(f"expected {name} {wanted}, got {value}")


shuffle = permutation
