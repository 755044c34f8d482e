"""The prefix beam search over alignments of labels with frames, which `ctc_decode` is made of.

A beam is a prefix: labels without blanks. Of all alignments that spell it, the log-probability of those that end with a
blank is kept apart from that of those that end with its last label, since only behind a blank may that label follow
itself. Below `NEVER / 2` a beam stands empty.

Reference: Hannun et al., First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional Recurrent
DNNs, https://arxiv.org/abs/1408.2873
"""

from __future__ import annotations

import math
from typing import NamedTuple

from bridge.dtypes import dtype_name
from bridge.ops.activation import log_softmax
from bridge.ops.alignments import NEVER
from bridge.ops.arithmetic import maximum, where
from bridge.ops.comparison import equal, greater, greater_equal, logical_and, not_equal
from bridge.ops.control import scan
from bridge.ops.creation import arange_like, full_like, zeros_like
from bridge.ops.indexing import take_along_axis
from bridge.ops.manipulation import astype, broadcast_to, expand_dims, moveaxis, reshape, shape
from bridge.ops.mathematics import logaddexp
from bridge.ops.products import matmul
from bridge.ops.reductions import all, max
from bridge.ops.sorting import top_k
from bridge.typing import Array

__all__: list[str] = []


class Beams(NamedTuple):
    """The best prefixes of each sequence so far.

    Args:
        prefixes: their labels with -1 behind, `(N, W, T)`.
        lengths: how many labels each has, `(N, W)`.
        last: the last label, -1 where there is none, `(N, W)`.
        at_blank: the log-probability of the alignments that end with a blank, `(N, W)`.
        at_label: of those that end with the last label, `(N, W)`.
    """

    prefixes: Array
    lengths: Array
    last: Array
    at_blank: Array
    at_label: Array

    def totals(self) -> Array:
        """The log-probability of each prefix."""
        return logaddexp(self.at_blank, self.at_label)


def best_paths(inputs: Array, running: Array, blank: int, beam_width: int, top_paths: int) -> tuple[Array, Array]:
    """The labels `(top_paths, N, T)` and the log-probabilities `(N, top_paths)` of the beam search.

    Args:
        inputs: scores of each class, `(N, T, C)`.
        running: whether a frame is within its sequence, `(N, T)`.
        blank: the class that stands for no label.
        beam_width: how many prefixes are kept, W.
        top_paths: how many of them are returned.
    """
    half = dtype_name(inputs.dtype) in ("float16", "bfloat16")
    log_probs = maximum(log_softmax(astype(inputs, "float32") if half else inputs, -1), NEVER)
    is_blank = equal(arange_like(inputs, shape(inputs)[2]), blank)
    behind = where(
        is_blank, zeros_like(log_probs, shape=()), NEVER
    )  # certain blanks, which leave the beams as they are
    frames = moveaxis(where(expand_dims(running, -1), log_probs, behind), 1, 0)
    beams, _ = scan(
        lambda beams, frame: (_next(Beams(*beams), frame, blank), None), _start(log_probs, beam_width), frames
    )
    beams = Beams(*beams)
    scores, order = top_k(beams.totals(), top_paths)
    found = greater(scores, NEVER / 2)
    labels = where(expand_dims(found, -1), _rows(beams.prefixes, order), -1)
    return moveaxis(labels, 1, 0), astype(where(found, scores, -math.inf), inputs.dtype)


def _start(log_probs: Array, beam_width: int) -> tuple[Array, ...]:
    """The prefix without labels in the first beam; the others stand empty."""
    rows, frames = shape(log_probs)[:2]
    prefixes = full_like(log_probs, -1, dtype="int64", shape=(rows, beam_width, frames))
    lengths = zeros_like(log_probs, dtype="int64", shape=(rows, beam_width))
    nothing = full_like(log_probs, NEVER, shape=(rows, beam_width))
    first = equal(arange_like(log_probs, beam_width), 0)
    return tuple(Beams(prefixes, lengths, lengths - 1, where(first, 0, nothing), nothing))


def _next(beams: Beams, frame: Array, blank: int) -> tuple[Array, ...]:
    """The beams after one more frame, whose log-probabilities are `(N, C)`."""
    (rows, width), classes = shape(beams.lengths), shape(frame)[1]
    at_blank, at_label = (reshape(x, (rows, width * classes)) for x in _candidates(beams, frame, blank))
    _, chosen = top_k(logaddexp(at_blank, at_label), width)
    source, label = chosen // classes, chosen % classes
    is_longer = not_equal(label, blank)
    prefixes, lengths = _rows(beams.prefixes, source), take_along_axis(beams.lengths, source, axis=1)
    is_new = logical_and(_at(lengths, prefixes), expand_dims(is_longer, -1))
    return tuple(
        Beams(
            where(is_new, expand_dims(label, -1), prefixes),
            lengths + astype(is_longer, lengths.dtype),
            where(is_longer, label, take_along_axis(beams.last, source, axis=1)),
            take_along_axis(at_blank, chosen, axis=1),
            take_along_axis(at_label, chosen, axis=1),
        )
    )


def _candidates(beams: Beams, frame: Array, blank: int) -> tuple[Array, Array]:
    """`at_blank` and `at_label` of what each class makes of each beam, `(N, W, C)`.

    A label makes its prefix longer; the blank's place holds the prefix as it was, with all that newly leads to it.
    """
    rows, width = shape(beams.last)
    classes, totals = arange_like(frame, shape(frame)[1]), beams.totals()
    is_blank, is_last = equal(classes, blank), equal(classes, expand_dims(beams.last, -1))
    longer = expand_dims(frame, 1) + where(is_last, expand_dims(beams.at_blank, -1), expand_dims(totals, -1))
    label = broadcast_to(expand_dims(maximum(beams.last, 0), 1), (rows, width, width))
    leads = _leads(beams)
    merged = max(where(leads, take_along_axis(longer, label, axis=2), NEVER), axis=1)
    elsewhere = greater(matmul(astype(leads, frame.dtype), astype(is_last, frame.dtype)), 0)
    repeated = beams.at_label + take_along_axis(frame, maximum(beams.last, 0), axis=1)
    unchanged = expand_dims(logaddexp(repeated, merged), -1)
    at_blank = expand_dims(totals + frame[:, blank : blank + 1], -1)
    return where(is_blank, at_blank, NEVER), where(is_blank, unchanged, where(elsewhere, NEVER, longer))


def _leads(beams: Beams) -> Array:
    """Whether the prefix of beam i is that of beam j without its last label, `(N, i, j)`."""
    shorter = where(_at(beams.lengths - 1, beams.prefixes), -1, beams.prefixes)
    same = all(equal(expand_dims(beams.prefixes, 2), expand_dims(shorter, 1)), axis=-1)
    stands = logical_and(greater_equal(beams.last, 0), greater(beams.totals(), NEVER / 2))
    return logical_and(same, expand_dims(stands, 1))


def _at(places: Array, prefixes: Array) -> Array:
    """`(N, W, T)`: true at one place of each prefix."""
    return equal(arange_like(prefixes, shape(prefixes)[2]), expand_dims(places, -1))


def _rows(prefixes: Array, order: Array) -> Array:
    """The prefixes of the beams in `order`."""
    (rows, count), frames = shape(order), shape(prefixes)[2]
    return take_along_axis(prefixes, broadcast_to(expand_dims(order, -1), (rows, count, frames)), axis=1)
