"""Linear algebra, with the names and meaning of the Array API's `linalg`, or else of NumPy's and PyTorch's.

Matrices stand in the last two axes, and all others are batch axes. Decompositions, inverses and solutions compute in
float32, float64, complex64 or complex128; bool and integers become the default floating dtype, and two operands promote
as in PyTorch. Half precision is refused, but for norms.

What a matrix without an answer gets, such as a singular one to `inv` or one that is not positive definite to
`cholesky`, is the framework's own: `torch.linalg.LinAlgError` in torch, NaN or infinities in JAX, a `ValueError` in
TensorFlow on the CPU.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from bridge.decompositions import EighResult, EigResult, LUResult, QRResult, SlogdetResult, SVDResult
from bridge.dispatch import op, primitive, sequence_op
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops import products
from bridge.ops.arithmetic import abs, divide, pow, sign, sqrt, square, where
from bridge.ops.comparison import equal, not_equal
from bridge.ops.creation import arange_like, ones_like, zeros_like
from bridge.ops.manipulation import astype, broadcast_to, expand_dims, permute_dims, shape
from bridge.ops.mathematics import log
from bridge.ops.products import cross, einsum, matmul, matrix_transpose, outer, tensordot, vecdot
from bridge.ops.reductions import max, min, sum
from bridge.shapes import normalize_axis
from bridge.typing import Array, Axis, DType

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "cholesky_solve",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "expm",
    "inv",
    "logdet",
    "lstsq",
    "lu_factor",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]


@primitive
def cholesky(x: Array, /, *, upper: bool = False) -> Array:
    """The triangle L with `L @ conj(L).T == x` of a Hermitian positive definite `x`; `torch.linalg.cholesky`.

    Only the lower triangle of `x` is read. The gradient is Hermitian, as if both were.

    Args:
        x: `(*, N, N)`.
        upper: answers `conj(L).T`, and reads the upper triangle.

    >>> ops.linalg.cholesky(torch.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """


@op
def cholesky_inverse(x: Array, /, *, upper: bool = False) -> Array:
    """The inverse of the matrix that has `x` as its Cholesky factor; `torch.cholesky_inverse`.

    Args:
        x: `(*, N, N)`, a triangle.
        upper: whether it is the upper one.

    >>> ops.linalg.cholesky_inverse(torch.tensor([[2.0, 0.0], [1.0, 2.0]]))
    tensor([[ 0.3125, -0.1250],
            [-0.1250,  0.2500]])
    """
    return cholesky_solve(_identity_like(x), x, upper=upper)


@primitive
def cholesky_solve(x1: Array, x2: Array, /, *, upper: bool = False) -> Array:
    """The solution X of `a @ X == x1`, where `a` has `x2` as its Cholesky factor; `torch.cholesky_solve`.

    Args:
        x1: `(*, N, K)`.
        x2: `(*, N, N)`, a triangle.
        upper: whether it is the upper one.

    >>> ops.linalg.cholesky_solve(torch.ones(2, 1), torch.tensor([[2.0, 0.0], [1.0, 2.0]]))
    tensor([[0.1875],
            [0.1250]])
    """


@primitive
def det(x: Array, /) -> Array:
    """The determinant; `torch.linalg.det`.

    Its gradient at a singular matrix is an error in TensorFlow.

    >>> ops.linalg.det(torch.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor(16.)
    """


@op
def diagonal(x: Array, /, *, offset: int = 0) -> Array:
    """The diagonal of the last two axes that lies `offset` above the main one; the Array API's `linalg.diagonal`.

    >>> ops.linalg.diagonal(torch.arange(6).reshape(2, 3), offset=1)
    tensor([1, 5])
    """
    return products.diagonal(x, offset, -2, -1)


@primitive
def eig(x: Array, /) -> EigResult:
    """Eigenvalues and eigenvectors of any square matrix, both complex; `torch.linalg.eig`.

    Eigenvectors are unique but for a complex factor, and neither they nor the eigenvalues have an order.
    JAX has it on the CPU only.

    Args:
        x: `(*, N, N)`.

    Returns:
        `eigenvalues`, `(*, N)`, and `eigenvectors`, the columns of `(*, N, N)`.

    >>> ops.linalg.eig(torch.tensor([[0.0, 1.0], [-1.0, 0.0]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """


@primitive
def eigh(x: Array, /) -> EighResult:
    """Eigenvalues, ascending, and eigenvectors of a Hermitian matrix; `torch.linalg.eigh`.

    Only the lower triangle of `x` is read. Eigenvectors are unique but for a factor of absolute value 1.

    Args:
        x: `(*, N, N)`.

    Returns:
        `eigenvalues`, real, `(*, N)`, and `eigenvectors`, the columns of `(*, N, N)`.

    >>> ops.linalg.eigh(torch.tensor([[0.0, 1.0], [1.0, 0.0]])).eigenvalues
    tensor([-1.,  1.])
    """


@primitive
def eigvals(x: Array, /) -> Array:
    """The eigenvalues of any square matrix, complex and in no order; `torch.linalg.eigvals`.

    JAX has it on the CPU only.

    >>> ops.linalg.eigvals(torch.tensor([[2.0, 1.0], [0.0, 3.0]]))
    tensor([2.+0.j, 3.+0.j])
    """


@primitive
def eigvalsh(x: Array, /) -> Array:
    """The eigenvalues, real and ascending, of a Hermitian matrix by its lower triangle; `torch.linalg.eigvalsh`.

    >>> ops.linalg.eigvalsh(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    tensor([-1.,  1.])
    """


@primitive
def inv(x: Array, /) -> Array:
    """The inverse matrix; `torch.linalg.inv`.

    >>> ops.linalg.inv(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """


@op
def logdet(x: Array, /) -> Array:
    """The logarithm of the determinant: NaN where that is negative, minus infinity where it is 0; `torch.logdet`.

    >>> ops.linalg.logdet(torch.eye(3))
    tensor(0.)
    """
    direction, logabsdet = slogdet(x)
    return log(direction) + astype(logabsdet, direction.dtype)


@op
def lstsq(x1: Array, x2: Array, /, *, rcond: float | None = None) -> Array:
    """The X, of least norm, with the least norm of `x1 @ X - x2`: the solution of `numpy.linalg.lstsq` alone.

    Args:
        x1: `(*, M, N)`.
        x2: `(M,)` or `(*, M, K)`.
        rcond: singular values up to this times the largest count as 0; `max(M, N)` times the machine epsilon by
            default.

    Returns:
        `(*, N)` or `(*, N, K)`.

    >>> ops.linalg.lstsq(torch.tensor([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]), torch.tensor([1.0, 4.0, 5.0]))
    tensor([1., 2.])
    """
    return matmul(pinv(x1, rtol=rcond), x2)


@primitive
def lu_factor(x: Array, /) -> LUResult:
    """The factorisation `P @ L @ U` with row exchanges; `scipy.linalg.lu_factor`.

    Args:
        x: `(*, M, N)`; TensorFlow takes matrices of full rank only, and of complex rows that of the largest modulus,
            where LAPACK goes by `|re| + |im|`.

    Returns:
        `LU`, which has U in its upper triangle and L, whose diagonal is 1, below it; and `pivots`, int32
        `(*, min(M, N))`: row i was exchanged with row `pivots[i]`, counted from 0 (`torch.linalg.lu_factor` counts
        from 1).

    >>> ops.linalg.lu_factor(torch.tensor([[1.0, 2.0], [4.0, 4.0]]))
    LUResult(LU=tensor([[4.0000, 4.0000],
            [0.2500, 1.0000]]), pivots=tensor([1, 1], dtype=torch.int32))
    """


@primitive
def matrix_exp(x: Array, /) -> Array:
    """The exponential of a square matrix; `torch.linalg.matrix_exp`, `scipy.linalg.expm`.

    >>> ops.linalg.matrix_exp(torch.zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """


@op
def matrix_norm(x: Array, /, *, keepdims: bool = False, ord: float | str = "fro") -> Array:
    """A norm of the matrices in the last two axes; the Array API's `linalg.matrix_norm`.

    Args:
        x: `(*, M, N)`.
        keepdims: leaves both axes with size 1.
        ord: `"fro"`, the root of the sum of squares; `"nuc"`, the sum of singular values; 2 or -2, the largest or the
            smallest of them; 1 or -1, the largest or the smallest sum of a column's absolute values; plus or minus
            infinity, that of a row.

    >>> ops.linalg.matrix_norm(torch.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    if ord == "fro":
        return vector_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord not in _MATRIX_NORMS:
        raise ValueError(f"expected an ord of 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, got {ord!r}")
    by_singular_values, extreme, axis = _MATRIX_NORMS[ord]
    sums = svdvals(x) if by_singular_values else vector_norm(x, axis=axis, ord=1)
    result = extreme(sums, axis=-1)
    return expand_dims(expand_dims(result, -1), -1) if keepdims else result


_MATRIX_NORMS = {
    "nuc": (True, sum, None),
    2: (True, max, None),
    -2: (True, min, None),
    1: (False, max, -2),
    -1: (False, min, -2),
    math.inf: (False, max, -1),
    -math.inf: (False, min, -1),
}
"""Of each norm: whether it reduces singular values, what reduces them, and else the axis that is summed first."""


@op
def matrix_power(x: Array, n: int, /) -> Array:
    """The `n`-th power of a square matrix; of its inverse where `n` is negative; `torch.linalg.matrix_power`.

    >>> ops.linalg.matrix_power(torch.tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    if n == 0:
        return _identity_like(x)
    base = inv(x) if n < 0 else _fractional(x)
    result = base
    for digit in bin(n).partition("b1")[2]:
        result = matmul(result, result)
        if digit == "1":
            result = matmul(result, base)
    return result


@primitive
def matrix_rank(x: Array, /, *, rtol: float | Array | None = None) -> Array:
    """How many singular values are larger than `rtol` times the largest: int64 (int32 in JAX without x64).

    It is the Array API's `linalg.matrix_rank`.

    Args:
        x: `(*, M, N)`.
        rtol: one number or one for each matrix; `max(M, N)` times the machine epsilon by default.

    >>> ops.linalg.matrix_rank(torch.ones(3, 3))
    tensor(1)
    """


@sequence_op
def multi_dot(arrays: Sequence[Array], /) -> Array:
    """The product of two or more matrices in the cheapest order; `numpy.linalg.multi_dot`.

    Args:
        arrays: matrices; the first and the last may be vectors.

    >>> ops.linalg.multi_dot([torch.ones(2, 3), torch.ones(3, 4), torch.ones(4)])
    tensor([12., 12.])
    """
    if len(arrays) < 2 or any(array.ndim != 2 for array in arrays[1:-1]):
        raise ValueError("expected two matrices or more, of which the first and the last may be vectors")
    letters = [chr(ord("a") + place) for place in range(len(arrays) + 1)]
    first = letters[0] if arrays[0].ndim == 2 else ""
    last = letters[-1] if arrays[-1].ndim == 2 else ""
    pairs = [f"{row}{column}" for row, column in itertools.pairwise(letters)]
    pairs[0], pairs[-1] = f"{first}{letters[1]}", f"{letters[-2]}{last}"
    return einsum(f"{','.join(pairs)}->{first}{last}", *arrays)


@op
def norm(x: Array, /, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """A norm of vectors or matrices; `numpy.linalg.norm`.

    Args:
        x: of any shape; without `axis` but with `ord` a vector or a matrix.
        ord: that of `vector_norm` where `axis` is one axis, of `matrix_norm` where it is two; by default the root of
            the sum of squares.
        axis: one axis, two, or `None` for all.
        keepdims: leaves the axes with size 1.

    >>> ops.linalg.norm(torch.tensor([[3.0, 4.0], [6.0, 8.0]]), axis=1)
    tensor([ 5., 10.])
    """
    if axis is None and ord is not None:
        axis = tuple(range(x.ndim)) if x.ndim == 2 else 0
        if x.ndim not in (1, 2):
            raise ValueError(f"expected a vector or a matrix where ord comes without axis, got {x.ndim} dimensions")
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if isinstance(axis, tuple) and len(axis) != 2:
        raise ValueError(f"expected one axis or two, got {axis}")
    if not isinstance(axis, tuple) or ord is None:
        return vector_norm(x, axis=axis, keepdims=keepdims, ord=2 if ord is None else ord)  # type: ignore[arg-type]
    rows, columns = (normalize_axis(position, x.ndim) for position in axis)
    if rows == columns:
        raise ValueError(f"expected two axes, got {axis}")
    others = tuple(position for position in range(x.ndim) if position not in (rows, columns))
    result = matrix_norm(permute_dims(x, (*others, rows, columns)), ord=ord)
    for position in sorted((rows, columns)) if keepdims else ():
        result = expand_dims(result, position)
    return result


@primitive
def pinv(x: Array, /, *, rtol: float | Array | None = None) -> Array:
    """The pseudo-inverse of Moore and Penrose; the Array API's `linalg.pinv`.

    Args:
        x: `(*, M, N)`.
        rtol: singular values up to this times the largest count as 0, one number or one for each matrix;
            `max(M, N)` times the machine epsilon by default.

    Returns:
        `(*, N, M)`.

    >>> ops.linalg.pinv(torch.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """


@primitive
def qr(x: Array, /, *, mode: str = "reduced") -> QRResult:
    """A matrix of orthonormal columns times an upper triangle; the Array API's `linalg.qr`.

    Args:
        x: `(*, M, N)`.
        mode: `"reduced"` for `(*, M, K)` and `(*, K, N)` with the smaller K of M and N; `"complete"` for `(*, M, M)`
            and `(*, M, N)`, which has no gradient where M is larger.

    Returns:
        `Q` and `R`, unique but for factors of absolute value 1.

    >>> q, r = ops.linalg.qr(torch.ones(3, 2))
    >>> q.shape, r.shape
    (torch.Size([3, 2]), torch.Size([2, 2]))
    """


@primitive
def slogdet(x: Array, /) -> SlogdetResult:
    """The sign of the determinant, and the logarithm of its absolute value; `torch.linalg.slogdet`.

    Returns:
        `sign`: 1, -1, or 0 for a singular matrix; a complex number of absolute value 1 for a complex one; and
        `logabsdet`, real.

    >>> ops.linalg.slogdet(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    SlogdetResult(sign=tensor(-1.), logabsdet=tensor(0.))
    """


@primitive
def solve(x1: Array, x2: Array, /) -> Array:
    """The X with `x1 @ X == x2`; the Array API's `linalg.solve`.

    Args:
        x1: `(*, N, N)`.
        x2: `(N,)`, or `(*, N, K)`, whose batch axes broadcast with those of `x1`. Unlike `torch.linalg.solve` it is a
            vector only if it has one axis.

    >>> ops.linalg.solve(torch.tensor([[2.0, 0.0], [0.0, 4.0]]), torch.ones(2))
    tensor([0.5000, 0.2500])
    """


@primitive
def solve_triangular(a: Array, b: Array, /, *, lower: bool = False, unit_diagonal: bool = False) -> Array:
    """The X with `a @ X == b`, where `a` is a triangle; `scipy.linalg.solve_triangular`.

    Args:
        a: `(*, N, N)`, of which the other triangle is not read.
        b: `(N,)`, or `(*, N, K)`, whose batch axes broadcast with those of `a`.
        lower: whether the triangle is the lower one.
        unit_diagonal: takes the diagonal to be 1, and does not read it.

    >>> ops.linalg.solve_triangular(torch.tensor([[2.0, 1.0], [0.0, 1.0]]), torch.ones(2))
    tensor([0., 1.])
    """


@primitive
def svd(x: Array, /, *, full_matrices: bool = True) -> SVDResult:
    """The singular value decomposition `U @ diag(S) @ Vh`; the Array API's `linalg.svd`.

    Args:
        x: `(*, M, N)`, with K the smaller of M and N.
        full_matrices: `(*, M, M)` and `(*, N, N)` for U and Vh, in place of `(*, M, K)` and `(*, K, N)`. Where
            M is not N they have no gradient.

    Returns:
        `U`, `S`, real and descending, `(*, K)`, and `Vh`. Each column of U, with the row of Vh, is unique but for a
        factor of absolute value 1.

    >>> ops.linalg.svd(torch.tensor([[0.0, 2.0], [1.0, 0.0]])).S
    tensor([2., 1.])
    """


@primitive
def svdvals(x: Array, /) -> Array:
    """The singular values, descending; `torch.linalg.svdvals`.

    >>> ops.linalg.svdvals(torch.tensor([[0.0, 2.0], [1.0, 0.0]]))
    tensor([2., 1.])
    """


@op
def trace(x: Array, /, *, offset: int = 0, dtype: DType | None = None) -> Array:
    """The sum of `linalg.diagonal`; of bool and integers it is int64 (int32 in JAX without x64).

    It is the Array API's `linalg.trace`.

    >>> ops.linalg.trace(torch.ones(4, 3, 3))
    tensor([3., 3., 3., 3.])
    """
    return sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


@op
def vector_norm(x: Array, /, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Array:
    """`sum(abs(x) ** ord) ** (1 / ord)`; the Array API's `linalg.vector_norm`. The gradient at 0 is 0.

    Args:
        x: of any shape.
        axis: one axis, several, or `None` for all.
        keepdims: leaves the axes with size 1.
        ord: any number; plus or minus infinity for the largest or the smallest absolute value, 0 for how many are not
            zero.

    >>> ops.linalg.vector_norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if not isinstance(ord, int | float):
        raise ValueError(f"expected an ord that is a number, got {ord!r}")
    magnitude = _magnitude(_fractional(x))
    if ord in (math.inf, -math.inf):
        return (max if ord > 0 else min)(magnitude, axis=axis, keepdims=keepdims)
    dtype = magnitude.dtype
    if dtype_name(dtype) in ("float16", "bfloat16"):
        magnitude = astype(magnitude, "float32")  # what it is summed in
    return astype(_power_norm(magnitude, axis, keepdims, ord), dtype)


def _magnitude(x: Array) -> Array:
    """The absolute values, with the gradient 0 at 0; that of JAX's `abs` is 1 there."""
    return abs(x) if dtype_name(x.dtype).startswith("complex") else x * sign(x)


def _power_norm(magnitude: Array, axis: Axis, keepdims: bool, ord: float) -> Array:
    """The norm of absolute values; neither a root nor a power is taken of 0, where its gradient is infinite."""
    if ord == 0:
        return sum(not_equal(magnitude, 0), axis=axis, keepdims=keepdims, dtype=magnitude.dtype)
    if ord == 1:
        return sum(magnitude, axis=axis, keepdims=keepdims)
    powers = square(magnitude) if ord == 2 else _away_from_zero(magnitude, ord) if ord > 0 else pow(magnitude, ord)
    total = sum(powers, axis=axis, keepdims=keepdims)
    return _away_from_zero(total, 1 / ord)


def _away_from_zero(x: Array, exponent: float) -> Array:
    """`x ** exponent`, and 0 with the gradient 0 where `x` is 0."""
    zero = equal(x, 0)
    base = where(zero, ones_like(x), x)
    return where(zero, zeros_like(x), sqrt(base) if exponent == 0.5 else pow(base, exponent))


def _fractional(x: Array) -> Array:
    """`x`, or integers and bool as the default floating dtype."""
    return x if is_inexact(dtype_name(x.dtype)) else divide(x, 1)


def _identity_like(x: Array) -> Array:
    """The identity in the shape of `x`."""
    places = arange_like(x, shape(x)[-1])
    ones = equal(expand_dims(places, 0), expand_dims(places, 1))
    return broadcast_to(astype(ones, _fractional(x).dtype), shape(x))


expm = matrix_exp
