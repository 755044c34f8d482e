"""Overrides of `bridge.ops.linalg` for TensorFlow."""

from collections.abc import Callable

import numpy
import tensorflow as tf

from bridge.backends.tensorflow.promotion import HALVES, cast, computed_in, floating, promoted, unary
from bridge.backends.tensorflow.recording import with_own_gradient
from bridge.decompositions import EighResult, EigResult, LUResult, QRResult, SlogdetResult, SVDResult, is_complete
from bridge.typing import Array

_adjoint = tf.linalg.adjoint

inv = unary(tf.linalg.inv)
matrix_exp = unary(computed_in(HALVES, tf.linalg.expm))


def cholesky(x: Array, /, *, upper: bool = False) -> tf.Tensor:
    x = floating(x)
    return _adjoint(tf.linalg.cholesky(_adjoint(x))) if upper else tf.linalg.cholesky(x)


def cholesky_solve(x1: Array, x2: Array, /, *, upper: bool = False) -> tf.Tensor:
    x1, x2 = promoted(floating(x1), floating(x2))
    return tf.linalg.cholesky_solve(_adjoint(x2) if upper else x2, x1)


def det(x: Array, /) -> tf.Tensor:
    x = floating(x)
    return _complex_det(x) if x.dtype.is_complex else tf.linalg.det(x)


@with_own_gradient
def _complex_det(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """`tf.linalg.det`, whose own gradient forgets to conjugate."""
    value = tf.linalg.det(x)
    return value, lambda gradient: (gradient * tf.math.conj(value))[..., None, None] * tf.linalg.inv(x, adjoint=True)


def eig(x: Array, /) -> EigResult:
    return EigResult(*tf.linalg.eig(floating(x)))


def eigvals(x: Array, /) -> tf.Tensor:
    return tf.linalg.eigvals(floating(x))


@with_own_gradient
def _with_hermitian_gradient(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """`x`; TensorFlow's own gradient of what reads one triangle stands in that triangle alone."""
    return x, lambda gradient: (gradient + _adjoint(gradient)) / 2


def eigh(x: Array, /) -> EighResult:
    values, vectors = tf.linalg.eigh(_with_hermitian_gradient(floating(x)))
    return EighResult(_real(values), vectors)


def eigvalsh(x: Array, /) -> tf.Tensor:
    return _real(tf.linalg.eigvalsh(_with_hermitian_gradient(floating(x))))


def lu_factor(x: Array, /) -> LUResult:
    x = floating(x)
    rows, columns = x.shape[-2:]
    if rows is not None and columns is not None and rows != columns:
        return _lu_of_wide(x) if rows < columns else _lu_of_tall(x)
    factors, permutation = _lu(x)
    return LUResult(factors, _pivots(permutation))


def _lu_of_wide(x: tf.Tensor) -> LUResult:
    """TensorFlow takes square matrices alone."""
    rows = x.shape[-2]
    factors, permutation = _lu(x[..., :rows])
    right = tf.gather(x[..., rows:], permutation, axis=-2, batch_dims=x.shape.rank - 2)
    unit = tf.linalg.set_diag(factors, tf.ones_like(factors[..., 0]))
    return LUResult(tf.concat([factors, tf.linalg.triangular_solve(unit, right)], -1), _pivots(permutation))


def _lu_of_tall(x: tf.Tensor) -> LUResult:
    """The upper square of rows in the order in which they are chosen, and what makes the rows below of it."""
    columns = x.shape[-1]
    order, pivots = _chosen_rows(tf.stop_gradient(x))
    x = tf.gather(x, order, axis=-2, batch_dims=x.shape.rank - 2)
    factors, _ = _lu(x[..., :columns, :])
    upper = tf.linalg.band_part(factors, 0, -1)
    below = _adjoint(tf.linalg.triangular_solve(_adjoint(upper), _adjoint(x[..., columns:, :])))
    return LUResult(tf.concat([factors, below], -2), pivots)


def _chosen_rows(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The order that elimination brings rows into, the largest first, and the exchanges that make it."""
    rows, columns = x.shape[-2:]
    places, batch = tf.range(rows), x.shape.rank - 2

    def eliminate(k: tf.Tensor, rest: tf.Tensor, order: tf.Tensor, pivots: tf.Tensor) -> tuple[tf.Tensor, ...]:
        sizes = tf.abs(tf.gather(rest, k, axis=-1))
        pivot = tf.argmax(tf.where(places >= k, sizes, -tf.ones_like(sizes)), -1, tf.int32)[..., None]
        exchanged = tf.where(places == k, pivot, tf.where(places == pivot, k, places))
        rest = tf.gather(rest, exchanged, axis=-2, batch_dims=batch)
        order = tf.gather(order, exchanged, axis=-1, batch_dims=batch)
        column, head = tf.gather(rest, k, axis=-1), tf.gather(rest, k, axis=-2)
        ratios = tf.math.divide_no_nan(column, tf.gather(head, k, axis=-1)[..., None])
        ratios = tf.where(places > k, ratios, tf.zeros_like(ratios))
        rest -= ratios[..., None] * head[..., None, :]
        return k + 1, rest, order, tf.where(tf.range(columns) == k, pivot, pivots)

    order = tf.zeros_like(x[..., 0], tf.int32) + places
    start = (0, x, order, order[..., :columns])
    return tf.while_loop(lambda k, *_: k < columns, eliminate, start)[2:]


@with_own_gradient
def _lu(x: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[..., tf.Tensor]]:
    """`tf.linalg.lu`, which has no gradient of its own."""
    factors, permutation = tf.linalg.lu(x)

    def gradient(of_factors: tf.Tensor, of_permutation: tf.Tensor) -> tf.Tensor:
        upper = tf.linalg.band_part(factors, 0, -1)
        lower = tf.linalg.set_diag(tf.linalg.band_part(factors, -1, 0), tf.ones_like(factors[..., 0]))
        below = tf.linalg.set_diag(
            tf.linalg.band_part(tf.matmul(lower, of_factors, adjoint_a=True), -1, 0), tf.zeros_like(factors[..., 0])
        )
        above = tf.linalg.band_part(tf.matmul(of_factors, upper, adjoint_b=True), 0, -1)
        inner = tf.linalg.triangular_solve(lower, below + above, adjoint=True)
        of_rows = _adjoint(tf.linalg.triangular_solve(upper, _adjoint(inner), lower=False))
        return tf.gather(of_rows, tf.argsort(permutation), axis=-2, batch_dims=permutation.shape.rank - 1)

    return (factors, permutation), gradient


def _pivots(permutation: tf.Tensor) -> tf.Tensor:
    """The exchanges that make a permutation, as LAPACK has them: row i with row `pivots[i]`, which is not above."""
    count = tf.shape(permutation)[-1]
    places = tf.range(count)

    def exchange(i: tf.Tensor, rows: tf.Tensor, pivots: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        wanted, present = permutation[..., i, None], rows[..., i, None]
        there = rows == wanted
        pivot = tf.argmax(tf.cast(there, tf.int32), -1, tf.int32)[..., None]
        rows = tf.where(there, present, rows)
        return i + 1, tf.where(places == i, wanted, rows), tf.where(places == i, pivot, pivots)

    rows = tf.zeros_like(permutation) + places
    return tf.while_loop(lambda i, *_: i < count, exchange, (0, rows, rows))[2]


def matrix_rank(x: Array, /, *, rtol: float | Array | None = None) -> tf.Tensor:
    values = svdvals(x)
    return tf.reduce_sum(tf.cast(values > _cutoff(x, values, rtol), tf.int64), -1)


def pinv(x: Array, /, *, rtol: float | Array | None = None) -> tf.Tensor:
    @with_own_gradient
    def inverted(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        values, left, right = tf.linalg.svd(x)
        kept = values > _cutoff(x, values, rtol)
        inverses = tf.where(kept, 1 / tf.where(kept, values, tf.ones_like(values)), tf.zeros_like(values))
        inverse = tf.matmul(right * tf.cast(inverses, x.dtype)[..., None, :], left, adjoint_b=True)

        def gradient(g: tf.Tensor) -> tf.Tensor:
            # Golub and Pereyra (1973): that of singular vectors would be infinite where singular values are equal.
            p, gh, ph = inverse, _adjoint(g), _adjoint(inverse)
            outside = gh - x @ (p @ gh)
            before = gh - (gh @ p) @ x
            return -ph @ g @ ph + (outside @ p) @ ph + ph @ (p @ before)

        return inverse, gradient

    return inverted(floating(x))


def _cutoff(x: tf.Tensor, values: tf.Tensor, rtol: float | Array | None) -> tf.Tensor:
    """Up to where singular values count as 0."""
    if rtol is None:
        rtol = tf.cast(tf.reduce_max(tf.shape(x)[-2:]), values.dtype) * numpy.finfo(values.dtype.name).eps
    return cast(rtol, values.dtype)[..., None] * tf.reduce_max(values, -1, keepdims=True)


def qr(x: Array, /, *, mode: str = "reduced") -> QRResult:
    return QRResult(*tf.linalg.qr(floating(x), full_matrices=is_complete(mode)))


def slogdet(x: Array, /) -> SlogdetResult:
    x = floating(x)
    return SlogdetResult(*(_complex_slogdet(x) if x.dtype.is_complex else tf.linalg.slogdet(x)))


@with_own_gradient
def _complex_slogdet(x: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[..., tf.Tensor]]:
    """`tf.linalg.slogdet`, whose own gradient leaves out what a complex sign adds."""
    sign, logarithm = tf.linalg.slogdet(x)

    def gradient(of_sign: tf.Tensor, of_logarithm: tf.Tensor) -> tf.Tensor:
        turned = tf.complex(of_logarithm, tf.math.imag(of_sign * tf.math.conj(sign)))
        return turned[..., None, None] * tf.linalg.inv(x, adjoint=True)

    return (sign, _real(logarithm)), gradient


def solve(x1: Array, x2: Array, /) -> tf.Tensor:
    x1, x2 = promoted(floating(x1), floating(x2))
    columns = x2[:, None] if x2.shape.rank == 1 else x2
    solution = tf.linalg.solve(*_with_common_batch(x1, columns))
    return solution[..., 0] if x2.shape.rank == 1 else solution


def _with_common_batch(x1: tf.Tensor, x2: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    if x1.shape[:-2] == x2.shape[:-2] and x1.shape[:-2].is_fully_defined():
        return x1, x2
    batch = tf.broadcast_dynamic_shape(tf.shape(x1)[:-2], tf.shape(x2)[:-2])
    one, other = (tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], 0)) for x in (x1, x2))
    return one, other


def solve_triangular(a: Array, b: Array, /, *, lower: bool = False, unit_diagonal: bool = False) -> tf.Tensor:
    a, b = promoted(floating(a), floating(b))
    if unit_diagonal:
        a = tf.linalg.set_diag(a, tf.ones_like(a[..., 0]))
    columns = b[:, None] if b.shape.rank == 1 else b
    solution = tf.linalg.triangular_solve(a, columns, lower)
    return solution[..., 0] if b.shape.rank == 1 else solution


def svd(x: Array, /, *, full_matrices: bool = True) -> SVDResult:
    x = floating(x)
    # The gradient of full matrices is known to TensorFlow only where it makes no difference.
    full_matrices = full_matrices and (x.shape[-2] is None or x.shape[-2] != x.shape[-1])
    values, left, right = tf.linalg.svd(x, full_matrices)
    return SVDResult(left, values, _adjoint(right))


def svdvals(x: Array, /) -> tf.Tensor:
    return tf.linalg.svd(floating(x), compute_uv=False)


def _real(x: tf.Tensor) -> tf.Tensor:
    return tf.math.real(x) if x.dtype.is_complex else x
