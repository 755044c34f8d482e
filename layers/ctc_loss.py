"""Connectionist temporal classification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["CTCLoss"]


class CTCLoss(Layer, torch.nn.CTCLoss):
    """Labels against more frames, whose alignment is not known: `torch.nn.CTCLoss` for every framework.

    Shape:
        Log-probabilities `(T, N, C)` or `(T, C)`; targets `(N, S)`, or all of them joined, `(sum(target_lengths),)`;
        both lengths `(N,)` or `()`. The output has no dimensions, or `(N,)` or `()` if `reduction="none"`.

    Raises:
        InputShapeError: the targets do not go with the log-probabilities.

    >>> frames = torch.zeros(4, 1, 3).log_softmax(-1)
    >>> nn.CTCLoss()(frames, torch.tensor([[1]]), torch.tensor([4]), torch.tensor([1]))
    tensor(2.0919)
    """

    def forward(
        self,
        log_probs: Array,
        targets: Array,
        input_lengths: Array | Sequence[int],
        target_lengths: Array | Sequence[int],
    ) -> Array:
        return ops.ctc_loss(
            log_probs,
            targets,
            input_lengths,
            target_lengths,
            blank=self.blank,
            reduction=self.reduction,
            zero_infinity=self.zero_infinity,
        )

    def check_shapes(self, log_probs: Array, targets: Array, *lengths: Any, **named: Any) -> None:
        shape, received = static_shape(log_probs), static_shape(targets)
        self.expect(
            shape is None or len(shape) in (2, 3),
            "(T, N, C) or (T, C) as its log_probs",
            log_probs,
            "Frames come first, classes last.",
        )
        if shape is None or received is None:
            return
        batch = shape[1] if len(shape) == 3 else 1
        self.expect(
            len(received) == 1 or (len(received) == 2 and (received[0] == batch or None in (received[0], batch))),
            f"({batch}, S) or (sum(target_lengths),) as its targets",
            targets,
            "Give a row of labels for each sequence, or the labels of all sequences one after the other.",
        )
