"""Cases for losses of numbers against numbers; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch.nn.functional as F
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.strategies import FLOATING, SEEDS, array

REDUCTIONS = st.sampled_from(["none", "mean", "sum"])
SHAPES = ((), (1,), (4,), (2, 3), (1, 2, 3))


def _psnr(x1: Any, x2: Any, max_val: float) -> Any:
    return numpy.asarray(10 * numpy.log10(max_val**2 / numpy.mean((x1 - x2) ** 2)))


def _of_errors(loss: Callable[..., Any]) -> list[Case]:
    """Cases of a loss of differences, which may be weighed."""
    x, y = floats(2, 3), floats(2, 3)
    return [
        case(loss, x, y),
        case(loss, floats(), floats(), reduction="sum"),
        case(loss, x, y, reduction="none"),
        case(loss, floats(1, 4), floats(1, 4), "mean"),
        case(loss, floats(0, 3), floats(0, 3), reduction="sum"),
    ]


def _weighed(loss: Callable[..., Any]) -> list[Case]:
    x, y, weight = floats(2, 3), floats(2, 3), positive(2, 3)
    return [case(loss, x, y, weight=weight, reduction=reduction) for reduction in ("none", "mean", "sum")]


def _losses() -> dict[str, list[Case]]:
    poisson, gaussian, psnr = F.poisson_nll_loss, F.gaussian_nll_loss, by_numpy(_psnr)
    counts = numpy.array([[0.5, 1.5, 4.0], [2.0, 0.25, 3.0]], "float32")
    x, y = floats(2, 3), floats(2, 3)
    return {
        "gaussian_nll_loss": [
            case(gaussian, x, y, positive(2, 3)),
            case(gaussian, x, y, positive(2, 1), True, reduction="none"),
            case(gaussian, x, y, positive(2), reduction="sum"),
            case(gaussian, x, y, 0.5),
            case(gaussian, x, y, numpy.full((2, 3), 1e-9, "float32"), eps=0.25).but(smooth=False),
            case(gaussian, floats(1, 2, 3), floats(1, 2, 3), positive(1, 1, 3)),
        ],
        "huber_loss": [*_of_errors(F.huber_loss), *_weighed(F.huber_loss), case(F.huber_loss, x, y, "none", 0.5)],
        "l1_loss": [*_of_errors(_named(F.l1_loss)), *_weighed(F.l1_loss)],
        "mse_loss": [*_of_errors(_named(F.mse_loss)), *_weighed(F.mse_loss)],
        "poisson_nll_loss": [
            case(poisson, x, counts),
            case(poisson, x, counts, full=True, reduction="none"),
            case(poisson, positive(2, 3), counts, log_input=False, full=True, reduction="sum"),
            case(poisson, positive(4), positive(4), False, False, eps=0.1),
            case(poisson, floats(), positive()),
        ],
        "psnr": [
            case(psnr, positive(2, 4, 4, 3), positive(2, 4, 4, 3), 2.0),
            case(psnr, floats(5), floats(5), max_val=255),
            case(psnr, positive(1), positive(1) + 3, 1.0),
        ],
        "smooth_l1_loss": [
            *_of_errors(_named(F.smooth_l1_loss)),
            case(F.smooth_l1_loss, x, y, beta=0.5),
            case(F.smooth_l1_loss, x, y, reduction="none", beta=0.0),
            case(F.smooth_l1_loss, integers(4).astype("float32"), floats(4), reduction="sum", beta=3),
        ],
    }


def _named(loss: Callable[..., Any]) -> Callable[..., Any]:
    """A loss of torch whose third argument is the reduction, without the two that it has given up."""
    return lambda x, y, reduction="mean": loss(x, y, reduction=reduction)


CASES = _losses()


@st.composite
def of_shapes(
    draw: Any,
    function: Callable[..., Any],
    ranges: Sequence[tuple[float, float]],
    dtypes: Sequence[str] = FLOATING,
    shapes: Sequence[tuple[int, ...]] = SHAPES,
    **options: SearchStrategy[Any],
) -> Case:
    """Cases of a function of several arrays of one shape and dtype, each within its range."""
    shape, dtype = draw(st.sampled_from(shapes)), draw(st.sampled_from(dtypes))
    arrays = [array(shape, dtype, low, high, draw(SEEDS)) for low, high in ranges]
    return case(function, *arrays, **{name: draw(strategy) for name, strategy in options.items()})


BETAS = st.sampled_from([0.25, 1.0, 2.5])

GENERATED = {
    "gaussian_nll_loss": of_shapes(
        F.gaussian_nll_loss, [(-2, 2), (-2, 2), (0.5, 2)], full=st.booleans(), reduction=REDUCTIONS
    ),
    "huber_loss": of_shapes(F.huber_loss, [(-2, 2), (-2, 2)], delta=BETAS, reduction=REDUCTIONS),
    "l1_loss": of_shapes(F.l1_loss, [(-2, 2), (-2, 2)], reduction=REDUCTIONS),
    "mse_loss": of_shapes(F.mse_loss, [(-2, 2), (-2, 2)], reduction=REDUCTIONS),
    "poisson_nll_loss": of_shapes(
        F.poisson_nll_loss, [(0.5, 2), (1.5, 6)], log_input=st.booleans(), full=st.booleans(), reduction=REDUCTIONS
    ),
    "psnr": of_shapes(by_numpy(_psnr), [(0, 1), (2, 3)], max_val=st.sampled_from([1.0, 255])),
    "smooth_l1_loss": of_shapes(F.smooth_l1_loss, [(-2, 2), (-2, 2)], beta=BETAS, reduction=REDUCTIONS),
}

OP_INFOS = {
    f"nn.functional.{name}": getattr(ops, name)
    for name in ("gaussian_nll_loss", "huber_loss", "l1_loss", "poisson_nll_loss", "smooth_l1_loss")
}
