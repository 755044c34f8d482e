"""Cases for connectionist temporal classification, against PyTorch, TensorFlow and decoding written in NumPy."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy
import tensorflow as tf
import torch.nn.functional as F
from hypothesis import strategies as st
from scipy.special import log_softmax

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.strategies import FLOATING, SEEDS, array


def _from_logits(loss: Callable[..., Any]) -> Callable[..., Any]:
    """The loss of the logits, as a model has it."""

    def of_logits(logits: Any, *rest: Any, **options: Any) -> Any:
        return loss(ops.log_softmax(logits, -1), *rest, **options)

    return of_logits


def _loss(*args: Any, **kwargs: Any) -> Case:
    return case(_from_logits(F.ctc_loss), *args, **kwargs).but(via=_from_logits)


def _losses() -> list[Case]:
    logits, targets = floats(8, 3, 5), 1 + integers(3, 4, below=4)
    frames, labels = numpy.array([8, 6, 7]), numpy.array([2, 0, 3])
    repeated = numpy.array([[1, 1, 1, 1], [1, 2, 2, 1], [3, 3, 4, 4]])
    garbage = numpy.where(numpy.arange(4) < labels[:, None], targets, -1)
    joined = numpy.concatenate([row[:count] for row, count in zip(targets, labels, strict=True)])
    options: list[dict[str, Any]] = [{"reduction": "none"}, {"reduction": "sum"}, {"zero_infinity": True}]
    log_probs = log_softmax(logits, -1).astype("float32")
    direct = [case(F.ctc_loss, log_probs, targets, frames, labels, **option) for option in ({}, *options)]
    return [
        # PyTorch's gradient by the log-probabilities is the one by the logits: no finite difference shows it.
        *(each.but(smooth=False) for each in direct),
        *(_loss(logits, targets, frames, labels, **option) for option in ({}, *options)),
        _loss(logits, repeated, frames, numpy.array([4, 4, 4]), reduction="none", zero_infinity=True),
        _loss(logits, garbage, frames, labels),
        _loss(logits, joined, frames, labels, reduction="none"),
        _loss(logits, targets - 1, frames, labels, 4),
        _loss(logits, targets.astype("int32"), frames.astype("int32"), labels.astype("int32")),
        _loss(logits, targets, (8, 6, 7), (2, 0, 3)),
        _loss(logits[:, 0], targets[0, :2], numpy.array(8), numpy.array(2)),
        _loss(logits[:, 0], targets[0], numpy.array([8]), numpy.array([4]), reduction="none"),
        _loss(logits[:, :1], targets[:1], frames[:1], labels[:1]),
        _loss(logits[:2], targets, numpy.array([2, 2, 2]), numpy.array([3, 2, 0]), zero_infinity=True),
        _loss(logits, targets[:, :0], frames, numpy.array([0, 0, 0])),
    ]


def _greedy(
    inputs: Any,
    lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> Any:
    labels = numpy.full(inputs.shape[:2], -1)
    scores = numpy.zeros((len(inputs), 1), inputs.dtype)
    for row, (frames, length) in enumerate(zip(inputs, lengths, strict=True)):
        best = frames[:length].argmax(-1)
        scores[row] = -frames[:length].max(-1).sum()
        blank = mask_index % inputs.shape[2]
        kept = [c for t, c in enumerate(best) if c != blank and not (merge_repeated and t and c == best[t - 1])]
        labels[row, : len(kept)] = kept
    return labels[None], scores


def _searched(search: Callable[..., dict[tuple[int, ...], float]]) -> Callable[..., Any]:
    """`ctc_decode` by a search that finds the log-probability of paths in one sequence's frames."""

    def decode(
        inputs: Any, lengths: Any, strategy: str, beam_width: int = 100, top_paths: int = 1, mask_index: int = 0
    ) -> Any:
        labels = numpy.full((top_paths, *inputs.shape[:2]), -1)
        scores = numpy.full((len(inputs), top_paths), -numpy.inf, inputs.dtype)
        log_probs = log_softmax(inputs, -1)
        for row, (frames, length) in enumerate(zip(log_probs, lengths, strict=True)):
            found = search(frames[:length], beam_width, mask_index % inputs.shape[2])
            best = sorted(found.items(), key=lambda item: -item[1])[:top_paths]
            for place, (path, score) in enumerate(best):
                labels[place, row, : len(path)] = path
                scores[row, place] = score
        return labels, scores

    return by_numpy(decode)


def _by_prefixes(frames: Any, beam_width: int, blank: int) -> dict[tuple[int, ...], float]:
    """The textbook's search, with a dictionary of prefixes."""
    beams = {(): (0.0, -numpy.inf)}
    for frame in frames:
        following: dict[tuple[int, ...], tuple[float, float]] = {}
        for path, (at_blank, at_label) in beams.items():
            total = numpy.logaddexp(at_blank, at_label)
            repeated = at_label + frame[path[-1]] if path else -numpy.inf
            new = [(path, total + frame[blank], repeated)]
            for label in set(range(len(frame))) - {blank}:
                before = at_blank if path[-1:] == (label,) else total
                new.append(((*path, label), -numpy.inf, before + frame[label]))
            for longer, *parts in new:
                held = following.get(longer, (-numpy.inf, -numpy.inf))
                following[longer] = numpy.logaddexp(held[0], parts[0]), numpy.logaddexp(held[1], parts[1])
        best = sorted(following.items(), key=lambda item: -numpy.logaddexp(*item[1]))
        beams = dict(best[:beam_width])
    return {path: numpy.logaddexp(*parts) for path, parts in beams.items()}


def _by_alignments(frames: Any, beam_width: int, blank: int) -> dict[tuple[int, ...], float]:
    """Every alignment there is, which a beam wide enough for all prefixes must agree with."""
    found: dict[tuple[int, ...], float] = {}
    for alignment in itertools.product(range(frames.shape[1]), repeat=len(frames)):
        path = tuple(label for label, _ in itertools.groupby(alignment) if label != blank)
        score = sum(frame[label] for frame, label in zip(frames, alignment, strict=True))
        found[path] = numpy.logaddexp(found.get(path, -numpy.inf), score)
    return found


def _by_tensorflow(frames: Any, beam_width: int, blank: int) -> dict[tuple[int, ...], float]:
    """TensorFlow's own search; its last class is the blank."""
    order = [*(label for label in range(frames.shape[1]) if label != blank), blank]
    inputs = tf.constant(frames[:, None, order], tf.float32)
    paths, scores = tf.nn.ctc_beam_search_decoder(inputs, [len(frames)], beam_width, top_paths=1)
    return {tuple(order[place] for place in paths[0].values): float(scores[0, 0])}


def _decodings() -> list[Case]:
    decode, scores, lengths = by_numpy(_greedy), floats(3, 9, 3), numpy.array([9, 4, 0])
    return [
        case(decode, scores, lengths),
        case(decode, scores, lengths, merge_repeated=False),
        case(decode, scores, lengths.astype("int32"), "greedy", 1, 1, True, 2),
        case(decode, scores, lengths, mask_index=-1),
        case(decode, floats(1, 1, 4), numpy.array([1])),
    ]


def _beam_searches() -> list[Case]:
    by_prefixes, scores, lengths = _searched(_by_prefixes), 2 * floats(3, 7, 3), numpy.array([6, 3, 0])
    every, few = _searched(_by_alignments), 2 * floats(2, 4, 3)
    certain = numpy.where(numpy.arange(3) == 1, numpy.float32(0), -numpy.inf) * numpy.ones((1, 3, 1), "float32")
    return [
        case(by_prefixes, scores, lengths, "beam_search", 4),
        case(by_prefixes, scores, lengths.astype("int32") + 1, "beam_search", 3, 2, mask_index=-1),
        case(by_prefixes, floats(2, 5, 4), numpy.array([5, 4]), "beam_search", 1),
        case(every, few, numpy.array([4, 2]), "beam_search", 40, 5),
        case(every, few[:1], numpy.array([2]), "beam_search", 12, 5, mask_index=1),
        case(_searched(_by_tensorflow), 2 * floats(2, 6, 4), numpy.array([6, 4]), "beam_search", 30, mask_index=2),
        case(by_prefixes, certain, numpy.array([3]), "beam_search", 4).but(gradient=False),  # log_softmax of -inf
        case(by_prefixes, floats(2, 0, 3), numpy.array([0, 0]), "beam_search", 2),
    ]


CASES = {"ctc_decode": [*_decodings(), *_beam_searches()], "ctc_loss": _losses()}


@st.composite
def _generated_losses(draw: Any) -> Case:
    frames, rows, classes = draw(st.sampled_from([(5, 1, 2), (6, 3, 4), (12, 2, 5)]))
    counts = numpy.asarray(draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)))
    lengths = numpy.asarray(draw(st.lists(st.integers(1, frames), min_size=rows, max_size=rows)))
    targets = numpy.random.default_rng(draw(SEEDS)).integers(1, classes, (rows, 3))
    logits = array((frames, rows, classes), draw(st.sampled_from(["float32", "float64"])), -4, 4, draw(SEEDS))
    reduction = draw(st.sampled_from(["none", "sum", "mean"]))
    return _loss(logits, targets, lengths, counts, reduction=reduction, zero_infinity=draw(st.booleans()))


@st.composite
def _generated_decodings(draw: Any) -> Case:
    rows, frames, classes = draw(st.sampled_from([(1, 5, 2), (3, 6, 4), (2, 12, 3)]))
    lengths = numpy.asarray(draw(st.lists(st.integers(0, frames), min_size=rows, max_size=rows)))
    scores = array((rows, frames, classes), draw(st.sampled_from(FLOATING)), -4, 4, draw(SEEDS))
    options = {"mask_index": draw(st.integers(-classes, classes - 1))}
    if draw(st.booleans()):
        return case(by_numpy(_greedy), scores, lengths, merge_repeated=draw(st.booleans()), **options)
    width = draw(st.integers(1, 5))
    options |= {"beam_width": width, "top_paths": draw(st.integers(1, width))}
    return case(_searched(_by_prefixes), scores, lengths, "beam_search", **options)


GENERATED = {"ctc_decode": _generated_decodings(), "ctc_loss": _generated_losses()}

OP_INFOS = {"nn.functional.ctc_loss": ops.ctc_loss}
