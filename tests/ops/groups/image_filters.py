"""Cases for filters of images; SciPy and TensorFlow are the references."""

from __future__ import annotations

from typing import Any

import numpy
import scipy.ndimage
import tensorflow as tf
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.strategies import FLOATING, SEEDS, array, arrays


def _blurred(images: numpy.ndarray, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0)) -> numpy.ndarray:
    sizes = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    deviations = (sigma, sigma) if isinstance(sigma, float) else sigma
    x = images.astype("float64")
    for axis, size, deviation in zip((-2, -1), sizes, deviations, strict=True):
        weights = numpy.exp(-0.5 * ((numpy.arange(size) - (size - 1) / 2) / deviation) ** 2)
        origin = -1 if size % 2 == 0 else 0
        x = scipy.ndimage.correlate1d(x, weights / weights.sum(), axis, mode="constant", origin=origin)
    return x.astype(images.dtype)


def _edges(images: numpy.ndarray) -> numpy.ndarray:
    x = images.astype("float64")
    along = [
        scipy.ndimage.correlate1d(
            scipy.ndimage.correlate1d(x, [-1.0, 0, 1], axis, mode="mirror"), [1.0, 2, 1], other, mode="mirror"
        )
        for axis, other in ((-2, -1), (-1, -2))
    ]
    return numpy.stack(along, -1).astype(images.dtype if images.dtype == "float64" else "float32")


def _likeness(one: numpy.ndarray, two: numpy.ndarray, max_val: float = 1.0, **options: Any) -> numpy.ndarray:
    images = [numpy.moveaxis(x.astype("float32"), -3, -1) for x in (one, two)]
    found = numpy.asarray(tf.image.ssim(*images, max_val, **options))
    return found.astype("float64") if one.dtype == "float64" else found


def _alike(*shape: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    image = positive(*shape)
    return image, image + floats(*shape) / 10


BLURRED, EDGES, LIKENESS = by_numpy(_blurred), by_numpy(_edges), by_numpy(_likeness)

CASES = {
    "image.gaussian_blur": [
        case(BLURRED, floats(2, 3, 5, 6)),
        case(BLURRED, floats(3, 5, 6), 5, 1.5),
        case(BLURRED, floats(1, 1, 4, 3), (3, 5), sigma=(0.5, 2.0)),
        case(BLURRED, floats(1, 2, 5, 5), (1, 2)),
        case(BLURRED, floats(1, 1, 2, 2), 7),
    ],
    "image.sobel_edges": [
        case(EDGES, floats(2, 3, 4, 5)),
        case(EDGES, floats(1, 2, 3)),
        case(EDGES, integers(1, 2, 3, 4, dtype="uint8")),
    ],
    "image.ssim": [
        case(LIKENESS, *_alike(2, 3, 12, 13)),
        case(LIKENESS, *_alike(1, 11, 11), 2.0),
        case(LIKENESS, *_alike(1, 2, 5, 6), filter_size=5, filter_sigma=1.0, k1=0.02, k2=0.05),
        case(LIKENESS, *((x * 100).astype("uint8") for x in _alike(1, 1, 12, 12)), 255.0),
    ],
}

SHAPES = ((1, 3, 3), (2, 1, 4, 5), (1, 2, 3, 6))


@st.composite
def _blurs(draw: Any) -> Case:
    size, sigma = draw(st.sampled_from((1, 3, (3, 5), (4, 3)))), draw(st.sampled_from((0.7, (1.0, 2.0))))
    return case(BLURRED, draw(arrays(FLOATING, SHAPES)), size, sigma)


@st.composite
def _pairs(draw: Any) -> Case:
    dtype, shape = draw(st.sampled_from(("float32", "float64"))), draw(st.sampled_from(SHAPES))
    one = array(shape, dtype, 0.1, 1, draw(SEEDS))
    return case(LIKENESS, one, one + array(shape, dtype, -0.1, 0.1, draw(SEEDS)), filter_size=3).but(
        tolerance=1e-4
    )  # the reference computes in single precision


GENERATED = {
    "image.gaussian_blur": _blurs(),
    "image.sobel_edges": arrays(("float32", "float64", "uint8", "int32"), SHAPES).map(lambda x: case(EDGES, x)),
    "image.ssim": _pairs(),
}
