"""Linear maps and look-ups, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.creation import arange, zeros_like
from bridge.ops.elementwise import equal, where
from bridge.ops.manipulation import astype, expand_dims, stop_gradient, take
from bridge.ops.products import matmul, matrix_transpose
from bridge.typing import Array

__all__ = [
    "embedding",
    "linear",
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
        scale_grad_by_freq: gradients are divided by how often a row was used; torch only.
        sparse: the gradient is a sparse tensor in torch; elsewhere it makes no difference.

    Returns:
        `(*, embedding_dim)`. See `take` for an index out of range.

    Raises:
        UnsupportedOpError: `max_norm` or `scale_grad_by_freq` outside torch.

    >>> ops.embedding(torch.tensor([1, 0]), torch.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    if max_norm is not None or scale_grad_by_freq:
        option = "max_norm" if max_norm is not None else "scale_grad_by_freq"
        raise UnsupportedOpError(
            f"embedding with {option}",
            str(framework_of(weight)),
            f"Leave {option} at its default, or call it with torch.",
        )
    rows = take(weight, input, axis=0)
    if padding_idx is None:
        return rows
    return where(expand_dims(equal(input, padding_idx), -1), stop_gradient(rows), rows)


@op
def one_hot(input: Array, num_classes: int) -> Array:
    """A last axis of `num_classes` zeros with a one at each integer's place, int64; `torch.nn.functional.one_hot`.

    >>> ops.one_hot(torch.tensor([1]), 3)
    tensor([[0, 1, 0]])
    """
    classes = zeros_like(input, shape=(num_classes,)) + arange(num_classes)
    return astype(equal(expand_dims(input, -1), classes), "int64")
