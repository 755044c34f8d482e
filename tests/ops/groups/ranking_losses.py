"""Cases for losses of margins, rankings and distances; PyTorch is the reference."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats, integers, positive
from tests.ops.groups.regression_losses import REDUCTIONS, of_shapes
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SEEDS, array


def _signs(*shape: int) -> numpy.ndarray:
    return numpy.asarray(2 * integers(*shape, below=2) - 1, "float32")


def _city_block(x: Any, y: Any) -> Any:
    return ops.sum(ops.abs(x - y), axis=-1)


def _of_distances(example: Case) -> Case:
    """In half precision the difference of two distances is coarse."""
    return example.but(tolerance=2e-2) if any(array.itemsize == 2 for array in example.arrays()) else example


def _margins() -> dict[str, list[Case]]:
    cosine, hinge, ranking = F.cosine_embedding_loss, F.hinge_embedding_loss, F.margin_ranking_loss
    x, y = floats(4, 3), floats(4, 3)
    signs = numpy.array([1, -1, 1, -1])
    return {
        "cosine_embedding_loss": [
            case(cosine, x, y, signs),
            case(cosine, x, y, signs.astype("float32"), -0.5, reduction="none"),
            case(cosine, floats(3), floats(3), numpy.array(1), reduction="sum"),
            case(cosine, floats(1, 3), floats(1, 3), numpy.array([-1]), margin=-0.9),
        ],
        "hinge_embedding_loss": [
            case(hinge, x, _signs(4, 3)),
            case(hinge, x, integers(4, 3, below=2) * 2 - 1, 0.5, reduction="none"),
            case(hinge, floats(2), numpy.array([0, 1]), reduction="sum"),  # 0 counts as both
        ],
        "margin_ranking_loss": [
            case(ranking, floats(4), floats(4), _signs(4)),
            case(ranking, x, floats(1, 3), _signs(4, 1), 0.5, reduction="none"),
            case(ranking, floats(1), floats(1), numpy.array([-1]), reduction="sum"),
        ],
    }


def _of_classes() -> dict[str, list[Case]]:
    many, labels = F.multi_margin_loss, F.multilabel_margin_loss
    x, classes = floats(4, 3), integers(4, below=3)
    rows = numpy.array([[3, 0, -1, 1], [2, -1, -1, -1], [-1, 0, 1, 2], [0, 1, 2, 3]])
    return {
        "multi_margin_loss": [
            case(many, x, classes),
            case(many, x, classes, 2, reduction="none"),
            case(many, x, classes, margin=0.5, weight=positive(3), reduction="sum"),
            case(many, x, classes, 2, 0.5, positive(3)),
            case(many, floats(3), numpy.array(1)),
        ],
        "multilabel_margin_loss": [
            case(labels, floats(4, 4), rows),
            case(labels, floats(4, 4), rows, reduction="none"),
            case(labels, floats(4), rows[0], reduction="sum"),
            case(labels, floats(1, 4), rows[:1]),
        ],
    }


def _triplets() -> dict[str, list[Case]]:
    margin, general = F.triplet_margin_loss, F.triplet_margin_with_distance_loss
    three = floats(4, 3), floats(4, 3), floats(4, 3)
    norms = [case(margin, *three, 2.0, p, reduction="none") for p in (1, 2, 3.5)]
    return {
        "triplet_margin_loss": [
            case(margin, *three),
            case(margin, *three, 0.5, swap=True, reduction="sum"),
            *norms,
            case(margin, *three, 2.0, math.inf).but(gradient=False),  # torch halves it where two are the largest
            case(margin, floats(3), floats(3), floats(3), 5.0),
            case(margin, floats(1, 3), floats(1, 3), floats(1, 3), 5.0, eps=1e-2),
        ],
        "triplet_margin_with_distance_loss": [
            case(general, *three),
            case(general, *three, swap=True, margin=2.0, reduction="none"),
            case(general, *three, distance_function=_city_block, reduction="sum"),
            case(general, floats(3), floats(3), floats(3), distance_function=_city_block, margin=4.0, swap=True),
        ],
    }


CASES = {**_margins(), **_of_classes(), **_triplets()}

FIXED = {
    "cosine_embedding_loss": ("target",),
    "hinge_embedding_loss": ("target",),
    "margin_ranking_loss": ("target",),
    "multi_margin_loss": ("weight",),
}


@st.composite
def _with_targets(
    draw: Any, function: Callable[..., Any], inputs: int, below: int | None, dtypes: Any = FLOATING, **options: Any
) -> Case:
    """Cases of inputs `(N, C)` or `(C,)` against class indices below `below`, or against -1 and 1."""
    shape, dtype = draw(st.sampled_from([(3,), (1, 3), (4, 3)])), draw(st.sampled_from(dtypes))
    arrays = [array(shape, dtype, -2, 2, draw(SEEDS)) for _ in range(inputs)]
    drawn = numpy.random.default_rng(draw(SEEDS)).integers(0, below or 2, shape[:-1])
    target = numpy.asarray(drawn if below else 2 * drawn - 1)
    return case(function, *arrays, target, **{name: draw(strategy) for name, strategy in options.items()})


@st.composite
def _of_labels(draw: Any) -> Case:
    shape = draw(st.sampled_from([(3,), (1, 4), (2, 5)]))
    target = numpy.random.default_rng(draw(SEEDS)).integers(-1, shape[-1], shape)
    x = array(shape, draw(st.sampled_from(SINGLE_OR_DOUBLE)), -2, 2, draw(SEEDS))
    return case(F.multilabel_margin_loss, x, target, reduction=draw(REDUCTIONS))


SINGLE_OR_DOUBLE = ("float32", "float64")
"""What torch has two of these losses in."""

TRIPLES: dict[str, Any] = {"ranges": [(-2, 2)] * 3, "shapes": ((3,), (1, 3), (4, 3))}
MARGINS = st.sampled_from([0.5, 1.0, 3.0])

GENERATED = {
    "cosine_embedding_loss": _with_targets(F.cosine_embedding_loss, 2, None, reduction=REDUCTIONS),
    "hinge_embedding_loss": of_shapes(F.hinge_embedding_loss, [(-2, 2), (1, 1)], reduction=REDUCTIONS),
    "margin_ranking_loss": of_shapes(
        F.margin_ranking_loss, [(-2, 2), (-2, 2), (-1, -1)], margin=MARGINS, reduction=REDUCTIONS
    ),
    "multi_margin_loss": _with_targets(
        F.multi_margin_loss, 1, 3, SINGLE_OR_DOUBLE, p=st.sampled_from([1, 2]), reduction=REDUCTIONS
    ),
    "multilabel_margin_loss": _of_labels(),
    "triplet_margin_loss": of_shapes(
        F.triplet_margin_loss, **TRIPLES, margin=MARGINS, p=st.sampled_from([1, 2, 3]), reduction=REDUCTIONS
    ).map(_of_distances),
    "triplet_margin_with_distance_loss": of_shapes(
        F.triplet_margin_with_distance_loss, **TRIPLES, margin=MARGINS, swap=st.booleans(), reduction=REDUCTIONS
    ),
}


def _with_distance(*tensors: Any, distance_function: Any = None, **options: Any) -> Any:
    """torch's samples give `torch.nn.PairwiseDistance()`, which is the default, and takes torch's tensors alone."""
    return ops.triplet_margin_with_distance_loss(*tensors, **options)


OP_INFOS = {
    **{
        f"nn.functional.{name}": getattr(ops, name)
        for name in (
            *("cosine_embedding_loss", "hinge_embedding_loss", "margin_ranking_loss", "multi_margin_loss"),
            *("multilabel_margin_loss", "triplet_margin_loss"),
        )
    },
    "nn.functional.triplet_margin_with_distance_loss": _with_distance,
}

SKIPS = (
    Skip(
        "torch takes one score without an axis of classes",
        {"nn.functional.multi_margin_loss", "nn.functional.multilabel_margin_loss"},
        lambda sample: sample.input.ndim == 0,
    ),
    Skip(
        "torch takes a row of one target for scores without rows",
        {"nn.functional.multi_margin_loss"},
        lambda sample: sample.args[0].ndim == sample.input.ndim,
    ),
)
