"""Distinct elements. How many there are follows from the values, which a graph under `jax.jit` cannot have."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten._unique2", "aten._unique")
def unique(
    self: Array, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False
) -> tuple[Array, Array, Array]:
    values, _, inverse, counts = ops.unique_all(self)
    return _asked_for(values, inverse, counts, return_inverse, return_counts)


def _asked_for(
    values: Array, inverse: Array, counts: Array, return_inverse: bool, return_counts: bool
) -> tuple[Array, Array, Array]:
    nothing = ops.zeros((0,), dtype="int64")
    return values, inverse if return_inverse else nothing, counts if return_counts else nothing


@lowers("aten.unique_dim")
def unique_dim(
    self: Array, dim: int, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False
) -> tuple[Array, Array, Array]:
    values, inverse, counts = ops.unique(self, axis=dim, return_inverse=True, return_counts=True)
    return _asked_for(values, inverse, counts, return_inverse, return_counts)


@lowers("aten.unique_consecutive")
def unique_consecutive(
    self: Array, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> tuple[Array, Array, Array]:
    flat = ops.reshape(self, (-1, 1)) if dim is None else ops.moveaxis(self, dim, 0)
    rows = ops.reshape(flat, (ops.shape(flat)[0], -1))
    changes = ops.any(ops.not_equal(rows[1:], rows[:-1]), axis=1)
    starts = ops.concat([ops.ones((1,), dtype="bool"), changes], axis=0)
    places = ops.flatnonzero(starts)
    ends = ops.concat([places[1:], ops.full((1,), ops.shape(rows)[0], dtype=places.dtype)], axis=0)
    inverse = ops.subtract(ops.cumsum(ops.astype(starts, "int64"), axis=0), 1)
    chosen = ops.take(flat, places, axis=0)
    counts = ops.subtract(ends, places)
    if dim is None:
        values, inverse = ops.reshape(chosen, (-1,)), ops.reshape(inverse, ops.shape(self))
    else:
        values = ops.moveaxis(chosen, 0, dim)
    return _asked_for(values, inverse, counts, return_inverse, return_counts)
