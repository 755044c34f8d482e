"""Cases for the colours of images; `colorsys` and formulas of NumPy are the references."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, integers, positive
from tests.ops.strategies import arrays


def _pixel_by_pixel(function: Callable[..., Any]) -> Callable[..., Any]:
    def of_images(images: numpy.ndarray) -> numpy.ndarray:
        first, second, third = numpy.moveaxis(images, -3, 0)
        return numpy.stack(numpy.vectorize(function, otypes="ddd")(first, second, third), -3).astype(images.dtype)

    return by_numpy(of_images)


def _gray(images: numpy.ndarray) -> numpy.ndarray:
    if images.shape[-3] == 1:
        return images
    weights = numpy.array([0.2989, 0.587, 0.114]).reshape(3, 1, 1)
    return (images * weights).sum(-3, keepdims=True).astype(images.dtype)


def _colours(*shape: int) -> numpy.ndarray:
    return positive(*shape) / 2


TO_HSV, TO_RGB, TO_GRAY = _pixel_by_pixel(colorsys.rgb_to_hsv), _pixel_by_pixel(colorsys.hsv_to_rgb), by_numpy(_gray)

PURE = numpy.array([[1, 0, 0, 1, 0.5, 0], [0, 1, 0, 1, 0.5, 0], [0, 0, 1, 0, 0.5, 0]], "float32").reshape(3, 2, 3)


def _conversion(reference: Callable[..., Any]) -> list[Case]:
    return [
        case(reference, _colours(2, 3, 4, 5)),
        case(reference, _colours(3, 2, 3)),
        case(reference, _colours(1, 3, 1, 1)),
        case(reference, _colours(0, 3, 2, 2)),
        case(reference, PURE).but(gradient=False),
    ]


CASES = {
    "image.hsv_to_rgb": _conversion(TO_RGB),
    "image.rgb_to_grayscale": [
        *_conversion(TO_GRAY),
        case(TO_GRAY, _colours(2, 1, 3, 3)),
        case(TO_GRAY, integers(3, 4, 4, below=256, dtype="uint8")),
    ],
    "image.rgb_to_hsv": _conversion(TO_HSV),
}

SHAPES = ((3, 1, 1), (1, 3, 2, 2), (2, 3, 3, 4), (0, 3, 2, 2))


@st.composite
def _of_colours(draw: Any, reference: Callable[..., Any], dtypes: tuple[str, ...]) -> Case:
    return case(reference, draw(arrays(dtypes, SHAPES, 0.05, 0.95)))


GENERATED = {
    "image.hsv_to_rgb": _of_colours(TO_RGB, ("float32", "float64")),
    "image.rgb_to_grayscale": _of_colours(TO_GRAY, ("float32", "float64", "float16", "bfloat16")),
    "image.rgb_to_hsv": _of_colours(TO_HSV, ("float32", "float64")),
}
