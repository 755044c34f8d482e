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
    product = ops.matmul(mat1, mat2)
    product = product if alpha == 1 else ops.multiply(product, alpha)
    if beta == 0:
        return product  # torch does not look at what is added then, NaN included
    return ops.add(self if beta == 1 else ops.multiply(self, beta), product)


@lowers("aten.einsum")
def einsum(equation: str, tensors: Sequence[Array], path: object = None) -> Array:
    return ops.einsum(equation, *tensors)
