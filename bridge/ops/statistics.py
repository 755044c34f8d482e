"""Averages, correlations, counts and finite differences, with NumPy's names and meaning."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import torch

from bridge.dispatch import op, primitive
from bridge.dtypes import dtype_name, is_inexact
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import add, divide, multiply, sqrt, subtract, where
from bridge.ops.comparison import equal, not_equal
from bridge.ops.convolution import conv1d
from bridge.ops.creation import arange_like, asarray_like, zeros_like
from bridge.ops.indexing import take_along_axis
from bridge.ops.joining import concat
from bridge.ops.manipulation import astype, expand_dims, permute_dims, reshape, shape
from bridge.ops.products import matrix_transpose
from bridge.ops.reductions import max, mean, min, sum
from bridge.ops.rounding import clip, floor
from bridge.ops.sorting import searchsorted
from bridge.shapes import normalize_axes, normalize_axis
from bridge.typing import Array, Axis

__all__ = [
    "average",
    "bincount",
    "corrcoef",
    "correlate",
    "cov",
    "diff",
    "histogram",
    "trapezoid",
]


@op
def average(x: Array, /, *, axis: Axis = None, weights: Array | None = None, keepdims: bool = False) -> Array:
    """The mean along `axis` with a weight for each element; `numpy.average`.

    Args:
        x: of bool and integers the average is float32.
        axis: what is averaged, all of it by default.
        weights: in the shape of `x`, or in that of the axes averaged; equal ones by default. They need not add up to
            1; where they add up to 0 the average is NaN or infinite, and NumPy raises.
        keepdims: the axes stay, with size 1.

    Raises:
        ValueError: the weights have another shape.

    >>> ops.average(torch.tensor([1.0, 2.0, 4.0]), weights=torch.tensor([2.0, 1.0, 1.0]))
    tensor(2.)
    """
    if weights is None:
        return mean(x, axis=axis, keepdims=keepdims)
    weights = _beside(weights, x, axis)
    return divide(sum(multiply(x, weights), axis=axis, keepdims=keepdims), sum(weights, axis=axis, keepdims=keepdims))


def _beside(weights: Array, x: Array, axis: Axis) -> Array:
    """Weights of some axes of `x`, in the order given, as one that broadcasts against it."""
    sizes = shape(x)
    axes = tuple(range(len(sizes))) if len(shape(weights)) == len(sizes) else normalize_axes(axis, len(sizes))
    expected = tuple(sizes[position] for position in axes)
    pairs = zip(shape(weights), expected, strict=False)
    if len(shape(weights)) != len(axes) or any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs):
        raise ValueError(f"expected weights of shape {tuple(sizes)} or {expected}, got {tuple(shape(weights))}")
    weights = permute_dims(weights, tuple(sorted(range(len(axes)), key=axes.__getitem__)))
    return reshape(weights, tuple(size if position in axes else 1 for position, size in enumerate(sizes)))


@primitive
def cov(
    x: Array,
    /,
    *,
    rowvar: bool = True,
    correction: int = 1,
    fweights: Array | None = None,
    aweights: Array | None = None,
) -> Array:
    """The covariances of variables, of which each row holds one; `numpy.cov`.

    Args:
        x: `(variables, observations)`, or `(observations,)` of one variable.
        rowvar: `False` where each column holds a variable.
        correction: what is taken from the count that the sums are divided by; NumPy's `ddof`.
        fweights: `(observations,)`, whole numbers: how often each was seen.
        aweights: `(observations,)`: how much each counts.

    Returns:
        `(variables, variables)`, or no axes for one variable; of bool and integers it is float32.

    >>> ops.cov(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """


@op
def corrcoef(x: Array, /, *, rowvar: bool = True) -> Array:
    """The correlation coefficients of variables, of which each row holds one, from -1 to 1; `numpy.corrcoef`.

    Args:
        x: `(variables, observations)`, or `(observations,)` of one variable.
        rowvar: `False` where each column holds a variable.

    Returns:
        `(variables, variables)`, or no axes for one variable; NaN for a variable that is constant.

    >>> ops.corrcoef(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    covariances = cov(x, rowvar=rowvar)
    if len(shape(covariances)) == 0:
        return covariances / covariances
    diagonal = expand_dims(arange_like(covariances, shape(covariances)[0]), -1)
    deviations = sqrt(take_along_axis(covariances, diagonal, axis=-1))
    return clip(covariances / deviations / matrix_transpose(deviations), -1, 1)


@op
def correlate(x1: Array, x2: Array, /, *, mode: str = "valid") -> Array:
    """The products of `x1` with `x2` shifted along it, summed; `numpy.correlate`, of real numbers.

    Args:
        x1: `(n,)`.
        x2: `(m,)`.
        mode: `"full"` has each shift at which they overlap, `"valid"` those at which the shorter lies inside the
            longer, `"same"` as many as the longer is long, around the middle.

    Returns:
        `(n + m - 1,)`, `(max(n, m) - min(n, m) + 1,)` or `(max(n, m),)`.

    Raises:
        ValueError: an input is empty or has not one axis, or the mode is another.
        UnsupportedOpError: a size is dynamic and the mode is not `"full"`.

    >>> ops.correlate(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.0, 1.0, 0.5]), mode="full")
    tensor([0.5000, 2.0000, 3.5000, 3.0000, 0.0000])
    """
    if len(shape(x1)) != 1 or len(shape(x2)) != 1 or _is_empty(x1) or _is_empty(x2):
        raise ValueError("expected two tensors of one axis with elements")
    before, after = _overlap(shape(x1)[0], shape(x2)[0], mode, str(framework_of(x1)))
    dtype = add(x1[:1], x2[:1]).dtype
    computed = dtype if is_inexact(dtype_name(dtype)) else "float64"  # few frameworks convolve whole numbers
    padded = [zeros_like(x1, shape=(before,)), x1, zeros_like(x1, shape=(after,))]
    signal = astype(concat(padded), computed)[None, None]
    products = conv1d(signal, astype(x2, computed)[None, None])[0, 0]
    return astype(products if computed == dtype else floor(products + 0.5), dtype)


def _is_empty(x: Array) -> bool:
    return any(isinstance(size, int) and size == 0 for size in shape(x))


def _overlap(n: Any, m: Any, mode: str, framework: str) -> tuple[Any, Any]:
    """The zeros before and after a signal of `n` that a kernel of `m` slides over."""
    if mode == "full":
        return m - 1, m - 1
    if mode not in ("valid", "same"):
        raise ValueError(f"expected a mode of full, valid or same, got {mode!r}")
    if not (isinstance(n, int) and isinstance(m, int)):
        raise UnsupportedOpError(
            f"correlate in mode {mode!r} over a dynamic size", framework, "Give fixed sizes, or take the mode 'full'."
        )
    if mode == "valid":
        return (0, 0) if n >= m else (m - n, m - n)
    return (m // 2, m - 1 - m // 2) if n >= m else (m - 1 - n // 2, m - n + n // 2)


@primitive
def bincount(x: Array, /, *, weights: Array | None = None, minlength: int = 0, length: int | None = None) -> Array:
    """How often each whole number from 0 occurs in `x`, or the sums of its weights; `numpy.bincount`.

    Args:
        x: `(n,)`, integers from 0.
        weights: `(n,)`, what each counts.
        minlength: the answer is at least that long.
        length: the answer is that long, which makes its shape known: needed under `jax.jit`.
            Numbers outside are not counted.

    Returns:
        `(length,)`, or up to the largest number in `x`. Counts are int64 (int32 in JAX without x64), sums have the
        dtype of the weights, float32 for integers.

    Raises:
        ValueError, RuntimeError: `x` has not one axis, or a number below 0 where no length is given.

    >>> ops.bincount(torch.tensor([1, 3, 1]))
    tensor([0, 2, 0, 1])
    """


@op
def histogram(
    x: Array, /, bins: int | Sequence[float] | Array = 10, range: tuple[float, float] | None = None
) -> tuple[Array, Array]:
    """How many elements fall between edges, and these edges; `numpy.histogram`.

    Args:
        x: real, of any shape.
        bins: how many of equal width, or their `n + 1` edges in ascending order.
        range: the first and the last edge of bins of equal width, by default the smallest and the largest of `x`.

    Returns:
        The counts, `(n,)`, int64 (int32 in JAX without x64): a bin holds its lower edge, and the last one both. The
        edges, `(n + 1,)`, in the dtype of `x`, or float32. What lies outside, or is NaN, is not counted.

    Raises:
        ValueError: there are no bins, or the edges or the range descend.

    >>> ops.histogram(torch.tensor([1.0, 2.0, 1.0, 4.0]), bins=3)
    (tensor([2, 1, 1]), tensor([1., 2., 3., 4.]))
    """
    values = reshape(x, (-1,))
    if isinstance(bins, int):
        edges = _equal_edges(values, bins, range)
    else:
        if framework_of(bins) is None and any(after < before for before, after in itertools.pairwise(bins)):
            raise ValueError(f"expected edges that ascend, got {bins}")
        edges = bins if framework_of(bins) else asarray_like(x, bins)
    count = shape(edges)[0] - 1
    place = searchsorted(edges, values, side="right") - 1
    return bincount(where(equal(values, edges[-1:]), count - 1, place), length=count), edges


def _equal_edges(values: Array, bins: int, limits: tuple[Any, Any] | None) -> Array:
    if bins < 1:
        raise ValueError(f"expected at least one bin, got {bins}")
    dtype = values.dtype if is_inexact(dtype_name(values.dtype)) else torch.get_default_dtype()
    if limits is None and not _is_empty(values):
        low, high = astype(min(values), dtype), astype(max(values), dtype)
        alone = astype(equal(low, high), dtype) / 2
        low, high = low - alone, high + alone
    else:
        low, high = limits or (0.0, 1.0)
        if low > high:
            raise ValueError(f"expected a range that ascends, got {limits}")
        low, high = (low - 0.5, high + 0.5) if low == high else (low, high)
    fractions = arange_like(values, 0, bins + 1, dtype=dtype) / bins
    return where(fractions < 1, low + (high - low) * fractions, high)


@op
def diff(
    x: Array, /, *, axis: int = -1, n: int = 1, prepend: Array | None = None, append: Array | None = None
) -> Array:
    """The differences between neighbours along `axis`; `numpy.diff`.

    Args:
        x: of one axis or more; of bool the answer is whether neighbours differ.
        axis: the last by default.
        n: how many times differences are taken.
        prepend: joined before `x` along `axis`: a tensor of as many axes.
        append: joined behind `x`.

    Returns:
        `axis` is shorter by `n`.

    >>> ops.diff(torch.tensor([1.0, 2.0, 4.0]))
    tensor([1., 2.])
    """
    lead = (slice(None),) * normalize_axis(axis, len(shape(x)))
    if n < 0:
        raise ValueError(f"expected n from 0, got {n}")
    parts = [part for part in (prepend, x, append) if part is not None]
    joined = concat(parts, axis=axis) if len(parts) > 1 and n > 0 else x
    subtracted = not_equal if dtype_name(joined.dtype) == "bool" else subtract
    for _ in range(n):
        joined = subtracted(joined[(*lead, slice(1, None))], joined[(*lead, slice(None, -1))])
    return joined


@op
def trapezoid(y: Array, /, x: Array | None = None, *, dx: float = 1.0, axis: int = -1) -> Array:
    """The integral along `axis` by the trapezoidal rule; `numpy.trapezoid`.

    Args:
        y: the heights; of integers the integral is float32.
        x: where they stand: `(n,)`, or in the shape of `y`; by default `dx` apart.
        dx: the distance between heights, where `x` is not given.
        axis: the last by default.

    >>> ops.trapezoid(torch.tensor([1.0, 2.0, 4.0]))
    tensor(4.5000)
    """
    position = normalize_axis(axis, len(shape(y)))
    lead = (slice(None),) * position
    heights = add(y[(*lead, slice(1, None))], y[(*lead, slice(None, -1))])
    if x is None:
        widths: Any = float(dx)
    elif len(shape(x)) == 1:
        widths = reshape(diff(x), (-1,) + (1,) * (len(shape(y)) - position - 1))
    else:
        widths = diff(x, axis=axis)
    return sum(divide(multiply(heights, widths), 2), axis=axis)
