"""Tensors of the same elements in other shapes, and of other dtypes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers(
    *("aten.clone", "aten.contiguous", "aten.alias", "aten.alias_copy", "aten.lift_fresh", "aten.lift_fresh_copy"),
    *("aten.resolve_conj", "aten.resolve_neg", "aten._neg_view_copy", "aten._conj_copy", "aten.lift"),
)
def clone(self: Array) -> Array:
    return self


@lowers("aten.detach", "aten.detach_copy", "aten.detach_")
def detach(self: Array) -> Array:
    return ops.stop_gradient(self)


@lowers("aten._to_copy", "aten.to.dtype_layout", "prims.convert_element_type")
def to(self: Array, dtype: Any = None, copy: bool = False) -> Array:
    return self if dtype is None else ops.astype(self, dtype)


@lowers("aten.to.dtype")
def to_dtype(
    self: Array, dtype: Any, non_blocking: bool = False, copy: bool = False, memory_format: Any = None
) -> Array:
    return ops.astype(self, dtype)


@lowers("aten.to.device")
def to_device(
    self: Array, device: Any, dtype: Any, non_blocking: bool = False, copy: bool = False, memory_format: Any = None
) -> Array:
    return ops.astype(self, dtype)


@lowers("aten.to.other", "aten.type_as")
def to_other(
    self: Array, other: Array, non_blocking: bool = False, copy: bool = False, memory_format: Any = None
) -> Array:
    return ops.astype(self, other.dtype)


@lowers("aten.view.dtype")
def view_dtype(self: Array, dtype: Any) -> Array:
    return ops.view(self, dtype)


@lowers("aten.view.default", "aten.reshape", "aten._unsafe_view", "aten.view_copy.default", "aten._reshape_alias")
def view(self: Array, size: Sequence[Any], stride: Any = None) -> Array:
    return ops.reshape(self, _computed(self, size))


def _computed(x: Array, sizes: Sequence[Any]) -> tuple[Any, ...]:
    """Sizes with what -1 stands for beside one that is open, which `ops.reshape` takes for the open one of `x`."""
    others = [size for size in sizes if not isinstance(size, int) or size != -1]
    if len(others) == len(sizes) or all(isinstance(size, int) for size in others):
        return tuple(sizes)
    rest = math.prod(ops.shape(x)) // math.prod(others)
    return tuple(rest if isinstance(size, int) and size == -1 else size for size in sizes)


@lowers("aten.flatten.using_ints")
def flatten(self: Array, start_dim: int = 0, end_dim: int = -1) -> Array:
    return ops.flatten(self, start_dim, end_dim)


@lowers("aten.unflatten.int")
def unflatten(self: Array, dim: int, sizes: Sequence[Any]) -> Array:
    shape = ops.shape(self)
    dim %= len(shape)
    return ops.reshape(self, (*shape[:dim], *sizes, *shape[dim + 1 :]))


@lowers("aten.unsqueeze", "aten.unsqueeze_copy")
def unsqueeze(self: Array, dim: int) -> Array:
    return ops.expand_dims(self, dim)


@lowers("aten.squeeze.default", "aten.squeeze.dim", "aten.squeeze.dims", "aten.squeeze_copy.default")
def squeeze(self: Array, dim: int | Sequence[int] | None = None) -> Array:
    shape = ops.shape(self)
    axes = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    ones = tuple(axis for axis in axes if shape and isinstance(shape[axis], int) and shape[axis] == 1)
    return ops.squeeze(self, ones) if ones else self


@lowers("aten.transpose.int", "aten.transpose_copy.int", "aten.swapaxes", "aten.swapdims")
def transpose(self: Array, dim0: int, dim1: int) -> Array:
    return ops.swapaxes(self, dim0, dim1) if self.ndim else self


@lowers("aten.t", "aten.t_copy")
def t(self: Array) -> Array:
    return ops.swapaxes(self, 0, 1) if len(ops.shape(self)) == 2 else self


@lowers("aten.permute", "aten.permute_copy")
def permute(self: Array, dims: Sequence[int]) -> Array:
    return ops.permute_dims(self, tuple(dims))


@lowers("aten.movedim.intlist", "aten.movedim.int", "aten.moveaxis.intlist", "aten.moveaxis.int")
def movedim(self: Array, source: Any, destination: Any) -> Array:
    if isinstance(source, int):
        return ops.moveaxis(self, source, destination)
    return ops.moveaxis(self, tuple(source), tuple(destination))


@lowers("aten.expand", "aten.expand_copy")
def expand(self: Array, size: Sequence[Any], implicit: bool = False) -> Array:
    sizes, own = list(size), ops.shape(self)
    before = len(sizes) - len(own)
    kept = [own[axis - before] if isinstance(one, int) and one == -1 else one for axis, one in enumerate(sizes)]
    return ops.broadcast_to(self, tuple(kept))


@lowers("aten.expand_as")
def expand_as(self: Array, other: Array) -> Array:
    return ops.broadcast_to(self, ops.shape(other))


@lowers("aten.view_as", "aten.reshape_as")
def view_as(self: Array, other: Array) -> Array:
    return ops.reshape(self, ops.shape(other))


@lowers("aten.repeat")
def repeat(self: Array, repeats: Sequence[Any]) -> Array:
    missing = len(repeats) - len(ops.shape(self))
    shaped = ops.reshape(self, (*[1] * missing, *ops.shape(self))) if missing else self
    return ops.tile(shaped, tuple(repeats)) if repeats else self


@lowers("aten.cat", "aten.concat", "aten.concatenate")
def cat(tensors: Sequence[Array], dim: int = 0) -> Array:
    rank = max(tensor.ndim for tensor in tensors)
    return ops.concat(
        [tensor for tensor in tensors if tensor.ndim == rank], axis=dim
    )  # torch lets an empty 1-D one pass


@lowers("aten.stack")
def stack(tensors: Sequence[Array], dim: int = 0) -> Array:
    return ops.stack(tensors, axis=dim)


@lowers("aten.split.Tensor", "aten.split_copy.Tensor", "aten.unsafe_split.Tensor")
def split(self: Array, split_size: Any, dim: int = 0, *, count: int) -> list[Array]:
    return [_part(self, dim, part * split_size, (part + 1) * split_size) for part in range(count)]


@lowers("aten.split_with_sizes", "aten.split_with_sizes_copy", "aten.unsafe_split_with_sizes", "aten.split.sizes")
def split_with_sizes(self: Array, split_sizes: Sequence[Any], dim: int = 0) -> list[Array]:
    parts, start = [], 0
    for size in split_sizes:
        parts.append(_part(self, dim, start, start + size))
        start = start + size
    return parts


@lowers("aten.chunk")
def chunk(self: Array, chunks: int, dim: int = 0, *, count: int) -> list[Array]:
    return split(self, -(-ops.shape(self)[dim] // chunks), dim, count=count)


@lowers("aten.unbind.int", "aten.unbind_copy.int")
def unbind(self: Array, dim: int = 0) -> list[Array]:
    return list(ops.unstack(self, axis=dim))


@lowers("aten.slice.Tensor", "aten.slice_copy.Tensor")
def slice_(self: Array, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Array:
    return _part(self, dim, start, end, step)


def _part(x: Array, dim: int, start: Any, end: Any, step: int = 1) -> Array:
    if isinstance(end, int) and end >= 2**62:
        end = None
    if isinstance(start, int) and start == 0:
        start = None
    if start is None and end is None and step == 1:
        return x
    return ops.get_item(x, (*[slice(None)] * (dim % x.ndim), slice(start, end, step)))


@lowers("aten.narrow")
def narrow(self: Array, dim: int, start: Any, length: Any) -> Array:
    return _part(self, dim, start, start + length)


@lowers("aten.select.int", "aten.select_copy.int")
def select(self: Array, dim: int, index: Any) -> Array:
    return ops.get_item(self, (*[slice(None)] * (dim % self.ndim), index))


@lowers("aten.flip")
def flip(self: Array, dims: Sequence[int]) -> Array:
    return ops.flip(self, axis=tuple(dims)) if dims else self


@lowers("aten.roll")
def roll(self: Array, shifts: Sequence[int], dims: Sequence[int] = ()) -> Array:
    return ops.roll(self, tuple(shifts), axis=tuple(dims)) if dims else ops.roll(self, shifts[0], axis=None)


@lowers("aten.rot90")
def rot90(self: Array, k: int = 1, dims: Sequence[int] = (0, 1)) -> Array:
    return ops.rot90(self, k, axes=(dims[0], dims[1]))


@lowers("aten.tril")
def tril(self: Array, diagonal: int = 0) -> Array:
    return ops.tril(self, k=diagonal)


@lowers("aten.triu")
def triu(self: Array, diagonal: int = 0) -> Array:
    return ops.triu(self, k=diagonal)


@lowers("aten.diagonal", "aten.diagonal_copy")
def diagonal(self: Array, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Array:
    return ops.diagonal(self, offset, dim1, dim2)


@lowers("aten.pixel_shuffle")
def pixel_shuffle(self: Array, upscale_factor: int) -> Array:
    return ops.pixel_shuffle(self, upscale_factor)


@lowers("aten.pixel_unshuffle")
def pixel_unshuffle(self: Array, downscale_factor: int) -> Array:
    return ops.pixel_unshuffle(self, downscale_factor)


@lowers("aten.im2col")
def im2col(self: Array, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Array:
    return ops.unfold(self, tuple(kernel_size), tuple(dilation), tuple(padding), tuple(stride))


@lowers("aten.col2im")
def col2im(self: Array, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Array:
    return ops.fold(self, tuple(output_size), tuple(kernel_size), tuple(dilation), tuple(padding), tuple(stride))


@lowers("aten.repeat_interleave.self_int")
def repeat_interleave(self: Array, repeats: int, dim: int | None = None, output_size: int | None = None) -> Array:
    return ops.repeat_interleave(self, repeats, axis=dim)


@lowers("aten.repeat_interleave.self_Tensor")
def repeat_interleave_by(self: Array, repeats: Array, dim: int | None = None, output_size: int | None = None) -> Array:
    return ops.repeat_interleave(self, repeats, axis=dim, total_repeat_length=output_size)


@lowers("aten.sym_size.int")
def sym_size(self: Array, dim: int) -> Any:
    return ops.shape(self)[dim]


@lowers("aten.sym_numel")
def sym_numel(self: Array) -> Any:
    return math.prod(ops.shape(self))
