"""Connectionist temporal classification: a sequence of labels against more frames, whose alignment is not known.

Reference: Graves et al., Connectionist Temporal Classification, https://doi.org/10.1145/1143844.1143891
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op
from bridge.ops.alignments import alignment_loss
from bridge.ops.arithmetic import where
from bridge.ops.beams import best_paths
from bridge.ops.comparison import less, logical_and, not_equal
from bridge.ops.creation import arange_like
from bridge.ops.indexing import take_along_axis
from bridge.ops.losses import expect_shape, sizes_of
from bridge.ops.manipulation import expand_dims, pad, shape
from bridge.ops.reductions import argmax, max, sum
from bridge.ops.sorting import argsort
from bridge.typing import Array

__all__ = [
    "ctc_decode",
    "ctc_loss",
]


@op
def ctc_loss(
    log_probs: Array,
    targets: Array,
    input_lengths: Array | Sequence[int],
    target_lengths: Array | Sequence[int],
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Array:
    """The negative log likelihood of labels over all their alignments with the frames; `torch.nn.functional.ctc_loss`.

    The gradient with respect to `log_probs` is PyTorch's in every framework: it holds `exp(log_probs)`, which is no
    part of the loss's own derivative, and which `log_softmax` takes away.

    Args:
        log_probs: `(T, N, C)` or `(T, C)`, the answer of `log_softmax`.
        targets: labels other than `blank`: `(N, S)`, of which each row counts up to its length; or the labels of
            all sequences one after the other, `(sum(target_lengths),)`.
        input_lengths: the frames of each sequence, `(N,)` or `()`.
        target_lengths: the labels of each sequence, `(N,)` or `()`.
        blank: the class that stands for no label.
        reduction: `"none"`, `"mean"` (of the losses divided by their target's length) or `"sum"`.
        zero_infinity: whether a sequence with too few frames for its labels costs 0, not infinity.

    Returns:
        `(N,)` for `"none"`, `()` for one sequence; else a scalar.

    >>> log_probs = ops.log_softmax(torch.zeros(3, 1, 2))
    >>> ops.ctc_loss(log_probs, torch.tensor([[1]]), torch.tensor([3]), torch.tensor([1]))
    tensor(0.2877)
    """
    return alignment_loss(log_probs, targets, input_lengths, target_lengths, blank, reduction, zero_infinity)


@op
def ctc_decode(
    inputs: Array,
    sequence_lengths: Array,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Array, Array]:
    """The labels that a model's scores spell; `keras.ops.ctc_decode`.

    Args:
        inputs: scores of each class, such as logits, `(N, T, C)`.
        sequence_lengths: the frames of each sequence, `(N,)`.
        strategy: `"greedy"`, the best class of each frame; or `"beam_search"`, the labels of the highest probability
            over all their alignments, as far as a beam finds them.
        beam_width: how many beginnings a beam search keeps at each frame.
        top_paths: how many answers of a beam search are returned, the best first.
        merge_repeated: whether a class that follows itself counts once; in a beam search it always does.
        mask_index: the class that stands for no label; a negative one counts from the end.

    Returns:
        The labels `(top_paths, N, T)`, -1 behind each sequence's own, int64 (int32 in JAX without x64), and their
        scores `(N, top_paths)`: the log-probability after `log_softmax`, which is -inf with no labels where there are
        fewer answers. `"greedy"` has one path, whose score is the negative sum of the inputs taken.

    >>> inputs = torch.log(torch.tensor([[[0.6, 0.4, 0.0], [0.6, 0.4, 0.0]]]))
    >>> ops.ctc_decode(inputs, torch.tensor([2]))[0]
    tensor([[[-1, -1]]])
    >>> labels, scores = ops.ctc_decode(inputs, torch.tensor([2]), "beam_search")
    >>> labels, scores.exp()
    (tensor([[[ 1, -1]]]), tensor([[0.6400]]))
    """
    expect_shape("sequence_lengths", sequence_lengths, sizes_of(inputs)[:1])
    classes = shape(inputs)[2]
    if isinstance(classes, int) and not -classes <= mask_index < classes:
        raise ValueError(f"expected a mask_index from {-classes} to {classes - 1}, got {mask_index}")
    blank = mask_index % classes
    frames = arange_like(inputs, shape(inputs)[1], dtype=sequence_lengths.dtype)
    running = less(frames, expand_dims(sequence_lengths, -1))
    if strategy == "greedy":
        return _best_classes(inputs, running, blank, merge_repeated)
    if strategy != "beam_search":
        raise ValueError(f"expected the strategy 'greedy' or 'beam_search', got {strategy!r}")
    if not 1 <= top_paths <= beam_width:
        raise ValueError(f"expected top_paths from 1 to the beam_width of {beam_width}, got {top_paths}")
    return best_paths(inputs, running, blank, beam_width, top_paths)


def _best_classes(inputs: Array, running: Array, blank: int, merge_repeated: bool) -> tuple[Array, Array]:
    best = argmax(inputs, axis=-1)
    kept = logical_and(running, not_equal(best, blank))
    if merge_repeated:
        kept = logical_and(kept, not_equal(best, pad(best, (1, 0), value=-1)[:, :-1]))
    order = argsort(where(kept, 0, 1))
    labels = take_along_axis(where(kept, best, -1), order, axis=-1)
    scores = sum(where(running, max(inputs, axis=-1), 0), axis=-1, keepdims=True)
    return expand_dims(labels, 0), -scores
