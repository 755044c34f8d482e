"""Cases for losses of scores against classes and probabilities; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import numpy
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats, integers, positive
from tests.ops.groups.regression_losses import REDUCTIONS, of_shapes
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SEEDS, array


def shares(*shape: int) -> numpy.ndarray:
    """Probabilities, each by itself."""
    return numpy.asarray(positive(*shape) / 2.5, "float32")


def _signs(*shape: int) -> numpy.ndarray:
    return numpy.asarray(2 * integers(*shape, below=2) - 1, "float32")


def _kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """torch's, without its warning that the mean may change."""
    losses = F.kl_div(input, target, reduction="none", log_target=log_target)
    return losses.mean() if reduction == "mean" else F.kl_div(input, target, reduction=reduction, log_target=log_target)


def _against_classes() -> dict[str, list[Case]]:
    cross, nll = F.cross_entropy, F.nll_loss
    logits, classes = floats(4, 3), integers(4, below=3)
    ignored = numpy.array([0, -100, 2, -100])
    probabilities = positive(4, 3)
    options: list[dict[str, Any]] = [
        {"reduction": "none"},
        {"reduction": "sum", "weight": positive(3)},
        {"weight": positive(3)},
        {"ignore_index": 1},
    ]
    smoothed: list[dict[str, Any]] = [
        {"weight": positive(3), "label_smoothing": 0.2},
        {"ignore_index": 1, "label_smoothing": 0.2},
    ]
    return {
        "cross_entropy": [
            case(cross, logits, classes),
            case(cross, logits, ignored),
            case(cross, logits, ignored, reduction="none", label_smoothing=0.1),
            *(case(cross, logits, classes, **option) for option in (*options, *smoothed)),
            case(cross, logits, probabilities),
            case(cross, logits, probabilities, positive(3), reduction="sum", label_smoothing=0.3),
            case(cross, floats(3), numpy.array(2)),
            case(cross, floats(3), positive(3)),
            case(cross, floats(2, 3, 4, 1), integers(2, 4, 1, below=3), positive(3)),
            case(cross, floats(2, 3, 4), positive(2, 3, 4), positive(3), reduction="none"),
            case(cross, floats(2, 3, 4), positive(2, 3, 4)),
        ],
        "nll_loss": [
            case(nll, logits, classes),
            case(nll, logits, ignored, positive(3)),
            *(case(nll, logits, classes, **option) for option in options),
            case(nll, floats(3), numpy.array(2)),
            case(nll, floats(1, 3), integers(1, below=3)),
            case(nll, floats(2, 3, 4), integers(2, 4, below=3), positive(3)),
            case(nll, floats(2, 3, 4, 1), integers(2, 4, 1, below=3), positive(3), reduction="none"),
            case(nll, floats(2, 3, 2, 2, 2), integers(2, 2, 2, 2, below=3)),
            case(nll, floats(0, 3), integers(0, below=3), reduction="sum"),
        ],
    }


def _binary() -> dict[str, list[Case]]:
    binary, logits = F.binary_cross_entropy, F.binary_cross_entropy_with_logits
    soft, labels = F.soft_margin_loss, F.multilabel_soft_margin_loss
    edges = numpy.array([0, 1, 0, 1, 0.5], "float32"), numpy.array([0, 1, 1, 0, 0], "float32")
    x, target = floats(2, 3), shares(2, 3)
    return {
        "binary_cross_entropy": [
            case(binary, shares(2, 3), target),
            case(binary, shares(2, 3), target, positive(3), reduction="none"),
            case(binary, shares(), shares(), reduction="sum"),
            case(binary, *edges, reduction="none").but(gradient=False),  # torch's is 1e12 there
        ],
        "binary_cross_entropy_with_logits": [
            case(logits, x, target),
            case(logits, x, target, positive(3), reduction="none"),
            case(logits, x, target, positive(2, 3), reduction="sum", pos_weight=positive(3)),
            case(logits, floats(), shares()),
            case(logits, numpy.array([-1000, 1000], "float32"), numpy.array([0.0, 1.0], "float32")),
        ],
        "kl_div": [
            case(_kl_div, x, target),
            case(_kl_div, x, target, reduction="batchmean"),
            case(_kl_div, x, floats(2, 3), reduction="none", log_target=True),
            case(_kl_div, x, floats(2, 3), reduction="sum", log_target=True),
            case(_kl_div, floats(), shares(), reduction="batchmean"),
            case(_kl_div, x, numpy.array([[0, 1, 0], [1, 0, 0]], "float32"), reduction="sum").but(gradient=False),
        ],
        "multilabel_soft_margin_loss": [
            case(labels, x, target),
            case(labels, x, target, positive(3), reduction="none"),
            case(labels, floats(3), shares(3), reduction="sum"),
        ],
        "soft_margin_loss": [
            case(soft, x, _signs(2, 3)),
            case(soft, floats(1, 4), _signs(1, 4), reduction="none"),
            case(soft, floats(), _signs(), reduction="sum"),
        ],
    }


def _linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    ignore_index: int | None = None,
    **options: Any,
) -> Any:
    """torch's own needs a newer torch than the package."""
    logits = torch.tensordot(input, linear_weight, ([-1], [-1]))
    logits = logits if linear_bias is None else logits + linear_bias
    return F.cross_entropy(logits, target, ignore_index=-100 if ignore_index is None else ignore_index, **options)


def _of_linear() -> list[Case]:
    loss, x, weight, classes = _linear_cross_entropy, floats(4, 5), floats(3, 5), integers(4, below=3)
    return [
        case(loss, x, weight, classes),
        case(loss, x, weight, classes, linear_bias=floats(3), reduction="none"),
        case(loss, x, weight, classes, weight=positive(3), ignore_index=1, reduction="sum", label_smoothing=0.2),
        case(loss, x, weight, numpy.array([0, -100, 2, -100]), label_smoothing=0.1),
        case(loss, x, weight, positive(4, 3), linear_bias=floats(3), label_smoothing=0.1),
        case(loss, floats(5), weight, numpy.array(2)),
        case(loss, floats(5), weight, positive(3), reduction="none"),
        case(loss, x, floats(3, 2, 1, 5), integers(4, 2, 1, below=3), linear_bias=floats(3, 2, 1), weight=positive(3)),
        case(loss, x, floats(3, 2, 5), positive(4, 3, 2), reduction="none"),
        case(loss, floats(1, 5), weight, integers(1, below=3)),
    ]


CASES = {**_against_classes(), **_binary(), "linear_cross_entropy": _of_linear()}

FIXED = {
    "binary_cross_entropy": ("weight",),  # torch has no gradient of these
    "binary_cross_entropy_with_logits": ("weight", "pos_weight"),
    "cross_entropy": ("weight",),
    "linear_cross_entropy": ("weight",),
    "multilabel_soft_margin_loss": ("weight",),
    "nll_loss": ("weight",),
    "soft_margin_loss": ("target",),
}


@st.composite
def _of_classes(draw: Any, function: Any) -> Case:
    shape = draw(st.sampled_from([(3,), (1, 3), (4, 3), (2, 3, 4), (2, 5, 1, 2)]))
    count = shape[0] if len(shape) == 1 else shape[1]
    dtype = draw(st.sampled_from(FLOATING))
    options: dict[str, Any] = {"reduction": draw(REDUCTIONS), "ignore_index": draw(st.sampled_from([-100, 1]))}
    if draw(st.booleans()):
        options["weight"] = array((count,), dtype, 0.5, 2, draw(SEEDS))
    # Class 0 always comes, so that not all are ignored, of which the mean is NaN.
    target = numpy.random.default_rng(draw(SEEDS)).integers(0, count, (*shape[:1], *shape[2:])[len(shape) == 1 :])
    target.flat[0] = 0
    return case(function, array(shape, dtype, -2, 2, draw(SEEDS)), target, **options)


@st.composite
def _of_features(draw: Any) -> Case:
    example = draw(_of_classes(_linear_cross_entropy))
    logits, target = example.args
    dtype, outputs = logits.dtype.name, logits.shape[1:] or logits.shape
    features = array((*logits.shape[:-1][:1], 5), dtype, -1, 1, draw(SEEDS))
    bias = {"linear_bias": array(outputs, dtype, -1, 1, draw(SEEDS))} if draw(st.booleans()) else {}
    weight = array((*outputs, 5), dtype, -1, 1, draw(SEEDS))
    return example.but(args=(features, weight, target), kwargs=example.kwargs | bias)


GENERATED = {
    "binary_cross_entropy": of_shapes(F.binary_cross_entropy, [(0.1, 0.9), (0, 1)], reduction=REDUCTIONS),
    "binary_cross_entropy_with_logits": of_shapes(
        F.binary_cross_entropy_with_logits, [(-4, 4), (0, 1)], reduction=REDUCTIONS
    ),
    "cross_entropy": _of_classes(F.cross_entropy),
    "kl_div": of_shapes(_kl_div, [(-2, 0), (0.1, 1)], log_target=st.booleans(), reduction=REDUCTIONS),
    "linear_cross_entropy": _of_features(),
    "multilabel_soft_margin_loss": of_shapes(
        F.multilabel_soft_margin_loss, [(-4, 4), (0, 1)], shapes=((4,), (1, 3), (2, 3)), reduction=REDUCTIONS
    ),
    "nll_loss": _of_classes(F.nll_loss),
    "soft_margin_loss": of_shapes(F.soft_margin_loss, [(-4, 4), (-1, 1)], reduction=REDUCTIONS),
}

OP_INFOS = {
    f"nn.functional.{name}": getattr(ops, name)
    for name in (
        *("binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div", "multilabel_soft_margin_loss"),
        *("nll_loss", "soft_margin_loss"),
    )
} | {
    # torch's `options` choose how much is computed at a time, which changes no value.
    "nn.functional.linear_cross_entropy": lambda *args, options=None, **rest: ops.linear_cross_entropy(*args, **rest),
}

SKIPS = (
    Skip(
        "torch warns that this mean may change",
        {"nn.functional.kl_div"},
        lambda sample: sample.kwargs.get("reduction", "mean") == "mean",
    ),
    Skip(
        "torch warns that it leaves its options aside",
        {f"nn.functional.linear_cross_entropy.{variant}" for variant in ("chunked", "chunked_none")},
        lambda sample: sample.args[0].ndim > 2,
    ),
)
