"""Cases for patches; NumPy's windows are the reference."""

from __future__ import annotations

from typing import Any

import numpy
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.strategies import ALL, arrays


def _patches(images: numpy.ndarray, size: Any, strides: Any = None, dilation_rate: int = 1, padding: str = "valid"):
    return _of_rank(images, 2 if isinstance(size, int) else len(size), size, strides, dilation_rate, padding)


def _patches_3d(images: numpy.ndarray, size: Any, strides: Any = None, dilation_rate: int = 1, padding: str = "valid"):
    return _of_rank(images, 3, size, strides, dilation_rate, padding)


def _of_rank(images: numpy.ndarray, rank: int, size: Any, strides: Any, dilation: int, padding: str) -> numpy.ndarray:
    sizes = (size,) * rank if isinstance(size, int) else size
    steps = sizes if strides is None else (strides,) * rank if isinstance(strides, int) else strides
    spans = [dilation * (window - 1) + 1 for window in sizes]
    x = images
    if padding == "same":
        missing = [
            max(0, (-(-length // step) - 1) * step + span - length)
            for length, step, span in zip(x.shape[-rank:], steps, spans, strict=True)
        ]
        x = numpy.pad(x, [(0, 0)] * (x.ndim - rank) + [(total // 2, total - total // 2) for total in missing])
    spatial = tuple(range(x.ndim - rank, x.ndim))
    windows = numpy.lib.stride_tricks.sliding_window_view(x, spans, spatial)
    windows = windows[(..., *(slice(None, None, step) for step in steps), *(slice(None, None, dilation),) * rank)]
    lead = images.ndim - rank - 1  # channels stand there
    order = (*range(lead), *range(lead + 1 + rank, windows.ndim), lead, *range(lead + 1, lead + 1 + rank))
    windows = windows.transpose(order)
    return windows.reshape(*images.shape[:lead], -1, *windows.shape[-rank:])


PATCHES, PATCHES_3D = by_numpy(_patches), by_numpy(_patches_3d)

CASES = {
    "image.extract_patches": [
        case(PATCHES, floats(2, 3, 6, 6), 2),
        case(PATCHES, floats(3, 5, 7), (2, 3)),
        case(PATCHES, floats(1, 2, 6, 6), 3, 1),
        case(PATCHES, floats(1, 2, 7, 6), 3, (2, 1), padding="same"),
        case(PATCHES, floats(1, 2, 7, 7), 2, padding="same"),
        case(PATCHES, floats(1, 1, 6, 6), 2, 1, 2),
        case(PATCHES, floats(1, 1, 6, 6), 2, 1, 2, "same"),
        case(PATCHES, integers(1, 2, 4, 4), 2),
        case(PATCHES, floats(1, 2, 4, 4, 4), (2, 2, 1)),
    ],
    "image.extract_patches_3d": [
        case(PATCHES_3D, floats(2, 3, 4, 4, 4), 2),
        case(PATCHES_3D, floats(3, 4, 5, 6), (2, 1, 3), 1),
        case(PATCHES_3D, floats(1, 1, 5, 4, 3), 2, padding="same"),
        case(PATCHES_3D, floats(1, 1, 4, 4, 4), 2, 1, 2),
    ],
}


@st.composite
def _extracted(draw: Any) -> Case:
    x = draw(arrays(ALL, ((1, 3, 3), (2, 1, 4, 5), (1, 2, 6, 4))))
    options = {"strides": draw(st.sampled_from((None, 1, (2, 1)))), "padding": draw(st.sampled_from(("valid", "same")))}
    return case(PATCHES, x, draw(st.sampled_from((1, 2, (3, 2)))), **options)


@st.composite
def _extracted_3d(draw: Any) -> Case:
    x = draw(arrays(("float32", "float16", "int64", "bool"), ((1, 3, 3, 3), (2, 1, 4, 3, 5))))
    return case(PATCHES_3D, x, draw(st.sampled_from((1, 2, (3, 2, 1)))), draw(st.sampled_from((None, 1, (2, 1, 1)))))


GENERATED = {"image.extract_patches": _extracted(), "image.extract_patches_3d": _extracted_3d()}
