"""Cases of the layers in `layers/classification_loss.py`."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _scores() -> tuple[torch.Tensor, ...]:
    return torch.randn(3, 4), torch.tensor([1, 3, 0])


def _images() -> tuple[torch.Tensor, ...]:
    return torch.randn(2, 4, 3), torch.tensor([[1, 3, 0], [0, 2, 2]])


def _of_log_probabilities(loss: Any, input: Any, target: Any) -> Any:
    return loss(ops.log_softmax(input, 1), target)


def _to_fixed_target(loss: Any, input: Any, target: Any) -> Any:
    """torch has no gradient by the target."""
    return loss(input, ops.stop_gradient(target))


_WEIGHT = torch.tensor([0.5, 2.0, 1.0, 0.1])
for _kwargs in (
    {},
    {"weight": _WEIGHT, "ignore_index": 1},
    {"reduction": "sum", "label_smoothing": 0.2},
    {"reduction": "none", "weight": _WEIGHT, "label_smoothing": 0.1},
):
    add("CrossEntropyLoss", (), _kwargs, _scores)
    add("CrossEntropyLoss", (), _kwargs, _images)
for _kwargs in ({}, {"weight": _WEIGHT, "reduction": "none"}, {"label_smoothing": 0.2, "reduction": "sum"}):
    add("CrossEntropyLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.rand(3, 4).softmax(-1)))

for _kwargs in ({}, {"weight": _WEIGHT, "ignore_index": 1, "reduction": "none"}, {"reduction": "sum"}):
    add("NLLLoss", (), _kwargs, _scores)
    add("NLLLoss", (), _kwargs, _images, _of_log_probabilities)
add(
    "NLLLoss2d",
    (),
    {"weight": _WEIGHT},
    lambda: (torch.randn(2, 4, 3, 1), torch.tensor([1, 3, 0]).expand(2, 3)[..., None]),
)

for _kwargs in (
    {"bias": True, "weight": _WEIGHT, "ignore_index": 1},
    {"label_smoothing": 0.2, "reduction": "sum"},
    {"reduction": "none"},
):
    add("LinearCrossEntropyLoss", (5, 4), _kwargs, lambda: (torch.randn(3, 5), torch.tensor([1, 3, 0])))
add(
    "LinearCrossEntropyLoss",
    (5, 4),
    {"out_features": (2,), "bias": True},
    lambda: (torch.randn(2, 5), torch.tensor([[1, 3], [0, 2]])),
)
add("LinearCrossEntropyLoss", (5, 4), {}, lambda: (torch.randn(3, 5), torch.rand(3, 4).softmax(-1)))

for _kwargs in ({}, {"weight": _WEIGHT, "reduction": "none"}, {"reduction": "sum"}):
    add("BCELoss", (), _kwargs, lambda: (torch.rand(3, 4), torch.rand(3, 4)), hooks="between 0 and 1")
    add("BCEWithLogitsLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.rand(3, 4)))
    add("MultiLabelSoftMarginLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.rand(3, 4).round()))
add("BCEWithLogitsLoss", (), {"pos_weight": _WEIGHT}, lambda: (torch.randn(3, 4), torch.rand(3, 4)))
add("MultiLabelSoftMarginLoss", (), {}, lambda: (torch.randn(4), torch.rand(4).round()))

for _reduction in ("mean", "sum", "none"):
    add(
        "SoftMarginLoss",
        (),
        {"reduction": _reduction},
        lambda: (torch.randn(3, 4), torch.randn(3, 4).sign()),
        _to_fixed_target,
    )
for _kwargs in ({}, {"reduction": "batchmean"}, {"reduction": "none"}):
    add("KLDivLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.rand(3, 4)), _of_log_probabilities)
add("KLDivLoss", (), {"reduction": "sum", "log_target": True}, [(3, 4), (3, 4)], _of_log_probabilities)

WITHOUT_ENTRY = {
    "KLDivLoss": "the samples are logarithms of negative numbers, and so NaN",
    "NLLLoss2d": "module_db has none, as it is NLLLoss",
}


def _deprecated() -> Any:
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        return nn.NLLLoss2d()


_TARGETS = "(4,) as its target, beside scores of (4, 3)"
_IMAGE_TARGETS = "(2, 5, 5) as its target, beside scores of (2, 3, 5, 5)"
WRONG_SHAPES: dict[str, Any] = {
    "BCELoss": (lambda: nn.BCELoss(), [(4, 3), (4, 1)], "(4, 3) as its target"),
    "BCEWithLogitsLoss": (lambda: nn.BCEWithLogitsLoss(), [(4, 3), (4, 1)], "(4, 3) as its target"),
    "CrossEntropyLoss": (lambda: nn.CrossEntropyLoss(), [(4, 3), (5, 3)], "(4,) or (4, 3) as its target"),
    "KLDivLoss": (lambda: nn.KLDivLoss(reduction="sum"), [(4, 3), (5, 3)], "(4, 3) as its target"),
    "LinearCrossEntropyLoss": (
        lambda: nn.LinearCrossEntropyLoss(5, 3),
        [(4, 5), (5, 3)],
        "(4,) or (4, 3) as its target",
    ),
    "MultiLabelSoftMarginLoss": (lambda: nn.MultiLabelSoftMarginLoss(), [(4, 3), (5, 3)], "(4, 3) as its target"),
    "NLLLoss": (lambda: nn.NLLLoss(), [(4, 3), (5,)], _TARGETS),
    "NLLLoss2d": (_deprecated, [(2, 3, 5, 5), (2, 5)], _IMAGE_TARGETS),
    "SoftMarginLoss": (lambda: nn.SoftMarginLoss(), [(4, 3), (5, 3)], "(4, 3) as its target"),
}
