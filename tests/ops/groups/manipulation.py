"""Cases for shapes; NumPy is the reference, PyTorch for `pad` and views."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import ALL, PAIRS, SEEDS, SHAPES, array, arrays, of_one, of_two

WITHOUT_X64 = {"jax": "JAX without x64 has no 64-bit numbers to read bits as"}


def _triangle(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, floats(3, 3)),
        case(reference, floats(2, 2, 4), k=1),
        case(reference, integers(4, 2), k=-1),
        case(reference, bools(1, 3)),
        case(reference, floats(0, 3)),
    ]


def _broadcast(*arrays: Any) -> list[Any]:
    return list(numpy.broadcast_arrays(*arrays))


def _manipulation() -> dict[str, list[Case]]:
    x = floats(2, 3, 4)
    reshape, squeeze, expand, permute, moveaxis = map(
        by_numpy, (numpy.reshape, numpy.squeeze, numpy.expand_dims, numpy.permute_dims, numpy.moveaxis)
    )
    astype, broadcast, arrays_of, shapes_of = map(
        by_numpy, (numpy.astype, numpy.broadcast_to, _broadcast, numpy.broadcast_shapes)
    )
    ranks = (floats(), floats(2), integers(2, 3), bools(2, 1, 3), floats(0), floats(2, 1, 2, 1))
    return {
        "astype": [
            case(astype, x, "float32").but(smooth=False),
            case(astype, x, "float32", copy=True).but(smooth=False),
            case(astype, x, "int32"),
            case(astype, x, "bool"),
            case(astype, bools(3), "float32"),
            case(astype, integers(3), "float16"),
            case(astype, integers(0), "uint8"),
            case(astype, floats(2), "complex64").but(smooth=False),
        ],
        "atleast_1d": [case(by_numpy(numpy.atleast_1d), x) for x in ranks],
        "atleast_2d": [case(by_numpy(numpy.atleast_2d), x) for x in ranks],
        "atleast_3d": [case(by_numpy(numpy.atleast_3d), x) for x in ranks],
        "broadcast_arrays": [
            case(arrays_of, floats(3), floats(2, 1)).but(via=lambda op: op),
            case(arrays_of, floats(), integers(2, 1), bools(1, 3)),
            case(arrays_of, floats(2)),
            case(arrays_of, floats(0, 1), floats(3)),
        ],
        "broadcast_shapes": [
            case(shapes_of, (2, 1), (3,)),
            case(shapes_of, (), (0, 1), (1, 3)),
            case(shapes_of, (2,)),
            case(shapes_of),
        ],
        "broadcast_to": [
            case(broadcast, floats(3), (2, 3)),
            case(broadcast, floats(1, 1), (0, 2)),
            case(broadcast, floats(), (2, 2)),
            case(broadcast, bools(2, 1), (2, 3)),
        ],
        "expand_dims": [
            case(expand, x, 0),
            case(expand, x, axis=-1),
            case(expand, floats(), 0),
            case(expand, x, 2),
            case(expand, x, (0, -1)),
            case(expand, x, axis=(3, 1)),
            case(expand, floats(2), ()),
        ],
        "flatten": [
            case(torch.flatten, x),
            case(torch.flatten, x, 1),
            case(torch.flatten, x, 0, -2),
            case(torch.flatten, floats()),
            case(torch.flatten, floats(0, 3)),
        ],
        "moveaxis": [
            case(moveaxis, x, 0, -1),
            case(moveaxis, x, -1, 0),
            case(moveaxis, x, (0, 1), (2, 0)),
            case(moveaxis, integers(2, 3), (), ()),
        ],
        "permute_dims": [
            case(permute, x),
            case(permute, x, (2, 0, 1)),
            case(permute, x, axes=(-1, 0, 1)),
            case(permute, integers(0, 2)),
            case(permute, floats()),
        ],
        "ravel": [case(by_numpy(numpy.ravel), x) for x in ranks],
        "transpose": [case(by_numpy(numpy.transpose), x)],
        "reshape": [
            case(reshape, x, (4, 6)),
            case(reshape, x, (2, -1)),
            case(reshape, x, -1),
            case(reshape, floats(1), ()),
            case(reshape, floats(0, 3), (3, 0, 2)),
            case(reshape, x, (6, 4), copy=True),
            case(reshape, x, (6, 4), copy=False),
        ],
        "shape": [case(by_numpy(numpy.shape), x) for x in (x, floats(), integers(0, 2))],
        "squeeze": [
            case(squeeze, floats(1, 3, 1), 0),
            case(squeeze, floats(1, 3, 1), axis=(0, 2)),
            case(squeeze, floats(1, 3, 1), -1),
        ],
        "stop_gradient": [case(lambda x: x, x), case(lambda x: x, integers(2))],
        "swapaxes": [case(by_numpy(numpy.swapaxes), x, *axes) for axes in ((0, 1), (-1, 0), (1, 1))],
        "tril": _triangle(numpy.tril),
        "triu": _triangle(numpy.triu),
        "view": [
            case(torch.Tensor.view, floats(2, 3), torch.int32),
            case(torch.Tensor.view, integers(4, dtype="int32"), torch.float32),
            case(torch.Tensor.view, integers(2, 4, dtype="int16"), torch.int8),
            case(torch.Tensor.view, integers(2, 4, dtype="uint8"), torch.int16),
            case(torch.Tensor.view, floats(2), torch.float32),
            case(torch.Tensor.view, floats(), torch.int32),
            case(torch.Tensor.view, bools(3), torch.uint8),
            case(torch.Tensor.view, integers(3, below=2, dtype="int8"), torch.bool),
            case(torch.Tensor.view, floats(2, 2), torch.int64).but(lacking=WITHOUT_X64),
        ],
        "view_as_complex": [case(torch.view_as_complex, floats(*shape)) for shape in ((3, 2), (2,), (1, 3, 2))],
        "view_as_real": [case(torch.view_as_real, complexes(*shape)) for shape in ((2, 3), (), (0, 2))],
    }


def _padding() -> list[Case]:
    return [
        case(F.pad, floats(2, 3), (1, 2)),
        case(F.pad, floats(2, 3), (1, 0, 0, 2), value=math.pi),
        case(F.pad, integers(3), (0, 2), "constant", 7),
        case(F.pad, bools(3), (0, 2), "constant", 1),
        case(F.pad, floats(2, 4), (-1, 2, 0, -1)),
        case(F.pad, floats(0, 2), (1, 1, 1, 0)),
        case(F.pad, floats(2), ()),
        case(F.pad, floats(1, 2, 4), (2, 1), mode="reflect"),
        case(F.pad, floats(2, 4), (3, 0), mode="reflect"),
        case(F.pad, floats(0, 2, 4), (2, 1), mode="reflect"),
        case(F.pad, floats(1, 2, 4, 4), (2, 1, 0, 3), mode="replicate"),
        case(F.pad, floats(1, 1, 2, 2, 3), (2, 1, 0, 1, 1, 1), mode="reflect"),
        case(F.pad, floats(2, 4, 4), (2, 1, 1, 3), mode="circular"),
        case(F.pad, floats(2, 4), (4, 4), mode="circular"),
        case(F.pad, floats(1, 2, 4), (-1, 2), mode="circular"),
    ]


CASES = _manipulation() | {"pad": _padding()}

NOT_DIFFERENTIABLE = {"broadcast_shapes", "shape", "stop_gradient", "view"}

ONES = ((1,), (1, 3), (2, 1, 4), (1, 0, 1))


@st.composite
def _reshaped(draw: Any) -> Case:
    x = draw(arrays(ALL, ((4,), (2, 2), (1, 4), (2, 1, 2))))
    return case(by_numpy(numpy.reshape), x, draw(st.sampled_from(((2, 2), (4,), -1, (1, -1), (2, -1, 1)))))


@st.composite
def _ordered(draw: Any) -> Case:
    x = draw(arrays(ALL))
    return case(by_numpy(numpy.permute_dims), x, draw(st.permutations(range(x.ndim)).map(tuple)))


@st.composite
def _moved(draw: Any, function: Callable[..., Any]) -> Case:
    x = draw(arrays(ALL, ((2,), (2, 3), (2, 3, 4), (1, 0, 2))))
    axes = st.integers(-x.ndim, x.ndim - 1)
    return case(by_numpy(function), x, draw(axes), draw(axes))


@st.composite
def _expanded(draw: Any) -> Case:
    x = draw(arrays(ALL))
    axis = st.integers(-x.ndim - 1, x.ndim) | st.sampled_from(((0, 1), (-1, 0), ()))
    return case(by_numpy(numpy.expand_dims), x, draw(axis))


@st.composite
def _squeezed(draw: Any) -> Case:
    x = draw(arrays(ALL, ONES))
    places = [axis for axis, size in enumerate(x.shape) if size == 1]
    return case(by_numpy(numpy.squeeze), x, draw(st.sampled_from(places) | st.just(tuple(places))))


@st.composite
def _padded(draw: Any) -> Case:
    mode = draw(st.sampled_from(("constant", "reflect", "replicate", "circular")))
    counts = st.integers(-1, 3)
    pad = tuple(draw(counts) for _ in range(draw(st.sampled_from((2, 4)))))
    shape = draw(st.sampled_from(((1, 4, 4), (2, 1, 4, 5)))) if len(pad) == 4 else (2, 3, 4)
    return case(F.pad, array(shape, draw(st.sampled_from(("float32", "float64"))), -4, 4, draw(SEEDS)), pad, mode)


@st.composite
def _viewed(draw: Any) -> Case:
    names = {1: ("int8", "uint8"), 2: ("int16", "float16"), 4: ("int32", "float32"), 8: ("int64", "float64")}
    whole = st.sampled_from([name for group in names.values() for name in group if "int" in name])
    x = array(draw(st.sampled_from(((8,), (2, 8), (1, 2, 8)))), draw(whole), 0, 100, draw(SEEDS))
    return case(lambda x, dtype: x.view(getattr(torch, dtype)), x, draw(whole))


def _to(x: Any, dtype: str) -> Any:
    return x.astype(dtype)


GENERATED = {
    "astype": st.builds(
        lambda x, dtype: case(by_numpy(_to), x, dtype),
        arrays([name for name in ALL if not name.startswith("complex")], low=0),
        st.sampled_from(("float32", "float16", "int32", "uint8", "bool", "complex64")),
    ),
    "atleast_1d": of_one(numpy.atleast_1d, ALL),
    "atleast_2d": of_one(numpy.atleast_2d, ALL),
    "atleast_3d": of_one(numpy.atleast_3d, ALL),
    "broadcast_arrays": of_two(_broadcast, ALL),
    "broadcast_shapes": st.sampled_from(PAIRS).map(lambda pair: case(by_numpy(numpy.broadcast_shapes), *pair)),
    "broadcast_to": st.builds(
        lambda x: case(by_numpy(numpy.broadcast_to), x, (2, 4, 3)), arrays(ALL, ((), (3,), (4, 1), (2, 1, 3)))
    ),
    "expand_dims": _expanded(),
    "flatten": of_one(lambda x: x.reshape(-1), ALL),
    "moveaxis": _moved(numpy.moveaxis),
    "pad": _padded(),
    "permute_dims": _ordered(),
    "ravel": of_one(numpy.ravel, ALL),
    "reshape": _reshaped(),
    "shape": of_one(numpy.shape, ALL),
    "squeeze": _squeezed(),
    "stop_gradient": of_one(lambda x: x, ALL),
    "swapaxes": _moved(numpy.swapaxes),
    "tril": of_one(numpy.tril, ALL, shapes=[shape for shape in SHAPES if len(shape) > 1]),
    "triu": of_one(numpy.triu, ALL, shapes=[shape for shape in SHAPES if len(shape) > 1]),
    "view": _viewed(),
    "view_as_complex": of_one(
        lambda x: x[..., 0] + 1j * x[..., 1], ("float32", "float64"), shapes=((2,), (3, 2), (1, 2))
    ),
    "view_as_real": of_one(lambda x: numpy.stack([x.real, x.imag], -1), ("complex64",)),
}

OP_INFOS = {
    "atleast_1d": ops.atleast_1d,
    "atleast_2d": ops.atleast_2d,
    "atleast_3d": ops.atleast_3d,
    "broadcast_tensors": lambda *tensors: tuple(ops.broadcast_arrays(*tensors)),
    "movedim": ops.moveaxis,
    "ravel": ops.ravel,
    "view_as_complex": ops.view_as_complex,
}

SKIPS = (
    Skip(
        "it takes one tensor here",
        {"atleast_1d", "atleast_2d", "atleast_3d"},
        lambda sample: isinstance(sample.input, list | tuple) or len(sample.args) > 0,
    ),
)
