"""Cases for distances and similarities; PyTorch and SciPy are the references."""

from __future__ import annotations

import math
from typing import Any

import numpy
import scipy.spatial.distance
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import SEEDS, array

ORDERS = (0, 0.5, 1, 2, 3, math.inf)


def _cdist(x1: Any, x2: Any, p: float = 2.0) -> Any:
    return numpy.linalg.vector_norm(x1[..., :, None, :] - x2[..., None, :, :], axis=-1, ord=p)


def _pdist(x: Any, p: float = 2.0) -> Any:
    return _cdist(x, x, p)[numpy.triu_indices(x.shape[0], 1)]


def _pairwise(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdims: bool = False) -> Any:
    return numpy.linalg.vector_norm(x1 - x2 + eps, axis=-1, ord=p, keepdims=keepdims)


def _cosine(x1: Any, x2: Any, axis: int = 1, eps: float = 1e-8) -> Any:
    x1, x2 = numpy.broadcast_arrays(x1, x2)
    lengths = [numpy.maximum(numpy.linalg.vector_norm(x, axis=axis), eps) for x in (x1, x2)]
    return numpy.sum(x1 * x2, axis=axis) / (lengths[0] * lengths[1])


def _normalize(x: Any, p: float = 2.0, axis: Any = 1, eps: float = 1e-12) -> Any:
    return x / numpy.maximum(numpy.linalg.vector_norm(x, axis=axis, ord=p, keepdims=True), eps)


def _distances() -> dict[str, list[Case]]:
    cdist, pairwise, cosine, normalize = map(by_numpy, (_cdist, _pairwise, _cosine, _normalize))
    same, other = floats(3, 4), floats(2, 4)
    meeting = numpy.concatenate([same[:2], other])
    pdist = by_numpy(scipy.spatial.distance.pdist)
    return {
        "cdist": [
            *(case(cdist, floats(3, 4), floats(2, 4), p) for p in ORDERS),
            case(cdist, floats(2, 1, 3, 4), floats(3, 2, 4), p=1),
            case(cdist, floats(1, 1), floats(1, 1)),
            case(cdist, floats(0, 3, 2), floats(0, 2, 2)),
            case(cdist, floats(0, 2), floats(3, 2)),
            case(cdist, integers(3, 2), floats(2, 2)),
            case(cdist, integers(3, 2), integers(2, 2)),
            # Where two vectors meet, torch's gradient is 0.
            *(case(torch.cdist, same, meeting, p).but(smooth=False) for p in (1.0, 2.0, 3.0, math.inf)),
        ],
        "cosine_similarity": [
            case(cosine, floats(2, 3), floats(2, 3)),
            case(cosine, floats(3), floats(3), axis=0),
            case(cosine, floats(2, 3), floats(3), axis=1),
            case(cosine, floats(2, 3, 4), floats(3, 1), -2),
            # The gradient of vectors of equal elements is 0, but for rounding; so it is in one dimension.
            case(cosine, floats(2, 3, 4), floats(2, 1, 4), 1, 1e-3).but(gradient=False),
            case(cosine, floats(1, 1), floats(1, 1)).but(gradient=False),
            case(cosine, floats(0, 3), floats(0, 3)),
            case(cosine, integers(2, 3) + 1, floats(2, 3)),
            case(F.cosine_similarity, numpy.zeros((2, 3), "float32"), floats(2, 3)).but(gradient=False),
        ],
        "normalize": [
            *(case(normalize, floats(2, 3), p) for p in (0.5, 1, 2, 3, math.inf)),
            case(normalize, floats(3), axis=0),
            case(normalize, floats(2, 3, 4), axis=(0, -1)),
            case(normalize, floats(2, 3, 4), 1, -1, 10.0),
            case(normalize, floats(0, 3)),
            case(normalize, integers(2, 3) + 1),
            case(F.normalize, numpy.zeros((2, 3), "float32")).but(gradient=False),  # it is 1 / eps
        ],
        "pairwise_distance": [
            *(case(pairwise, floats(2, 3), floats(2, 3), p) for p in (0.5, 1, 2, 3, math.inf)),
            case(pairwise, floats(2, 3), floats(3), keepdims=True),
            case(pairwise, floats(3), floats(3), 1.0, 0.1),
            case(pairwise, floats(1, 1), floats(1, 1)),
            case(pairwise, floats(0, 3), floats(0, 3)),
            case(pairwise, integers(2, 3) + 5, integers(2, 3)),
            case(pairwise, integers(2, 3) + 5, floats(2, 3)),
            case(F.pairwise_distance, same, same, 2.0, 0.0).but(smooth=False),
        ],
        "pdist": [
            case(pdist, floats(4, 3)),
            *(case(by_numpy(_pdist), floats(4, 3), p) for p in ORDERS),
            case(by_numpy(_pdist), floats(1, 3)),
            case(by_numpy(_pdist), floats(2, 1)),
            case(by_numpy(_pdist), integers(3, 2) + 3 * numpy.arange(3)[:, None]),
            case(F.pdist, meeting[[0, 1, 0]]).but(smooth=False),
        ],
    }


CASES = _distances()

HALVES = ("float32", "float64", "float16", "bfloat16")


@st.composite
def _pairs(draw: Any, reference: Any, shapes: Any, dtypes: Any, **options: Any) -> Case:
    seed = draw(SEEDS)  # equal vectors would have a distance of 0, but for rounding
    dtype = draw(st.sampled_from(dtypes))
    arrays = [array(shape, dtype, -2, 2, seed + place) for place, shape in enumerate(draw(st.sampled_from(shapes)))]
    given = {name: draw(st.sampled_from(values)) for name, values in options.items()}
    return case(by_numpy(reference), *arrays, **given)


EACH = (((2, 3), (4, 3)), ((1, 1), (1, 1)), ((2, 3, 2), (2, 1, 2)), ((0, 2), (3, 2)))
ALIKE = (((2, 3), (2, 3)), ((2, 3), (1, 3)), ((4, 2, 3), (2, 3)), ((0, 3), (0, 3)))

GENERATED = {
    "cdist": _pairs(_cdist, EACH, ("float32", "float64", "int32"), p=ORDERS),
    "cosine_similarity": _pairs(_cosine, ALIKE, HALVES, axis=(1, -1)),
    "normalize": _pairs(_normalize, (((2, 3),), ((1, 1),), ((2, 3, 2),), ((0, 3),)), HALVES, axis=(0, 1), p=(1, 2, 3)),
    "pairwise_distance": _pairs(
        _pairwise, ALIKE, ("float32", "float64"), p=(1, 2, 3, math.inf), keepdims=(True, False)
    ),
    "pdist": _pairs(_pdist, (((4, 3),), ((1, 2),), ((3, 1),)), ("float32", "float64"), p=ORDERS),
}


def _of_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    return ops.cosine_similarity(x1, x2, dim, eps)


OP_INFOS = {
    "cdist": lambda x1, x2, p=2.0, compute_mode=None: ops.cdist(x1, x2, p),
    "nn.functional.cosine_similarity": _of_similarity,
    "nn.functional.normalize": lambda x, p=2.0, dim=1, eps=1e-12: ops.normalize(x, p, dim, eps),
    "nn.functional.pairwise_distance": lambda x1, x2, p=2.0, eps=1e-6, keepdim=False: ops.pairwise_distance(
        x1, x2, p, eps, keepdim
    ),
    "nn.functional.pdist": ops.pdist,
}

SKIPS = (
    Skip(
        "torch takes axis 0 of vectors without axes, which NumPy refuses",
        {"nn.functional.cosine_similarity", "nn.functional.normalize"},
        lambda sample: sample.input.ndim == 0,
    ),
)
