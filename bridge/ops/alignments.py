"""The forward algorithm over the alignments of labels with frames, which `ctc_loss` is made of.

A sequence of S labels has `L = 2 * S + 1` states: a blank, then each label with a blank behind it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bridge.dispatch import op
from bridge.errors import InputShapeError
from bridge.ops.arithmetic import maximum, minimum, where
from bridge.ops.comparison import equal, less, not_equal
from bridge.ops.creation import arange_like, asarray_like, full_like, zeros_like
from bridge.ops.indexing import take, take_along_axis
from bridge.ops.joining import concat, stack
from bridge.ops.losses import expect_shape, reduced, sizes_of
from bridge.ops.manipulation import astype, broadcast_to, expand_dims, pad, reshape, shape, stop_gradient
from bridge.ops.mathematics import exp, log
from bridge.ops.reductions import cumulative_sum, max, mean, sum
from bridge.typing import Array

__all__: list[str] = []

NEVER = -1e30
"""The logarithm of a probability of 0: finite, so that no gradient is NaN."""


def alignment_loss(
    log_probs: Array,
    targets: Array,
    input_lengths: Array | Sequence[int],
    target_lengths: Array | Sequence[int],
    blank: int,
    reduction: str,
    zero_infinity: bool,
) -> Array:
    """`ctc_loss`, written in ops."""
    single = log_probs.ndim == 2
    if single:
        log_probs = expand_dims(log_probs, 1)
    input_lengths, target_lengths = _lengths(log_probs, input_lengths), _lengths(log_probs, target_lengths)
    targets = _padded(targets, target_lengths, single)
    losses = -_log_likelihoods(log_probs, targets, input_lengths, target_lengths, blank)
    losses = losses + _slope_of_probabilities(log_probs, input_lengths)
    losses = where(losses > -0.5 * NEVER, 0.0 if zero_infinity else math.inf, losses)
    if single:
        losses, target_lengths = losses[0], target_lengths[0]
    if reduction == "mean":
        return mean(losses / astype(maximum(target_lengths, 1), losses.dtype))
    return reduced(losses, reduction)


def _slope_of_probabilities(log_probs: Array, input_lengths: Array) -> Array:
    """Zeros whose gradient is `exp(log_probs)`: a part that PyTorch's loss has, and `log_softmax` takes away."""
    running = less(expand_dims(arange_like(log_probs, shape(log_probs)[0]), -1), input_lengths)
    masses = sum(exp(minimum(log_probs, 60)), axis=-1)  # no logits in place of probabilities overflow to inf - inf
    mass = sum(where(running, masses, 0), axis=0)
    return mass - stop_gradient(mass)


def _lengths(log_probs: Array, given: Array | Sequence[int]) -> Array:
    lengths = astype(asarray_like(log_probs, given), "int64")
    if lengths.ndim == 0:
        lengths = expand_dims(lengths, 0)
    expect_shape("lengths", lengths, sizes_of(log_probs)[1:2])
    return lengths


def _padded(targets: Array, lengths: Array, single: bool) -> Array:
    """The labels `(N, S)`, with zeros behind each row's own; what is joined is cut by the sums of the lengths."""
    if targets.ndim not in (1, 2):
        raise InputShapeError(f"expected targets (N, S) or (sum(target_lengths),), got {targets.ndim} axes")
    if single and targets.ndim == 1:
        targets = expand_dims(targets, 0)
    if targets.ndim == 2:
        expect_shape("targets", targets, (*sizes_of(lengths), None))
    places = arange_like(targets, shape(targets)[-1])
    counted = less(places, expand_dims(lengths, -1))
    if targets.ndim == 1:
        starts = expand_dims(cumulative_sum(lengths, axis=0) - lengths, -1)
        targets = take(targets, where(counted, starts + places, 0), axis=0)
    return where(counted, targets, 0)


def _log_likelihoods(
    log_probs: Array, targets: Array, input_lengths: Array, target_lengths: Array, blank: int
) -> Array:
    states = _states(targets, blank)
    frames, rows, count = shape(log_probs)[0], *shape(states)
    emissions = take_along_axis(log_probs, broadcast_to(expand_dims(states, 0), (frames, rows, count)), axis=2)
    running = expand_dims(less(expand_dims(arange_like(log_probs, frames), -1), input_lengths), -1)
    # A label may follow another without the blank between them, unless the two are the same.
    differs = not_equal(states, pad(states, (2, 0), value=blank)[:, :-2])
    skips = where(differs, zeros_like(log_probs, shape=()), NEVER)
    start = where(equal(arange_like(log_probs, count), 0), zeros_like(log_probs, shape=(rows, 1)), NEVER)
    alphas = last_alphas(maximum(emissions, NEVER), running, skips, start)
    ends = 2 * expand_dims(target_lengths, -1)
    at_blank = take_along_axis(alphas, ends, axis=1)
    at_label = where(equal(ends, 0), NEVER, take_along_axis(alphas, maximum(ends - 1, 0), axis=1))
    return _log_of_sum([at_blank[:, 0], at_label[:, 0]])


def _states(targets: Array, blank: int) -> Array:
    """`(N, L)`: the class of each state."""
    rows, count = shape(targets)
    pairs = stack([full_like(targets, blank), targets], axis=2)
    return concat([reshape(pairs, (rows, 2 * count)), full_like(targets, blank, shape=(rows, 1))], axis=1)


@op
def last_alphas(emissions: Array, running: Array, skips: Array, start: Array) -> Array:
    """The log-probability of all that leads to each state, `(N, L)`; torch only traces this loop, frame by frame.

    Args:
        emissions: the log-probability of each state in each frame, `(T, N, L)`.
        running: whether a frame is within its sequence, `(T, N, 1)`.
        skips: 0 for a state that may be reached past the one before it, else `NEVER`: `(N, L)`.
        start: 0 for the first state, else `NEVER`: `(N, L)`.
    """
    alphas = start
    for frame in range(shape(emissions)[0]):
        alphas = next_alphas(alphas, emissions[frame], running[frame], skips)
    return alphas


def next_alphas(alphas: Array, emission: Array, running: Array, skips: Array) -> Array:
    """What one frame makes of `alphas`."""
    stepped = pad(alphas, (1, 0), value=NEVER)[:, :-1]
    skipped = pad(alphas, (2, 0), value=NEVER)[:, :-2] + skips
    return where(running, _log_of_sum([alphas, stepped, skipped]) + emission, alphas)


def _log_of_sum(logarithms: list[Array]) -> Array:
    stacked = stack(logarithms, axis=0)
    top = stop_gradient(max(stacked, axis=0))
    return top + log(sum(exp(stacked - top), axis=0))
