"""Overrides of `bridge.ops.signal` for PyTorch."""

from collections.abc import Callable

import torch
from torch.compiler import is_dynamo_compiling

from bridge.typing import Array


def extract_sequences(x: Array, sequence_length: int, sequence_stride: int) -> torch.Tensor:
    return x.unfold(-1, sequence_length, sequence_stride)


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
) -> torch.Tensor:
    window = _ones(input, n_fft, win_length) if window is None else window
    return torch.stft(
        input, n_fft, hop_length, win_length, window, center, pad_mode, normalized, onesided, return_complex=True
    )


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
) -> torch.Tensor:
    window = _ones(input, n_fft, win_length) if window is None else window
    function = _traceable_istft() if n_fft % 2 and is_dynamo_compiling() else torch.istft
    return function(input, n_fft, hop_length, win_length, window, center, normalized, onesided, length, return_complex)


def _traceable_istft() -> Callable[..., torch.Tensor]:
    """The op's own body: of an odd `n_fft` what Dynamo takes for torch's istft counts one frequency too few."""
    from bridge.ops.signal import istft as op

    return op.__wrapped__  # type: ignore[attr-defined]


def _ones(input: torch.Tensor, n_fft: int, win_length: int | None) -> torch.Tensor:
    """The window that torch takes too where none is given, but warns of."""
    return torch.ones(n_fft if win_length is None else win_length, dtype=input.real.dtype, device=input.device)
