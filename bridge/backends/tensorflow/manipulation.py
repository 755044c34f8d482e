"""Overrides of `bridge.ops.manipulation` for TensorFlow."""

import functools
import math
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.creation import on_device
from bridge.backends.tensorflow.kernels import Kernel
from bridge.backends.tensorflow.layout import channels_first, channels_last, lie_last
from bridge.backends.tensorflow.promotion import cast, tf_dtype
from bridge.shapes import inserted_axes, normalize_axis, padding_widths
from bridge.typing import Array, Device, DType, Shape


def shape(x: Array, /) -> Shape:
    sizes = x.shape.as_list()
    if None not in sizes:
        return tuple(sizes)
    dynamic = tf.shape(x)
    return tuple(dynamic[axis] if size is None else size for axis, size in enumerate(sizes))


def reshape(x: Array, /, shape: int | Shape, *, copy: bool | None = None) -> tf.Tensor:
    if tf.executing_eagerly() and 0 not in x.shape:
        return tf.reshape(x, shape if isinstance(shape, tuple) else [shape])
    sizes = [shape] if isinstance(shape, int) else list(shape)
    known = x.shape.num_elements()
    fixed = [size for size in sizes if isinstance(size, int) and size != -1]
    if -1 in [size for size in sizes if isinstance(size, int)] and known is not None and len(fixed) == len(sizes) - 1:
        sizes[sizes.index(-1)] = known // math.prod(fixed) if math.prod(fixed) else 0
    reshaped = tf.reshape(x, sizes)
    return tf.ensure_shape(reshaped, _static_sizes(x, sizes)) if None in reshaped.shape.as_list() else reshaped


def _static_sizes(x: tf.Tensor, sizes: list[object]) -> list[int | None]:
    """What is known of a new shape: TensorFlow forgets a -1 beside a dynamic size, even where the rest settles it."""
    result = [size if isinstance(size, int) and size != -1 else None for size in sizes]
    unknown_before = [size for size in x.shape.as_list() if size is None]
    dynamic_after = [size for size in sizes if not isinstance(size, int)]
    if -1 in [size for size in sizes if isinstance(size, int)] and len(dynamic_after) == len(unknown_before) == 1:
        before = math.prod(size for size in x.shape.as_list() if size is not None)
        after = math.prod(size for size in result if size is not None)
        place = next(i for i, size in enumerate(sizes) if isinstance(size, int) and size == -1)
        if after and before % after == 0:
            result[place] = before // after
    return result


def permute_dims(x: Array, /, axes: tuple[int, ...] | None = None) -> tf.Tensor:
    return tf.transpose(x, None if axes is None else [normalize_axis(axis, x.shape.rank) for axis in axes])


def squeeze(x: Array, /, axis: int | tuple[int, ...]) -> tf.Tensor:
    for position in axis if isinstance(axis, tuple) else (axis,):
        if x.shape.rank is not None and x.shape[position] not in (1, None):
            raise ValueError(f"ops.squeeze expected axis {position} to have size 1, got shape {tuple(x.shape)}")
    return x if axis == () else tf.squeeze(x, axis)  # TensorFlow takes no axes for all axes


def expand_dims(x: Array, /, axis: int | tuple[int, ...] = 0) -> tf.Tensor:
    if isinstance(axis, int):
        return tf.expand_dims(x, axis)
    for place in inserted_axes(axis, x.shape.rank):
        x = tf.expand_dims(x, place)
    return x


def broadcast_to(x: Array, /, shape: Shape) -> tf.Tensor:
    return tf.broadcast_to(x, list(shape))


def broadcast_arrays(*arrays: Array) -> list[tf.Tensor]:
    static = functools.reduce(tf.broadcast_static_shape, (array.shape for array in arrays))
    if static.is_fully_defined():
        return [tf.broadcast_to(array, static) for array in arrays]
    dynamic = functools.reduce(tf.broadcast_dynamic_shape, (tf.shape(array) for array in arrays))
    return [tf.ensure_shape(tf.broadcast_to(array, dynamic), static) for array in arrays]


def pad(input: Array, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> tf.Tensor:
    widths = padding_widths(input.shape.as_list(), pad, mode)
    if lie_last(input):
        return channels_first(_padded(channels_last(input), [widths[0], *widths[2:], widths[1]], mode, value))
    return _padded(input, widths, mode, value)


def _padded(input: tf.Tensor, widths: list[tuple[int, int]], mode: str, value: float) -> tf.Tensor:
    grown = [(_positive(before), _positive(after)) for before, after in widths]
    if mode == "circular":  # in torch what is cut comes not round again, but is seen in the mirror
        return _pad_by_index(_cropped(input, widths), grown, mode)
    if mode == "replicate":
        return _cropped(_pad_by_index(input, grown, mode), widths)
    constant = mode == "constant" or 0 in input.shape.as_list()  # TensorFlow refuses to mirror what is empty
    options = ("CONSTANT", cast(value, input.dtype)) if constant else ("REFLECT",)
    return _cropped(tf.pad(input, grown, *options), widths)


def _pad_by_index(x: tf.Tensor, widths: list[tuple[int, int]], mode: str) -> tf.Tensor:
    for axis, (before, after) in enumerate(widths):
        if not all(isinstance(width, int) and width == 0 for width in (before, after)):
            length = shape(x)[axis]
            index = tf.range(-before, length + after)
            index = tf.clip_by_value(index, 0, length - 1) if mode == "replicate" else tf.math.floormod(index, length)
            x = tf.gather(x, index, axis=axis)
    return x


def _cropped(x: tf.Tensor, widths: list[tuple[int, int]]) -> tf.Tensor:
    """`x` without what negative widths take away."""
    if all(isinstance(width, int) and width >= 0 for pair in widths for width in pair):
        return x
    begin = [_positive(-before) for before, _ in widths]
    places = zip(shape(x), begin, widths, strict=True)
    return tf.slice(x, begin, [full - start - _positive(-after) for full, start, (_, after) in places])


def _positive(width: Any) -> Any:
    """A width that grows; where it follows from sizes that are not known it is a tensor."""
    return max(0, width) if isinstance(width, int) else tf.maximum(width, 0)


def tril(x: Array, /, *, k: int = 0) -> tf.Tensor:
    return tf.where(_distance_from_diagonal(x) <= k, x, tf.zeros((), x.dtype))


def triu(x: Array, /, *, k: int = 0) -> tf.Tensor:
    return tf.where(_distance_from_diagonal(x) >= k, x, tf.zeros((), x.dtype))


def _distance_from_diagonal(x: tf.Tensor) -> tf.Tensor:
    rows, columns = shape(x)[-2:]
    return tf.range(columns)[None, :] - tf.range(rows)[:, None]


def astype(x: Array, dtype: DType, /, *, copy: bool = False, device: Device = None) -> tf.Tensor:
    if isinstance(x, Kernel) and not copy and device is None:
        return Kernel(tf.cast(x.stored, tf_dtype(dtype)))
    with on_device(device):
        result = tf.cast(x, tf_dtype(dtype))
        return tf.identity(result) if copy or device is not None else result


def view(x: Array, /, dtype: DType) -> tf.Tensor:
    wanted = tf_dtype(dtype)
    if tf.bool in (x.dtype, wanted):  # TensorFlow has no bits of bool
        byte = tf.cast(x, tf.uint8) if x.dtype == tf.bool else view(x, tf.uint8)
        return view(byte, wanted) if wanted != tf.bool else tf.cast(byte, tf.bool)
    before, after = x.dtype.size, wanted.size
    if before == after:
        return tf.bitcast(x, wanted)
    *sizes, last = shape(x)
    if before > after:
        return reshape(tf.bitcast(x, wanted), (*sizes, last * (before // after)))
    if isinstance(last, int) and last % (after // before):
        raise ValueError(
            f"expected a last axis that holds whole numbers of {wanted.name}, got {last} of {x.dtype.name}"
        )
    return tf.bitcast(reshape(x, (*sizes, last // (after // before), after // before)), wanted)


def view_as_complex(x: Array, /) -> tf.Tensor:
    if x.shape[-1] not in (2, None):
        raise ValueError(f"expected a last axis of size 2, got shape {tuple(x.shape)}")
    return tf.complex(x[..., 0], x[..., 1])


def view_as_real(x: Array, /) -> tf.Tensor:
    if not x.dtype.is_complex:
        raise TypeError(f"expected complex numbers, got {x.dtype.name}")
    return tf.stack([tf.math.real(x), tf.math.imag(x)], -1)


def stop_gradient(x: Array, /) -> tf.Tensor:
    return tf.stop_gradient(x)
