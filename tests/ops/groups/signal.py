"""Cases for frames and short-time Fourier transforms; NumPy and PyTorch are the reference."""

from __future__ import annotations

from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers, positive
from tests.ops.strategies import ALL, SEEDS, array


def _frames(x: Any, sequence_length: int, sequence_stride: int) -> Any:
    return numpy.lib.stride_tricks.sliding_window_view(x, sequence_length, -1)[..., ::sequence_stride, :]


def _stft(input: Any, n_fft: int, *args: Any, window: Any = None, **options: Any) -> Any:
    size = options.get("win_length", args[1] if len(args) > 1 else None) or n_fft
    window = torch.ones(size, dtype=input.dtype.to_real()) if window is None else window
    return torch.stft(input, n_fft, *args, window=window, return_complex=True, **options)


def _istft(input: Any, n_fft: int, *args: Any, window: Any = None, **options: Any) -> Any:
    size = options.get("win_length") or n_fft
    window = torch.ones(size, dtype=input.dtype.to_real()) if window is None else window
    return torch.istft(input, n_fft, *args, window=window, **options)


def _extractions() -> list[Case]:
    frames = by_numpy(_frames)
    return [
        case(frames, floats(9), 3, 2),
        case(frames, floats(2, 1, 8), 8, 3),
        case(frames, integers(2, 6, dtype="int32"), 2, 4),
        case(frames, bools(5), 1, 1),
        case(frames, complexes(1, 7), 4, 1),
        case(frames, floats(0, 4), 2, 1),
    ]


def _transforms() -> list[Case]:
    x = floats(2, 40)
    return [
        case(_stft, x, 8),
        case(_stft, floats(33), 16, 5, window=positive(16)),
        case(_stft, x, 12, 3, 7, window=positive(7), normalized=True),
        case(_stft, x, 10, 4, center=False, onesided=False),
        case(_stft, x, 9, pad_mode="constant"),
        case(_stft, floats(1, 20), 8, pad_mode="replicate", win_length=4),
        case(_stft, complexes(2, 24), 8, 4),
        case(_stft, floats(2, 24), 8, window=complexes(8)),
    ]


def _inverses() -> list[Case]:
    spectra, window = complexes(2, 9, 6), positive(16)
    return [
        case(_istft, spectra, 16, window=window),
        case(_istft, spectra, 16, 5, window=window, normalized=True),
        case(_istft, spectra, 16, 4, window=window, center=False),
        case(_istft, spectra, 16, 4, win_length=12, window=positive(12), length=11),
        case(_istft, complexes(5, 4), 8, length=9),
        case(_istft, complexes(5, 4), 9, 2, window=positive(9)),
        case(_istft, complexes(1, 8, 5), 8, onesided=False),
        case(_istft, complexes(8, 5), 8, return_complex=True),
    ]


CASES = {"extract_sequences": _extractions(), "istft": _inverses(), "stft": _transforms()}


@st.composite
def _generated_frames(draw: Any) -> Case:
    x = array(draw(st.sampled_from([(6,), (2, 9), (2, 1, 7)])), draw(st.sampled_from(ALL)), -4, 4, draw(SEEDS))
    return case(by_numpy(_frames), x, draw(st.integers(1, 6)), draw(st.integers(1, 4)))


@st.composite
def _generated_transforms(draw: Any) -> Case:
    n_fft = draw(st.integers(4, 9))
    dtype = draw(st.sampled_from(["float32", "float64", "complex64"]))
    x = array(draw(st.sampled_from([(20,), (1, 16), (2, 31)])), dtype, -4, 4, draw(SEEDS))
    window = array((n_fft,), "float64" if dtype == "float64" else "float32", 0.1, 1, draw(SEEDS))
    options = {name: draw(st.booleans()) for name in ("center", "normalized")}
    return case(_stft, x, n_fft, draw(st.none() | st.integers(1, 5)), window=window, **options)


@st.composite
def _generated_inverses(draw: Any) -> Case:
    n_fft, frames = draw(st.integers(4, 9)), draw(st.integers(2, 6))
    shape = draw(st.sampled_from([(), (1,), (2,)])) + (n_fft // 2 + 1, frames)
    x = array(shape, draw(st.sampled_from(["complex64", "complex128"])), -4, 4, draw(SEEDS))
    dtype = "float32" if x.dtype == "complex64" else "float64"
    window = array((n_fft,), dtype, 0.5, 1, draw(SEEDS))
    options = {name: draw(st.booleans()) for name in ("center", "normalized")}
    return case(_istft, x, n_fft, draw(st.integers(1, n_fft // 2)), window=window, **options)


GENERATED = {
    "extract_sequences": _generated_frames(),
    "istft": _generated_inverses(),
    "stft": _generated_transforms(),
}
