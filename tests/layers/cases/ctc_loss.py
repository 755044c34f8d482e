"""Cases of the layers in `layers/ctc_loss.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case

CASES: list[Case] = []


_BEYOND = {"compile": "Dynamic shape operator", "export": "_ctc_loss"}


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case("CTCLoss", *args, **kwargs, beyond=_BEYOND, dtypes="not implemented for 'BFloat16'"))


_LABELS = torch.tensor([[1, 2, 2, 3], [3, 3, 3, 3], [4, 1, 2, 1]])
_FRAMES, _COUNTS = torch.tensor([8, 6, 7]), torch.tensor([2, 0, 3])


def _inputs() -> tuple[torch.Tensor, ...]:
    return torch.randn(8, 3, 5).log_softmax(-1), _LABELS, _FRAMES, _COUNTS


def _from_logits(loss: Any, logits: Any, *rest: Any) -> Any:
    return loss(ops.log_softmax(logits, -1), *rest)


def _with_plain_lengths(loss: Any, log_probs: Any, targets: Any) -> Any:
    return loss(log_probs, targets, (8, 6, 7), (2, 0, 3))


for _kwargs in ({}, {"reduction": "none"}, {"reduction": "sum"}):
    add((), _kwargs, _inputs)
add((4,), {}, lambda: (torch.randn(8, 3, 5), _LABELS - 1, _FRAMES, _COUNTS), _from_logits)
add((), {}, lambda: _inputs()[:2], _with_plain_lengths, vmap="data pointer")
add(
    (),
    {"zero_infinity": True, "reduction": "none"},
    lambda: (torch.randn(3, 3, 5).log_softmax(-1), _LABELS, torch.tensor([3, 2, 3]), torch.tensor([4, 1, 2])),
)
add(
    (),
    {},
    lambda: (torch.randn(8, 5).log_softmax(-1), _LABELS[0, :3], torch.tensor(8), torch.tensor(3)),
)

WRONG_SHAPES: dict[str, Any] = {
    "CTCLoss": (
        lambda: nn.CTCLoss(),
        [(8, 3, 5), (2, 4), (3,), (3,)],
        "(3, S) or (sum(target_lengths),) as its targets",
    ),
}
