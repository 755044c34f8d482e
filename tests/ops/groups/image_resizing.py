"""Cases for the sizes of images; JAX and NumPy are the references."""

from __future__ import annotations

from typing import Any

import jax
import numpy
import torch
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.strategies import ALL, FLOATING, SEEDS, array, arrays

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def _resized(
    images: numpy.ndarray, size: tuple[int, int], interpolation: str = "bilinear", antialias: bool = False
) -> numpy.ndarray:
    whole = images.dtype.kind in "iu"
    with jax.enable_x64(True):
        x = images.astype("float64")
        found = numpy.asarray(jax.image.resize(x, (*x.shape[:-2], *size), interpolation, antialias))
    return numpy.clip(found.round(), 0, 255).astype("uint8") if whole else found.astype(images.dtype)


def _cropped_first(images: numpy.ndarray, size: tuple[int, int], **options: Any) -> numpy.ndarray:
    (height, width), (rows, columns) = images.shape[-2:], size
    kept = min(height, width * rows // columns), min(width, height * columns // rows)
    top, left = (height - kept[0]) // 2, (width - kept[1]) // 2
    return _resized(images[..., top : top + kept[0], left : left + kept[1]], size)


def _padded_first(
    images: numpy.ndarray, size: tuple[int, int], fill_value: float = 0.0, **options: Any
) -> numpy.ndarray:
    (height, width), (rows, columns) = images.shape[-2:], size
    full = max(height, width * rows // columns), max(width, height * columns // rows)
    top, left = (full[0] - height) // 2, (full[1] - width) // 2
    widths = [(0, 0)] * (images.ndim - 2) + [(top, top), (left, left)]
    return _resized(numpy.pad(images, widths, constant_values=fill_value), size)


def _moved(
    images: numpy.ndarray, shape: Any, scale: Any, translation: Any, dims: Any, method: str, antialias: bool = True
) -> numpy.ndarray:
    with jax.enable_x64(True):
        numbers = (numpy.asarray(values, "float64") for values in (scale, translation))
        found = jax.image.scale_and_translate(images.astype("float64"), shape, dims, *numbers, method, antialias)
        return numpy.asarray(found).astype(images.dtype)


RESIZED, CROPPED_FIRST, PADDED_FIRST, MOVED = map(by_numpy, (_resized, _cropped_first, _padded_first, _moved))


def _resizing() -> list[Case]:
    image, flat = floats(2, 3, 5, 7), floats(1, 4, 4)
    return [
        *(case(RESIZED, image, (8, 4), mode) for mode in INTERPOLATIONS),
        *(case(RESIZED, image, (3, 9), mode, antialias=True) for mode in INTERPOLATIONS),
        *(case(RESIZED, flat, size) for size in ((4, 4), (8, 8), (1, 1))),
        case(RESIZED, floats(1, 1, 2, 300), (3, 900), "bicubic").but(
            tolerance=2e-4
        ),  # coordinates are of single precision
        case(RESIZED, integers(2, 1, 3, 5, below=256, dtype="uint8"), (5, 3)),
        case(RESIZED, integers(1, 4, 4, below=256, dtype="uint8"), (7, 3), "bicubic"),
        case(RESIZED, integers(1, 4, 4, below=256, dtype="uint8"), (2, 9), "nearest"),
        case(CROPPED_FIRST, image, (4, 4), crop_to_aspect_ratio=True),
        case(CROPPED_FIRST, image, (4, 9), crop_to_aspect_ratio=True),
        case(PADDED_FIRST, image, (4, 4), pad_to_aspect_ratio=True),
        case(PADDED_FIRST, image, (4, 9), pad_to_aspect_ratio=True, fill_value=0.5),
    ]


def _moving() -> list[Case]:
    image = floats(2, 5, 6)
    return [
        *(
            case(MOVED, image, (2, 7, 4), [1.3, 0.6], [0.4, -0.7], [1, 2], method, antialias=antialias)
            for method in ("linear", "cubic", "lanczos3", "lanczos5")
            for antialias in (True, False)
        ),
        case(MOVED, image, (2, 5, 3), positive(1), floats(1), (-1,), "bilinear"),
        case(MOVED, floats(4), (4,), [1.0], [9.0], [0], "linear").but(smooth=False),
        case(MOVED, floats(2, 3), (2, 3), [], [], [], "linear"),
    ]


def _cropped(
    images: torch.Tensor, top: Any = None, left: Any = None, bottom: Any = None, right: Any = None, **target: Any
) -> torch.Tensor:
    height, width = images.shape[-2:]
    rows, columns = target.get("target_height"), target.get("target_width")
    top = height - bottom - rows if top is None else top
    left = width - right - columns if left is None else left
    rows = height - top - bottom if rows is None else rows
    columns = width - left - right if columns is None else columns
    return images.narrow(-2, top, rows).narrow(-1, left, columns)


def _padded(
    images: torch.Tensor, top: Any = None, left: Any = None, bottom: Any = None, right: Any = None, **target: Any
) -> torch.Tensor:
    height, width = images.shape[-2:]
    rows = target.get("target_height") or height + top + bottom
    columns = target.get("target_width") or width + left + right
    top = rows - height - bottom if top is None else top
    left = columns - width - right if left is None else left
    result = images.new_zeros((*images.shape[:-2], rows, columns))
    result[..., top : top + height, left : left + width] = images
    return result


CASES = {
    "image.crop": [
        case(_cropped, floats(2, 3, 5, 6), 1, 2, 0, 1),
        case(_cropped, floats(3, 5, 6), 1, 2, target_height=3, target_width=4),
        case(_cropped, floats(1, 3, 5, 6), None, None, 1, 2, target_height=3, target_width=4),
        case(_cropped, integers(1, 4, 4), 0, 0, 0, 0),
        case(_cropped, floats(1, 4, 4), 2, 0, 2, 0),
    ],
    "image.pad": [
        case(_padded, floats(2, 3, 2, 3), 1, 2, 0, 1),
        case(_padded, floats(3, 2, 3), 1, 2, target_height=5, target_width=6),
        case(_padded, floats(1, 3, 2, 3), None, None, 1, 2, target_height=4, target_width=5),
        case(_padded, integers(1, 2, 2), 0, 1, 1, 0),
    ],
    "image.resize": _resizing(),
    "image.scale_and_translate": _moving(),
}

SHAPES = ((1, 3, 3), (2, 1, 4, 5), (1, 2, 3, 6))


@st.composite
def _resizes(draw: Any) -> Case:
    x = draw(arrays(FLOATING, SHAPES))
    size = draw(st.sampled_from(((1, 1), (3, 6), (2, 7), (5, 3))))
    return case(RESIZED, x, size, draw(st.sampled_from(INTERPOLATIONS)), draw(st.booleans()))


@st.composite
def _moves(draw: Any) -> Case:
    x = array((2, 5), draw(st.sampled_from(FLOATING)), -2, 2, draw(SEEDS))
    scale, move = draw(st.sampled_from((0.55, 1.1, 1.7))), draw(st.sampled_from((-0.7, 0.3, 1.35)))
    method = draw(st.sampled_from(("linear", "cubic", "lanczos3")))
    return case(MOVED, x, (2, draw(st.integers(1, 7))), [scale], [move], [1], method, draw(st.booleans()))


@st.composite
def _edges(draw: Any, reference: Any) -> Case:
    return case(reference, draw(arrays(ALL, SHAPES)), *draw(st.tuples(*(st.integers(0, 1) for _ in range(4)))))


GENERATED = {
    "image.crop": _edges(_cropped),
    "image.pad": _edges(_padded),
    "image.resize": _resizes(),
    "image.scale_and_translate": _moves(),
}
