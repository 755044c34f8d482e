"""Products of matrices and what is built on them."""

from __future__ import annotations

from collections.abc import Sequence

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

lowers("aten.mm", "aten.bmm", "aten.matmul", "aten.mv", "aten.dot")(ops.matmul)
lowers("aten.linear")(ops.linear)
lowers("aten.bilinear")(ops.bilinear)
lowers("aten.outer", "aten.ger")(ops.outer)
lowers("aten.kron")(ops.kron)
lowers("aten.vdot")(ops.vdot)


@lowers("aten.addmm", "aten.baddbmm", "aten.addmv")
def addmm(self: Array, mat1: Array, mat2: Array, beta: float = 1, alpha: float = 1) -> Array:
    return _added(self, ops.matmul(mat1, mat2), beta, alpha)


def _added(x: Array, product: Array, beta: float, alpha: float) -> Array:
    if ops.isdtype(product.dtype, "integral"):
        beta, alpha = int(beta), int(alpha)  # as torch takes them
    product = product if alpha == 1 else ops.multiply(product, alpha)
    if beta == 0:
        return product  # torch does not look at what is added then, NaN included
    return ops.add(x if beta == 1 else ops.multiply(x, beta), product)


@lowers("aten.einsum")
def einsum(equation: str, tensors: Sequence[Array], path: object = None) -> Array:
    return ops.einsum(equation, *tensors)


@lowers("aten.addbmm")
def addbmm(self: Array, batch1: Array, batch2: Array, beta: float = 1, alpha: float = 1) -> Array:
    return _added(self, ops.sum(ops.matmul(batch1, batch2), axis=0), beta, alpha)


@lowers("aten.linalg_multi_dot.default", "aten.chain_matmul.default")
def multi_dot(tensors: Sequence[Array]) -> Array:
    return tensors[0] if len(tensors) == 1 else ops.linalg.multi_dot(tensors)


@lowers("aten.linalg_matrix_power.default", "aten.matrix_power.default")
def matrix_power(self: Array, n: int) -> Array:
    return ops.linalg.matrix_power(self, n)
