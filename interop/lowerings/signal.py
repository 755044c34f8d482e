"""Short-time Fourier transforms."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.stft.default")
def stft(
    self: Array,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Array | None = None,
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Array:
    return stft_center(
        self, n_fft, hop_length, win_length, window, False, "reflect", normalized, onesided, return_complex,
        align_to_window,
    )  # fmt: skip


@lowers("aten.stft.center")
def stft_center(
    self: Array,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Array | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Array:
    if align_to_window:
        raise NotImplementedError("stft with align_to_window=True")
    spectra = ops.stft(self, n_fft, hop_length, win_length, window, center, pad_mode, normalized, onesided)
    is_complex = ops.isdtype(self.dtype, "complex floating") or (
        window is not None and ops.isdtype(window.dtype, "complex floating")
    )
    return spectra if return_complex or (return_complex is None and is_complex) else ops.view_as_real(spectra)


lowers("aten.istft.default")(ops.istft)
