"""Overrides of `bridge.ops.linalg` for PyTorch."""

from collections.abc import Sequence

import torch

from bridge.backends.torch.promotion import alike, floating, promoted, unary
from bridge.decompositions import EighResult, EigResult, LUResult, QRResult, SlogdetResult, SVDResult, is_complete
from bridge.typing import Array, Axis

det = unary(torch.linalg.det)
eigvals = unary(torch.linalg.eigvals)
eigvalsh = unary(torch.linalg.eigvalsh)
inv = unary(torch.linalg.inv)
logdet = unary(torch.logdet)
matrix_exp = unary(torch.linalg.matrix_exp)
svdvals = unary(torch.linalg.svdvals)


def cholesky(x: Array, /, *, upper: bool = False) -> torch.Tensor:
    return torch.linalg.cholesky(floating(x), upper=upper)


def cholesky_inverse(x: Array, /, *, upper: bool = False) -> torch.Tensor:
    return torch.cholesky_inverse(_triangle(floating(x), upper), upper)


def cholesky_solve(x1: Array, x2: Array, /, *, upper: bool = False) -> torch.Tensor:
    x1, x2 = promoted(floating(x1), floating(x2))
    return torch.cholesky_solve(x1, _triangle(x2, upper), upper)


def _triangle(x: torch.Tensor, upper: bool) -> torch.Tensor:
    """What is read of `x`: torch would have a gradient of the rest as well."""
    return x.triu() if upper else x.tril()


def eig(x: Array, /) -> EigResult:
    return EigResult(*torch.linalg.eig(floating(x)))


def eigh(x: Array, /) -> EighResult:
    return EighResult(*torch.linalg.eigh(floating(x)))


def lu_factor(x: Array, /) -> LUResult:
    factors, pivots = torch.linalg.lu_factor(floating(x))
    return LUResult(factors, pivots - 1)


def matrix_norm(x: Array, /, *, keepdims: bool = False, ord: float | str = "fro") -> torch.Tensor:
    return torch.linalg.matrix_norm(floating(x), ord, keepdim=keepdims)


def matrix_power(x: Array, n: int, /) -> torch.Tensor:
    return torch.linalg.matrix_power(floating(x), n)


def matrix_rank(x: Array, /, *, rtol: float | Array | None = None) -> torch.Tensor:
    return torch.linalg.matrix_rank(floating(x), rtol=rtol)


def multi_dot(arrays: Sequence[Array], /) -> torch.Tensor:
    return torch.linalg.multi_dot(alike(arrays))


def norm(x: Array, /, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.linalg.norm(floating(x), ord, axis, keepdims)


def pinv(x: Array, /, *, rtol: float | Array | None = None) -> torch.Tensor:
    return torch.linalg.pinv(floating(x), rtol=rtol)


def qr(x: Array, /, *, mode: str = "reduced") -> QRResult:
    return QRResult(*torch.linalg.qr(floating(x), "complete" if is_complete(mode) else "reduced"))


def slogdet(x: Array, /) -> SlogdetResult:
    return SlogdetResult(*torch.linalg.slogdet(floating(x)))


def solve(x1: Array, x2: Array, /) -> torch.Tensor:
    x1, x2 = promoted(floating(x1), floating(x2))
    if 1 < x2.ndim < x1.ndim:
        x2 = x2[(None,) * (x1.ndim - x2.ndim)]  # torch might take it for a batch of vectors
    return torch.linalg.solve(x1, x2)


def solve_triangular(a: Array, b: Array, /, *, lower: bool = False, unit_diagonal: bool = False) -> torch.Tensor:
    a, b = promoted(floating(a), floating(b))
    columns = b.unsqueeze(-1) if b.ndim == 1 else b
    solution = torch.linalg.solve_triangular(a, columns, upper=not lower, unitriangular=unit_diagonal)
    return solution.squeeze(-1) if b.ndim == 1 else solution


def svd(x: Array, /, *, full_matrices: bool = True) -> SVDResult:
    return SVDResult(*torch.linalg.svd(floating(x), full_matrices))


def vector_norm(x: Array, /, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> torch.Tensor:
    if axis == ():  # which torch takes for all axes
        return vector_norm(x[None], axis=0, ord=ord)
    return torch.linalg.vector_norm(floating(x), ord, axis, keepdims)
