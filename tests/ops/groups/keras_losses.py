"""Cases for the losses of Keras; its formulas, written in NumPy, are the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import scipy.special
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.groups.classification_losses import shares
from tests.ops.groups.regression_losses import of_shapes
from tests.ops.strategies import FLOATING, SEEDS, array


def _binary(target: Any, output: Any, from_logits: bool = False) -> Any:
    probabilities = numpy.clip(scipy.special.expit(output) if from_logits else output, 1e-7, 1 - 1e-7)
    return -(target * numpy.log(probabilities) + (1 - target) * numpy.log(1 - probabilities))


def _categorical(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    weights = numpy.exp(output) if from_logits else output
    probabilities = numpy.clip(weights / weights.sum(axis, keepdims=True), 1e-7, 1 - 1e-7)
    return -(target * numpy.log(probabilities)).sum(axis)


def _sparse(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    if target.ndim == output.ndim:
        target = target[..., 0]
    one_hot = numpy.moveaxis(numpy.eye(output.shape[axis])[target], -1, axis)
    return _categorical(one_hot, output, from_logits, axis).astype(output.dtype)


def _losses() -> dict[str, list[Case]]:
    binary, categorical, sparse = by_numpy(_binary), by_numpy(_categorical), by_numpy(_sparse)
    edges = numpy.array([0, 1, 1, 0], "float32"), numpy.array([0, 1, 0, 1], "float32")
    return {
        "binary_crossentropy": [
            case(binary, shares(2, 3), shares(2, 3)),
            case(binary, shares(4), floats(4), from_logits=True),
            case(binary, integers(2, 3, below=2), floats(2, 3), True),
            case(binary, *edges).but(tolerance=1e-2, gradient=False),  # float32 knows 1 - 1e-7 to a digit
        ],
        "categorical_crossentropy": [
            case(categorical, shares(2, 3), positive(2, 3)),
            case(categorical, shares(2, 3), floats(2, 3), from_logits=True),
            case(categorical, shares(2, 3, 4), positive(2, 3, 4), axis=1),
            case(categorical, shares(3), floats(3), True, 0),
        ],
        "sparse_categorical_crossentropy": [
            case(sparse, integers(2, below=3), positive(2, 3)),
            case(sparse, integers(2, below=3, dtype="int32"), floats(2, 3), from_logits=True),
            case(sparse, integers(2, 1, below=3), positive(2, 3)),
            case(sparse, integers(2, 4, below=3), positive(2, 3, 4), axis=1),
            case(sparse, integers(1, 2, below=4), floats(1, 2, 4), True, -1),
        ],
    }


CASES = _losses()


@st.composite
def _of_classes(draw: Any, function: Callable[..., Any]) -> Case:
    shape = draw(st.sampled_from([(3,), (1, 3), (2, 4), (2, 3, 5)]))
    axis, from_logits = draw(st.integers(-len(shape), len(shape) - 1)), draw(st.booleans())
    output = array(shape, draw(st.sampled_from(FLOATING)), -2 if from_logits else 0.1, 2, draw(SEEDS))
    sizes = list(shape)
    classes = numpy.random.default_rng(draw(SEEDS)).integers(0, sizes.pop(axis), sizes)
    return case(by_numpy(function), classes, output, from_logits=from_logits, axis=axis)


GENERATED = {
    "binary_crossentropy": of_shapes(by_numpy(_binary), [(0, 1), (0.1, 0.9)], from_logits=st.booleans()),
    "categorical_crossentropy": of_shapes(
        by_numpy(_categorical), [(0, 1), (0.1, 2)], shapes=((3,), (1, 3), (2, 3)), from_logits=st.booleans()
    ),
    "sparse_categorical_crossentropy": _of_classes(_sparse),
}
