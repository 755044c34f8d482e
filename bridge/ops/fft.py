"""Discrete Fourier transforms, with the names and meaning of the Array API's extension `fft`; `numpy.fft`.

Real tensors become complex: integers, bool and float32 become complex64, float64 becomes complex128. The 16-bit ones
count as float32 in JAX and TensorFlow; torch refuses them on the CPU. In all functions
`norm` says what is divided by: `"backward"` by n in an inverse, `"forward"` by n in a transform, `"ortho"` by `sqrt(n)`
in both, n being the count of elements transformed.
"""

from __future__ import annotations

from bridge.dispatch import creation_op, op, primitive
from bridge.typing import Array, Axis, Device, DType

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]


@primitive
def fft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The transform along an axis, which is cut or filled up with zeros to `n` elements first; `numpy.fft.fft`.

    >>> ops.fft.fft(torch.tensor([1.0, 3.0]))
    tensor([ 4.+0.j, -2.+0.j])
    """


@primitive
def ifft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The inverse of `fft`; `numpy.fft.ifft`.

    >>> ops.fft.ifft(ops.fft.fft(torch.tensor([1.0, 3.0])))
    tensor([1.+0.j, 3.+0.j])
    """


@primitive
def fftn(
    x: Array, /, *, s: tuple[int, ...] | None = None, axes: tuple[int, ...] | None = None, norm: str = "backward"
) -> Array:
    """The transform along several axes, each cut or filled up with zeros to its size in `s`; `numpy.fft.fftn`.

    Args:
        x: any shape.
        s: a size for each axis, -1 for its own; all their own by default.
        axes: all by default, or as many of the last as `s` has sizes.
        norm: `"backward"`, `"ortho"` or `"forward"`.

    >>> ops.fft.fftn(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """


@primitive
def ifftn(
    x: Array, /, *, s: tuple[int, ...] | None = None, axes: tuple[int, ...] | None = None, norm: str = "backward"
) -> Array:
    """The inverse of `fftn`, with the same arguments; `numpy.fft.ifftn`.

    >>> ops.fft.ifftn(torch.ones(2, 2))
    tensor([[1.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """


@primitive
def rfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The first `n // 2 + 1` elements of the transform of real numbers, the others being their conjugates.

    It is `numpy.fft.rfft`. The axis is cut or filled up with zeros to `n` elements first.

    >>> ops.fft.rfft(torch.tensor([1.0, 0.0, 0.0, 0.0]))
    tensor([1.+0.j, 1.+0.j, 1.+0.j])
    """


@primitive
def irfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The inverse of `rfft`: `n` real numbers, `2 * (size - 1)` by default; `numpy.fft.irfft`.

    >>> ops.fft.irfft(torch.ones(3))
    tensor([1., 0., 0., 0.])
    """


@primitive
def rfftn(
    x: Array, /, *, s: tuple[int, ...] | None = None, axes: tuple[int, ...] | None = None, norm: str = "backward"
) -> Array:
    """`rfft` along the last of the axes, and `fft` along the others; `numpy.fft.rfftn`.

    The arguments are those of `fftn`.

    >>> ops.fft.rfftn(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """


@primitive
def irfftn(
    x: Array, /, *, s: tuple[int, ...] | None = None, axes: tuple[int, ...] | None = None, norm: str = "backward"
) -> Array:
    """The inverse of `rfftn`: the last of `s` is `2 * (size - 1)` by default; `numpy.fft.irfftn`.

    >>> ops.fft.irfftn(torch.ones(2, 2))
    tensor([[1., 0.],
            [0., 0.]])
    """


@op
def fft2(
    x: Array, /, *, s: tuple[int, int] | None = None, axes: tuple[int, int] = (-2, -1), norm: str = "backward"
) -> Array:
    """`fftn` along two axes, by default the last two; `numpy.fft.fft2`.

    >>> ops.fft.fft2(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return fftn(x, s=s, axes=axes, norm=norm)


@op
def ifft2(
    x: Array, /, *, s: tuple[int, int] | None = None, axes: tuple[int, int] = (-2, -1), norm: str = "backward"
) -> Array:
    """`ifftn` along two axes, by default the last two; `numpy.fft.ifft2`.

    >>> ops.fft.ifft2(torch.ones(2, 2))
    tensor([[1.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return ifftn(x, s=s, axes=axes, norm=norm)


@op
def rfft2(
    x: Array, /, *, s: tuple[int, int] | None = None, axes: tuple[int, int] = (-2, -1), norm: str = "backward"
) -> Array:
    """`rfftn` along two axes, by default the last two; `numpy.fft.rfft2`.

    >>> ops.fft.rfft2(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return rfftn(x, s=s, axes=axes, norm=norm)


@op
def irfft2(
    x: Array, /, *, s: tuple[int, int] | None = None, axes: tuple[int, int] = (-2, -1), norm: str = "backward"
) -> Array:
    """`irfftn` along two axes, by default the last two; `numpy.fft.irfft2`.

    >>> ops.fft.irfft2(torch.ones(2, 2))
    tensor([[1., 0.],
            [0., 0.]])
    """
    return irfftn(x, s=s, axes=axes, norm=norm)


@primitive
def hfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The transform of the first half of numbers whose second is their conjugate: `n` real ones; `numpy.fft.hfft`.

    By default `n` is `2 * (size - 1)`.

    >>> ops.fft.hfft(torch.ones(3))
    tensor([4., 0., 0., 0.])
    """


@primitive
def ihfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The inverse of `hfft`: `n // 2 + 1` complex numbers; `numpy.fft.ihfft`.

    >>> ops.fft.ihfft(torch.tensor([4.0, 0.0, 0.0, 0.0]))
    tensor([1.-0.j, 1.-0.j, 1.-0.j])
    """


@creation_op
def fftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> Array:
    """The frequencies of what `fft` makes of `n` samples `d` apart, float32 by default; `numpy.fft.fftfreq`.

    >>> ops.fft.fftfreq(4)
    tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """


@creation_op
def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> Array:
    """The frequencies of what `rfft` makes of `n` samples `d` apart, float32 by default; `numpy.fft.rfftfreq`.

    >>> ops.fft.rfftfreq(4)
    tensor([0.0000, 0.2500, 0.5000])
    """


@primitive
def fftshift(x: Array, /, *, axes: Axis = None) -> Array:
    """Axes turned so that the frequency of 0 is in the middle, all of them by default; `numpy.fft.fftshift`.

    >>> ops.fft.fftshift(torch.tensor([0, 1, 2, -2, -1]))
    tensor([-2, -1,  0,  1,  2])
    """


@primitive
def ifftshift(x: Array, /, *, axes: Axis = None) -> Array:
    """The inverse of `fftshift`; `numpy.fft.ifftshift`.

    >>> ops.fft.ifftshift(torch.tensor([-2, -1, 0, 1, 2]))
    tensor([ 0,  1,  2, -2, -1])
    """
