"""Window functions, with NumPy's names and meaning: symmetric, float32 by default.

They answer in the framework of the layer that is running, and outside any layer in torch.
"""

from __future__ import annotations

from bridge.dispatch import creation_op
from bridge.typing import Array, DType

__all__ = [
    "bartlett",
    "blackman",
    "hamming",
    "hanning",
    "kaiser",
]


@creation_op
def bartlett(m: int, /, *, dtype: DType | None = None) -> Array:
    """A triangle of `m` points that begins and ends at 0; `numpy.bartlett`.

    >>> ops.bartlett(5)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """


@creation_op
def blackman(m: int, /, *, dtype: DType | None = None) -> Array:
    """`0.42 - 0.5 * cos(2 * pi * n / (m - 1)) + 0.08 * cos(4 * pi * n / (m - 1))` for n below `m`; `numpy.blackman`.

    >>> ops.blackman(5).round(decimals=2).abs()
    tensor([0.0000, 0.3400, 1.0000, 0.3400, 0.0000])
    """


@creation_op
def hamming(m: int, /, *, dtype: DType | None = None) -> Array:
    """`0.54 - 0.46 * cos(2 * pi * n / (m - 1))` for n below `m`; `numpy.hamming`.

    >>> ops.hamming(5)
    tensor([0.0800, 0.5400, 1.0000, 0.5400, 0.0800])
    """


@creation_op
def hanning(m: int, /, *, dtype: DType | None = None) -> Array:
    """`0.5 - 0.5 * cos(2 * pi * n / (m - 1))` for n below `m`; `numpy.hanning`.

    `torch.hann_window(m)`, of which frames add up evenly, is the first `m` points of `hanning(m + 1)`.

    >>> ops.hanning(5)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """


@creation_op
def kaiser(m: int, beta: float, /, *, dtype: DType | None = None) -> Array:
    """The window of `m` points that a Bessel function makes, the narrower the larger `beta`; `numpy.kaiser`.

    Reference: Kaiser, Digital Filters, in Kuo and Kaiser (eds.), System Analysis by Digital Computer, 1966

    >>> ops.kaiser(3, 0.0)
    tensor([1., 1., 1.])
    """
