"""Signals in time: frames, and the short-time Fourier transform, with the meaning of `torch.stft`."""

from __future__ import annotations

from typing import Any

from bridge.dispatch import op
from bridge.dtypes import dtype_name
from bridge.errors import InputShapeError
from bridge.ops.arithmetic import divide, multiply, square
from bridge.ops.creation import arange_like, ones_like
from bridge.ops.fft import fft, ifft, irfft, rfft
from bridge.ops.indexing import take
from bridge.ops.losses import expect_shape
from bridge.ops.manipulation import broadcast_to, expand_dims, pad, reshape, shape, swapaxes
from bridge.typing import Array

__all__ = [
    "extract_sequences",
    "istft",
    "stft",
]


@op
def extract_sequences(x: Array, sequence_length: int, sequence_stride: int) -> Array:
    """Windows over the last axis; `keras.ops.extract_sequences`.

    Args:
        x: `(..., N)`.
        sequence_length: the size of a window, at most N.
        sequence_stride: the step from one to the next.

    Returns:
        `(..., 1 + (N - sequence_length) // sequence_stride, sequence_length)`.

    >>> ops.extract_sequences(torch.arange(1, 7), 3, 2)
    tensor([[1, 2, 3],
            [3, 4, 5]])
    """
    expect_windows(x, sequence_length, sequence_stride)
    count = 1 + (shape(x)[-1] - sequence_length) // sequence_stride
    starts = expand_dims(arange_like(x, count) * sequence_stride, -1)
    return take(x, starts + arange_like(x, sequence_length), axis=-1)


def expect_windows(x: Array, length: int, stride: int) -> None:
    """Refuses windows that do not fit, where the size of the last axis is known.

    Raises:
        ValueError: the length is not from 1 to the size, or the stride not above 0.
    """
    size = x.shape[-1]
    if length < 1 or (size is not None and length > size):
        raise ValueError(f"expected a window from 1 to {size} elements, got {length}")
    if stride < 1:
        raise ValueError(f"expected a stride of at least 1, got {stride}")


@op
def stft(
    input: Array,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Array | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
) -> Array:
    """The Fourier transforms of windows over a signal, always complex; `torch.stft` with `return_complex=True`.

    Args:
        input: `(L,)` or `(B, L)`, real or complex.
        n_fft: the size of a transform.
        hop_length: the step from one window to the next, `n_fft // 4` by default.
        win_length: the size of the window, which zeros fill up to `n_fft` on both sides; `n_fft` by default.
        window: `(win_length,)`, ones by default.
        center: whether `n_fft // 2` elements are added at both ends, so that window t is centred at `t * hop_length`.
        pad_mode: what is added, as in `pad`.
        normalized: whether the transforms are divided by `sqrt(n_fft)`.
        onesided: whether only the first `n_fft // 2 + 1` frequencies are given: by default where all is real.

    Returns:
        `(frequencies, windows)` or `(B, frequencies, windows)`.

    >>> ops.stft(torch.ones(16), 8, window=ops.hanning(8)).shape
    torch.Size([5, 9])
    """
    _expect_rank(input, 1)
    hop = _hop(n_fft, hop_length)
    window = _window(input, n_fft, win_length, window)
    if center:
        _expect_padding(input, n_fft // 2, pad_mode)
        input = pad(input, (n_fft // 2, n_fft // 2), pad_mode)
    frames = multiply(extract_sequences(input, n_fft, hop), window)
    if onesided is None:
        onesided = not dtype_name(frames.dtype).startswith("complex")
    transform = rfft if onesided else fft
    return swapaxes(transform(frames, norm="ortho" if normalized else "backward"), -1, -2)


@op
def istft(
    input: Array,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Array | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Array:
    """The signal of which `stft` with the same arguments would be the nearest to `input`; `torch.istft`.

    The overlapping windows must leave no element out. torch looks for that and refuses; others divide by 0.

    Args:
        input: what `stft` gives: `(frequencies, windows)` or `(B, frequencies, windows)`.
        n_fft: the size of a transform.
        hop_length: the step from one window to the next, `n_fft // 4` by default.
        win_length: the size of the window, which zeros fill up to `n_fft` on both sides; `n_fft` by default.
        window: `(win_length,)`, ones by default.
        center: whether the `n_fft // 2` elements at both ends are left out.
        normalized: whether the transforms were divided by `sqrt(n_fft)`.
        onesided: whether there are only `n_fft // 2 + 1` frequencies: by default where there are not `n_fft`.
        length: of the signal, which is cut, or filled up with zeros; all of it by default.
        return_complex: whether the signal is complex, for which all the frequencies are needed.

    Returns:
        `(L,)` or `(B, L)`.

    >>> signal, window = torch.arange(16.0), torch.hann_window(8)
    >>> restored = ops.istft(ops.stft(signal, 8, window=window), 8, window=window)
    >>> torch.allclose(restored, signal, atol=1e-5)
    True
    """
    _expect_rank(input, 2)
    hop, frequencies = _hop(n_fft, hop_length), input.shape[-2]
    onesided = frequencies != n_fft if onesided is None else onesided
    expected = n_fft // 2 + 1 if onesided else n_fft
    if frequencies != expected or (onesided and return_complex):
        kind = "one-sided" if onesided else "two-sided"
        raise ValueError(f"expected {expected} frequencies of a {kind} transform, got {frequencies}")
    window = _window(input, n_fft, win_length, window)
    spectra, norm = swapaxes(input, -1, -2), "ortho" if normalized else "backward"
    frames = ifft(spectra, norm=norm) if return_complex else irfft(spectra[..., : n_fft // 2 + 1], n=n_fft, norm=norm)
    count = shape(frames)[-2]
    envelope = _overlapped(broadcast_to(square(window), (count, n_fft)), hop)
    start, total = n_fft // 2 if center else 0, n_fft + hop * (count - 1)
    end = total - start if length is None else start + length
    signal = divide(_overlapped(multiply(frames, window), hop)[..., start:end], envelope[start:end])
    return signal if length is None else pad(signal, (0, length))[..., :length]


def _hop(n_fft: int, hop_length: int | None) -> int:
    hop = n_fft // 4 if hop_length is None else hop_length
    if hop < 1:
        raise ValueError(f"expected a hop_length of at least 1, got {hop}")
    return hop


def _window(input: Array, n_fft: int, win_length: int | None, window: Array | None) -> Array:
    """The window with zeros on both sides, `(n_fft,)`."""
    size = n_fft if win_length is None else win_length
    if not 0 < size <= n_fft:
        raise ValueError(f"expected a win_length from 1 to n_fft={n_fft}, got {size}")
    if window is None:
        window = ones_like(input, shape=(size,), dtype=_real_dtype(input))
    expect_shape("window", window, (size,))
    before = (n_fft - size) // 2
    return pad(window, (before, n_fft - size - before))


def _real_dtype(x: Array) -> str:
    name = dtype_name(x.dtype)
    return {"complex64": "float32", "complex128": "float64"}.get(name, name)


def _expect_rank(input: Array, rank: int) -> None:
    if input.ndim not in (rank, rank + 1):
        raise InputShapeError(f"expected {rank} axes, or {rank + 1} with those of a batch, got {input.ndim}")


def _expect_padding(input: Array, width: int, mode: str) -> None:
    modes = ("constant", "reflect", "replicate", "circular")
    if mode not in modes:
        raise ValueError(f"expected a pad_mode of {modes}, got {mode!r}")
    size = input.shape[-1]
    if mode == "reflect" and size is not None and width >= size:
        raise ValueError(f"expected more than n_fft // 2 = {width} elements to mirror, got {size}")


def _overlapped(frames: Array, hop: int) -> Array:
    """Frames `(..., T, n)` added up, each `hop` behind the one before: `(..., n + hop * (T - 1))`."""
    *rows, count, size = shape(frames)
    pieces = -(-size // hop)
    parts = reshape(pad(frames, (0, pieces * hop - size)), (*rows, count, pieces, hop))
    # Piece j of frame t goes to place t + j.
    placed = [pad(parts[..., place, :], (0, 0, place, pieces - 1 - place)) for place in range(pieces)]
    total: Any = sum(placed[1:], placed[0])
    return reshape(total, (*rows, (count + pieces - 1) * hop))[..., : size + hop * (count - 1)]
