"""Cases for max-pooling undone; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats
from tests.ops.strategies import FLOATING, SEEDS, array


def _pooled(x: numpy.ndarray, *options: Any) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Maxima and their places, from torch."""
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[x.ndim - 3]
    largest, indices = pool(torch.tensor(x.astype("float64")), *options, return_indices=True)
    return largest.numpy().astype(x.dtype), indices.numpy()


def _unpooled() -> dict[str, list[Case]]:
    one, two, three = F.max_unpool1d, F.max_unpool2d, F.max_unpool3d
    flat, plane = floats(1, 3, 7), floats(1, 2, 5, 6)
    unbatched = [array[0] for array in _pooled(plane, 2)]
    return {
        "max_unpool1d": [
            case(one, *_pooled(floats(2, 3, 6), 2), 2),
            case(one, *(array[0] for array in _pooled(flat, 3)), (3,), output_size=(7,)),
            case(one, *_pooled(flat, 2, 3, 1), 2, 3, 1, flat.shape),
        ],
        "max_unpool2d": [
            case(two, *_pooled(floats(2, 3, 6, 4), 2), 2),
            case(two, *unbatched, 2, output_size=(5, 6)),
            # Where windows overlap, PyTorch gives each of the same maxima the gradient: no finite difference shows it.
            case(two, *_pooled(plane, 3, 1), 3, 1).but(smooth=False),
            case(two, *_pooled(plane, (1, 2), (2, 3), (0, 1)), (1, 2), (2, 3), (0, 1), plane.shape),
        ],
        "max_unpool3d": [
            case(three, *_pooled(floats(2, 3, 4, 2, 6), 2), 2),
            case(three, *_pooled(floats(1, 2, 5, 4, 3), (2, 1, 3)), (2, 1, 3), output_size=(5, 4, 3)),
        ],
    }


CASES = _unpooled()


@st.composite
def _generated(draw: Any, function: Callable[..., Any], spatial: int) -> Case:
    sizes = tuple(draw(st.sampled_from((4, 5, 6))) for _ in range(spatial))
    shape, kernel = (draw(st.integers(1, 2)), 2, *sizes), draw(st.integers(1, 3))
    _, indices = _pooled(array(shape, "float32", -2, 2, draw(SEEDS)), kernel)
    values = array(indices.shape, draw(st.sampled_from(FLOATING)), -2, 2, draw(SEEDS))
    return case(function, values, indices, kernel, output_size=sizes)


GENERATED = {f"max_unpool{n}d": _generated(getattr(F, f"max_unpool{n}d"), n) for n in (1, 2, 3)}

OP_INFOS = {f"nn.functional.max_unpool{n}d": getattr(ops, f"max_unpool{n}d") for n in (1, 2, 3)}
