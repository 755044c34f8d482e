"""Overrides of `bridge.ops.ctc` for PyTorch."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch.compiler import is_compiling

from bridge.ops.alignments import alignment_loss
from bridge.typing import Array


def ctc_loss(
    log_probs: Array,
    targets: Array,
    input_lengths: Array | Sequence[int],
    target_lengths: Array | Sequence[int],
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> torch.Tensor:
    # Neither Dynamo nor torch.export can trace torch's own: an intermediate result has a size that depends on lengths.
    function: Callable[..., torch.Tensor] = alignment_loss if is_compiling() else F.ctc_loss
    return function(log_probs, targets, input_lengths, target_lengths, blank, reduction, zero_infinity)
