"""Matrices made of a rule or of their diagonal, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.autograph import unconverted
from bridge.dispatch import creation_op, op, primitive
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops.arithmetic import maximum, pow, where
from bridge.ops.comparison import equal
from bridge.ops.creation import arange_like, ones, ones_like
from bridge.ops.manipulation import astype, expand_dims, ravel, tril
from bridge.typing import Array, Device, DType

__all__ = [
    "diag",
    "diagflat",
    "eye",
    "identity",
    "tri",
    "vander",
]


@creation_op
def eye(
    n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: DType | None = None, device: Device = None
) -> Array:
    """Zeros with ones on the `k`-th diagonal, float32 by default; `numpy.eye`.

    Args:
        n_rows: how many rows.
        n_cols: how many columns, as many as rows by default.
        k: the diagonal: 0 is the main one, and those above it are positive.
        dtype: float32 by default.
        device: where the tensor lies.

    >>> ops.eye(2, 3, k=1)
    tensor([[0., 1., 0.],
            [0., 0., 1.]])
    """


@unconverted
def identity(n: int, /, *, dtype: DType | None = None, device: Device = None) -> Array:
    """The `(n, n)` matrix with ones on its diagonal, float32 by default; `numpy.identity`.

    >>> ops.identity(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return eye(n, dtype=dtype, device=device)


@unconverted
def tri(
    n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: DType | None = None, device: Device = None
) -> Array:
    """Ones on and below the `k`-th diagonal and zeros above it, float32 by default; `numpy.tri`.

    >>> ops.tri(2, 3)
    tensor([[1., 0., 0.],
            [1., 1., 0.]])
    """
    return tril(ones((n_rows, n_rows if n_cols is None else n_cols), dtype=dtype, device=device), k=k)


@op
def vander(x: Array, /, n: int | None = None, *, increasing: bool = False) -> Array:
    """The powers of each number in a row of their own; of bool and integers they are int64; `numpy.vander`.

    Args:
        x: `(rows,)`.
        n: how many powers, from 0; as many as rows by default.
        increasing: whether the lowest power comes first.

    Returns:
        `(rows, n)`.

    >>> ops.vander(torch.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise ValueError(f"expected a tensor of one axis, got {x.ndim}")
    count = x.shape[0] if n is None else n
    exponents = arange_like(x, count) if increasing else arange_like(x, count - 1, -1, -1)
    x = x if is_inexact(dtype_name(x.dtype)) else astype(x, "int64")
    # torch.vander fails in its own gradient. The power 0 is set apart: in TensorFlow its gradient at 0 is 0 * inf.
    powers = pow(expand_dims(x, -1), maximum(exponents, 1))
    return where(equal(exponents, 0), ones_like(powers), powers)


@primitive
def diag(x: Array, /, *, k: int = 0) -> Array:
    """Of one axis, the matrix with these numbers on its `k`-th diagonal; of two, that diagonal; `numpy.diag`.

    Args:
        x: `(size,)` or `(rows, columns)`.
        k: the diagonal: 0 is the main one, and those above it are positive.

    >>> ops.diag(torch.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """


@op
def diagflat(x: Array, /, *, k: int = 0) -> Array:
    """The matrix with all elements of `x`, in row-major order, on its `k`-th diagonal; `numpy.diagflat`.

    >>> ops.diagflat(torch.tensor([[1], [2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag(ravel(x), k=k)
