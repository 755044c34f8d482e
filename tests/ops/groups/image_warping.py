"""Cases for images read at other places; SciPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import scipy.ndimage
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.groups.image_filters import _blurred
from tests.ops.strategies import FLOATING, SEEDS, array

MODES = {
    "constant": "grid-constant",
    "nearest": "nearest",
    "wrap": "grid-wrap",
    "mirror": "mirror",
    "reflect": "reflect",
}


def _read(
    inputs: numpy.ndarray, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: float = 0.0
) -> numpy.ndarray:
    x = inputs.astype("float64")
    places = numpy.asarray(coordinates, "float64")
    found = scipy.ndimage.map_coordinates(x, places, order=order, mode=MODES[fill_mode], cval=fill_value)
    return found.round().astype(inputs.dtype) if inputs.dtype.kind in "iu" else found.astype(inputs.dtype)


def _each_channel(images: numpy.ndarray, places: Any, interpolation: str, *fill: Any) -> numpy.ndarray:
    """`places` gives the row and the column that each image's elements come from."""
    order = {"nearest": 0, "bilinear": 1}[interpolation]
    batch = images if images.ndim == 4 else images[None]
    rows, columns = numpy.meshgrid(*map(numpy.arange, batch.shape[2:]), indexing="ij")
    found = [
        [_read(channel, places(i, rows, columns), order, *fill) for channel in image] for i, image in enumerate(batch)
    ]
    result = numpy.array(found, images.dtype).reshape(batch.shape)
    return result if images.ndim == 4 else result[0]


def _affine(
    images: numpy.ndarray,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> numpy.ndarray:
    maps = numpy.broadcast_to(numpy.atleast_2d(transform), (len(images), 8))

    def places(i: int, rows: numpy.ndarray, columns: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        a0, a1, a2, b0, b1, b2, c0, c1 = maps[i]
        k = c0 * columns + c1 * rows + 1
        return (b0 * columns + b1 * rows + b2) / k, (a0 * columns + a1 * rows + a2) / k

    return _each_channel(images, places, interpolation, fill_mode, fill_value)


def _perspective(
    images: numpy.ndarray, starts: Any, ends: Any, interpolation: str = "bilinear", fill_value: float = 0.0
) -> numpy.ndarray:
    starts, ends = numpy.asarray(starts, "float64"), numpy.asarray(ends, "float64")
    pairs = zip(starts.reshape(-1, 4, 2), ends.reshape(-1, 4, 2), strict=True)
    maps = [_homography(one, other) for one, other in pairs]
    return _affine(images, numpy.array(maps), interpolation, "constant", fill_value)


def _homography(starts: numpy.ndarray, ends: numpy.ndarray) -> numpy.ndarray:
    rows, values = [], []
    for (x, y), (u, v) in zip(ends, starts, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return numpy.linalg.solve(numpy.array(rows), numpy.array(values))


def _elastic(
    images: numpy.ndarray,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    noise: Any = None,
) -> numpy.ndarray:
    window = int(6 * sigma) | 1
    moves = _blurred(numpy.asarray(noise, "float64") * sigma, window, float(sigma)) * alpha
    moves = moves if moves.ndim == 4 else moves[None]
    return _each_channel(
        images, lambda i, r, c: (r + moves[i, 0], c + moves[i, 1]), interpolation, fill_mode, fill_value
    )


READ, AFFINE, PERSPECTIVE, ELASTIC = map(by_numpy, (_read, _affine, _perspective, _elastic))

TURN = numpy.array([0.83, -0.47, 1.337, 0.43, 0.91, -0.6713, 0, 0], "float32")
TILT = numpy.array(
    [[0.91, 0.23, 0.33, -0.13, 1.09, 0.41, 0.01, 0.02], [1.07, 0.13, -1.21, 0.31, 0.83, 0.6137, -0.02, 0.01]], "float32"
)
IMAGE = floats(2, 3, 5, 6)
CORNERS = numpy.array([[0, 0], [5, 0], [0, 4], [5, 4]], "float32")
MOVED = CORNERS + numpy.array([[0.7, 0.4], [-0.6, 0.3], [0.2, -0.3], [-0.9, 0.6]], "float32")
TWO = numpy.stack([MOVED, CORNERS[::-1] + 0.3]), numpy.stack([CORNERS, MOVED[::-1]])


def _of_modes(make: Callable[[str, str], Case]) -> list[Case]:
    return [make(interpolation, mode) for interpolation in ("bilinear", "nearest") for mode in MODES]


CASES = {
    "image.affine_transform": [
        *_of_modes(lambda interpolation, mode: case(AFFINE, IMAGE, TURN, interpolation, mode, 0.5)),
        case(AFFINE, IMAGE, TILT),
        case(AFFINE, floats(1, 2, 4, 4)[0], TURN),
        case(AFFINE, IMAGE, TURN.tolist(), fill_mode="nearest"),
        case(AFFINE, integers(2, 1, 4, 5, below=256, dtype="uint8"), TURN, "nearest"),
    ],
    "image.elastic_transform": [
        *_of_modes(
            lambda interpolation, mode: case(ELASTIC, IMAGE, 2.0, 1.0, interpolation, mode, noise=floats(2, 2, 5, 6))
        ),
        case(ELASTIC, floats(3, 4, 5), noise=floats(2, 4, 5)),
    ],
    "image.map_coordinates": [
        *(case(READ, floats(5, 4), floats(2, 7) * 4, order, mode, 0.5) for order in (0, 1) for mode in MODES),
        case(READ, floats(5), [floats(2, 3) + 2], 1),
        case(READ, floats(3, 4, 2), tuple(positive(3) for _ in range(3)), order=1, fill_mode="nearest"),
        case(READ, integers(4, 4, below=100), positive(2, 3), 1),
        case(READ, floats(1, 1), floats(2, 3), 1, "mirror"),
    ],
    "image.perspective_transform": [
        case(PERSPECTIVE, IMAGE[:1], MOVED, CORNERS),
        case(PERSPECTIVE, IMAGE, *TWO, fill_value=0.5),
        case(PERSPECTIVE, IMAGE[:1], MOVED, CORNERS, "nearest"),
        case(PERSPECTIVE, IMAGE[:1], MOVED.tolist(), CORNERS.tolist()),
    ],
}

FIXED = {"image.elastic_transform": ("noise",)}


@st.composite
def _turns(draw: Any) -> Case:
    x = array((2, 1, 4, 5), draw(st.sampled_from(FLOATING)), -2, 2, draw(SEEDS))
    return case(AFFINE, x, array((2, 8), "float32", -0.05, 0.05, draw(SEEDS)) + TURN, "bilinear", _mode(draw))


@st.composite
def _elastics(draw: Any) -> Case:
    dtype = draw(st.sampled_from(("float32", "float64")))
    x, noise = array((1, 2, 4, 5), dtype, -2, 2, draw(SEEDS)), array((1, 2, 4, 5), dtype, -2, 2, draw(SEEDS))
    return case(ELASTIC, x, 3.0, 1.0, "bilinear", _mode(draw), noise=noise)


@st.composite
def _reads(draw: Any) -> Case:
    dtype = draw(st.sampled_from(("float32", "float64")))
    x = array(draw(st.sampled_from(((3, 4), (1, 5)))), dtype, -4, 4, draw(SEEDS))
    return case(READ, x, array((2, 3), dtype, -6, 9, draw(SEEDS)), 1, _mode(draw))


@st.composite
def _views(draw: Any) -> Case:
    x = array((2, 1, 4, 5), draw(st.sampled_from(("float32", "float64"))), -2, 2, draw(SEEDS))
    starts = TWO[0] + array((2, 4, 2), "float32", -0.4, 0.4, draw(SEEDS))
    return case(PERSPECTIVE, x, starts, TWO[1])


def _mode(draw: Any) -> str:
    return draw(st.sampled_from(("nearest", "wrap", "mirror", "reflect", "constant")))


GENERATED = {
    "image.affine_transform": _turns(),
    "image.elastic_transform": _elastics(),
    "image.map_coordinates": _reads(),
    "image.perspective_transform": _views(),
}
