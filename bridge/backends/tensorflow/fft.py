"""Overrides of `bridge.ops.fft` for TensorFlow, whose own transforms take the last axes."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.creation import on_device
from bridge.backends.tensorflow.manipulation import shape
from bridge.backends.tensorflow.promotion import cast, default_dtype, floating, tf_dtype
from bridge.shapes import normalize_axes, normalize_axis
from bridge.typing import Array, Axis, Device, DType

Sizes = tuple[int, ...] | None

_FORWARD = {1: tf.signal.fft, 2: tf.signal.fft2d, 3: tf.signal.fft3d}
_INVERSE = {1: tf.signal.ifft, 2: tf.signal.ifft2d, 3: tf.signal.ifft3d}
_OPPOSITE = {"backward": "forward", "forward": "backward"}


def fft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> tf.Tensor:
    return fftn(x, s=_one(n), axes=(axis,), norm=norm)


def ifft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> tf.Tensor:
    return ifftn(x, s=_one(n), axes=(axis,), norm=norm)


def rfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> tf.Tensor:
    return rfftn(x, s=_one(n), axes=(axis,), norm=norm)


def irfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> tf.Tensor:
    return irfftn(x, s=_one(n), axes=(axis,), norm=norm)


def hfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> tf.Tensor:
    return irfft(tf.math.conj(_complex(x)), n=n, axis=axis, norm=_OPPOSITE.get(norm, norm))


def ihfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> tf.Tensor:
    return tf.math.conj(rfft(x, n=n, axis=axis, norm=_OPPOSITE.get(norm, norm)))


def _one(n: int | None) -> Sizes:
    return None if n is None else (n,)


def fftn(x: Array, /, *, s: Sizes = None, axes: Sizes = None, norm: str = "backward") -> tf.Tensor:
    places = _places(x, s, axes)
    x = _resized(_complex(x), s, places)
    return _scaled(_transformed(x, places, _FORWARD), shape(x), places, norm, "backward")


def ifftn(x: Array, /, *, s: Sizes = None, axes: Sizes = None, norm: str = "backward") -> tf.Tensor:
    places = _places(x, s, axes)
    x = _resized(_complex(x), s, places)
    return _scaled(_transformed(x, places, _INVERSE), shape(x), places, norm, "forward")


def rfftn(x: Array, /, *, s: Sizes = None, axes: Sizes = None, norm: str = "backward") -> tf.Tensor:
    places = _places(x, s, axes)
    x = _resized(_single_or_double(x), s, places)
    half = _at_the_end(x, places[-1:], tf.signal.rfft)
    return _scaled(_transformed(half, places[:-1], _FORWARD), shape(x), places, norm, "backward")


def irfftn(x: Array, /, *, s: Sizes = None, axes: Sizes = None, norm: str = "backward") -> tf.Tensor:
    places = _places(x, s, axes)
    x = _complex(x)
    last = 2 * (shape(x)[places[-1]] - 1) if s is None or s[-1] == -1 else s[-1]
    _expect_elements(last)
    x = _resized(x, (*(s or [-1] * len(places))[:-1], last // 2 + 1), places)
    whole = _at_the_end(_transformed(x, places[:-1], _INVERSE), places[-1:], lambda x: tf.signal.irfft(x, [last]))
    return _scaled(whole, shape(whole), places, norm, "forward")


def _places(x: tf.Tensor, s: Sizes, axes: Sizes) -> list[int]:
    rank = x.shape.rank
    if axes is None:
        axes = tuple(range(rank)) if s is None else tuple(range(rank - len(s), rank))
    places = [normalize_axis(axis, rank) for axis in axes]
    if not places or len(set(places)) != len(places):
        raise ValueError(f"expected axes of which none comes twice, got {axes}")
    if s is not None and len(s) != len(places):
        raise ValueError(f"expected a size for each of the axes {axes}, got s={s}")
    return places


def _single_or_double(x: tf.Tensor) -> tf.Tensor:
    x = floating(x)
    return tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x


def _complex(x: tf.Tensor) -> tf.Tensor:
    x = _single_or_double(x)
    if x.dtype.is_complex:
        return x
    return tf.cast(x, tf.complex64 if x.dtype == tf.float32 else tf.complex128)


def _expect_elements(size: Any) -> None:
    if isinstance(size, int) and size < 1:
        raise ValueError(f"a transform expected at least one element, got {size}")


def _resized(x: tf.Tensor, s: Sequence[Any] | None, places: list[int]) -> tf.Tensor:
    """`x` with each axis cut or filled up with zeros to its size in `s`."""
    sizes = list(shape(x))
    wanted = list(sizes)
    for place, size in zip(places, s or [-1] * len(places), strict=True):
        wanted[place] = sizes[place] if isinstance(size, int) and size == -1 else size
        _expect_elements(wanted[place])
    if all(before is after for before, after in zip(sizes, wanted, strict=True)):
        return x
    more = [(0, tf.maximum(after - before, 0)) for before, after in zip(sizes, wanted, strict=True)]
    return tf.slice(tf.pad(x, more), [0] * len(wanted), wanted)


def _transformed(x: tf.Tensor, places: list[int], functions: dict[int, Callable[[tf.Tensor], tf.Tensor]]) -> tf.Tensor:
    for start in range(0, len(places), 3):
        some = places[start : start + 3]
        x = _at_the_end(x, some, functions[len(some)])
    return x


def _at_the_end(x: tf.Tensor, places: list[int], function: Callable[[tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """`function` of the last axes, applied to those at `places`."""
    rank = x.shape.rank
    order = [axis for axis in range(rank) if axis not in places] + places
    if order == list(range(rank)):
        return function(x)
    back = sorted(range(rank), key=order.__getitem__)
    return tf.transpose(function(tf.transpose(x, order)), back)


def _scaled(x: tf.Tensor, sizes: Sequence[Any], places: list[int], norm: str, own: str) -> tf.Tensor:
    """`x` divided as `norm` says, where TensorFlow has divided as for `"backward"`.

    Args:
        x: a transform.
        sizes: those of what was transformed, each of the axes whole.
        places: the axes.
        norm: the argument.
        own: the norm that divides by the whole count in a transform of this direction, or undoes that.
    """
    if norm == "backward":
        return x
    if norm not in ("ortho", "forward"):
        raise ValueError(f"expected a norm of 'backward', 'ortho' or 'forward', got {norm!r}")
    count = tf.cast(math.prod(sizes[place] for place in places), x.dtype)
    factor = tf.sqrt(count) if norm == "ortho" else count
    return x * factor if own == "forward" else x / factor


def fftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> tf.Tensor:
    with on_device(device):
        places = tf.range(n)
        return _frequencies(tf.where(places < (n + 1) // 2, places, places - n), n, d, dtype)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> tf.Tensor:
    with on_device(device):
        return _frequencies(tf.range(n // 2 + 1), n, d, dtype)


def _frequencies(counts: tf.Tensor, n: int, d: float, dtype: DType | None) -> tf.Tensor:
    kind = default_dtype() if dtype is None else tf_dtype(dtype)
    return tf.cast(counts, kind) / (tf.cast(n, kind) * cast(d, kind))


def fftshift(x: Array, /, *, axes: Axis = None) -> tf.Tensor:
    places = normalize_axes(axes, x.shape.rank)
    return tf.roll(x, [shape(x)[place] // 2 for place in places], places)


def ifftshift(x: Array, /, *, axes: Axis = None) -> tf.Tensor:
    places = normalize_axes(axes, x.shape.rank)
    return tf.roll(x, [-(shape(x)[place] // 2) for place in places], places)
