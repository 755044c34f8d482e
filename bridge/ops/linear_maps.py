"""Linear maps and look-ups, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

import math

from bridge.dispatch import op
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import maximum, where
from bridge.ops.comparison import equal, not_equal
from bridge.ops.creation import arange, arange_like, ones_like, zeros_like
from bridge.ops.indexing import take
from bridge.ops.manipulation import (
    astype,
    broadcast_to,
    expand_dims,
    flatten,
    permute_dims,
    reshape,
    shape,
    single_or_double,
    squeeze,
    stop_gradient,
)
from bridge.ops.products import matmul, matrix_transpose
from bridge.ops.reductions import any, cumulative_sum
from bridge.ops.segments import segment_max, segment_sum
from bridge.typing import Array

__all__ = [
    "bilinear",
    "embedding",
    "embedding_bag",
    "linear",
    "multi_hot",
    "one_hot",
]


@op
def linear(input: Array, weight: Array, bias: Array | None = None) -> Array:
    """`input @ weight.T + bias`; `torch.nn.functional.linear`.

    Args:
        input: `(*, in_features)`.
        weight: `(out_features, in_features)`.
        bias: `(out_features,)`, or `None`.

    Returns:
        `(*, out_features)`.

    >>> ops.linear(torch.ones(2, 3), torch.ones(4, 3)).shape
    torch.Size([2, 4])
    """
    output = matmul(input, matrix_transpose(weight))
    return output if bias is None else output + bias


@op
def bilinear(input1: Array, input2: Array, weight: Array, bias: Array | None = None) -> Array:
    """`input1 @ weight[k] @ input2 + bias[k]` for each k; `torch.nn.functional.bilinear`.

    Args:
        input1: `(*, in1_features)`.
        input2: `(*, in2_features)`, with the same sizes before the last.
        weight: `(out_features, in1_features, in2_features)`.
        bias: `(out_features,)`, or `None`.

    Returns:
        `(*, out_features)`.

    >>> ops.bilinear(torch.ones(2, 3), torch.ones(2, 4), torch.ones(5, 3, 4)).shape
    torch.Size([2, 5])
    """
    if tuple(input1.shape[:-1]) != tuple(input2.shape[:-1]):
        raise ValueError("expected two inputs with the same sizes before the last")
    outputs, rows, columns = weight.shape
    folded = reshape(permute_dims(weight, (1, 0, 2)), (rows, outputs * columns))
    left = reshape(matmul(input1, folded), (*shape(input1)[:-1], outputs, columns))
    output = squeeze(matmul(left, expand_dims(input2, -1)), -1)
    if bias is None:
        return output
    # Halves go by float32 for the gradient, which is a sum.
    return astype(single_or_double(output) + single_or_double(bias), output.dtype)


@op
def embedding(
    input: Array,
    weight: Array,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Array:
    """The rows of `weight` at the indices of `input`; `torch.nn.functional.embedding`.

    Args:
        input: integers of any shape.
        weight: `(num_embeddings, embedding_dim)`.
        padding_idx: the row that gets no gradient.
        max_norm: rows with a larger norm are scaled down, in place; torch only.
        norm_type: the p of that norm.
        scale_grad_by_freq: gradients are divided by how often a row was used.
        sparse: the gradient is a sparse tensor in torch; elsewhere it makes no difference.

    Returns:
        `(*, embedding_dim)`. See `take` for an index out of range.

    Raises:
        UnsupportedOpError: `max_norm` outside torch.

    >>> ops.embedding(torch.tensor([1, 0]), torch.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    _check_max_norm("embedding", weight, max_norm)
    rows = take(weight, input, axis=0)
    if scale_grad_by_freq:
        rows = _scaled_by_frequency(rows, input, weight.shape[0])
    if padding_idx is None:
        return rows
    return where(expand_dims(equal(input, padding_idx), -1), stop_gradient(rows), rows)


def _check_max_norm(name: str, weight: Array, max_norm: float | None) -> None:
    if max_norm is not None:
        raise UnsupportedOpError(
            f"{name} with max_norm",
            str(framework_of(weight)),
            "Leave max_norm at its default, or call it with torch.",
        )


def _scaled_by_frequency(rows: Array, input: Array, count: int) -> Array:
    """The rows looked up at `input`, whose gradients are divided by how often their index stands in it."""
    places = flatten(input)
    frequency = take(segment_sum(ones_like(places), places, count), input, axis=0)
    scaled = rows / expand_dims(astype(frequency, rows.dtype), -1)
    return stop_gradient(rows) + (scaled - stop_gradient(scaled))  # the value of the one, the gradient of the other


@op
def embedding_bag(
    input: Array,
    weight: Array,
    offsets: Array | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Array | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Array:
    """The rows of `weight` at the indices of each bag, reduced to one; `torch.nn.functional.embedding_bag`.

    Args:
        input: integers: `(B, L)`, a bag in each row, or `(N,)`, the bags one after the other.
        weight: `(num_embeddings, embedding_dim)`.
        offsets: `(B,)`, where each bag starts, with 0 first; for an `input` of one axis.
        max_norm: rows with a larger norm are scaled down, in place; torch only.
        norm_type: the p of that norm.
        scale_grad_by_freq: gradients are divided by how often a row was used; not with `"max"`. PyTorch's CPU kernel
            takes another row's count where a row that comes later was used less often than one before it:
            https://github.com/pytorch/pytorch/issues/190063
        mode: `"sum"`, `"mean"` or `"max"`; a bag without indices answers 0.
        sparse: the gradient is a sparse tensor in torch; elsewhere it makes no difference.
        per_sample_weights: in the shape of `input`, by which rows are multiplied; only with `"sum"`.
        include_last_offset: the last offset is where the last bag ends.
        padding_idx: indices of this value count as absent.

    Returns:
        `(B, embedding_dim)`.

    Raises:
        ValueError: `mode` is another, or the options do not go together.
        UnsupportedOpError: `max_norm` outside torch.

    >>> ops.embedding_bag(torch.tensor([[0, 1]]), torch.tensor([[1.0], [2.0]]), mode="sum")
    tensor([[3.]])
    """
    _check_max_norm("embedding_bag", weight, max_norm)
    _check_bags(input, offsets, mode, per_sample_weights)
    if scale_grad_by_freq and mode == "max":
        raise ValueError("expected the mode 'sum' or 'mean' with scale_grad_by_freq, got 'max'")
    indices = flatten(input)
    bags, count = _bags_in_rows(input) if input.ndim == 2 else _bags_from(input, offsets, include_last_offset)
    rows = take(weight, indices, axis=0)
    if scale_grad_by_freq:
        rows = _scaled_by_frequency(rows, indices, weight.shape[0])
    if per_sample_weights is not None:
        rows = rows * reshape(per_sample_weights, (-1, 1))
    present = ones_like(indices, dtype="bool")
    if padding_idx is not None:
        present = not_equal(indices, padding_idx % weight.shape[0])
    sizes = expand_dims(segment_sum(astype(present, rows.dtype), bags, count), -1)
    present = expand_dims(present, -1)
    if mode == "max":
        largest = segment_max(where(present, rows, -math.inf), bags, count)
        return where(sizes > 0, largest, 0)
    total = segment_sum(where(present, rows, 0), bags, count)
    return total if mode == "sum" else total / maximum(sizes, 1)


def _check_bags(input: Array, offsets: Array | None, mode: str, per_sample_weights: Array | None) -> None:
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"expected a mode of 'sum', 'mean' or 'max', got {mode!r}")
    if input.ndim not in (1, 2):
        raise ValueError(f"expected an input of 1 or 2 axes, got {input.ndim}")
    if (offsets is None) == (input.ndim == 1):
        raise ValueError(f"expected offsets with an input of 1 axis, and none with one of 2, got {input.ndim} axes")
    if per_sample_weights is not None and mode != "sum":
        raise ValueError(f"expected the mode 'sum' with per_sample_weights, got {mode!r}")
    if per_sample_weights is not None and tuple(per_sample_weights.shape) != tuple(input.shape):
        raise ValueError("expected per_sample_weights in the shape of the input")


def _bags_in_rows(input: Array) -> tuple[Array, int]:
    """The bag of each index, and how many bags there are, where each row is one."""
    count, _ = sizes = shape(input)
    return flatten(broadcast_to(expand_dims(arange_like(input, count), -1), sizes)), count


def _bags_from(input: Array, offsets: Array, include_last_offset: bool) -> tuple[Array, int]:
    """The bag of each index, and how many bags there are, where these start at `offsets`."""
    length, count = shape(input)[0], shape(offsets)[0]
    starts = segment_sum(ones_like(offsets, dtype="int64"), offsets, length + 1)  # how many at each place
    bags = cumulative_sum(starts, axis=0)[:length] - 1
    return bags, count - 1 if include_last_offset else count


@op
def one_hot(input: Array, num_classes: int) -> Array:
    """A last axis of `num_classes` zeros with a one at each integer's place, int64; `torch.nn.functional.one_hot`.

    >>> ops.one_hot(torch.tensor([1]), 3)
    tensor([[0, 1, 0]])
    """
    classes = zeros_like(input, shape=(num_classes,)) + arange(num_classes)
    return astype(equal(expand_dims(input, -1), classes), "int64")


@op
def multi_hot(input: Array, num_classes: int) -> Array:
    """`num_classes` zeros with a one at the place of each integer along the last axis, int64; `keras.ops.multi_hot`.

    Args:
        input: `(*, K)`; an integer that is no class, such as -1, has no place.
        num_classes: how many places there are.

    Returns:
        `(*, num_classes)`.

    >>> ops.multi_hot(torch.tensor([[2, 0, -1]]), 4)
    tensor([[1, 0, 1, 0]])
    """
    classes = arange_like(input, num_classes)
    return astype(any(equal(expand_dims(input, -1), classes), axis=-2), "int64")
